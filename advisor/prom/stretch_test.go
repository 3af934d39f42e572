package prom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// gateway answers stretches up to a length, and gives up on longer ones; after so many calls the time is up.
type gateway struct {
	longest time.Duration
	calls   atomic.Int64
	refused atomic.Int64
	most    int64
}

func (g *gateway) Call(ctx context.Context, r Request) (Response, error) {
	if g.calls.Add(1) > g.most {
		<-ctx.Done()
		return Response{}, ctx.Err()
	}
	number := func(name string) float64 {
		v, _ := strconv.ParseFloat(r.Form.Get(name), 64)
		return v
	}
	from, to, step := number("start"), number("end"), number("step")
	if time.Duration(to-from)*time.Second > g.longest {
		g.refused.Add(1)
		return Response{Status: 504, Type: "text/html", Body: io.NopCloser(strings.NewReader("gateway timeout"))}, nil
	}
	var values []string
	for t := from; t <= to; t += step {
		values = append(values, fmt.Sprintf(`[%.0f,"7"]`, t))
	}
	body := `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[` + strings.Join(values, ",") + `]}]}}`
	return Response{Status: 200, Type: "application/json", Body: io.NopCloser(strings.NewReader(body))}, nil
}

// TestSlowGateways: what a gateway gives up on is asked for in halves, and no other stretch is tried at a length that it
// gave up on: each try takes as long as it waits. A run ends with the first stretch that cannot be had, and says
// why where the time is up.
func TestSlowGateways(t *testing.T) {
	span := aligned(time.Unix(1795910400, 0).UTC(), 28*day, fine)
	asked := func(ctx context.Context, g *gateway) (Series, error) {
		c := NewClient(g, func(context.Context, time.Duration) error { return nil })
		return c.Range(ctx, "sum(rate(x[5m]))", span)
	}
	slow := &gateway{longest: 6 * time.Hour, most: 1e6}
	s, err := asked(context.Background(), slow)
	if err != nil || s.Known() != span.points() {
		t.Fatalf("%d of %d points, %v", s.Known(), span.points(), err)
	}
	// 2 days, 1 day, 12 hours, each at once as often as calls are under way.
	if n := slow.refused.Load(); n > 3*atOnce {
		t.Errorf("%d stretches were tried at a length that had been given up on", n-3)
	}
	dead := &gateway{longest: -1, most: 1e6}
	if _, err := asked(context.Background(), dead); err == nil || dead.calls.Load() > 60 {
		t.Errorf("%d calls, %v", dead.calls.Load(), err)
	}
	late := &gateway{longest: 6 * time.Hour, most: 20}
	ctx, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer stop()
	var none *NoData
	if _, err := asked(ctx, late); !errors.As(err, &none) || !strings.Contains(err.Error(), "the server takes too long for stretches of 12 h (the server answered 504") {
		t.Errorf("%v", err)
	}
}
