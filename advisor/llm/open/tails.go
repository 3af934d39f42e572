package open

import "math"

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

// z99 is the normal score of the 99th percentile.
const z99 = 2.3263478740408408

// noLater is the largest variance of a gamma law of some mean with which its 99th percentile
// is no later than that of another. The percentiles are m + z·s + (z²−1)/3·s²/m (Cornish and
// Fisher, Moments and cumulants in the specification of distributions, 1938).
func noLater(mean, other, variance float64) float64 {
	const skew = (z99*z99 - 1) / 3
	late := other - mean + z99*math.Sqrt(variance) + skew*variance/other
	if !(late > 0 && mean > 0 && other > 0) {
		return 0
	}
	s := mean * (math.Sqrt(z99*z99+4*skew*late/mean) - z99) / (2 * skew)
	return s * s
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
	if shape < 1 {
		v := math.Log1p(1 / shape)
		ln := math.Erfc((math.Log(x)+v/2)/math.Sqrt(2*v)) / 2
		w := math.Max(0, (shape-0.3)/0.7)
		if w == 0 {
			return ln
		}
		small := 1 / (9 * shape)
		return (1-w)*ln + w*math.Erfc((math.Cbrt(x)-1+small)/math.Sqrt(2*small))/2
	}
	small := 1 / (9 * shape)
	return math.Erfc((math.Cbrt(x)-1+small)/math.Sqrt(2*small)) / 2
}

// usual are the usual percentiles.
func (m mixture) usual() Quantiles {
	var q Quantiles
	q.P50 = m.above(0, 0.5)
	q.P90 = m.above(q.P50, 0.9)
	q.P95 = m.above(q.P90, 0.95)
	q.P99 = m.above(q.P95, 0.99)
	return q
}

// quantile is the time that a share p does not exceed, 0 ≤ p < 1.
func (m mixture) quantile(p float64) float64 { return m.above(0, p) }

// above is quantile, known to be at least lo. The search is for the logarithm of the share
// that is late, which falls about linearly.
func (m mixture) above(lo, p float64) float64 {
	mean, second := 0.0, 0.0
	for _, q := range m {
		mean += q.share * q.mean
		second += q.share * (q.mean*q.mean + q.variance + q.width*q.width)
	}
	if mean == 0 { // nothing takes any time
		return 0
	}
	const least = 1e-9
	late := math.Log(1 - p)
	over := func(t float64) float64 { return math.Log(math.Max(m.exceeds(t), least)) - late }
	hi := math.Max(lo, mean)
	deviation := math.Sqrt(math.Max(0, second-mean*mean)) + 1e-6*mean
	for over(hi) > 0 && hi < math.MaxFloat64/4 {
		lo, hi, deviation = hi, hi+2*deviation, 2*deviation
	}
	_, t := narrow(lo, hi, 1e-6, over)
	return t
}

// narrow finds where a falling function crosses zero, to within a part, and returns the ends:
// by the regula falsi that halves the value of an end that stays a second time (Dowell and
// Jarratt, A modified regula falsi method, BIT 1971), with bisection where that is slow.
func narrow(lo, hi, part float64, f func(float64) float64) (below, above float64) {
	flo, fhi := f(lo), f(hi)
	switch {
	case flo <= 0:
		return lo, lo
	case fhi > 0:
		return hi, hi
	}
	stays := 0 // below 0: lo has stayed since the last step, above 0: hi
	for i := 0; i < 100 && hi-lo > part*hi; i++ {
		x := lo + (hi-lo)*flo/(flo-fhi)
		if i%5 == 4 || !(x > lo && x < hi) {
			x = (lo + hi) / 2
		}
		x = math.Min(math.Max(x, lo+part/3*hi), hi-part/3*hi) // a step beyond closes the other side
		switch v := f(x); {
		case v > 0:
			if lo, flo = x, v; stays > 0 {
				fhi /= 2
			}
			stays = 1
		default:
			if hi, fhi = x, v; stays < 0 {
				flo /= 2
			}
			stays = -1
		}
	}
	return lo, hi
}
