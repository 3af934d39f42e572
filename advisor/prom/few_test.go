package prom

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// TestLessThanAnHour: of a service that was scraped for minutes the answer says since when, and what to do.
func TestLessThanAnHour(t *testing.T) {
	now := atNow()
	s := &scripted{
		metrics: []string{"vllm:request_success_total"},
		lines: []scriptLine{{words: "rate(vllm:request_success_total", value: func(at time.Time) float64 {
			if now.Now.Sub(at) < 25*time.Minute {
				return 5
			}
			return math.NaN()
		}}},
	}
	o := newObserver(s, now)
	err := o.ask(context.Background(), shipped(t))
	var none *NoData
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "has 25 min of values, since ") || !strings.Contains(err.Error(), "--metrics-file") {
		t.Error(err)
	}
}
