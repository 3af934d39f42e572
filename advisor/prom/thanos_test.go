package prom

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// querier answers as the Query API of Thanos does while a store is down: with what the others hold, and warnings.
type querier struct {
	lock  sync.Mutex
	forms []Request
	after int // answers until its time is up; 0 for never
}

func (q *querier) Call(_ context.Context, r Request) (Response, error) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if q.forms = append(q.forms, r); q.after > 0 && len(q.forms) > q.after {
		return Response{}, context.DeadlineExceeded
	}
	body := `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1795910400,"2"]}]},` +
		`"warnings":["receive series from Addr: 10.0.0.9:10901 LabelSets: {replica=\"b\"} Mint: 0 Maxt: 9223372036854775807: rpc error: code = Unavailable desc = connection refused"]}`
	switch {
	case strings.Contains(r.Path, "query_range"):
		body = strings.Replace(strings.Replace(body, "vector", "matrix", 1), `"value":[1795910400,"2"]`, `"values":[[1795910400,"2"]]`, 1)
	case strings.Contains(r.Path, "label"):
		body = `{"status":"success","data":["http_requests_total"]}`
	case strings.Contains(r.Path, "series"):
		body = `{"status":"success","data":[]}`
	}
	return Response{Status: 200, Type: "application/json", Body: io.NopCloser(strings.NewReader(body))}, nil
}

func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// TestThanos: what a store did not answer is told once in words; deduplication and partial responses are left as the
// server has them, and coarser data are asked for only where they suffice.
func TestThanos(t *testing.T) {
	q := &querier{}
	c := NewClient(q, noWait)
	at := time.Unix(1795910400, 0)
	if found, err := c.Instant(context.Background(), "up", at); err != nil || len(found) != 1 || found[0].Value != 2 {
		t.Fatalf("%v, %v", found, err)
	}
	for _, coarser := range []bool{false, true} {
		s, err := c.Range(context.Background(), "up", Span{From: at, To: at, Step: time.Hour, Coarser: coarser})
		if err != nil || s.Known() != 1 {
			t.Fatalf("%v, %v", s, err)
		}
	}
	told := strings.Join(c.Warnings(), "\n")
	if strings.Count(told, "a part of the storage did not answer") != 1 || strings.Count(told, "10.0.0.9:10901") != 1 {
		t.Errorf("warnings %q", told)
	}
	for i, want := range []string{"", "", "5m"} {
		form := q.forms[i].Form
		if got := form.Get("max_source_resolution"); got != want || form.Has("dedup") || form.Has("partial_response") {
			t.Errorf("query %d: %v", i, form)
		}
	}
}

// TestTimeIsUp: how many queries were answered says about how long all take.
func TestTimeIsUp(t *testing.T) {
	_, err := Observe(context.Background(), NewClient(&querier{after: 3}, noWait), shipped(t), atNow())
	var slow *SlowError
	if !errors.As(err, &slow) || slow.Answered != 3 {
		t.Fatalf("%v", err)
	}
	if text := TooSlow(err, time.Minute); !strings.Contains(text, "within 1 min: 3 of about 120 queries were answered") || !strings.Contains(text, "--timeout 40m") {
		t.Error(text)
	}
	if text := TooSlow(context.DeadlineExceeded, time.Minute); !strings.HasPrefix(text, "no answer within 1 min") {
		t.Error(text)
	}
}

// TestOpenCost: what the containers of a service are allocated is priced by what their node costs an hour.
func TestOpenCost(t *testing.T) {
	s := httpService(wave(20))
	s.metrics = append(s.metrics, "container_cpu_allocation", "container_memory_allocation_bytes", "node_cpu_hourly_cost", "node_ram_hourly_cost")
	s.lines = append([]scriptLine{{words: "container_cpu_allocation node_cpu_hourly_cost node_ram_hourly_cost 1073741824 node_gpu_hourly_cost", value: steady(1.5)}}, s.lines...)
	o := run(t, s, atNow())
	for _, f := range o.Facts {
		if strings.HasPrefix(f.Name, "cost") && f.Value > 0 {
			return
		}
	}
	t.Errorf("no cost among %v", o.Facts)
}
