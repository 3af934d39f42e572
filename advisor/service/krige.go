package service

import "math"

// krige predicts the value at q from the cells: the conditional mean and variance of a
// Gaussian process (kriging; Rasmussen and Williams, Gaussian Processes for Machine
// Learning, 2006, algorithm 2.1). mean is the prior mean of value less slope. With no cell
// the answer is the prior.
func krige(k kernel, cells []*cell, mean float64, q *cell) (value, variance float64) {
	n := len(cells)
	l, w := newTriangle(n), make([]float64, n)
	v := make([]float64, n)
	for i, c := range cells {
		for j := 0; j <= i; j++ {
			l.set(i, j, k.between(c, cells[j]))
		}
		l.set(i, i, l.at(i, i)+k.noise(c))
		w[i] = c.value - k.slope(c) - mean
		v[i] = k.between(c, q)
	}
	l.factor()
	l.forward(w)
	l.forward(v)
	value, variance = mean+k.slope(q), k.between(q, q)
	for i := range w {
		value += v[i] * w[i]
		variance -= v[i] * v[i]
	}
	return value, math.Max(variance, 0)
}

// triangle is a lower triangular matrix by rows.
type triangle struct {
	n int
	v []float64
}

func newTriangle(n int) *triangle { return &triangle{n, make([]float64, n*(n+1)/2)} }

func (t *triangle) row(i int) []float64     { return t.v[i*(i+1)/2 : i*(i+1)/2+i+1] }
func (t *triangle) at(i, j int) float64     { return t.v[i*(i+1)/2+j] }
func (t *triangle) set(i, j int, v float64) { t.v[i*(i+1)/2+j] = v }

// factor replaces a symmetric matrix by its Cholesky factor. Where rounding, or distances
// taken for unknown facts, leave it short of positive definite the pivot is held up, which
// is to add noise there.
func (t *triangle) factor() {
	const least = 1e-6
	for i := 0; i < t.n; i++ {
		ri := t.row(i)
		for j := 0; j <= i; j++ {
			rj := t.row(j)
			sum := ri[j]
			for k := 0; k < j; k++ {
				sum -= ri[k] * rj[k]
			}
			if j < i {
				ri[j] = sum / rj[j]
			} else {
				ri[i] = math.Sqrt(math.Max(sum, least))
			}
		}
	}
}

// forward solves L·x = b in place.
func (t *triangle) forward(b []float64) {
	for i := range b {
		r := t.row(i)
		sum := b[i]
		for k := 0; k < i; k++ {
			sum -= r[k] * b[k]
		}
		b[i] = sum / r[i]
	}
}
