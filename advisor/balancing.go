package advisor

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/simulate"
)

// balancer is what sending requests to the least loaded saves, where they go to replicas whatever each
// has to do; nil where that is not worth a change.
func balancer(q question, v *fact.View) *advice.Balancer {
	p, to := v.Outcome.Plan, string(simulate.LeastLoaded)
	if p == nil || !v.Outcome.Feasible || !fact.Blind(q.Workload.Balancing) {
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
