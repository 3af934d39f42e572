package simulate

import (
	"context"
	"math"
)

// searches are the runs among which Largest divides its budget, each twice as long as the one before.
const searches = 3

// Lowest is how far below the rate that it begins at Largest looks, as a factor, and fall is that of a step: where
// memory is scarce, formulas may be far off.
const (
	Lowest = fall * fall * fall * fall
	fall   = 0.25
)

// Largest returns the largest rate, 1/s, at which the goal is kept, as far as the budget can determine. It
// begins with a run that did not keep it, or kept it too well, and corrects what the formula says there: a few
// long runs tell by how much times differ from those of the formula, which knows how they grow with the rate. A
// bisection would need many runs, each too short to know its tail. The formula returns the logarithm of the
// time over its bound at a rate, the worst of all bounds; it grows with the rate. A rate of 0 means that the goal is
// kept at none down to Lowest; work is what the runs took. The error is about the spec.
func Largest(ctx context.Context, run *Result, formula func(rate float64) float64, budget float64, meter *Meter) (rate, work float64, err error) {
	s := run.Spec
	if err := s.check(); err != nil {
		return 0, 0, err
	}
	from, each := s.Traffic.Mean(), run.Work/math.Max(float64(run.Requests), 1)
	b := bracket{formula: func(rate float64) float64 { return math.Min(formula(rate), swamped) }, end: math.Min(s.Fleet.Saturation(), 1.5*from)}
	b.add(sample{from, run.excess()})
	probe := func(rate, part float64) {
		s.Traffic.Rate = rate
		requests := math.Max(leastRequests, part*budget/fewReplications/each)
		r := s.once(ctx, requests/rate, fewReplications, meter)
		each, work = r.Work/math.Max(float64(r.Requests), 1), work+r.Work
		b.add(sample{rate, r.excess()})
	}
	for i := range searches {
		probe(math.Max(b.kept(), fall*from), math.Exp2(float64(i))/math.Exp2(searches))
	}
	least := fall * from
	for ; b.tooSlow() && least >= Lowest*from; least *= fall { // how it goes on below is not known
		if b.high.rate > least {
			probe(least, 1/math.Exp2(searches))
		}
		if b.low.rate > 0 && b.high.rate > b.low.rate/fall/apart {
			probe(b.kept(), 2/math.Exp2(searches))
		}
	}
	if b.tooSlow() {
		return 0, work, nil
	}
	return math.Max(b.kept(), Lowest*from), work, nil
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

// tooSlow reports whether no rate is known that comes near to keeping the goal.
func (b *bracket) tooSlow() bool { return b.low.rate == 0 && b.high.excess > clearBy }

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
