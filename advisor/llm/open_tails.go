package llm

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// part is a share of requests whose time is at least least and has a mean and a variance: a
// gamma law from there. Width is a piece of a distribution of lengths that the part stands
// for, from one end to the other, in seconds.
type part struct {
	share                 float64
	least, mean, variance float64 // s, s, s²
	most                  float64 // s, which none exceeds; 0 = no such end
	width                 float64 // s
}

// mixture is the law of a time: a sum of parts.
type mixture []part

// exceeds is the share above t.
func (m mixture) exceeds(t float64) float64 {
	sum := 0.0
	for _, p := range m {
		sum += p.share * p.exceeds(t)
	}
	return sum
}

func (p part) exceeds(t float64) float64 {
	cell := p.width * p.width / 12
	variance, least := p.variance+cell, p.least-p.width/2
	over := p.mean - least
	switch {
	case t <= least:
		return 1
	case p.most > 0 && t >= p.most:
		return 0
	case p.variance <= 1e-12*p.mean*p.mean || over <= 0:
		return ramp(t, p.mean, p.width)
	case t > p.mean+12*math.Sqrt(variance)+3*variance/over:
		return 0
	}
	tail := gammaTail(over*over/variance, (t-least)/over)
	if cell > 0 {
		tail += cell / variance * (ramp(t, p.mean, math.Sqrt(12*variance)) - tail)
	}
	return tail
}

// ramp is the tail of a time that lies evenly within a width.
func ramp(t, mean, width float64) float64 {
	if width <= 1e-12*mean {
		if t < mean {
			return 1
		}
		return 0
	}
	return math.Max(0, math.Min(1, 0.5-(t-mean)/width))
}

// gammaTail is the share of a gamma law with a shape and mean 1 that exceeds x. From a shape
// of 0.3 on its cube root is normal to within a part in a hundred of a quantile (Wilson and
// Hilferty, The distribution of chi-square, PNAS 1931).
func gammaTail(shape, x float64) float64 {
	if shape < 0.3 {
		return mathext.GammaIncRegComp(shape, shape*x)
	}
	small := 1 / (9 * shape)
	return math.Erfc((math.Cbrt(x)-1+small)/math.Sqrt(2*small)) / 2
}

// usual are the usual percentiles.
func (m mixture) usual() Quantiles {
	return Quantiles{m.quantile(0.5), m.quantile(0.9), m.quantile(0.95), m.quantile(0.99)}
}

// quantile is the time that a share p does not exceed, 0 < p < 1.
func (m mixture) quantile(p float64) float64 {
	lo, hi := 0.0, 0.0
	for _, q := range m {
		if q.share > 0 {
			hi = math.Max(hi, q.mean+q.width+10*math.Sqrt(q.variance))
		}
	}
	if hi == 0 { // nothing takes any time
		return 0
	}
	for m.exceeds(hi) > 1-p && hi < math.MaxFloat64/2 {
		lo, hi = hi, 2*hi
	}
	_, t := narrow(lo, hi, 1e-6, func(t float64) float64 { return m.exceeds(t) - (1 - p) })
	return t
}

// narrow finds where a falling function crosses zero, to within a part, and returns the ends: by the regula falsi that halves the value of an end that stays (Dowell and
// Jarratt, A modified regula falsi method, BIT 1971), with bisection where that is slow.
func narrow(lo, hi, part float64, f func(float64) float64) (below, above float64) {
	flo, fhi := f(lo), f(hi)
	if flo <= 0 {
		return lo, lo
	}
	for i := 0; i < 100 && hi-lo > part*hi; i++ {
		x := lo + (hi-lo)*flo/(flo-fhi)
		if i%3 == 2 || !(x > lo && x < hi) {
			x = (lo + hi) / 2
		}
		switch v := f(x); {
		case v > 0:
			lo, flo, fhi = x, v, fhi/2
		default:
			hi, fhi, flo = x, v, flo/2
		}
	}
	return lo, hi
}
