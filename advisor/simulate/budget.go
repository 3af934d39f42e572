package simulate

import (
	"context"
	"math"
)

// How a run within a budget goes: few replications, since each begins empty, and longer ones until it
// can tell.
const (
	fewReplications = 4
	pilot           = 1. / 16 // of the budget, to see what a request takes
	leastRequests   = 100     // of a replication
)

// within runs longer and longer until it can tell, or the budget is spent.
func (s Spec) within(ctx context.Context, meter *Meter) *Result {
	n, rate := s.Replications, s.Traffic.Mean()
	if n == 0 {
		n = fewReplications
	}
	spent, each := 0.0, math.Max(leastRequests, pilot*s.Budget/s.most()/float64(n))
	for {
		r := s.once(ctx, each/rate, n, meter)
		spent += r.Work
		if r.Partial || r.Verdict != CannotCertify || s.load() >= 1 {
			return r
		}
		longest := (s.Budget - spent) / float64(n) / math.Max(r.Work/(each*float64(n)), 1e-9)
		if longest < 2*each {
			return r
		}
		if each *= growth; longest < growth*each {
			each = longest
		}
	}
}

// most is what one request may take at most: that of a language model whose requests are alone.
func (s Spec) most() float64 {
	v := s.Fleet.Scheduler
	if v == nil {
		return math.Max(1, s.Fleet.Station.Work)
	}
	return heavier * (1 + math.Ceil(v.Lengths.Input.Mean/math.Max(v.Budget, 1)) + v.Lengths.Output.Mean/v.Accepted)
}

// probes are the runs among which Largest divides its budget.
const probes = 7

// Largest returns the largest rate, 1/s, at which the goal is kept, as far as the budget can determine, by
// runs at several rates with the same random numbers. It starts at the given rate and searches down to half
// of it or, where the goal is kept there, up by a tenth. 0 means that the goal is kept at no rate. The error
// is about the spec.
func Largest(ctx context.Context, s Spec, from float64, meter *Meter) (rate float64, err error) {
	s.Traffic.Rate = from
	if err := s.check(); err != nil {
		return 0, err
	}
	p := newProber(ctx, s, meter)
	end := math.Min(s.Fleet.Saturation(), 1.5*from)
	low, high := sample{}, p.probe(from)
	step := 0.1
	for high.excess <= 0 {
		if low, high = high, p.probe(math.Min((1+step)*high.rate, (high.rate+end)/2)); p.left <= 0 || high.rate > (1+step)*from {
			break
		}
	}
	if high.excess <= 0 {
		return high.rate, nil
	}
	for low.rate == 0 {
		x := p.probe((1 - step) * high.rate)
		switch step *= 1.5; {
		case x.excess <= 0:
			low = x
		case x.rate < from/2 || p.left <= 0:
			return 0, nil
		default:
			high = x
		}
	}
	for p.left > 0 && high.rate-low.rate > fineEnough/4*high.rate {
		x := p.probe(between(low, high))
		if x.excess > 0 {
			high = x
		} else {
			low = x
		}
	}
	return low.rate, nil
}

// sample is by how much the goal is missed at a rate: the logarithm of the time over its bound, the
// worst of all bounds.
type sample struct{ rate, excess float64 }

// between is where the goal is expected to be just kept, not too near the ends.
func between(low, high sample) float64 {
	share := -low.excess / math.Max(high.excess-low.excess, 1e-9)
	return low.rate + math.Min(math.Max(share, 0.35), 0.65)*(high.rate-low.rate)
}

// prober runs a spec at one rate after the other, with as many requests each.
type prober struct {
	ctx      context.Context
	spec     Spec
	meter    *Meter
	requests float64 // of a replication
	left     int     // probes
}

// newProber spends a small part of the budget to learn what a request takes.
func newProber(ctx context.Context, s Spec, meter *Meter) *prober {
	few := math.Max(leastRequests, pilot*s.Budget/s.most()/fewReplications)
	r := s.once(ctx, few/s.Traffic.Rate, fewReplications, meter)
	each := r.Work / (few * fewReplications)
	return &prober{ctx, s, meter, math.Max(few, (s.Budget-r.Work)/probes/fewReplications/math.Max(each, 1e-9)), probes}
}

func (p *prober) probe(rate float64) sample {
	p.left--
	s := p.spec
	s.Traffic.Rate = rate
	return sample{rate, s.once(p.ctx, p.requests/rate, fewReplications, p.meter).excess()}
}

// swamped stands for a queue that grew until the end.
const swamped = 1

// excess is by how much the goal is missed: see sample.
func (r *Result) excess() float64 {
	if !r.Stable {
		return swamped
	}
	worst := r.Furthest()
	if worst.Bound == 0 {
		return math.Inf(-1)
	}
	return math.Min(math.Log(worst.Took.Value/worst.Bound), swamped)
}

// clearBy is by how much a time must stay below its bound for a run to be clear.
const clearBy = 0.15

// Clear reports whether a run that is too short to certify anything is still clear enough for a decision: it
// is stable and complete, has some times beyond the percentile, and those are well below every bound.
func (r *Result) Clear() bool { return r.Stable && r.telling() && r.excess() < -clearBy }

// Refuted reports whether such a run clearly breaks a bound: times are well beyond it. Refuting a plan
// wrongly costs a machine, so it takes twice the distance that clears one.
func (r *Result) Refuted() bool { return r.telling() && r.excess() > 2*clearBy }

// BearsOut reports whether a run at the rate that is said to be the largest is in line with that: it is
// stable, and of the times it saw the one furthest beyond its bound is at that bound for all it can tell.
func (r *Result) BearsOut() bool {
	worst := r.Furthest()
	return r.Stable && !r.Partial && worst.Took.Low <= worst.Bound && worst.Bound <= worst.Took.High
}

// Bounded is a time that a run saw and its bound, both in seconds.
type Bounded struct {
	Name  string // latency, TTFT or TPOT
	Took  Estimate
	Bound float64
}

// Furthest returns of the times that are bound the one furthest beyond its bound, or nearest below; the
// zero value where none is.
func (r *Result) Furthest() (worst Bounded) {
	g := r.Spec.Goal
	for _, one := range []Bounded{{"latency", r.AtGoal, g.Latency}, {"TTFT", r.TTFT, g.TTFT}, {"TPOT", r.TPOT, g.TPOT}} {
		if one.Bound > 0 && (worst.Bound == 0 || one.Took.Value/one.Bound > worst.Took.Value/worst.Bound) {
			worst = one
		}
	}
	return worst
}

// telling reports whether a run is whole and saw some times beyond the percentile.
func (r *Result) telling() bool {
	return !r.Partial && float64(r.Requests)*(1-r.percentile()) >= leastBeyond/4
}
