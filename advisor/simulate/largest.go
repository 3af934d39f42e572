package simulate

import (
	"context"
	"math"
)

// searches are the runs among which Largest divides its budget, each twice as long as the one before.
const searches = 4

// lowest is how far below the rate that it begins at Largest looks, as a factor.
const lowest = 0.25

// Largest returns the largest rate, 1/s, at which the goal is kept, as far as the budget can determine. It
// begins at the given rate, which is known to be near, and corrects what the formula says there: a few long
// runs tell by how much times differ from those of the formula, which knows how they grow with the rate. A
// bisection would need many runs, each too short to know its tail. The formula returns the logarithm of the
// time over its bound at a rate, the worst of all bounds, as the samples are; it grows with the rate. 0
// means that the goal is kept at no rate down to a quarter of the one given. The error is about the spec.
func Largest(ctx context.Context, s Spec, from float64, formula func(rate float64) float64, meter *Meter) (rate float64, err error) {
	s.Traffic.Rate = from
	if err := s.check(); err != nil {
		return 0, err
	}
	p := newProber(ctx, s, meter)
	b := bracket{formula: func(rate float64) float64 { return math.Min(formula(rate), swamped) }, end: math.Min(s.Fleet.Saturation(), 1.5*from)}
	for rate = from; p.left > 0; {
		b.add(p.probe(rate))
		next := b.kept()
		if next < lowest*from {
			return 0, nil
		}
		if math.Abs(next/rate-1) < fineEnough/4 && p.left < searches-1 {
			return next, nil
		}
		rate = next
	}
	if b.low.rate == 0 && b.high.excess > clearBy { // still too slow, and how it goes on below is not known
		return 0, nil
	}
	return rate, nil
}

// sample is by how much the goal is missed at a rate: the logarithm of the time over its bound, the
// worst of all bounds.
type sample struct{ rate, excess float64 }

// bracket is what is known of where a goal is just kept.
type bracket struct {
	formula   func(rate float64) float64
	end       float64 // 1/s, beyond which nothing is looked for
	low, high sample  // the nearest that kept it, and that did not; rate 0 for none
	last      sample  // the one with the longest run
	before    sample  // and the one before it
}

func (b *bracket) add(x sample) {
	b.before, b.last = b.last, x
	if x.excess > 0 {
		if b.high = x; b.low.rate >= x.rate { // by chance: the longer run counts
			b.low = sample{}
		}
		return
	}
	if b.low = x; b.high.rate > 0 && b.high.rate <= x.rate {
		b.high = sample{}
	}
}

// step is how far the rate changes at most where only one side is known, as a factor.
const step = 1.4

// kept returns the rate at which the formula, moved by as much as the samples differ from it, just keeps the
// goal.
func (b *bracket) kept() float64 {
	low, high := b.low.rate, b.high.rate
	switch {
	case high == 0:
		high = math.Min(step*low, (low+b.end)/2)
	case low == 0:
		low = high / step
	}
	moved := func(rate float64) float64 { return b.formula(rate) + b.shift(rate) }
	for high-low > fineEnough/100*high {
		if middle := (low + high) / 2; moved(middle) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// apart is how far two rates lie apart, as a factor, between which the samples tell how the difference grows
// and not only chance.
const apart = 1.03

// shift is by how much times are beyond those of the formula at a rate, as a logarithm: on the line through
// both ends or, where one is not known, through the last two samples.
func (b *bracket) shift(rate float64) float64 {
	x, y := b.last, b.before
	if b.low.rate > 0 && b.high.rate > 0 {
		x, y = b.low, b.high
	}
	of := func(x sample) float64 { return x.excess - b.formula(x.rate) }
	if y.rate == 0 || math.Max(x.rate, y.rate) < apart*math.Min(x.rate, y.rate) && (x.excess > 0) == (y.excess > 0) {
		return of(x)
	}
	return of(x) + (of(y)-of(x))*(rate-x.rate)/(y.rate-x.rate)
}

// prober runs a spec at one rate after the other.
type prober struct {
	ctx      context.Context
	spec     Spec
	meter    *Meter
	requests float64 // of a replication of the next run
	left     int     // runs
}

// newProber spends a small part of the budget to learn what a request takes.
func newProber(ctx context.Context, s Spec, meter *Meter) *prober {
	few := math.Max(leastRequests, pilot*s.Budget/s.most()/fewReplications)
	r := s.once(ctx, few/s.Traffic.Rate, fewReplications, meter)
	each := r.Work / (few * fewReplications)
	first := (s.Budget - r.Work) / (math.Exp2(searches) - 1)
	return &prober{ctx, s, meter, math.Max(few, first/fewReplications/math.Max(each, 1e-9)), searches}
}

func (p *prober) probe(rate float64) sample {
	s := p.spec
	s.Traffic.Rate = rate
	x := sample{rate, s.once(p.ctx, p.requests/rate, fewReplications, p.meter).excess()}
	p.left--
	p.requests *= 2
	return x
}
