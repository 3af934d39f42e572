package prom

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The values are Prometheus 2.42's: histogram_quantile over the same buckets.
func TestQuantileOfClassicBuckets(t *testing.T) {
	h := classic(map[float64]float64{0.1: 10, 0.5: 30, 1: 40, math.Inf(1): 42})
	for p, want := range map[float64]float64{0.1: 0.042, 0.5: 0.32, 0.9: 0.89, 0.99: 1} {
		if got := h.Quantile(p); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
	if h.Cut(0.9) || !h.Cut(0.99) {
		t.Errorf("cut at 0.9 %v, at 0.99 %v", h.Cut(0.9), h.Cut(0.99))
	}
}

func TestQuantileOfNativeBuckets(t *testing.T) {
	h := Histogram{Native: true, Buckets: []Bucket{{1, 2, 20}, {2, 4, 40}}}
	if got, want := h.Quantile(0.5), 2*math.Pow(2, 0.25); math.Abs(got-want) > 1e-9 {
		t.Errorf("median %v, want %v", got, want)
	}
}

func TestQuantileOfNothing(t *testing.T) {
	for _, h := range []Histogram{{}, classic(nil), classic(map[float64]float64{1: 0, math.Inf(1): 0})} {
		if got := h.Quantile(0.5); !math.IsNaN(got) || h.Cut(0.5) {
			t.Errorf("median of nothing is %v", got)
		}
	}
}

// TestQuantilesRise: within the bounds, and never falling, whatever the counts of scrapes that
// disagree.
func TestQuantilesRise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := map[float64]float64{math.Inf(1): rapid.Float64Range(0, 100).Draw(t, "all")}
		for _, le := range []float64{0.1, 0.2, 0.5, 1} {
			counts[le] = rapid.Float64Range(0, 100).Draw(t, "count")
		}
		h := classic(counts)
		last := 0.0
		for p := 0.0; p <= 1; p += 0.05 {
			q := h.Quantile(p)
			if math.IsNaN(q) {
				return // no observations
			}
			if q < last-1e-12 || q > 1 {
				t.Fatalf("quantile %v is %v after %v", p, q, last)
			}
			last = q
		}
	})
}
