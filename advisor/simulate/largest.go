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

// Excess is by how much each bound is missed: the logarithm of a time over its bound, of whole answers, first
// tokens and tokens, in this order. It is 0 where a bound is just kept and −Inf where there is none.
type Excess [3]float64

// Worst returns that of the bound which is missed by most, or nearest to it.
func (e Excess) Worst() float64 { return math.Max(e[0], math.Max(e[1], e[2])) }

// upTo takes what lies far beyond a bound for a queue that grew until the end.
func (e Excess) upTo(most float64) Excess {
	for i := range e {
		e[i] = math.Min(e[i], most)
	}
	return e
}

// Largest returns the largest rate, 1/s, at which the goal is kept, as far as the budget can determine. It
// begins with a run that did not keep it, or kept it too well, and corrects what the formula says there: a few
// long runs tell by how much times differ from those of the formula, which knows how they grow with the rate. A
// bisection would need many runs, each too short to know its tail. The formula grows with the rate. A rate of 0 means
// that the goal is kept at none down to Lowest; work is what the runs took. The error is about the spec.
func Largest(ctx context.Context, run *Result, formula func(rate float64) Excess, budget float64, meter *Meter) (rate, work float64, err error) {
	s := run.Spec
	if err := s.check(); err != nil {
		return 0, 0, err
	}
	from, each := s.Traffic.Mean(), run.Work/math.Max(float64(run.Requests), 1)
	b := bracket{formula: func(rate float64) Excess { return formula(rate).upTo(swamped) }, end: math.Min(s.Fleet.Saturation(), 1.5*from)}
	b.add(from, run)
	probe := func(rate, part float64) {
		s.Traffic.Rate = rate
		requests := math.Max(leastRequests, part*budget/fewReplications/each)
		r := s.once(ctx, requests/rate, fewReplications, meter)
		each, work = r.Work/math.Max(float64(r.Requests), 1), work+r.Work
		b.add(rate, r)
	}
	for i := range searches {
		probe(math.Max(b.kept(), fall*from), math.Exp2(float64(i))/math.Exp2(searches))
	}
	least := fall * from
	for ; b.tooSlow() && least >= Lowest*from; least *= fall { // how it goes on below is not known
		if b.high.rate > least {
			probe(least, 1/math.Exp2(searches))
		}
		if b.low.rate > 0 && fall*b.high.rate > b.low.rate/apart {
			probe(b.kept(), 2/math.Exp2(searches))
		}
	}
	if b.tooSlow() {
		return 0, work, nil
	}
	return math.Max(b.kept(), Lowest*from), work, nil
}

// sample is by how much a run missed the goal at a rate, and by how much more than the formula says. What it
// took weighs it.
type sample struct {
	rate, work   float64
	excess, over Excess
}

// bracket is what is known of where a goal is just kept.
type bracket struct {
	formula   func(rate float64) Excess
	end       float64 // 1/s, beyond which nothing is looked for
	low, high sample  // the nearest that kept it, and that did not; rate 0 for none
	all       []sample
}

func (b *bracket) add(rate float64, run *Result) {
	x := sample{rate: rate, work: run.Work, excess: run.excess()}
	x.over = x.excess
	for i, f := range b.formula(rate) {
		x.over[i] -= math.Max(f, -math.MaxFloat64)
	}
	b.all = append(b.all, x)
	if x.excess.Worst() > 0 {
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
func (b *bracket) tooSlow() bool { return b.low.rate == 0 && b.high.excess.Worst() > clearBy }

// How far the rate changes at most where only one side is known, as a factor, and how far beyond a run that may
// have kept the goal by chance, or just missed it.
const (
	step  = 1.4
	apart = 1.05
)

// kept returns the rate at which the formula, moved by as much as the samples differ from it, just keeps the
// goal.
func (b *bracket) kept() float64 {
	low, high := b.low.rate, b.high.rate
	if b.low.excess.Worst() > -clearBy { // it may have kept it by chance
		low /= apart
	}
	if b.high.excess.Worst() < clearBy {
		high *= apart
	}
	switch {
	case high == 0:
		high = math.Min(step*b.low.rate, (b.low.rate+b.end)/2)
	case low == 0:
		low = b.high.rate / step
	}
	for high-low > fineEnough/100*high {
		if middle := (low + high) / 2; b.moved(middle).Worst() > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low
}

// moved returns the excess of the formula at a rate, each bound's moved by what the samples say.
func (b *bracket) moved(rate float64) Excess {
	e := b.formula(rate)
	for i := range e {
		if !math.IsInf(b.all[0].excess[i], -1) {
			e[i] += b.shift(i, rate)
		}
	}
	return e
}

// How the samples tell by how much times differ from those of the formula: near is how far rates lie from one
// another, as a logarithm, whose differences are alike, and tilt how far they lie apart for a difference between
// them to be more than chance.
const (
	near = 0.25
	tilt = 0.02
)

// shift is by how much the times of one bound are beyond those of the formula at a rate, as a logarithm: on the line
// through the samples (local regression: Cleveland, Robust locally weighted regression, JASA 1979), whose slope is
// taken for chance where they lie close together.
func (b *bracket) shift(bound int, rate float64) float64 {
	var w, x, y, xx, xy float64
	for _, s := range b.all {
		if s.excess[bound] == swamped && b.low.rate > 0 && s.rate > b.high.rate { // at least that much
			continue
		}
		at, over := math.Log(s.rate/rate), s.over[bound]
		weight := s.work / (1 + at*at/(near*near))
		w, x, y, xx, xy = w+weight, x+weight*at, y+weight*over, xx+weight*at*at, xy+weight*at*over
	}
	x, y = x/w, y/w
	return y - x*(xy/w-x*y)/(xx/w-x*x+tilt*tilt)
}
