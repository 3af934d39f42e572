package queue

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// everyRequest is the largest rate within a bound, every request counted.
func (b Batch) everyRequest(t *testing.T, bound, share float64) float64 {
	t.Helper()
	q := b.queue(b.CV, 0)
	if q.group != 1 {
		t.Fatalf("%+v: requests are counted in groups of %v at rest", b, q.group)
	}
	s, tails := new(solver), q.tails()
	over := func(rate float64) float64 {
		q.solve(q.perStep(Load{Rate: rate}), 1, s, tails)
		return logRatio(unit(tails.sojourn(bound)), share)
	}
	low, high := 1e-6*b.Saturation(), (1-1e-6)*b.Saturation()
	rate, _ := crossing(low, high, over(low), over(high), search{relative: 1e-4}, over)
	return rate
}

// TestGroupsStandForRequests: where the budget makes groups of requests, what is sustained is
// that of the exact solution within a hundredth.
func TestGroupsStandForRequests(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	for _, cv := range []float64{0.6, 1} {
		for _, alpha := range []float64{0.1, 0.5} {
			for _, bound := range []float64{4, 20} {
				b := Batch{Alpha: alpha, Beta: (1 - alpha) / 700, MaxBatch: 700, CV: cv}
				exact, got := b.everyRequest(t, bound, 0.01), Sustainable(b, 1, 0, bound, 0.99)
				if math.Abs(got/exact-1) > 0.01 {
					t.Errorf("%+v within %v: %v, every request counted %v", b, bound, got, exact)
				}
			}
		}
	}
}

// TestBudget: no solution takes more work than the budget, and what is within it is not grouped.
func TestBudget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Batch{Alpha: 1, Beta: rapid.Float64Range(1e-6, 1).Draw(t, "beta"), MaxBatch: rapid.IntRange(2, 100_000).Draw(t, "full"), CV: rapid.Float64Range(0, 10).Draw(t, "cv")}
		rate := b.Saturation() * rapid.Float64Range(0, 1).Draw(t, "share")
		group := b.grouping(b.CV, rate)
		arrive := rate * b.full()
		if b.CV >= constantCV && work(1, b.CV, b.CV)*arrive/group > budget*(1+1e-9) {
			t.Fatalf("%+v at %v/s: groups of %v take more than the budget", b, rate, group)
		}
		if b.MaxBatch <= largestBatch && work(1, b.CV, b.CV)*arrive <= budget && group > 1 {
			t.Fatalf("%+v at %v/s: groups of %v without need", b, rate, group)
		}
	})
}

func TestApproximationsAreSaid(t *testing.T) {
	proportional := Batch{Beta: 1e-3, MaxBatch: 4096, CV: 1}
	for _, c := range []struct {
		server Server
		said   bool
	}{
		{proportional, true},
		{Balanced{Server: proportional, N: 4}, true},
		{Balanced{Server: proportional, N: 4, LeastLoaded: true}, true},
		{Batch{Beta: 1e-3, MaxBatch: 4096}, false},
		{Batch{Beta: 1e-3, MaxBatch: 64, CV: 1}, false},
		{Batch{Alpha: 1, Beta: 1e-6, MaxBatch: 4096, CV: 1}, false},
		{Balanced{Server: Batch{Beta: 1e-3, MaxBatch: 4096}, N: 8, LeastLoaded: true}, true}, // too many requests for their number alone
		{Pool{Servers: 1 << 20, ServiceTime: 1, CV: 1}, false},
	} {
		if a, ok := Approximated(c.server); ok != c.said {
			t.Errorf("%+v: said %v, want %v (%+v)", c.server, ok, c.said, a)
		} else if full := a.Servers * a.MaxBatch; ok && !((a.Work > a.Budget || full > a.Counted) && a.Group > 1 && a.Longer > coarsest) {
			t.Errorf("%+v: %+v", c.server, a)
		}
	}
}
