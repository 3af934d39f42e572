package advisor

import (
	"context"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
)

// balancer is what sending requests to the least loaded saves, where they go to replicas whatever each
// has to do; nil where that is not worth a change, or today's replicas would do.
func balancer(q question, v *fact.View) *advice.Balancer {
	p, to := v.Outcome.Plan, string(simulate.LeastLoaded)
	if p == nil || !v.Outcome.Feasible || v.Outcome.Rebalanced != nil || !fact.Blind(q.Workload.Balancing) {
		return nil
	}
	n := v.Outcome.Balanced(to)
	if n == 0 || n >= p.Replicas {
		return nil
	}
	saves := p.CostPerMonth - p.CostOf(n)
	if saves <= policy(q).Near*p.CostPerMonth {
		return nil
	}
	return &advice.Balancer{Balancing: to, Replicas: n, Saves: saves}
}

// halves reports whether sending requests to the least loaded saves half of the plan or more.
func halves(q question, v *fact.View) bool {
	b := balancer(q, v)
	return b != nil && 2*b.Saves >= v.Outcome.Plan.CostPerMonth
}

// rebalanced is what sending requests to the least loaded makes of today's deployment: for how long it would
// hold without what is bought first; nil where that is no longer than it does as it is. A simulation confirms
// that it holds a month of the growth beyond, where formulas are weak.
func rebalanced(ctx context.Context, q question, as *advice.Judged, d choice.Decision, way road) (*fact.Rebalanced, error) {
	n := q.space.Base.Replicas
	if d.Plan == nil || !d.Feasible || as == nil || as.Holds || d.KeepsToday() || d.Strategy == candidate.None || !q.space.Base.Known || n < 2 ||
		!q.space.Bounded() || !fact.Blind(q.Workload.Balancing) {
		return nil, nil
	}
	first, from := d.Plan, 0.0
	for _, stage := range way.stages {
		if stage.Strategy != candidate.None {
			first, from = &stage.Plan, stage.After
			break
		}
	}
	other := q
	other.space = search.Balancing(q.space, string(simulate.LeastLoaded))
	other.Workload = other.space.Workload
	other.planned = q.neededAt(math.Min(from+unit.Month, math.Max(q.Workload.Horizon, 0)))
	ctx, done := q.Limit.of(ctx)
	defer done()
	_, today, doubts, err := upheld(ctx, other, eachProof)
	if err != nil || !today.Holds || len(doubts) > 0 {
		return nil, err
	}
	r := &fact.Rebalanced{Instead: first.Words(), Free: 1 - q.now.Peak/today.CapacityQPS}
	if today.HoldsSeconds < q.Workload.Horizon {
		r.Until = today.HoldsUntil
	}
	if first.Priced && today.Priced {
		r.Saves = math.Max(first.CostPerMonth-today.CostPerMonth, 0)
	}
	if from > 0 && r.Saves < today.CostPerMonth { // what comes later and is no large purchase is no doubt of now
		return nil, nil
	}
	return r, nil
}
