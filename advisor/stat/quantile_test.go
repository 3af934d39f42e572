package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The values are R's: quantile(c(1, 2, 4, 8, 16), p, type = 7).
func TestQuantileAgreesWithR(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16}
	for p, want := range map[float64]float64{0: 1, 0.1: 1.4, 0.25: 2, 0.5: 4, 0.9: 12.8, 0.99: 15.68, 1: 16, -1: 1, 2: 16} {
		if got := Quantile(x, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("Quantile(%v) = %v, want %v", p, got, want)
		}
	}
}

func TestNothingIsZero(t *testing.T) {
	if q, m := Quantile(nil, 0.5), Median(nil); q != 0 || m != 0 {
		t.Errorf("quantile and median of nothing are %v and %v", q, m)
	}
}

func TestMedianLeavesItsInput(t *testing.T) {
	x := []float64{9, 1, 5, 3}
	if got := Median(x); got != 4 {
		t.Errorf("Median = %v, want 4", got)
	}
	if !slices.Equal(x, []float64{9, 1, 5, 3}) {
		t.Errorf("Median reordered its input: %v", x)
	}
}

func TestQuantileRisesWithinTheSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 50).Draw(t, "x")
		slices.Sort(x)
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		q := rapid.Float64Range(p, 1).Draw(t, "q")
		a, b := Quantile(x, p), Quantile(x, q)
		if a > b+1e-9 || a < x[0] || b > x[len(x)-1]+1e-9 {
			t.Errorf("quantiles %v at %v and %v at %v of %v", a, p, b, q, x)
		}
	})
}

func TestWeightedMedian(t *testing.T) {
	for _, tt := range []struct {
		values, weights []float64
		want            float64
	}{
		{nil, nil, 0},
		{[]float64{3, 1}, []float64{1, 1}, 2},
		{[]float64{1, 2, 9}, []float64{1, 1, 5}, 9},
		{[]float64{9, 1, 2}, []float64{1, 1, 1}, 2},
	} {
		if got := WeightedMedian(tt.values, tt.weights); got != tt.want {
			t.Errorf("WeightedMedian(%v, %v) = %v, want %v", tt.values, tt.weights, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e3, 1e3), 1, 30).Draw(t, "x")
		alike := make([]float64, len(x))
		for i := range alike {
			alike[i] = 0.3
		}
		if got, want := WeightedMedian(x, alike), Median(x); math.Abs(got-want) > 1e-9 {
			t.Fatalf("with equal weights %v, the median is %v", got, want)
		}
	})
}
