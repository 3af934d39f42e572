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

// TestExactMean: percentiles of a lognormal come back from five coarse buckets and the mean, and those of
// any buckets rise, stay within them and have the mean that is known.
func TestExactMean(t *testing.T) {
	const median, sigma = 640.0, 0.7
	below := func(x float64) float64 { return 0.5 * (1 + math.Erf(math.Log(x/median)/sigma/math.Sqrt2)) }
	cumulative := map[float64]float64{math.Inf(1): 1e6}
	for _, le := range []float64{100, 200, 500, 1000, 2000, 5000} {
		cumulative[le] = 1e6 * below(le)
	}
	h := classic(cumulative).withMean(median * math.Exp(sigma*sigma/2))
	for p, want := range map[float64]float64{0.5: median, 0.9: 1570, 0.99: 3262} {
		if got := h.Quantile(p); math.Abs(got/want-1) > 0.01 {
			t.Errorf("quantile %v is %v, want %v", p, got, want)
		}
	}
	delete(cumulative, 2000)
	delete(cumulative, 5000) // a quarter lies beyond the last bound, and lifts the mean
	if h := classic(cumulative).withMean(median * math.Exp(sigma*sigma/2)); math.Abs(h.Quantile(0.5)/median-1) > 0.01 || !h.Cut(0.9) {
		t.Errorf("median %v, want %v", h.Quantile(0.5), median)
	}
	rapid.Check(t, func(t *rapid.T) {
		cumulative := map[float64]float64{}
		for i, le := range []float64{0.1, 0.5, 1, 5, math.Inf(1)} {
			cumulative[le] = float64(i+1) * rapid.Float64Range(0, 100).Draw(t, "count")
		}
		plain := classic(cumulative)
		mean := rapid.Float64Range(0.01, 6).Draw(t, "mean")
		h := plain.withMean(mean)
		if h.tilt != 0 && math.Abs(h.meanWithin()/mean-1) > 0.01 {
			t.Fatalf("the mean is %v, known to be %v", h.meanWithin(), mean)
		}
		last := 0.0
		for p := 0.05; p < 1; p += 0.05 {
			q := h.Quantile(p)
			if q < last-1e-9 || math.Abs(h.bucket(p).Low-plain.bucket(p).Low) > 0 || q < h.bucket(p).Low-1e-9 {
				t.Fatalf("quantile %v is %v after %v, at least %v", p, q, last, h.bucket(p).Low)
			}
			last = q
		}
	})
}
