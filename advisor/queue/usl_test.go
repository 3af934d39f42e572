package queue

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The measured throughputs of a seven-point scaling test and the parameters that an
// independent nonlinear least squares fit gives for them.
var (
	uslN   = []float64{1, 18, 36, 72, 108, 144, 216}
	uslQPS = []float64{65, 996, 1652, 1853, 1829, 1775, 1702}
)

func TestFitUSL(t *testing.T) {
	u, err := FitUSL(uslN, uslQPS)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "sigma", u.Sigma, 0.0277299, 1e-4)
	near(t, "kappa", u.Kappa, 1.04343e-4, 1e-4)
	near(t, "lambda", u.Lambda, 89.9878, 1e-4)
	n, qps, ok := u.Peak()
	if n != 96 || !ok {
		t.Errorf("peak at %v %v, want 96", n, ok)
	}
	near(t, "throughput at the peak", qps, 1883.76, 1e-5)
	near(t, "throughput of one", u.Capacity(1), u.Lambda, 1e-15)
	near(t, "relative", u.Relative(36), u.Capacity(36)/(36*u.Capacity(1)), 1e-12)
	if u.R2 < 0.98 || u.R2 >= 1 {
		t.Errorf("R² %v", u.R2)
	}
}

func TestFitUSLFindsNoBetterNeighbour(t *testing.T) {
	u, err := FitUSL(uslN, uslQPS)
	if err != nil {
		t.Fatal(err)
	}
	sse := func(u USL) float64 {
		sum := 0.0
		for i, n := range uslN {
			d := uslQPS[i] - u.Capacity(n)
			sum += d * d
		}
		return sum
	}
	for _, f := range []float64{1 - 1e-5, 1 + 1e-5} {
		for i := range 3 {
			v := u
			*[]*float64{&v.Sigma, &v.Kappa, &v.Lambda}[i] *= f
			if sse(v) < sse(u) {
				t.Errorf("%+v fits better than %+v", v, u)
			}
		}
	}
}

func TestFitUSLRefuses(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		n, qps []float64
		says   string
	}{
		{nil, nil, "0 different"},
		{[]float64{1, 2}, []float64{1, 2}, "2 different"},
		{[]float64{1, 2, 2, 1}, []float64{1, 2, 3, 1}, "2 different"},
		{[]float64{1, 2, 3}, []float64{1, 2}, "3 server counts with 2"},
		{[]float64{1, 2, nan}, []float64{1, 2, 3}, "point 3"},
		{[]float64{1, 0, 3}, []float64{1, 2, 3}, "point 2"},
		{[]float64{1, -2, 3}, []float64{1, 2, 3}, "point 2"},
		{[]float64{1, 2, inf}, []float64{1, 2, 3}, "point 3"},
		{[]float64{1, 2, 3}, []float64{1, nan, 3}, "throughput NaN"},
		{[]float64{1, 2, 3}, []float64{0, 2, 3}, "throughput 0"},
		{[]float64{1, 2, 3}, []float64{1, 2, inf}, "throughput +Inf"},
	} {
		if _, err := FitUSL(c.n, c.qps); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v %v: %v, want an error with %q", c.n, c.qps, err, c.says)
		}
	}
}

func TestUSLPeak(t *testing.T) {
	if _, _, ok := (USL{Sigma: 0.1, Lambda: 5}).Peak(); ok {
		t.Error("a law without coherency peaks")
	}
	if n, qps, ok := (USL{Sigma: 1.5, Kappa: 0.1, Lambda: 5}).Peak(); n != 1 || qps != 5 || !ok {
		t.Errorf("a law that only falls peaks at %v with %v %v", n, qps, ok)
	}
}

func TestFitUSLLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := USL{
			Sigma:  rapid.Float64Range(0, 0.5).Draw(t, "sigma"),
			Kappa:  rapid.Float64Range(0, 0.01).Draw(t, "kappa"),
			Lambda: rapid.Float64Range(0.1, 1e5).Draw(t, "lambda"),
		}
		var n, qps []float64
		for i, step := range rapid.SliceOfN(rapid.Float64Range(0.5, 20), 4, 12).Draw(t, "steps") {
			x := step
			if i > 0 {
				x += n[i-1]
			}
			noise := rapid.Float64Range(0.97, 1.03).Draw(t, "noise")
			n, qps = append(n, x), append(qps, truth.Capacity(x)*noise)
		}
		u, err := FitUSL(n, qps)
		if err != nil || u.Sigma < 0 || u.Kappa < 0 || !(u.Lambda > 0) {
			t.Fatalf("%+v %v", u, err)
		}
		if again := refit(t, n, qps, 1, true); again != u {
			t.Fatalf("in another order %+v, was %+v", again, u)
		}
		scaled := refit(t, n, qps, 1000, false)
		same := math.Abs(scaled.Lambda-1000*u.Lambda) <= 1e-6*scaled.Lambda &&
			math.Abs(scaled.Sigma-u.Sigma) <= 1e-6*(u.Sigma+0.1) && math.Abs(scaled.Kappa-u.Kappa) <= 1e-6*(u.Kappa+0.1)
		if !same {
			t.Fatalf("throughputs a thousand times as large give %+v, was %+v", scaled, u)
		}
	})
}

// refit fits the points again, scaled, backwards if asked.
func refit(t *rapid.T, n, qps []float64, scale float64, backwards bool) USL {
	var a, b []float64
	for i := range n {
		k := i
		if backwards {
			k = len(n) - 1 - i
		}
		a, b = append(a, n[k]), append(b, scale*qps[k])
	}
	u, err := FitUSL(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
