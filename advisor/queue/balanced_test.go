package queue

import (
	"fmt"
	"math"
	"testing"
)

func TestRandomBalancing(t *testing.T) {
	one := Batch{Alpha: 0.01, Beta: 0.001, MaxBatch: 16}
	load := Load{Rate: 5000, Dispersion: 3}
	got := Balanced{Server: one, N: 8}.At(load)
	want := one.At(Load{Rate: 625, Dispersion: 1.25})
	if got.Quantile(0.99) != want.Quantile(0.99) || got.MeanWait != want.MeanWait {
		t.Errorf("eight servers at random: p99 %v, one with an eighth of the load %v", got.Quantile(0.99), want.Quantile(0.99))
	}
	if x := (Balanced{Server: one, N: 8}).Saturation(); x != 8*one.Saturation() {
		t.Errorf("saturation of eight: %v", x)
	}
}

func TestThin(t *testing.T) {
	for _, c := range []struct {
		d    float64
		n    int
		want float64
	}{{5, 1, 5}, {5, 4, 2}, {1, 9, 1}, {0, 3, 1}, {0.5, 3, 1}, {5, 0, 1}, {math.NaN(), 2, 1}} {
		if got := Thin(c.d, c.n); got != c.want {
			t.Errorf("Thin(%v, %d) = %v, want %v", c.d, c.n, got, c.want)
		}
	}
}

func TestLeastLoadedPoolIsOneQueue(t *testing.T) {
	one := Pool{Servers: 2, ServiceTime: 0.1, CV: 0.5}
	got := Balanced{Server: one, N: 6, LeastLoaded: true}.At(Load{Rate: 90})
	want := Pool{Servers: 12, ServiceTime: 0.1, CV: 0.5}.At(Load{Rate: 90})
	if got.Quantile(0.95) != want.Quantile(0.95) {
		t.Errorf("p95 %v, one queue %v", got.Quantile(0.95), want.Quantile(0.95))
	}
}

func TestLeastLoadedOfOneIsTheServer(t *testing.T) {
	one := Batch{Alpha: 0.01, Beta: 0.001, MaxBatch: 16}
	got := Balanced{Server: one, N: 1, LeastLoaded: true}.At(Load{Rate: 400})
	if want := one.At(Load{Rate: 400}); got.Quantile(0.99) != want.Quantile(0.99) {
		t.Errorf("p99 %v, of the server %v", got.Quantile(0.99), want.Quantile(0.99))
	}
}

// opaque is a server that cannot share a queue.
type opaque struct{ Server }

func TestLeastLoadedWithoutSharingIsRandom(t *testing.T) {
	one := opaque{Batch{Alpha: 0.01, Beta: 0.001, MaxBatch: 16}}
	load := Load{Rate: 2000}
	a, b := Balanced{one, 4, true}.At(load), Balanced{one, 4, false}.At(load)
	if a.Quantile(0.99) != b.Quantile(0.99) {
		t.Errorf("p99 %v, at random %v", a.Quantile(0.99), b.Quantile(0.99))
	}
}

// TestLeastLoadedBatches holds the model against simulations in which each request joins
// the server with the fewest requests, and against its bounds.
func TestLeastLoadedBatches(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	for _, full := range []int{4, 32} {
		for _, alpha := range []float64{0, 0.3, 0.9} {
			for _, n := range []int{2, 16} {
				for _, u := range []float64{0.2, 0.5, 0.8, 0.95} {
					one := Batch{Alpha: alpha, Beta: (1 - alpha) / float64(full), MaxBatch: full}
					checkLeastLoaded(t, one, n, u)
				}
			}
		}
	}
}

// TestLeastLoadedVaryingSteps: steps vary independently of each other, and n servers average
// over them.
func TestLeastLoadedVaryingSteps(t *testing.T) {
	for _, n := range []int{4, 16} {
		for _, u := range []float64{0.5, 0.9} {
			checkLeastLoaded(t, Batch{Alpha: 0.22, Beta: 0.78 / 32, MaxBatch: 32, CV: 0.3}, n, u)
		}
	}
}

func checkLeastLoaded(t *testing.T, one Batch, n int, u float64) {
	t.Helper()
	rate := u * float64(n) * one.Saturation()
	m := workload{one, n, rate, 1, 60000}.fewest()
	r := Balanced{one, n, true}.At(Load{Rate: rate})
	name := fmt.Sprintf("%d × %+v at %g", n, one, u)
	got, want := r.Quantile(0.99), quantileOf(m.sojourn, 0.99)
	if got < 0.85*want || got > 1.35*want {
		t.Errorf("%s: p99 %.4g, simulated %.4g", name, got, want)
	}
	random := Balanced{one, n, false}.At(Load{Rate: rate}).Quantile(0.99)
	if got > random*(1+1e-6) || got < one.Alpha+one.Beta {
		t.Errorf("%s: p99 %.4g, at random %.4g, alone %.4g", name, got, random, one.Alpha+one.Beta)
	}
}
