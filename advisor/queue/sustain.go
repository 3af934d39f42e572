package queue

import "math"

// Sustainable returns the largest rate, requests per second, at which a share percentile of
// the requests is served within bound seconds; 0 when not even a single request is. Dispersion
// and window are those of Load. Without a bound (+Inf) it is the saturation.
func Sustainable(s Server, dispersion, window, bound, percentile float64) float64 {
	saturation := s.Saturation()
	if !(saturation > 0) || !(bound > 0) || !(percentile > 0 && percentile < 1) {
		return 0
	}
	if math.IsInf(bound, 1) {
		return saturation
	}
	p := inquire(s, bound, 1-percentile)
	defer p.close()
	rate := p.largest(saturation, dispersion, window, 1-percentile)
	if p.other == nil {
		return rate
	}
	// The fewer of two tails counts: where the second allows no more than the first it is done.
	o := p.other()
	defer o.close()
	if rate > 0 && o.exceeds(Load{rate, dispersion, window}) > 1-percentile {
		return rate
	}
	return math.Max(rate, o.largest(saturation, dispersion, window, 1-percentile))
}

// Keeps reports whether under a load at most a share of the requests takes longer than bound
// seconds: what Result.Exceeds says, with less work.
func Keeps(s Server, l Load, bound, share float64) bool {
	p := inquire(s, bound, share)
	defer p.close()
	if p.exceeds(l) <= share {
		return true
	}
	if p.other == nil {
		return false
	}
	o := p.other()
	defer o.close()
	return o.exceeds(l) <= share
}

// largest returns the largest rate below saturation at which no more than a share exceeds the bound.
func (p inquiry) largest(saturation, dispersion, window, q float64) float64 {
	over := func(rate float64) float64 {
		return logRatio(p.exceeds(Load{rate, dispersion, window}), q)
	}
	alone := over(0)
	if alone > 0 {
		return 0
	}
	a, b := bracket(p.guess, saturation, alone, logRatio(1, q), over)
	rate, _ := crossing(a.x, b.x, a.f, b.f, search{1e-12 * saturation, 2 * p.exact, p.exact}, over)
	return rate * (1 - p.exact) // on the safe side of what was exact enough
}

// inquiry evaluates one server against one bound at many loads.
type inquiry struct {
	exceeds func(Load) float64 // probability that a request takes longer than the bound
	guess   float64            // of the rate at which that probability is the allowed share
	exact   float64            // precision of the rate: that of the tails
	other   func() inquiry     // nil, or the inquiry whose tail counts where it is smaller
	close   func()
}

// inquire returns an inquiry; for the servers of this package it is faster than computing whole results.
func inquire(s Server, bound, share float64) inquiry {
	switch s := s.(type) {
	case Batch:
		return s.inquire(bound, share)
	case Balanced:
		return s.inquire(bound, share)
	case Mixed:
		return s.inquire(bound, share)
	case Pool:
		return s.inquire(bound, share)
	case evenBatch:
		return s.inquire(bound, share)
	}
	return plain(s, bound)
}

// Relative precision to which rates are found.
const (
	exactly    = 5e-7
	varyingly  = 1e-5 // where steps vary
	nearEvenly = 5e-4 // where servers share their work evenly, about
)

// plain returns the inquiry of any server.
func plain(s Server, bound float64) inquiry {
	return inquiry{
		exceeds: func(l Load) float64 { return s.At(l).Exceeds(bound) },
		guess:   s.Saturation() / 2,
		exact:   exactly,
		close:   func() {},
	}
}

// inquire returns the inquiry of one server under a part of the load.
func (b Balanced) inquire(bound, share float64) inquiry {
	if b.N < 1 {
		return plain(b, bound)
	}
	if s, ok := b.shared(); ok {
		return inquire(s, bound, share)
	}
	one := inquire(b.Server, bound, share)
	exceeds := one.exceeds
	one.exceeds = func(l Load) float64 { return exceeds(b.split(l)) }
	one.guess *= float64(b.N)
	return one
}

// sample is a rate and by how much it is over the bound.
type sample struct{ x, f float64 }

// bracket widens an interval around a guess, within 0 and saturation whose values are
// known, until f changes its sign in it.
func bracket(guess, saturation, first, last float64, f func(float64) float64) (low, high sample) {
	low, high = sample{0, first}, sample{saturation, last}
	if !(guess > 0 && guess < saturation) {
		return low, high
	}
	step := 0.03 * math.Min(guess, 3*(saturation-guess))
	for x := guess; x > 0 && x < saturation; step *= 4 {
		if v := f(x); v > 0 {
			high = sample{x, v}
			x -= step
		} else {
			low = sample{x, v}
			x += step
		}
		if low.x > 0 && high.x < saturation {
			break
		}
	}
	return low, high
}
