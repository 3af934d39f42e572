package simulate

import (
	"context"
	"math"
	"testing"

	"scaleadvise/advisor/queue"
)

// TestBalancingAgainstFormulas holds the formulas of round-robin and of power of two choices against
// simulation: p99 over a grid of servers, batches, variation and load.
func TestBalancingAgainstFormulas(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	for _, n := range []int{2, 4, 16} {
		for _, batch := range []int{1, 8} {
			for _, cv := range []float64{0, 1} {
				for _, load := range []float64{0.5, 0.8} {
					checkBalancing(t, n, batch, cv, load)
				}
			}
		}
	}
}

func checkBalancing(t *testing.T, n, batch int, cv, load float64) {
	var one queue.Server = queue.Pool{Servers: 1, ServiceTime: 0.01, CV: cv}
	station := Station{Alpha: 0.01, MaxBatch: 1, Workers: 1, CV: cv}
	if batch > 1 {
		one = queue.Batch{Alpha: 0.008, Beta: 0.002, MaxBatch: batch, CV: cv}
		station = Station{Alpha: 0.008, Beta: 0.002, MaxBatch: batch, Workers: 1, CV: cv}
	}
	for way, share := range map[Balancing]func(load, beyond float64) float64{
		RoundRobin: queue.RoundRobin(cv * cv * float64(batch)), PowerOfTwo: queue.PowerOfTwo(n),
	} {
		s := Spec{
			Fleet:   Fleet{Station: station, Replicas: n, Units: 1, Balancing: way, Zones: 1},
			Traffic: Traffic{Rate: load * float64(n) * station.Saturation(), Dispersion: 1}, Seed: 1, Budget: 400_000, Replications: 4,
		}
		s.Length = 100_000 / s.Traffic.Rate
		r, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		formula := queue.Mixed{Server: one, N: n, Share: share}.At(queue.Load{Rate: s.Traffic.Rate, Dispersion: 1}).Quantile(0.99)
		if off := math.Abs(formula/r.P99 - 1); off > 0.22 {
			t.Errorf("%s over %d servers, batch %d, cv %g, load %g: p99 %.4g s by formula, %.4g s simulated", way, n, batch, cv, load, formula, r.P99)
		}
	}
}
