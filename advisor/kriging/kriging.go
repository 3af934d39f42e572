package kriging

import (
	"math"
	"slices"
)

// Posterior is a Gaussian process conditioned on observations. The zero value has none and returns the
// prior.
type Posterior struct {
	lower   []float64 // L of the covariance LLᵀ, its rows up to the diagonal one behind the other
	inverse []float64 // 1 over the diagonal of L
	weights []float64 // covariance⁻¹ · values
}

// Condition returns the process given observed values. covariance is that of observations i
// and j, asked for j ≤ i; with the variance of the noise where i = j.
//
// Where duplicates without noise, or a kernel that is not quite positive definite, leave the
// matrix singular, the least noise that fixes it is added to every observation.
func Condition(values []float64, covariance func(i, j int) float64) *Posterior {
	p := new(Posterior)
	p.Reset(values, covariance)
	return p
}

// Reset conditions the process on other observations, in the memory that it has. What
// Weights returned before is no longer valid.
func (p *Posterior) Reset(values []float64, covariance func(i, j int) float64) {
	n := len(values)
	p.lower = slices.Grow(p.lower[:0], n*(n+1)/2)[:n*(n+1)/2]
	p.inverse = slices.Grow(p.inverse[:0], n)[:n]
	p.weights = append(p.weights[:0], values...)
	p.factorize(covariance)
	p.forward(p.weights)
	p.backward(p.weights)
}

// The noise that is added where a covariance is singular, relative to the largest variance:
// from about the rounding of a factorization to where it is no covariance at all.
const leastJitter, mostJitter = 1e-12, 1e6

// factorize sets the Cholesky factor of a covariance; NaN where it holds NaN or ±Inf.
func (p *Posterior) factorize(covariance func(i, j int) float64) {
	p.fill(covariance, 0)
	if p.cholesky() {
		return
	}
	largest := 0.0
	for i := range p.weights {
		largest = math.Max(largest, covariance(i, i))
	}
	if largest == 0 {
		largest = 1
	}
	for jitter := leastJitter; jitter <= mostJitter; jitter *= 10 {
		p.fill(covariance, jitter*largest)
		if p.cholesky() {
			return
		}
	}
	for i := range p.lower {
		p.lower[i] = math.NaN()
	}
	for i := range p.inverse {
		p.inverse[i] = math.NaN()
	}
}

// row is row i of the lower triangle, up to the diagonal.
func (p *Posterior) row(i int) []float64 { return p.lower[i*(i+1)/2:][:i+1] }

// fill sets the lower triangle to a covariance with some noise added.
func (p *Posterior) fill(covariance func(i, j int) float64, noise float64) {
	for i := range p.weights {
		row := p.row(i)
		for j := range row {
			row[j] = covariance(i, j)
		}
		row[i] += noise
	}
}

// cholesky replaces the lower triangle by its factor, column by column. It reports whether
// the matrix is positive definite.
func (p *Posterior) cholesky() bool {
	n := len(p.weights)
	for j := range n {
		pivot := p.row(j)
		left := pivot[:j]
		d := pivot[j] - dot(left, left)
		if !(d > 0) {
			return false
		}
		pivot[j] = math.Sqrt(d)
		p.inverse[j] = 1 / pivot[j]
		i := j + 1
		for ; i+3 < n; i += 4 { // four rows at once keep the processor's adders busy
			p.eliminate(i, left, p.inverse[j])
		}
		for ; i < n; i++ {
			row := p.row(i)
			row[j] = (row[j] - dot(row[:j], left)) * p.inverse[j]
		}
	}
	return true
}

// eliminate finishes an element of four rows, right of those that are finished.
func (p *Posterior) eliminate(i int, left []float64, inverse float64) {
	j := len(left)
	a, b, c, d := p.row(i), p.row(i+1), p.row(i+2), p.row(i+3)
	e, f, g, h := a[:j], b[:j], c[:j], d[:j]
	var ofA, ofB, ofC, ofD float64
	for k, x := range left {
		ofA += e[k] * x
		ofB += f[k] * x
		ofC += g[k] * x
		ofD += h[k] * x
	}
	a[j], b[j], c[j], d[j] = (a[j]-ofA)*inverse, (b[j]-ofB)*inverse, (c[j]-ofC)*inverse, (d[j]-ofD)*inverse
}

func dot(a, b []float64) float64 {
	var even, odd float64
	b = b[:len(a)]
	k := 0
	for ; k+1 < len(a); k += 2 {
		even += a[k] * b[k]
		odd += a[k+1] * b[k+1]
	}
	if k < len(a) {
		even += a[k] * b[k]
	}
	return even + odd
}

// forward replaces v by L⁻¹v.
func (p *Posterior) forward(v []float64) {
	for i := range p.inverse {
		v[i] = (v[i] - dot(p.row(i)[:i], v)) * p.inverse[i]
	}
}

// backward replaces v by L⁻ᵀv.
func (p *Posterior) backward(v []float64) {
	for i := len(p.inverse) - 1; i >= 0; i-- {
		v[i] *= p.inverse[i]
		for k, x := range p.row(i)[:i] {
			v[k] -= x * v[i]
		}
	}
}

// Weights returns what each observation contributes to the mean per unit of its covariance with
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
	p.forward(covariances)
	sum := 0.0
	for _, v := range covariances[:len(p.weights)] {
		sum += v * v
	}
	return sum
}
