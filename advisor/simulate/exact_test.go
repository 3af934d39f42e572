package simulate

import (
	"context"
	"fmt"
	"math"
	"testing"

	"scaleadvise/advisor/queue"
)

// single is a fleet of one station.
func single(s Station, rate float64) Spec {
	return Spec{Fleet: Fleet{Station: s, Replicas: 1, Units: 1}, Traffic: Traffic{Rate: rate}, Seed: 7, Replications: 10}
}

func run(t *testing.T, s Spec) *Result {
	t.Helper()
	if s.Length == 0 { // enough for an interval of a few percent
		s.Length = math.Max(40_000/s.Traffic.Rate, 200*s.memory())
	}
	r, err := Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// inside fails where the truth lies outside an interval, widened by half of itself: of this many
// intervals as these tests look at some must miss.
func inside(t *testing.T, what string, e Estimate, truth float64) {
	t.Helper()
	if h := 1.5 * e.Half(); !(math.Abs(e.Value-truth) <= h+1e-3*truth) {
		t.Errorf("%s: simulated %.6g (%.6g to %.6g), exactly %.6g", what, e.Value, e.Low, e.High, truth)
	}
}

// TestExactQueues: M/M/1, M/D/1, M/G/1 by Pollaczek and Khinchine, M/M/c by Erlang, the batch
// chain, each within the run's own interval. The formulas are those of package queue, whose own
// tests hold them against published values.
func TestExactQueues(t *testing.T) {
	type server struct {
		station Station
		formula queue.Server
	}
	servers := map[string]server{
		"M/M/1":     {Station{Beta: 1, MaxBatch: 1, Workers: 1, CV: 1}, queue.Pool{Servers: 1, ServiceTime: 1, CV: 1}},
		"M/D/1":     {Station{Beta: 1, MaxBatch: 1, Workers: 1}, queue.Pool{Servers: 1, ServiceTime: 1}},
		"M/M/8":     {Station{Beta: 1, MaxBatch: 1, Workers: 8, CV: 1}, queue.Pool{Servers: 8, ServiceTime: 1, CV: 1}},
		"M/D/3":     {Station{Beta: 1, MaxBatch: 1, Workers: 3}, queue.Pool{Servers: 3, ServiceTime: 1}},
		"batch":     {Station{Alpha: 1, Beta: 0.1, MaxBatch: 8, Workers: 1}, queue.Batch{Alpha: 1, Beta: 0.1, MaxBatch: 8}},
		"batch, 64": {Station{Alpha: 0.2, Beta: 0.05, MaxBatch: 64, Workers: 1}, queue.Batch{Alpha: 0.2, Beta: 0.05, MaxBatch: 64}},
	}
	for name, s := range servers {
		for _, u := range []float64{0.4, 0.8} {
			rate := u * s.formula.Saturation()
			r := run(t, single(s.station, rate))
			want := s.formula.At(queue.Load{Rate: rate})
			place := fmt.Sprintf("%s at %g", name, u)
			inside(t, place+", mean wait", r.MeanWait, want.MeanWait)
			inside(t, place+", mean sojourn", r.MeanSojourn, want.MeanSojourn)
			inside(t, place+", p99", r.P99Interval, want.Quantile(0.99))
			if math.Abs(r.Busy-want.Busy) > 0.01 {
				t.Errorf("%s: busy %.4f, exactly %.4f", place, r.Busy, want.Busy)
			}
		}
	}
}

// TestPollaczekKhinchine: the mean wait of M/G/1 depends on two moments of the service alone.
func TestPollaczekKhinchine(t *testing.T) {
	for _, cv := range []float64{0.3, 0.7, 2} {
		const rho = 0.7
		r := run(t, single(Station{Beta: 1, MaxBatch: 1, Workers: 1, CV: cv}, rho))
		inside(t, fmt.Sprintf("variation %g", cv), r.MeanWait, rho*(1+cv*cv)/2/(1-rho))
	}
}

// TestLittle: what waits is the rate times the wait.
func TestLittle(t *testing.T) {
	s := single(Station{Alpha: 0.01, Beta: 0.002, MaxBatch: 16, Workers: 1, CV: 0.5}, 0)
	s.Fleet.Replicas, s.Fleet.Balancing = 5, LeastLoaded
	s.Traffic = Traffic{Rate: 0.7 * s.Fleet.Saturation(), Dispersion: 3}
	r := run(t, s)
	if want := r.Rate * r.MeanWait.Value; math.Abs(r.Queue-want) > 0.02*want {
		t.Errorf("%.4f wait, by Little's law %.4f", r.Queue, want)
	}
	if !(r.Warmup < r.Duration/10/2) {
		t.Errorf("warm-up of %g s", r.Warmup)
	}
}

// TestClusters: the arrivals that package queue assumes of a dispersion.
func TestClusters(t *testing.T) {
	s := single(Station{Beta: 1, MaxBatch: 1, Workers: 4}, 2.4)
	s.Traffic.Dispersion = 4
	r := run(t, s)
	want := queue.Pool{Servers: 4, ServiceTime: 1}.At(queue.Load{Rate: 2.4, Dispersion: 4})
	inside(t, "mean wait", r.MeanWait, want.MeanWait)
	inside(t, "p99", r.P99Interval, want.Quantile(0.99))
}
