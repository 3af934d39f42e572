package kriging

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

func close(a, b, within float64) bool { return math.Abs(a-b) <= within*math.Max(1, math.Abs(b)) }

// matrix is a covariance by its elements.
func matrix(rows [][]float64) func(i, j int) float64 {
	return func(i, j int) float64 { return rows[i][j] }
}

func TestWithoutObservationsThePriorStands(t *testing.T) {
	for name, p := range map[string]*Posterior{"zero value": {}, "no values": Condition(nil, nil)} {
		if m, e := p.Mean(nil), p.Explained(nil); m != 0 || e != 0 || len(p.Weights()) != 0 {
			t.Errorf("%s: mean %g, explained %g, weights %v", name, m, e, p.Weights())
		}
	}
}

// TestOneObservation: value 3 of variance 4 and noise 1 shrinks by 4/5.
func TestOneObservation(t *testing.T) {
	p := Condition([]float64{3}, matrix([][]float64{{5}}))
	if m := p.Mean([]float64{4}); !close(m, 2.4, 1e-15) {
		t.Errorf("mean %g, want 2.4", m)
	}
	if e := p.Explained([]float64{4}); !close(e, 3.2, 1e-15) {
		t.Errorf("explained %g, want 16/5", e)
	}
	if m, e := p.Mean([]float64{0}), p.Explained([]float64{0}); m != 0 || e != 0 {
		t.Errorf("a point that has nothing in common: mean %g, explained %g", m, e)
	}
}

// TestTwoObservations: K = [[2, 1], [1, 3]], whose inverse is [[3, −1], [−1, 2]]/5.
func TestTwoObservations(t *testing.T) {
	p := Condition([]float64{1, 2}, matrix([][]float64{{2}, {1, 3}}))
	if w := p.Weights(); !close(w[0], 0.2, 1e-15) || !close(w[1], 0.6, 1e-15) {
		t.Errorf("weights %v, want [0.2 0.6]", w)
	}
	if m := p.Mean([]float64{1, 0.5}); !close(m, 0.5, 1e-15) {
		t.Errorf("mean %g, want 0.5", m)
	}
	if e := p.Explained([]float64{1, 0.5}); !close(e, 0.5, 1e-15) { // (3 − 2·0.5 + 2·0.25)/5
		t.Errorf("explained %g, want 0.5", e)
	}
}

func TestWithoutNoiseItInterpolates(t *testing.T) {
	at := []float64{0, 0.7, 2, 5}
	values := []float64{1, -1, 0.5, 3}
	k := func(a, b float64) float64 { return math.Exp(-(a - b) * (a - b) / 2) }
	p := Condition(values, func(i, j int) float64 { return k(at[i], at[j]) })
	for i, x := range at {
		c := make([]float64, len(at))
		for j := range at {
			c[j] = k(x, at[j])
		}
		if m := p.Mean(c); !close(m, values[i], 1e-9) {
			t.Errorf("at %g the mean is %g, the value %g", x, m, values[i])
		}
		if e := p.Explained(c); !close(e, 1, 1e-9) {
			t.Errorf("at %g the variance is explained by %g, want all", x, e)
		}
	}
}

// TestDuplicates: the same point twice is the mean of both, and with noise as one
// observation of half the noise.
func TestDuplicates(t *testing.T) {
	exact := Condition([]float64{1, 3}, matrix([][]float64{{1}, {1, 1}}))
	if m, e := exact.Mean([]float64{1, 1}), exact.Explained([]float64{1, 1}); !close(m, 2, 1e-4) || !close(e, 1, 1e-4) {
		t.Errorf("without noise: mean %g, explained %g, want 2 and 1", m, e)
	}
	twice := Condition([]float64{1, 3}, matrix([][]float64{{1.5}, {1, 1.5}}))
	once := Condition([]float64{2}, matrix([][]float64{{1.25}}))
	if a, b := twice.Mean([]float64{1, 1}), once.Mean([]float64{1}); !close(a, b, 1e-12) {
		t.Errorf("mean of two %g, of their mean with half the noise %g", a, b)
	}
	if a, b := twice.Explained([]float64{1, 1}), once.Explained([]float64{1}); !close(a, b, 1e-12) {
		t.Errorf("explained by two %g, by their mean with half the noise %g", a, b)
	}
}

