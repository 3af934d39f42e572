package queue

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// gamma is a time with a mean and a coefficient of variation; cv 0 is constant.
type gamma struct{ mean, cv float64 }

// constantCV is the coefficient of variation below which a time counts as constant.
const constantCV = 1e-3

func (g gamma) constant() bool { return g.cv < constantCV }

// exceeds returns the probability of more than t.
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

// gauss returns the n-point rule that is exact for polynomials up to degree 2n−1 of a gamma
// time of mean 1: the points are the eigenvalues of the recurrence of the generalized
// Laguerre polynomials (Golub and Welsch, Calculation of Gauss quadrature rules, Math.
// Comp. 1969).
func gauss(cv float64, n int) mix {
	if cv < constantCV {
		return mix{[]float64{1}, []float64{1}}
	}
	shape := 1 / (cv * cv)
	m := mix{make([]float64, n), make([]float64, n)}
	beside := make([]float64, n)
	for i := range n {
		m.factor[i], beside[i] = 2*float64(i)+shape, math.Sqrt(float64(i+1)*(float64(i)+shape))
	}
	m.weight[0] = 1
	diagonalize(m.factor, beside, m.weight)
	for i := range n {
		m.factor[i] = math.Max(0, m.factor[i]/shape)
		m.weight[i] *= m.weight[i]
	}
	return m
}

// diagonalize replaces the diagonal of a symmetric tridiagonal matrix by its eigenvalues and
// a row vector by its product with the eigenvectors, by the QL algorithm with implicit
// shifts (Dubrulle, Martin and Wilkinson, The implicit QL algorithm, Numer. Math. 12, 1968).
// beside are the elements next to the diagonal, its last one spare; they are overwritten.
func diagonalize(diagonal, beside, row []float64) {
	n := len(diagonal)
	beside[n-1] = 0
	for l := range n {
		for range mostRotations {
			m := l
			for m < n-1 && math.Abs(beside[m]) > epsilon*(math.Abs(diagonal[m])+math.Abs(diagonal[m+1])) {
				m++
			}
			if m == l {
				break
			}
			g := (diagonal[l+1] - diagonal[l]) / (2 * beside[l])
			g = diagonal[m] - diagonal[l] + beside[l]/(g+math.Copysign(math.Sqrt(g*g+1), g))
			sin, cos, p := 1.0, 1.0, 0.0
			for i := m - 1; i >= l; i-- {
				f, b := sin*beside[i], cos*beside[i]
				r := math.Sqrt(f*f + g*g)
				if sin, cos = 0, 1; r > 0 {
					sin, cos = f/r, g/r
				}
				beside[i+1] = r
				g = diagonal[i+1] - p
				r = (diagonal[i]-g)*sin + 2*cos*b
				p = sin * r
				diagonal[i+1] = g + p
				g = cos*r - b
				row[i], row[i+1] = cos*row[i]-sin*row[i+1], sin*row[i]+cos*row[i+1]
			}
			diagonal[l] -= p
			beside[l], beside[m] = g, 0
		}
	}
}

const (
	epsilon       = 0x1p-52
	mostRotations = 60 // about two for each eigenvalue are usual
)

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
