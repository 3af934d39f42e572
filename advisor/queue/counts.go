package queue

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// counts is the law of how many requests arrive in a stretch of time: Poisson at
// dispersion 1, above it negative binomial, which is what a Poisson stream of clusters
// of logarithmic size gives (Johnson, Kemp and Kotz, Univariate Discrete Distributions,
// 2005, 5.3).
//
// Both follow one recurrence, p(n+1)/p(n) = (mean/d + (1−1/d)·n)/(n+1), so that the one
// passes into the other without a seam (Panjer's class).
type counts struct{ mean, dispersion float64 }

// neglect is a probability that is taken as zero, and the negative of its logarithm.
type neglect struct{ part, nats float64 }

// The chain keeps more than the ages: its rare states are what tails are made of.
var (
	tiny  = neglect{1e-15, 34.539}
	faint = neglect{1e-9, 20.723}
	rough = neglect{1e-5, 11.513}
)

func (c counts) sigma() float64 { return math.Sqrt(c.mean * c.dispersion) }

// first returns a count below which the probability is less than what is neglected. A sum of
// non-negative clusters is sub-Gaussian to the left with its own variance.
func (c counts) first(n neglect) int {
	return max(0, int(c.mean-math.Sqrt(2*n.nats)*c.sigma()))
}

// most returns a count that is exceeded with a probability below what is neglected: Bernstein's
// bound, where the tail of clusters is exponential with their dispersion.
func (c counts) most(n neglect) int {
	heavy := n.nats * (1./3 + (c.dispersion-1)/c.dispersion)
	x := heavy * c.dispersion
	return int(c.mean+x+math.Sqrt(x*x+2*n.nats*c.dispersion*c.mean)) + 1
}

// Where a law spreads over many counts and few of them are asked for, closed forms take less
// time than its table.
const (
	wideSpread = 64
	fewCounts  = 16
)

// wide reports whether closed forms evaluate a law faster than its table.
func (c counts) wide() bool { return c.dispersion > 2 && c.sigma() > wideSpread }

// at returns the probability of n of a law with a dispersion above 1.
func (c counts) at(n int) float64 {
	size, fail := c.mean/(c.dispersion-1), 1-1/c.dispersion
	chosen, _ := math.Lgamma(float64(n) + size)
	ones, _ := math.Lgamma(size)
	all, _ := math.Lgamma(float64(n) + 1)
	return math.Exp(chosen - ones - all - size*math.Log(c.dispersion) + float64(n)*math.Log(fail))
}

// over returns the mean of what a law with a dispersion above 1 exceeds n: weighing the counts by
// their size gives a law of the same kind, one cluster larger.
func (c counts) over(n int) float64 {
	if n <= 0 {
		return c.mean - float64(n)
	}
	size, fail := c.mean/(c.dispersion-1), 1-1/c.dispersion
	weighed := 1.0 // probability of n−1 or more of the larger law
	if n > 1 {
		weighed = mathext.RegIncBeta(float64(n-1), size+1, fail)
	}
	return math.Max(0, c.mean*weighed-float64(n)*mathext.RegIncBeta(float64(n), size, fail))
}

// table is a law on consecutive counts.
type table struct {
	first int
	p     []float64
}

// at returns the probability of n.
func (t table) at(n int) float64 {
	if i := n - t.first; i >= 0 && i < len(t.p) {
		return t.p[i]
	}
	return 0
}

// end returns one above the largest count of the table.
func (t table) end() int { return t.first + len(t.p) }

// above returns the probability of n or more.
func (t table) above(n int) float64 {
	sum := 0.0
	for k := len(t.p) - 1; k >= max(0, n-t.first); k-- {
		sum += t.p[k]
	}
	return sum
}

// smallest is where an unnormalised walk starts; the mode is at most exp(100) above.
const smallest = 1e-200

// tabulate writes the law into buf, which grows as needed, and returns it. Either end is
// cut where no more than that lies beyond, about.
func (c counts) tabulate(buf []float64, cut neglect, r *reciprocals) table {
	first, most := c.first(cut), c.most(cut)+1
	if n := most - first; cap(buf) < n {
		buf = make([]float64, n+n/4)
	}
	buf = buf[:most-first]
	inv := r.upTo(most)[first+1:]
	u, v := c.mean/c.dispersion, 1-1/c.dispersion
	w := u + v*float64(first)
	p, sum, top, n := smallest, 0.0, 0.0, 0
	for ; n < len(buf) && n < len(inv) && p > top; n++ {
		buf[n] = p
		sum += p
		top = p
		p *= w * inv[n]
		w += v
	}
	for top *= cut.part; n < len(buf) && n < len(inv) && p > top; n++ {
		buf[n] = p
		sum += p
		p *= w * inv[n]
		w += v
	}
	buf = buf[:n]
	scale := 1 / sum
	for i := range buf {
		buf[i] *= scale
	}
	return table{first, buf}
}

// reciprocals remembers 1/n: a product is several times faster than a quotient, and the
// walks above are where the time goes.
type reciprocals struct{ inv []float64 }

// upTo gives 1/k for every k from 0 to n.
func (r *reciprocals) upTo(n int) []float64 {
	if n >= len(r.inv) {
		r.grow(n)
	}
	return r.inv
}

func (r *reciprocals) grow(n int) {
	for k := len(r.inv); k <= n+n/2+64; k++ {
		r.inv = append(r.inv, 1/float64(k))
	}
}

// growth is ln E(1+e)^N; +Inf where that has no value.
func (c counts) growth(e float64) float64 {
	x := c.dispersion - 1
	if x*e < 1e-9 {
		return c.mean * e * (1 + x*e/2)
	}
	return -c.mean / x * math.Log1p(-x*e)
}

// growthSlope returns the derivative of growth.
func (c counts) growthSlope(e float64) float64 {
	return c.mean / (1 - (c.dispersion-1)*e)
}

// root returns the e > 0 with ln E(1+e)^N = full·ln(1+e), for a mean below full. The
// difference of the two is convex, so that Newton's steps fall on its root from the right.
func (c counts) root(full int) float64 {
	f := float64(full)
	limit := math.Inf(1)
	if c.dispersion > 1 {
		limit = 1 / (c.dispersion - 1)
	}
	e := math.Min(1, limit/2)
	for c.growth(e) < f*math.Log1p(e) {
		next := math.Min(2*e, (e+limit)/2)
		if next == e || math.IsInf(next, 1) || next >= limit*(1-1e-15) {
			return next // few arrivals: the tail is that of one cluster
		}
		e = next
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
