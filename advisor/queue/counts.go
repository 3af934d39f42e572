package queue

import "math"

// counts is the law of how many requests arrive in a stretch of time: Poisson at
// dispersion 1, above it negative binomial, which is what a Poisson stream of clusters
// of logarithmic size gives (Johnson, Kemp and Kotz, Univariate Discrete Distributions,
// 2005, 5.3).
//
// Both follow one recurrence, p(n+1)/p(n) = (mean/d + (1−1/d)·n)/(n+1), so that the one
// passes into the other without a seam (Panjer's class).
type counts struct{ mean, dispersion float64 }

const (
	// leftSigmas bounds the left tail: a sum of non-negative clusters is sub-Gaussian to
	// the left with its own variance, exp(−9²/2) < 3e-18.
	leftSigmas = 9
	// negligible is the probability, against the mode's, below which a right tail is cut.
	negligible = 1e-18
	// smallest is where an unnormalised walk starts; the mode is at most exp(100) above.
	smallest = 1e-200
)

func (c counts) sigma() float64 { return math.Sqrt(c.mean * c.dispersion) }

// first is the smallest count that is not negligible.
func (c counts) first() int {
	return max(0, int(c.mean-leftSigmas*c.sigma()))
}

// table is a law on consecutive counts.
type table struct {
	first int
	p     []float64
}

// at is the probability of n.
func (t table) at(n int) float64 {
	if i := n - t.first; i >= 0 && i < len(t.p) {
		return t.p[i]
	}
	return 0
}

// end is one above the largest count of the table.
func (t table) end() int { return t.first + len(t.p) }

// above is the probability of n or more.
func (t table) above(n int) float64 {
	sum := 0.0
	for k := len(t.p) - 1; k >= max(0, n-t.first); k-- {
		sum += t.p[k]
	}
	return sum
}

// tabulate writes the law into buf, which grows as needed, and returns it.
func (c counts) tabulate(buf []float64, r *reciprocals) table {
	first := c.first()
	buf = buf[:0]
	u, v := c.mean/c.dispersion, 1-1/c.dispersion
	p, top, sum := smallest, 0.0, 0.0
	for n := first; p > top*negligible; n++ {
		buf = append(buf, p)
		sum += p
		top = max(top, p)
		p *= (u + v*float64(n)) * r.of(n+1)
	}
	scale := 1 / sum
	for i := range buf {
		buf[i] *= scale
	}
	return table{first, buf}
}

// reciprocals remembers 1/n: a product is several times faster than a quotient, and the
// walks above are where the time goes.
type reciprocals struct{ inv []float64 }

func (r *reciprocals) of(n int) float64 {
	if n < len(r.inv) {
		return r.inv[n]
	}
	return r.grow(n)
}

func (r *reciprocals) grow(n int) float64 {
	for k := len(r.inv); k <= n+n/2+64; k++ {
		r.inv = append(r.inv, 1/float64(k))
	}
	return r.inv[n]
}

// growth is ln E(1+e)^N; +Inf where that has no value.
func (c counts) growth(e float64) float64 {
	x := c.dispersion - 1
	if x*e < 1e-9 {
		return c.mean * e * (1 + x*e/2)
	}
	return -c.mean / x * math.Log1p(-x*e)
}

// growthSlope is the derivative of growth.
func (c counts) growthSlope(e float64) float64 {
	return c.mean / (1 - (c.dispersion-1)*e)
}

// root is the e > 0 with ln E(1+e)^N = full·ln(1+e), for a mean below full. The
// difference of the two is convex, so that Newton's steps fall on its root from the right.
func (c counts) root(full int) float64 {
	f := float64(full)
	limit := math.Inf(1)
	if c.dispersion > 1 {
		limit = 1 / (c.dispersion - 1)
	}
	e := math.Min(1, limit/2)
	for c.growth(e) < f*math.Log1p(e) {
		further := math.Min(2*e, (e+limit)/2)
		if further <= e || math.IsInf(further, 1) {
			return e // a mean so small that the root is the limit, as far as numbers go
		}
		e = further
	}
	for range 200 {
		next := e - (c.growth(e)-f*math.Log1p(e))/(c.growthSlope(e)-f/(1+e))
		if !(next > 0) || next >= e*(1-1e-15) {
			break
		}
		e = next
	}
	return e
}
