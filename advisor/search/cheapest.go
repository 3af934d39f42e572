package search

import (
	"context"
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// Veto says whether a rule excludes a candidate, and which.
type Veto func(candidate.Strategy, candidate.Evaluation) (rule string, title string)

// Query is what one search looks for.
type Query struct {
	Strategy  candidate.Strategy
	Optimized bool
	Demand    Demand
	Veto      Veto // nil where nothing is excluded
	AnyBudget bool // ignore the budget

	// Below is an upper limit on the cost of plans worth finding, US dollars a month; 0 for no limit. Where
	// no plan costs less, the nearest miss is not searched for.
	Below float64

	Sketched bool // leave out what a comparison of costs needs no queues for: see Fill

	Sizes int // number of sizes that the search may evaluate; 0 for the usual number
}

// Cheapest returns the cheapest plan of one strategy that holds, or the nearest miss; once the
// context is done, what was found by then.
func Cheapest(ctx context.Context, s *Space, q Query) candidate.Alternative {
	all := heaps.Get().(*queued)
	defer heaps.Put(all)
	f := found{Query: q, cost: q.limit(), hurried: true, jobAlone: s.Workload.JobAlone(), tied: jobTied(s), effort: q.effort()}
	left := f.look(ctx, s, families(s, q, all))
	if f.best == nil && f.passed && q.Below == 0 { // how nearly they miss matters now
		f = found{Query: q, cost: math.Inf(1), jobAlone: f.jobAlone, tied: f.tied, effort: q.effort()}
		left = f.look(ctx, s, families(s, q, all))
	}
	if f.best == nil && q.Below == 0 {
		left += f.lookAside(ctx, s, all)
	}
	all.clear()
	a := f.outcome()
	a.Ended = f.ended(left)
	return a
}

// Holds reports whether any plan of one strategy holds, whatever it costs, which takes a fraction of the
// time of Cheapest; known is false where the search ended before that was settled.
func Holds(ctx context.Context, s *Space, q Query) (holds, known bool) {
	all := heaps.Get().(*queued)
	defer heaps.Put(all)
	f := found{Query: q, cost: q.limit(), hurried: true, any: true, jobAlone: s.Workload.JobAlone(), tied: jobTied(s), effort: q.effort()}
	f.look(ctx, s, families(s, q, all))
	all.clear()
	return f.best != nil, f.best != nil || !f.effort.spent() && ctx.Err() == nil
}

// limit returns the cost that plans must stay below.
func (q Query) limit() float64 {
	if q.Below > 0 {
		return q.Below
	}
	return math.Inf(1)
}

// found is what a search has found so far.
type found struct {
	Query
	best   *trial
	cost   float64
	miss   *missed
	vetoed string

	effort   *effort
	jobAlone bool // a job is all there is to do
	tied     bool // the job's rate is known only on today's hardware
	hurried  bool // skip what certainly carries too little, without recording the nearest miss
	passed   bool // something was skipped so
	any      bool // one plan that holds is enough

	aside []slow // families put aside: see putAside
	near  bool   // nothing is put aside any more
}

// passes reports whether a trial need not be judged: even the most replicas that could matter carry too
// little.
func (f *found) passes(t trial) bool {
	if !f.hurried || !t.server.Short(t.n, t.wanted()) {
		return false
	}
	f.passed = true
	return true
}

// affordable returns the most replicas that cost less than the best plan so far; ok is false where
// any number may.
func (f *found) affordable(t trial) (n int, ok bool) {
	if f.best == nil && f.Below == 0 || !(t.hosting.Least() > 0) || t.space.Workload.JobAlone() {
		return 0, false
	}
	instances := math.Ceil(f.cost/(t.hosting.Least()*unit.HoursPerMonth)) - 1
	return int(instances)*t.hosting.PerInstance + t.hosting.Owned, instances < MaxReplicas
}

// visit tries one family: the fixed number of replicas, or the fewest that hold.
func (f *found) visit(t trial) {
	if t.server.Excuse != nil {
		f.note(t, t.server.Excuse)
		return
	}
	if !f.Strategy.ChangesCount() {
		if !f.passes(t) {
			f.try(t)
		}
		return
	}
	if most, ok := f.affordable(t); ok && (most < 1 || f.passes(t.sized(most))) {
		return
	}
	n, ok := smallest(t)
	if !ok {
		if !f.effort.spent() {
			f.note(t.sized(n), unreachable(t.sized(n)))
		}
		return
	}
	if n == t.space.Base.Replicas {
		n++
	}
	f.climb(t.sized(n))
}

// climb tries ever larger sizes while a rule excludes them: one by one at first, since a rule
// may want an even number, then by doubling and back to the smallest that is left.
func (f *found) climb(t trial) {
	const patience = 16
	base, first, refused := t.space.Base.Replicas, t.n, t.n-1
	for step := 1; ; t.n += step {
		if t.n == base {
			t.n++
		}
		if t.n > MaxReplicas || f.effort.spent() {
			return
		}
		if f.try(t) {
			break
		}
		if refused = t.n; t.n-first >= patience {
			step *= 2
		}
	}
	for t.n-refused > 1 {
		middle := t.sized(refused + (t.n-refused)/2)
		if middle.n == base || !f.try(middle) {
			refused = middle.n
			continue
		}
		t = middle
	}
}

// unreachable returns the excuse when no number of replicas is enough.
func unreachable(t trial) *candidate.Excuse {
	if peak, qps, ok := scalingPeak(t.space); ok {
		return candidate.Missed(candidate.ScalingPeak, fmt.Sprintf("throughput peaks at %.0f replicas", peak),
			"capacity_qps", "1/s", math.Min(t.sustainable(t.n), qps), t.wanted())
	}
	if e := survives(t); e != nil && (beyondOneZone(t.space) || spotAlone(t.space, t.hosting)) {
		return e
	}
	if t.n >= MaxReplicas {
		return candidate.Missed(candidate.ReplicaLimit, "needs more than 100,000 replicas", "max_replicas", "",
			MaxReplicas, math.Ceil(t.wanted()/math.Max(t.sustainable(1), 1e-9)))
	}
	if e := judge(t); e != nil {
		return e
	}
	return candidate.Missed(candidate.Throughput, "no number of replicas is enough", "capacity_qps", "1/s", t.sustainable(t.n), t.wanted())
}

// try judges one configuration. It returns false only when a rule excluded it, so that the caller may try
// the next size.
func (f *found) try(t trial) bool {
	if most := t.server.Saturation(t.n); t.server.Excuse == nil && most < t.wanted() {
		// Too slow even without a latency bound: its queue need not be solved to know.
		f.note(t, candidate.Missed(candidate.Throughput, "", "capacity_qps", "1/s", most, t.wanted()))
		return true
	}
	cost := t.cost()
	if (f.best != nil || f.Below > 0) && cost >= f.cost {
		return true // whether it holds is of no interest
	}
	if e := judge(t); e != nil {
		f.note(t, e)
		return true
	}
	if f.Veto != nil {
		if rule, title := f.Veto(f.Strategy, evaluate(t)); rule != "" {
			f.vetoed = rule
			f.note(t, &candidate.Excuse{Code: candidate.Blocked, Text: title})
			return false
		}
	}
	f.keep(t, cost)
	return true
}

// keep keeps the cheapest trial so far.
func (f *found) keep(t trial, cost float64) { f.best, f.cost = &t, cost }

// note keeps the nearest miss: the one that failed the latest test, then the closest.
func (f *found) note(t trial, e *candidate.Excuse) {
	if f.miss == nil {
		f.miss = new(missed)
	} else if !nearer(missed{t, e}, *f.miss) {
		return
	}
	*f.miss = missed{t, e}
}

// described describes a trial as the query wants it.
func (f *found) described(t trial) candidate.Evaluation {
	if f.Sketched && !f.jobAlone {
		e := sketch(t)
		fillCost(t, &e)
		return e
	}
	return evaluate(t)
}

// outcome describes what the search found.
func (f *found) outcome() candidate.Alternative {
	a := candidate.Alternative{Strategy: f.Strategy, Optimized: f.Optimized, BlockedBy: f.vetoed}
	switch {
	case f.best != nil:
		e := f.described(*f.best)
		a.Feasible, a.Plan = true, &e
	case f.miss != nil:
		e := f.described(f.miss.trial)
		a.Plan, a.Excuse = &e, f.miss.explained(!f.Sketched)
	case f.effort.spent():
		a.Excuse = &candidate.Excuse{Code: candidate.Unknown, Text: "the search ended before a plan was found"}
	default:
		a.Excuse = &candidate.Excuse{Code: candidate.NoVariant, Text: "no other hardware is allowed or rented"}
		switch {
		case f.tied && f.Strategy.ChangesHardware():
			a.Excuse = unknownJob()
		case f.Optimized:
			a.Excuse.Text = "no optimization is measured or admitted"
		}
	}
	return a
}
