package report

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// cheaper says what would do for much less where today is kept, and what a balancer that knows the load
// saves.
func cheaper(a *advice.Advice) (parts []string) {
	if c := a.Cheaper; c != nil {
		parts = append(parts, planned(*c)+" would hold for "+money(c.CostPerMonth)+" USD/month, "+used(1-c.CostPerMonth/a.Plan.CostPerMonth)+" less, and was measured: --objective cost selects it")
	}
	if b := a.Balancer; b != nil {
		parts = append(parts, "load-aware balancing needs "+unit.Format(unit.Count, float64(b.Replicas))+" replicas, not "+unit.Format(unit.Count, float64(a.Plan.Replicas))+
			": "+money(b.Saves)+" USD/month less"+then(a)+" (--balancing "+b.Balancing+")")
	}
	return parts
}

// room says how many more replicas the machines of a plan hold, which are paid whole: where they survive no more
// machines, which is said already, and unless most places idle, which is a finding.
func room(a *advice.Advice) []string {
	e := a.First
	more := e.Full.Replicas - e.Replicas
	if !a.Feasible || !e.Priced || more <= 0 || more >= e.Replicas || e.MayLose() > e.SurvivesMachines {
		return nil
	}
	return []string{numbered(more, "more replica fits", "more replicas fit") + " on the " + numbered(e.Rented, "machine", "machines") + " (" + line(e.InstanceType) + ") for the same price"}
}
