package search

import (
	"context"
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
)

// TestAffordIsWhatJudgesAllow: what money is said to pay for costs no more than it, the plan holds at
// the load to count on and does not a little above, and another replica of it costs too much.
func TestAffordIsWhatJudgesAllow(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	for _, flags := range []map[string]string{
		{"model": "bert-large", "p99": "100ms"},
		{"model": "bert-large", "p99": "100ms", "gpu": "t4", "availability": "99.9%", "headroom": "0%"},
		{"service_time": "9ms", "gpu": "a10g", "p99": "50ms", "max_replicas": "5"},
	} {
		s := spaceOf(t, flags)
		const budget = 9000
		rows, _ := Afford(context.Background(), s, budget)
		if len(rows) == 0 {
			t.Fatalf("%v: nothing is paid for", flags)
		}
		for i, r := range rows {
			if i > 0 && r.CapacityQPS > rows[i-1].CapacityQPS {
				t.Errorf("%v: %s after %s, which sustains less", flags, r.Accelerator, rows[i-1].Accelerator)
			}
			if !r.Priced || r.CostPerMonth > budget {
				t.Errorf("%v: %s costs %v", flags, r.Accelerator, r.CostPerMonth)
			}
			within, _ := trialOf(s, r.Evaluation, Demand{Peak: r.LoadQPS * (1 - 1e-9)})
			beyond, _ := trialOf(s, r.Evaluation, Demand{Peak: r.LoadQPS * 1.001})
			if e := judge(within); e != nil {
				t.Errorf("%v: %s at its %v/s: %v", flags, r.Accelerator, r.LoadQPS, e.Text)
			}
			if judge(beyond) == nil && !beyond.runsToday() {
				t.Errorf("%v: %s holds more than %v/s", flags, r.Accelerator, r.LoadQPS)
			}
			if limit := s.Workload.MaxReplicas; r.Replicas != limit && within.hosting.Cost(r.Replicas+1) <= budget {
				t.Errorf("%v: %d × %s, and one more is paid for", flags, r.Replicas, r.Accelerator)
			}
		}
	}
}

// TestMoreMoneyServesNoLess: on no hardware does more money pay for less.
func TestMoreMoneyServesNoLess(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	s := spaceOf(t, map[string]string{"model": "resnet50", "p99": "50ms"})
	before := map[string]float64{}
	for _, budget := range []float64{500, 2000, 2001, 9000, 40000} {
		rows, _ := Afford(context.Background(), s, budget)
		now := map[string]float64{}
		for _, r := range rows {
			id, _, _ := strings.Cut(r.Accelerator, ":") // of a part the whole
			now[id] = r.CapacityQPS
		}
		for id, qps := range before {
			if now[id] < qps {
				t.Errorf("%v USD: %s sustains %v/s, for less money %v/s", budget, id, now[id], qps)
			}
		}
		before = now
	}
}

// TestTooLittleMoney: what the cheapest that serves costs is said, and that is enough.
func TestTooLittleMoney(t *testing.T) {
	s := spaceOf(t, map[string]string{"model": "bert-large", "p99": "100ms"})
	rows, e := Afford(context.Background(), s, 10)
	if len(rows) > 0 || e == nil || e.Code != candidate.Budget {
		t.Fatalf("%v, %+v", rows, e)
	}
	if rows, _ := Afford(context.Background(), s, e.NearMiss.Needed); len(rows) == 0 {
		t.Errorf("%v USD are said to be enough", e.NearMiss.Needed)
	}
	if rows, _ := Afford(context.Background(), s, e.NearMiss.Needed-0.01); len(rows) > 0 {
		t.Errorf("less than %v USD are enough", e.NearMiss.Needed)
	}
}
