package search

import (
	"context"
	"math"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
)

// TestSmallestIsTheSmallest: one replica less fails, whatever balances, bursts or must be
// survived.
func TestSmallestIsTheSmallest(t *testing.T) {
	for _, flags := range []map[string]string{
		{}, {"burstiness": "3@1s"}, {"balancing": "least-loaded"}, {"availability": "99.9%"},
		{"availability": "99.99%", "zones": "3"}, {"burstiness": "3@1s", "balancing": "least-loaded", "availability": "99.9%"},
		{"data_size": "2TB", "job_window": "6h", "job_rate": "120MB/s"},
	} {
		flags["p99"] = "300ms"
		s := given(t, flags)
		for _, peak := range []float64{0.5, 8, 30, 333, 1200} {
			d := Demand{Peak: peak, Data: s.Workload.Data.At(0)}
			b, _ := baseTrial(s, d, false)
			n, ok := smallest(b)
			if !ok || judge(b.sized(n)) != nil {
				t.Errorf("%v at %v/s: %d replicas, %+v", flags, peak, n, judge(b.sized(n)))
			}
			if n > 1 && judge(b.sized(n-1)) == nil {
				t.Errorf("%v at %v/s: %d replicas, and %d hold", flags, peak, n, n-1)
			}
			if lost := mostLosses(b.sized(n + 3)); lost < 0 || lost > n+2 || b.server.Sustainable(n+3-lost) < b.need() || b.server.Sustainable(n+2-lost) >= b.need() && finishes(b.sized(n+2-lost)) == nil {
				t.Errorf("%v at %v/s: of %d replicas %d may be lost", flags, peak, n+3, lost)
			}
		}
	}
}

// TestFewestPooled: asking about one rate at each size finds what solving each size does.
func TestFewestPooled(t *testing.T) {
	s := given(t, map[string]string{"burstiness": "3@1s", "balancing": "least-loaded", "p99": "300ms"})
	b, _ := baseTrial(s, Demand{}, false)
	solved, _ := baseTrial(given(t, map[string]string{"burstiness": "3@1s", "balancing": "least-loaded", "p99": "300ms"}), Demand{}, false)
	for _, need := range []float64{3, 17, 80, 305, 911} {
		plain := 1
		for solved.server.Sustainable(plain) < need {
			plain++
		}
		if got := fewest(b, 1, 1000, need); got != plain {
			t.Errorf("%v/s take %d, found %d", need, plain, got)
		}
	}
	if got := fewest(b, 1, 5, 1e9); got != 6 {
		t.Errorf("where none is enough the size is %d, want one beyond", got)
	}
}

func TestLossesAreCountedInReplicasOfWholeInstances(t *testing.T) {
	s := given(t, map[string]string{"availability": "99.99%", "replica_availability": "99%"})
	four := offer.Hosting{PerInstance: 4}
	// Of 2 instances one may be lost short of all; P(both down) = 1e-4 is what 99.99 % allow.
	if n, ok := lost(s, four, 8); n != 4 && ok {
		t.Errorf("lost %d replicas of 8 on 2 instances, want 4", n)
	}
	if n, ok := lost(given(t, nil), four, 8); n != 0 || !ok {
		t.Errorf("lost %d without --availability, want none", n)
	}
	if _, ok := lost(s, offer.Unpriced(), 1); ok {
		t.Error("a single server at 99 % promises 99.99 %")
	}
}

// TestSurvives: three replicas of which one may fail must carry the load with two.
func TestSurvives(t *testing.T) {
	s := given(t, map[string]string{"availability": "99.9%", "replica_availability": "99%", "p99": "1s"})
	b, _ := baseTrial(s, Demand{}, false)
	b.hosting = offer.Unpriced()
	n, ok := lost(s, b.hosting, 3)
	if n != 1 || !ok {
		t.Fatalf("of 3 at 99 %% each %d may be down, want 1: P(2 down) = 0.0003", n)
	}
	two := b.server.Sustainable(2)
	for _, c := range []struct {
		peak float64
		code string
	}{{two, ""}, {math.Nextafter(two, 100), candidate.Losses}, {b.server.Sustainable(3) * 1.01, candidate.Throughput}} {
		at := b.sized(3)
		at.demand.Peak = c.peak
		code := ""
		if e := judge(at); e != nil {
			code = e.Code
		}
		if code != c.code {
			t.Errorf("at %v/s: %q, want %q", c.peak, code, c.code)
		}
	}
	only := b.sized(1)
	only.demand.Peak = 1
	if e := judge(only); e == nil || e.Text != "cannot lose its only server" {
		t.Errorf("%+v", e)
	}
}

func TestJobWindowSizesReplicas(t *testing.T) {
	s := given(t, map[string]string{"data_size": "2TB", "job_window": "6h", "job_rate": "120MB/s"})
	// 9.2 TB ÷ (120 MB/s × 6 h = 2.592 TB) = 3.55: four replicas.
	a := Cheapest(context.Background(), s, Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 1, Data: 9.2e12}})
	if !a.Feasible || a.Plan.Replicas != 4 || ReplicasForJob(s, 9.2e12) != 4 {
		t.Errorf("%+v, want 4 replicas", a.Plan)
	}
	if got := JobHours(s, 4, 9.2e12); math.Abs(got-9.2e12/(4*120e6)/3600) > 1e-9 {
		t.Errorf("%v h on 4 replicas", got)
	}
	today := Cheapest(context.Background(), s, Query{Strategy: candidate.None, Demand: Demand{Peak: 1, Data: 9.2e12}})
	if today.Excuse == nil || today.Excuse.Code != candidate.JobWindow || today.Excuse.NearMiss.Value != 6 {
		t.Errorf("%+v, want %s", today.Excuse, candidate.JobWindow)
	}
	free := given(t, nil)
	if JobHours(free, 4, 1e12) != 0 || ReplicasForJob(free, 1e12) != 0 || JobHours(s, 0, 1e12) != 0 {
		t.Error("a job without a rate takes time")
	}
}
