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

// What a request of a language model takes within a budget, and each of its steps, in requests of an ordinary
// model, as measured: some 0.3 and 0.05 µs beside 0.1.
const (
	requestWork = 4
	stepWork    = 0.5
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
	return requestWork + stepWork*(math.Ceil(v.Lengths.Input.Mean/math.Max(v.Budget, 1))+v.Lengths.Output.Mean/v.Accepted)
}

// swamped stands for a queue that grew until the end.
const swamped = 1

// excess is by how much each bound is missed; see Excess.
func (r *Result) excess() Excess {
	e := Excess{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for i, x := range r.bounded() {
		switch {
		case !(x.Bound > 0):
		case !r.Stable:
			e[i] = swamped
		default:
			e[i] = math.Min(math.Log(x.Took.Value/x.Bound), swamped)
		}
	}
	return e
}

// clearBy is by how much a time must stay below its bound for a run to be clear.
const clearBy = 0.15

// Clear reports whether a run that is too short to certify anything is still clear enough for a decision: it
// is stable and complete, has some times beyond the percentile, and those are well below every bound.
func (r *Result) Clear() bool {
	return r.Stable && r.telling() && r.excess().Worst() < -clearBy && r.Spans()
}

// Spans reports whether a run is long enough to have seen bursts of the window that was given.
func (r *Result) Spans() bool {
	t := r.Spec.Traffic
	return t.Dispersion <= 1 || r.Duration >= leastMemories*t.Window
}

// Refuted reports whether such a run clearly breaks a bound: times are well beyond it. Refuting a plan
// wrongly costs a machine, so it takes twice the distance that clears one.
func (r *Result) Refuted() bool { return r.telling() && r.excess().Worst() > 2*clearBy }

// Leans reports whether such a run more likely breaks a bound than not, though it may be chance.
func (r *Result) Leans() bool { return r.telling() && r.Spans() && r.excess().Worst() > clearBy/3 }

// BearsOut reports whether a run at the rate that is said to be the largest is in line with that: it is
// stable, and of the times it saw the one furthest beyond its bound is at that bound for all it can tell.
func (r *Result) BearsOut() bool {
	worst := r.Furthest()
	return r.Stable && !r.Partial && r.Spans() && worst.Took.Low <= worst.Bound && worst.Bound <= worst.Took.High
}

// Confirms reports whether it is, and that time is near the bound.
func (r *Result) Confirms() bool { return r.BearsOut() && math.Abs(r.excess().Worst()) < clearBy/3 }

// Bounded is a time that a run saw and its bound, both in seconds.
type Bounded struct {
	Name  string // latency, TTFT or TPOT
	Took  Estimate
	Bound float64
}

// Furthest returns of the times that are bound the one furthest beyond its bound, or nearest below; the
// zero value where none is.
func (r *Result) Furthest() (worst Bounded) {
	for _, one := range r.bounded() {
		if one.Bound > 0 && (worst.Bound == 0 || one.Took.Value/one.Bound > worst.Took.Value/worst.Bound) {
			worst = one
		}
	}
	return worst
}

// bounded returns the times that a goal may bound, in the order of Excess.
func (r *Result) bounded() [3]Bounded {
	g := r.Spec.Goal
	return [3]Bounded{{"latency", r.AtGoal, g.Latency}, {"TTFT", r.TTFT, g.TTFT}, {"TPOT", r.TPOT, g.TPOT}}
}

// telling reports whether a run is whole and saw some times beyond the percentile.
func (r *Result) telling() bool {
	return !r.Partial && float64(r.Requests)*(1-r.percentile()) >= leastBeyond/4
}
