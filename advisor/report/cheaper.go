package report

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// cheaper says what would do for much less where today is kept, and what a balancer that knows the load
// saves.
func cheaper(a *advice.Advice) (parts []string) {
	if c := a.Cheaper; c != nil {
		parts = append(parts, planned(*c)+" would do for "+money(c.CostPerMonth)+" USD/month, "+used(1-c.CostPerMonth/a.Plan.CostPerMonth)+" less, and was measured: --objective cost takes it")
	}
	if b := a.Balancer; b != nil {
		parts = append(parts, "a balancer that knows the load needs "+unit.Format(unit.Count, float64(b.Replicas))+" replicas, not "+unit.Format(unit.Count, float64(a.Plan.Replicas))+
			": "+money(b.Saves)+" USD/month less"+then(a)+" (--balancing "+b.Balancing+")")
	}
	return parts
}
