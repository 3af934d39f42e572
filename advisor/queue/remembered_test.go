package queue

import (
	"math"
	"testing"
)

// What was found for one quantile narrows the search for the next, and changes neither.
func TestQuantilesInAnyOrder(t *testing.T) {
	b := Batch{Alpha: 0.005, Beta: 0.0005, MaxBatch: 20, CV: 0.8}
	load := Load{Rate: 0.7 * b.Saturation(), Dispersion: 1}
	shares := []float64{0.5, 0.95, 0.99, 0.999}
	var forward []float64
	r := b.At(load)
	for _, p := range shares {
		forward = append(forward, r.Quantile(p))
	}
	for i, p := range shares {
		alone := b.At(load).Quantile(p)
		if math.Abs(alone-forward[i]) > 2e-4*alone {
			t.Errorf("p%g alone is %g s, after others %g s", 100*p, alone, forward[i])
		}
		if got := r.Exceeds(forward[i]); math.Abs(got-(1-p)) > 1e-3*(1-p) {
			t.Errorf("%g exceed the quantile %g", got, p)
		}
		if i > 0 && forward[i] <= forward[i-1] {
			t.Errorf("p%g is not above the quantile before it", 100*p)
		}
	}
	if wait := r.WaitQuantile(0.95); !(wait < forward[1]) {
		t.Errorf("the wait's p95 %g s is not below the sojourn's %g s", wait, forward[1])
	}
}