// TestNotQuitePositiveDefinite: no covariance has these values, which distances taken for
// unknown facts may yield; the answer stays finite and within the values.
func TestNotQuitePositiveDefinite(t *testing.T) {
	p := Condition([]float64{1, 1, 1}, matrix([][]float64{{1}, {0.9, 1}, {0, 0.9, 1}}))
	if m := p.Mean([]float64{0.9, 1, 0.9}); !(m > 0 && m < 2) {
		t.Errorf("mean %g", m)
	}
	if e := p.Explained([]float64{0.9, 1, 0.9}); !(e > 0) || math.IsInf(e, 1) {
		t.Errorf("explained %g", e)
	}
	zero := Condition([]float64{1, 1}, matrix([][]float64{{0}, {0, 0}}))
	if m := zero.Mean([]float64{0, 0}); m != 0 {
		t.Errorf("of no variance: mean %g", m)
	}
}

func TestNoNumberInNoNumberOut(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1)} {
		p := Condition([]float64{1, 2}, matrix([][]float64{{1}, {v, 1}}))
		if m, e := p.Mean([]float64{1, 1}), p.Explained([]float64{1, 1}); !math.IsNaN(m) || !math.IsNaN(e) {
			t.Errorf("covariance %g: mean %g, explained %g", v, m, e)
		}
	}
}

// TestAgainstTheInverse compares with K⁻¹ written out, by LU decomposition.
func TestAgainstTheInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		at, values, noise := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range at {
			at[i], values[i], noise[i] = 5*random.Float64(), random.NormFloat64(), 0.01+random.Float64()
		}
		k := func(a, b float64) float64 { return 2 / (1 + (a-b)*(a-b)/2) }
		covariance := func(i, j int) float64 {
			if i == j {
				return k(at[i], at[i]) + noise[i]
			}
			return k(at[i], at[j])
		}
		full, c := mat.NewDense(n, n, nil), make([]float64, n)
		x := 6 * random.Float64()
		for i := range n {
			c[i] = k(x, at[i])
			for j := range n {
				full.Set(i, j, covariance(i, j))
			}
		}
		var inverse mat.Dense
		if err := inverse.Inverse(full); err != nil {
			t.Fatal(err)
		}
		v, y := mat.NewVecDense(n, append([]float64{}, c...)), mat.NewVecDense(n, values)
		mean, explained := mat.Inner(v, &inverse, y), mat.Inner(v, &inverse, v)
		p := Condition(values, covariance)
		if m := p.Mean(c); !close(m, mean, 1e-9) {
			t.Fatalf("mean %g, by the inverse %g", m, mean)
		}
		if e := p.Explained(c); !close(e, explained, 1e-9) || e > 2 {
			t.Fatalf("explained %g of 2, by the inverse %g", e, explained)
		}
	})
}

func BenchmarkCondition24(b *testing.B) { benchmark(b, 24) }
func BenchmarkCondition64(b *testing.B) { benchmark(b, 64) }

func benchmark(b *testing.B, n int) {
	values := make([]float64, n)
	for b.Loop() {
		Condition(values, func(i, j int) float64 { return 1 / (1 + float64((i-j)*(i-j))) })
	}
}

// TestResetForgets: a process that has seen other observations, more or fewer, answers as a new one.
func TestResetForgets(t *testing.T) {
	near := func(i, j int) float64 {
		if i == j {
			return 1.1
		}
		return 1 / float64(2+i-j)
	}
	values := []float64{3, -1, 2, 0.5, 4, 1, -2, 0, 5}
	var p Posterior
	for _, n := range []int{9, 2, 7, 0, 8} {
		p.Reset(values[:n], near)
		fresh := Condition(values[:n], near)
		c := []float64{0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1}[:n]
		if got, want := p.Mean(c), fresh.Mean(c); got != want {
			t.Errorf("%d observations: mean %g, of a new process %g", n, got, want)
		}
		if got, want := p.Explained(append([]float64{}, c...)), fresh.Explained(append([]float64{}, c...)); got != want {
			t.Errorf("%d observations: explained %g, of a new process %g", n, got, want)
		}
	}
}
