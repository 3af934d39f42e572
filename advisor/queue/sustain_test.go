package queue

import (
	"math"
	"testing"
)

func TestSustainableEdges(t *testing.T) {
	b := Batch{Alpha: 0.02, Beta: 0.001, MaxBatch: 32}
	alone := b.Alpha + b.Beta
	if q := Sustainable(b, 1, 0, alone*(1-1e-9), 0.99); q != 0 {
		t.Errorf("below what one alone takes: %v", q)
	}
	if q := Sustainable(b, 1, 0, alone*(1+1e-9), 0.99); q < 0 || q > 2 {
		t.Errorf("just above what one alone takes: %v", q)
	}
	if q := Sustainable(b, 1, 0, math.Inf(1), 0.99); q != b.Saturation() {
		t.Errorf("without a bound: %v, want the saturation %v", q, b.Saturation())
	}
	for _, c := range [][2]float64{{0, 0.99}, {-1, 0.99}, {math.NaN(), 0.99}, {1, 0}, {1, 1}, {1, math.NaN()}} {
		if q := Sustainable(b, 1, 0, c[0], c[1]); q != 0 {
			t.Errorf("bound %v, percentile %v: %v", c[0], c[1], q)
		}
	}
}

func TestSustainableOfMM1(t *testing.T) {
	// The sojourn in M/M/1 is exponential with μ − λ, so that p99 ≤ t up to μ − ln(100)/t.
	p := Pool{Servers: 1, ServiceTime: 0.1, CV: 1}
	near(t, "M/M/1", Sustainable(p, 1, 0, 2, 0.99), 10-math.Log(100)/2, 1e-5)
}

// TestSustainableFastPath holds the search that keeps its tables against the plain one.
func TestSustainableFastPath(t *testing.T) {
	for _, full := range []int{2, 33, 500} {
		for _, alpha := range []float64{0, 0.3, 0.95} {
			for _, bound := range []float64{0.6, 1.3, 1.9, 2.4, 6} {
				for _, n := range []int{1, 3} {
					b := Batch{Alpha: alpha, Beta: (1 - alpha) / float64(full), MaxBatch: full}
					fast := Sustainable(Balanced{b, n, false}, 1.5, 0.2, bound, 0.95)
					plain := Sustainable(opaque{Balanced{b, n, false}}, 1.5, 0.2, bound, 0.95)
					if math.Abs(fast-plain) > 5e-5*plain+1e-8*float64(n)*b.Saturation() {
						t.Errorf("%d × %+v under %v: %v, plainly %v", n, b, bound, fast, plain)
					}
				}
			}
		}
	}
}

func TestWindowDampsDispersion(t *testing.T) {
	b := Batch{Alpha: 0.02, Beta: 0.001, MaxBatch: 32}
	p99 := func(window float64) float64 {
		return b.At(Load{Rate: 300, Dispersion: 5, Window: window}).Quantile(0.99)
	}
	poisson := b.At(Load{Rate: 300}).Quantile(0.99)
	last := math.Inf(1)
	for _, w := range []float64{0, 0.01, 0.1, 1, 10, 1000, 1e6} {
		x := p99(w)
		if x > last*(1+1e-9) || x < poisson*(1-1e-9) {
			t.Errorf("window %v s: p99 %v, shorter window %v, Poisson %v", w, x, last, poisson)
		}
		last = x
	}
	if p99(0) != p99(1e-3) {
		t.Error("a window shorter than the queue remembers changes the dispersion")
	}
	near(t, "a window of days", last, poisson, 1e-3)
	if l := (Load{Dispersion: 0.3}); l.damped(1) != 1 {
		t.Errorf("dispersion below one: %v", l.damped(1))
	}
}

func TestCrossing(t *testing.T) {
	for _, f := range []func(float64) float64{
		func(x float64) float64 { return x - 0.3 },
		func(x float64) float64 { return math.Expm1(20 * (x - 0.3)) },
		func(x float64) float64 { // a jump
			if x < 0.3 {
				return -1
			}
			return 1
		},
		func(x float64) float64 { return math.Cbrt(x - 0.3) },
	} {
		calls := 0
		a, b := crossing(0, 1, f(0), f(1), search{relative: 1e-9}, func(x float64) float64 { calls++; return f(x) })
		if !(a <= 0.3 && b >= 0.3 && b-a < 1e-8) || f(a) > 0 || f(b) < 0 || calls > 80 {
			t.Errorf("between %v and %v after %d calls", a, b, calls)
		}
		b, a = crossing(1, 0, f(1), f(0), search{relative: 1e-9}, f)
		if !(a <= 0.3 && b >= 0.3 && b-a < 1e-8) {
			t.Errorf("backwards between %v and %v", a, b)
		}
	}
}
