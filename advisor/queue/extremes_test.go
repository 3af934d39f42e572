package queue

import (
	"math"
	"testing"
)

// TestExtremes asks for what no one should: the answers are finite, ordered, and come
// without much memory.
func TestExtremes(t *testing.T) {
	for _, s := range []Server{
		Batch{Alpha: 0.3, Beta: 0.7 / 2, MaxBatch: 2, CV: 50},
		Batch{Alpha: 0.3, Beta: 0.7 / 16, MaxBatch: 16, CV: 2},
		Batch{Alpha: 0.3, Beta: 0.7 / 4096, MaxBatch: 4096},
		Batch{Alpha: 0.3, Beta: 0.7e-9, MaxBatch: 1e9},
		Batch{Alpha: 1e-300, Beta: 1e-300, MaxBatch: 8},
		Batch{Alpha: 1e200, Beta: 0, MaxBatch: 8},
		Batch{Alpha: 0, Beta: 1e-9, MaxBatch: 1 << 11, CV: 0.01},
		Balanced{Batch{Alpha: 0.3, Beta: 0.7 / 128, MaxBatch: 128}, 5000, true},
		Pool{1, 1, 50}, Pool{1e9, 1, 0}, Pool{1e9, 1, 0.5}, Pool{10000, 1e-3, 1}, Pool{3, 1e200, 0.3},
	} {
		for _, u := range []float64{1e-12, 1e-6, 0.5, 1 - 1e-12} {
			for _, d := range []float64{1, 1e9} {
				checkExtreme(t, s, Load{Rate: u * s.Saturation(), Dispersion: d})
			}
		}
	}
}

func checkExtreme(t *testing.T, s Server, l Load) {
	t.Helper()
	r := s.At(l)
	last := 0.0
	for _, p := range []float64{0.5, 0.99} {
		x := r.Quantile(p)
		if !(x >= last) || math.IsInf(x, 1) != !r.Stable {
			t.Fatalf("%+v under %+v: p%g %v after %v", s, l, 100*p, x, last)
		}
		last = x
	}
	for _, v := range []float64{r.PWait, r.MeanBatch, r.SeenBatch, r.Busy} {
		if !(v >= 0) || math.IsInf(v, 1) {
			t.Fatalf("%+v under %+v: %+v", s, l, r)
		}
	}
	if math.IsNaN(r.MeanWait) || math.IsNaN(r.MeanSojourn) {
		t.Fatalf("%+v under %+v: %+v", s, l, r)
	}
}

// TestBeyondTheChain holds what is scaled in heavy traffic against simulation.
func TestBeyondTheChain(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	for _, c := range []struct {
		s    Batch
		u, d float64
	}{
		{Batch{Alpha: 0.3, Beta: 0.7 / 32, MaxBatch: 32}, 0.6, 40},
		{Batch{Alpha: 0.3, Beta: 0.7 / 8, MaxBatch: 8}, 0.5, 40},
		{Batch{Alpha: 0.5, Beta: 0.5 / 8, MaxBatch: 8, CV: 2}, 0.5, 1},
		{Batch{Alpha: 1, MaxBatch: 1}, 0.5, 60},
	} {
		rate := c.u * c.s.Saturation()
		m := workload{c.s, 1, rate, c.d, 600000}.oneQueue()
		r := c.s.At(Load{Rate: rate, Dispersion: c.d})
		got, want := r.Quantile(0.99), quantileOf(m.sojourn, 0.99)
		if got < 0.8*want || got > 1.4*want {
			t.Errorf("%+v at %g, dispersion %g: p99 %.4g, simulated %.4g", c.s, c.u, c.d, got, want)
		}
	}
}
