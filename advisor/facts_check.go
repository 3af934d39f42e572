package advisor

import (
	"fmt"
	"maps"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// declaredFacts is everything rules may ask of a declared deployment. What only a
// comparison of strategies tells is left out.
func (r *run) declaredFacts(in Declared, d choice.Decision) factMap {
	c := comparison{demand: r.planned}
	c.best = append(c.best, d.Alternative)
	all := factMap{}
	for _, part := range []factMap{r.knownFacts(), r.planFacts(c, d), alternativeFacts(c), r.placeFacts(d), r.promiseFacts(d), r.autoscalerFacts(in.Autoscaler, d)} {
		maps.Copy(all, part)
	}
	return all
}

// promiseFacts are the check's own: what the declared deployment fails, and what would do.
func (r *run) promiseFacts(d choice.Decision) factMap {
	p := d.Plan
	f := factMap{"check.asked": true, "check.declared": r.Workload.Replicas > 0, "check.unnamed": r.space.Base.Accelerator.ID == unnamedMachine}
	if d.Excuse != nil {
		f["check.excuse"], f["check.excuse_text"] = d.Excuse.Code, d.Excuse.Text
	}
	if seconds, grows := r.growth.Until(p.CarriesQPS, 1); grows {
		f["check.runway_months"] = months(seconds)
	}
	maps.Copy(f, r.spareFacts(p))
	maps.Copy(f, r.zoneFacts(p))
	return f
}

// spareFacts are the replicas beyond those that hold with the losses asked for, or one
// instance where none were, and with the room that rules ask for.
func (r *run) spareFacts(p *candidate.Evaluation) factMap {
	wanted, roomy, loss := search.ReplicasWanted(r.space, r.planned), r.replicasFor(p, ceiling), r.replicasFor(p, 1)
	if wanted == 0 || roomy == 0 || loss == 0 {
		return nil
	}
	lean := max(wanted, roomy)
	if r.Workload.Availability == 0 {
		lean = max(lean, loss+p.ReplicasPerInstance)
	}
	f := factMap{"check.lean_replicas": int64(lean)}
	if lean >= p.Replicas {
		return f
	}
	f["check.spare_replicas"] = int64(p.Replicas - lean)
	if p.Priced {
		instances := (lean + p.ReplicasPerInstance - 1) / p.ReplicasPerInstance
		f["check.saving_usd_per_month"] = p.CostPerMonth * float64(p.Instances-instances) / float64(p.Instances)
	}
	return f
}

// zoneFacts are what the loss of a whole zone leaves, with the instances spread evenly.
func (r *run) zoneFacts(p *candidate.Evaluation) factMap {
	zones := r.Workload.Zones
	if zones < 2 || p.Instances == 0 {
		return nil
	}
	lost := min((p.Instances+zones-1)/zones*p.ReplicasPerInstance, p.Replicas)
	share := float64(zones-1) / float64(zones)
	return factMap{
		"check.zone_replicas": int64(lost), "check.after_zone_qps": search.CapacityOf(r.space, *p, p.Replicas-lost),
		"check.zone_outcome": outcome(int(math.Ceil(float64(r.replicasFor(p, 1))/share)), "carry it"),
	}
}

// ceiling is the share of its capacity that a deployment is loaded to at most before
// little room is left (rule headroom).
const ceiling = 0.8

// remedyFacts are the sizes of the chosen plan's kind at which a complaint would end.
func (r *run) remedyFacts(p *candidate.Evaluation) factMap {
	roomy, loss := r.replicasFor(p, ceiling), r.replicasFor(p, 1)
	if loss > 0 {
		loss += p.ReplicasPerInstance
	}
	return factMap{"plan.headroom_outcome": outcome(roomy, "leave it"), "plan.loss_outcome": outcome(loss, "carry it")}
}

// outcome is what so many replicas would do, as a clause; 0 stands for no number of them.
func outcome(n int, what string) string {
	switch n {
	case 0:
		return "no number of replicas would " + what
	case 1:
		return "one replica would " + what
	}
	return unit.Format(unit.Count, float64(n)) + " replicas would " + what
}

// replicasFor is how many replicas of the plan's kind carry the demand planned for with a
// share of their capacity, by the share of one of them as deployed; 0 where that many do
// not, since the scalability law takes too much.
func (r *run) replicasFor(p *candidate.Evaluation, share float64) int {
	if p.CapacityQPS <= 0 || p.Replicas == 0 {
		return 0
	}
	const rounding = 1e-9
	one := p.CapacityQPS / float64(p.Replicas) * share
	n := math.Max(math.Ceil(p.DemandQPS/one-rounding), 1)
	if n > math.MaxInt32 || r.space.USL != nil && search.CapacityOf(r.space, *p, int(n))*share < p.DemandQPS {
		return 0
	}
	return int(n)
}

// fewestForLosses is how many replicas leave one after the losses that the availability
// asks to survive; 0 where no number does.
func (r *run) fewestForLosses(perInstance int) int {
	const most = 1000
	w := r.Workload
	for instances := 1; instances <= most; instances++ {
		down, ok := queue.LossesToSurvive(instances, w.ReplicaAvailability, w.Availability)
		if w.Zones >= 2 {
			down = max(down, (instances+w.Zones-1)/w.Zones)
		}
		if ok && down < instances {
			return (instances-1)*max(perInstance, 1) + 1
		}
	}
	return 0
}

// autoscalerFacts hold an autoscaler's bounds and target against what one replica carries.
func (r *run) autoscalerFacts(a *plan.Autoscaler, d choice.Decision) factMap {
	if a == nil {
		return nil
	}
	p := d.Plan
	f := factMap{"hpa.given": true, "hpa.kind": a.Kind, "hpa.min": int64(a.Min.Value), "hpa.max": int64(a.Max.Value), "hpa.signal": string(a.Signal)}
	if r.Workload.Availability > 0 {
		f["hpa.min_for_losses"] = int64(r.fewestForLosses(p.ReplicasPerInstance))
	}
	one := p.CapacityQPS / math.Max(float64(p.Replicas), 1)
	f["hpa.ceiling_qps"] = one * ceiling
	start := 0.0
	if r.Workload.ColdStart > 0 {
		start = r.Workload.ColdStart + a.Delay
		f["hpa.cold_start_ms"] = start * msPerSecond
	}
	knee, words := r.knee(a.Signal, p)
	if a.Target.Value <= 0 || knee <= 0 {
		return f
	}
	f["hpa.target_words"], f["hpa.ceiling_words"] = words(a.Target.Value), words(knee*ceiling)
	f["hpa.target_utilization"] = a.Target.Value / knee
	if ramp := a.Ramp.Value * start; ramp > 0 && a.Signal != plan.Concurrency {
		f["hpa.ramp"], f["hpa.absorbed"], f["hpa.ramp_words"] = ramp, math.Max(knee/a.Target.Value-1, 0), words(knee/(1+ramp))
	}
	return f
}

// knee is what a signal shows of one replica that carries all that it can within the SLO,
// and how its values read; 0 where the signal does not show the load: a server that batches
// is busy long before it is full, and host processors say little of an accelerator.
func (r *run) knee(signal plan.Signal, p *candidate.Evaluation) (at float64, words func(float64) string) {
	n := math.Max(float64(p.Replicas), 1)
	one, _ := search.OneReplica(r.space, false)
	switch {
	case p.CapacityQPS <= 0:
	case signal == plan.Rate:
		return p.CapacityQPS / n, func(v float64) string { return unit.Format(unit.Rate, v) }
	case signal == plan.Concurrency:
		// Little's law, the median standing for the mean.
		full, ok := search.Respond(r.space, p.CapacityQPS*(1-1e-6))
		if ok && full.Stable {
			return p.CapacityQPS / n * full.P50, func(v float64) string { return fmt.Sprintf("%.3g requests at once", v) }
		}
	case signal == plan.Accelerator && one.MaxBatch <= 1 && p.SaturationQPS > 0, signal == plan.CPU && r.space.Base.Accelerator.CPU && p.SaturationQPS > 0:
		return p.CapacityQPS / p.SaturationQPS, func(v float64) string { return unit.Format(unit.Fraction, v) + " busy" }
	}
	return 0, nil
}
