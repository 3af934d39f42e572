package queue

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"
)

// gamma is a time with a mean and a coefficient of variation; cv 0 is constant.
type gamma struct{ mean, cv float64 }

// constantCV is the coefficient of variation below which a time counts as constant.
const constantCV = 1e-3

func (g gamma) constant() bool { return g.cv < constantCV }

// exceeds is the probability of more than t.
func (g gamma) exceeds(t float64) float64 {
	switch {
	case t < 0:
		return 1
	case g.constant():
		if t < g.mean {
			return 1
		}
		return 0
	}
	shape := 1 / (g.cv * g.cv)
	return mathext.GammaIncRegComp(shape, shape*t/g.mean)
}

// mix are points and weights that stand for a law of mean 1 in sums over it.
type mix struct{ factor, weight []float64 }

// gauss is the n-point rule that is exact for polynomials up to degree 2n−1 of a gamma
// time of mean 1: the points are the eigenvalues of the recurrence of the generalized
// Laguerre polynomials (Golub and Welsch, Calculation of Gauss quadrature rules, Math.
// Comp. 1969).
func gauss(cv float64, n int) mix {
	if cv < constantCV {
		return mix{[]float64{1}, []float64{1}}
	}
	shape := 1 / (cv * cv)
	jacobi := mat.NewSymDense(n, nil)
	for i := range n {
		jacobi.SetSym(i, i, 2*float64(i)+shape)
		if i > 0 {
			jacobi.SetSym(i-1, i, math.Sqrt(float64(i)*(float64(i)+shape-1)))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(jacobi, true) {
		return mix{[]float64{1}, []float64{1}}
	}
	m := mix{eigen.Values(nil), make([]float64, n)}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	for i := range n {
		m.factor[i] = math.Max(0, m.factor[i]/shape)
		m.weight[i] = vectors.At(0, i) * vectors.At(0, i)
	}
	return m
}

// trapezoid lays evenly spaced points over the logarithm of a gamma time of mean 1, where
// its density is smooth and falls off on both sides, so that the rule converges fast and
// also for functions with kinks. What is too short to matter is one point.
func trapezoid(cv float64) mix {
	if cv < constantCV {
		return mix{[]float64{1}, []float64{1}}
	}
	const n, short = 48, 1e-4
	shape := 1 / (cv * cv)
	lo, hi := math.Max(math.Log(short), -6*cv*(1+cv/2)), math.Log1p(7*cv+14*cv*cv)
	m := mix{make([]float64, n), make([]float64, n)}
	step := (hi - lo) / n
	constant, _ := math.Lgamma(shape)
	sum := 0.0
	for i := range n {
		v := lo + step*(float64(i)+0.5)
		x := math.Exp(v)
		w := step * math.Exp(shape*(math.Log(shape)+v-x)-constant)
		m.factor[i], m.weight[i] = x, w
		sum += w
	}
	if rest := 1 - sum; rest > 0 {
		m.weight[0] += rest
	}
	return m.scaled()
}

// scaled makes the weights sum to 1 and the mean 1.
func (m mix) scaled() mix {
	sum, mean := 0.0, 0.0
	for i, w := range m.weight {
		sum += w
		mean += w * m.factor[i]
	}
	for i := range m.weight {
		m.weight[i] /= sum
		m.factor[i] *= sum / mean
	}
	return m
}
