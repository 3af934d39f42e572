package simulate

import (
	"math"
	"math/rand/v2"
)

// stream is a sequence of random numbers. Arrivals, services and choices have one each, so
// that a change of one leaves the others as they were.
type stream struct{ *rand.Rand }

// streamOf is the sequence of a purpose in a replication.
func streamOf(seed uint64, replication, purpose int) stream {
	place := uint64(replication)<<8 | uint64(purpose)
	return stream{rand.New(rand.NewPCG(mixed(seed), mixed(mixed(seed)+place+1)))}
}

// mixed spreads neighbouring numbers over all bits, so that neighbouring seeds give sequences
// that have nothing in common (Steele, Lea and Flood, Fast splittable pseudorandom number
// generators, OOPSLA 2014).
func mixed(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// The purposes of sequences.
const (
	forArrivals = iota
	forServices
	forChoices
	forRetries
	forLengths
)

// gamma draws times of mean 1 with a coefficient of variation.
type gamma struct {
	cv   float64
	d, c float64 // of Marsaglia and Tsang
	less float64 // 1/shape where the shape is below 1, else 0
	mean float64 // of what they give
}

func newGamma(cv float64) gamma {
	g := gamma{cv: cv}
	if cv <= 0 || cv == 1 {
		return g
	}
	shape := 1 / (cv * cv)
	g.mean = shape
	if shape < 1 {
		g.less = 1 / shape
		shape++
	}
	g.d = shape - 1./3
	g.c = 1 / math.Sqrt(9*g.d)
	return g
}

// draw is one time (Marsaglia and Tsang, A simple method for generating gamma variables, ACM
// Trans. Math. Softw. 2000).
func (g *gamma) draw(r stream) float64 {
	switch {
	case g.cv <= 0:
		return 1
	case g.cv == 1:
		return r.ExpFloat64()
	}
	for {
		x := r.NormFloat64()
		v := 1 + g.c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := 1 - r.Float64()
		if u < 1-0.0331*x*x*x*x || math.Log(u) < x*x/2+g.d-g.d*v+g.d*math.Log(v) {
			v *= g.d / g.mean
			if g.less > 0 {
				v *= math.Pow(1-r.Float64(), g.less)
			}
			return v
		}
	}
}

// law returns what draws times of the law given; nil for the zero value.
func (t Times) law() func(stream) float64 {
	switch {
	case t.Lognormal > 0:
		sigma := math.Sqrt(math.Log1p(t.Lognormal * t.Lognormal))
		return func(r stream) float64 { return math.Exp(sigma*r.NormFloat64() - sigma*sigma/2) }
	case t.Pareto > 0:
		least := (t.Pareto - 1) / t.Pareto
		return func(r stream) float64 { return least * math.Pow(1-r.Float64(), -1/t.Pareto) }
	case len(t.Seen) > 0:
		return func(r stream) float64 { return t.Seen[r.IntN(len(t.Seen))] }
	}
	return nil
}

// logarithmic draws sizes of clusters that make counts disperse by d, at least 1 (Kemp,
// Efficient generation of logarithmically distributed pseudo-random variables, Appl. Statist.
// 1981: the search from below).
type logarithmic struct{ q, one float64 }

func newLogarithmic(d float64) logarithmic {
	q := 1 - 1/d
	return logarithmic{q, q / math.Log(d)}
}

func (l logarithmic) draw(r stream) int {
	size, p := 1, l.one
	for u := r.Float64() - p; u > 0 && p > 1e-15; u -= p {
		p *= l.q * float64(size) / float64(size+1)
		size++
	}
	return size
}

// perCluster is the mean size.
func (l logarithmic) mean() float64 { return l.one / (1 - l.q) }
