package prom

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestModelOfAStoppedService: what a service was called when it stopped is told, though its label has
// no values now.
func TestModelOfAStoppedService(t *testing.T) {
	now := atNow()
	until := now.Now.Add(-36 * time.Hour)
	alive := func(t time.Time) float64 {
		if t.After(until) {
			return math.NaN()
		}
		return 4
	}
	s := &scripted{
		metrics: []string{"vllm:num_requests_running", "vllm:request_success_total"},
		lines: []scriptLine{
			{words: "by (model_name)", value: alive, labels: []Labels{{"model_name": "meta-llama/Llama-3.1-8B-Instruct"}}},
			{words: "rate(vllm:request_success_total", value: alive},
		},
	}
	o := run(t, s, now)
	if words := strings.Join(o.Warnings, "\n"); !strings.Contains(words, "the service stopped") {
		t.Fatalf("warnings %q", o.Warnings)
	}
	if got := o.Traits["model"].Text; got != "llama-3.1-8b" {
		t.Errorf("model %q; unknown: %+v", got, o.Unknown)
	}
}
