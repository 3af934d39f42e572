package kriging

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Posterior is a Gaussian process conditioned on observations. The zero value has seen none
// and answers with the prior.
type Posterior struct {
	upper   blas64.Triangular // U of the covariance UᵀU
	weights []float64         // covariance⁻¹ · values
}

// Condition returns the process given observed values. covariance is that of observations i
// and j, asked for j ≤ i; with the variance of the noise where i = j.
//
// Where duplicates without noise, or a kernel that is not quite positive definite, leave the
// matrix singular, the least noise that mends it is added to every observation.
func Condition(values []float64, covariance func(i, j int) float64) *Posterior {
	n := len(values)
	if n == 0 {
		return &Posterior{}
	}
	p := &Posterior{upper: factorize(n, covariance), weights: slices.Clone(values)}
	blas64.Trsv(blas.Trans, p.upper, vector(p.weights))
	blas64.Trsv(blas.NoTrans, p.upper, vector(p.weights))
	return p
}

// The noise that is added where a covariance is singular, relative to the largest variance:
// from about the rounding of a factorization to where it is no covariance at all.
const leastJitter, mostJitter = 1e-12, 1e6

// factorize returns the Cholesky factor of a covariance; of NaN where it holds NaN or ±Inf.
func factorize(n int, covariance func(i, j int) float64) blas64.Triangular {
	matrix := blas64.Symmetric{N: n, Stride: n, Data: make([]float64, n*n), Uplo: blas.Upper}
	if upper, ok := lapack64.Potrf(fill(matrix, covariance, 0)); ok {
		return upper
	}
	largest := 0.0
	for i := range n {
		largest = math.Max(largest, covariance(i, i))
	}
	if largest == 0 {
		largest = 1
	}
	for jitter := leastJitter; jitter <= mostJitter; jitter *= 10 {
		if upper, ok := lapack64.Potrf(fill(matrix, covariance, jitter*largest)); ok {
			return upper
		}
	}
	upper, _ := lapack64.Potrf(fill(matrix, func(_, _ int) float64 { return math.NaN() }, 0))
	return upper
}

// fill sets a matrix to a covariance with some noise added.
func fill(m blas64.Symmetric, covariance func(i, j int) float64, noise float64) blas64.Symmetric {
	for i := range m.N {
		for j := range i {
			m.Data[j*m.Stride+i] = covariance(i, j)
		}
		m.Data[i*m.Stride+i] = covariance(i, i) + noise
	}
	return m
}

func vector(v []float64) blas64.Vector { return blas64.Vector{N: len(v), Data: v, Inc: 1} }

// Weights are what each observation contributes to the mean per unit of its covariance with
// the point asked about. Times the variance of its noise it is the observation's residual.
func (p *Posterior) Weights() []float64 { return p.weights }

// Mean returns the posterior mean less the prior one at a point, given the point's
// covariances with the observations.
func (p *Posterior) Mean(covariances []float64) float64 {
	sum := 0.0
	for i, w := range p.weights {
		sum += w * covariances[i]
	}
	return sum
}

// Explained returns by how much the observations reduce the prior variance at a point, given
// the point's covariances with them. The covariances are overwritten.
func (p *Posterior) Explained(covariances []float64) float64 {
	if len(p.weights) == 0 {
		return 0
	}
	blas64.Trsv(blas.Trans, p.upper, vector(covariances))
	sum := 0.0
	for _, v := range covariances {
		sum += v * v
	}
	return sum
}
