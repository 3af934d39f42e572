package advisor

import (
	"errors"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/autoscale"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// errNoDay refuses an autoscaler of which nothing can be told.
var errNoDay = errors.New("needs the shape of the day and how long a replica takes to start: add --day-shape, such as office, and --cold-start, such as 3min (in a plan: workload.day_shape, deploy.cold_start)")

// needsDay is an error where an autoscaler was asked for and the day or the start is not known.
func needsDay(q question) error {
	w := q.Workload
	if asked := w.Autoscale.Mode == workload.AutoscaleAuto || w.Autoscale.Max > 0; asked && !followsDay(q) {
		return w.Fault("autoscale", errNoDay)
	}
	return nil
}

// followsDay reports whether the day and the start of a replica are known.
func followsDay(q question) bool {
	return q.Workload.Day != nil && workload.Given(q.Workload, "cold_start")
}

// autoscaling says what a number of replicas that follows the day saves of the chosen plan; nil
// where it is off, where the day or the start of a replica is not known, or nothing holds.
func autoscaling(q question, d choice.Decision) *advice.Autoscaling {
	w := q.Workload
	if d.Plan == nil || !d.Feasible || !followsDay(q) || w.Autoscale.Mode == workload.AutoscaleOff || q.planned.Peak <= 0 {
		return nil
	}
	plan := *d.Plan
	elastic, ok := search.ElasticOf(q.space, plan, q.planned, w.Autoscale.Max)
	if !ok {
		return nil
	}
	fleet := autoscale.Fleet{
		Carries: elastic.Carries, Static: plan.Replicas, Floor: elastic.Floor,
		Machines: plan.Placing().Machines, ColdStart: w.ColdStart,
	}
	k := simulate.Kubernetes(1, 1, 1)
	scaler := autoscale.Scaler{Every: k.Every, Measured: k.Measured, Calm: k.CalmDown, Tolerance: k.Tolerance}
	day := autoscale.Rates(w.Day, q.planned.Peak, scaler.Every)
	bounds := autoscale.Choose(day, fleet, scaler)
	if w.Autoscale.Max > 0 {
		bounds = autoscale.Between(day, fleet, scaler, w.Autoscale.Min, w.Autoscale.Max)
	}
	a := &advice.Autoscaling{
		Max: bounds.Max, TargetQPS: bounds.Target, Share: bounds.Share, Ramp: bounds.Ramp, Lead: bounds.Lead, PeakToMean: w.Day.PeakToMean(), Day: w.DayShape,
	}
	out := autoscale.Run(day, fleet, scaler, bounds, false)
	a.Min = bounds.Min
	if stopped := autoscale.Run(day, fleet, scaler, bounds, true); mayStop(q) && stopped.Machines < out.Machines*(1-leastSaving(q)) {
		out, a.Min, a.FirstWaits = stopped, 0, w.ColdStart
	}
	followed(q, a, plan, elastic.Terms, out)
	watched(q, a, plan)
	scheduled(a, plan, elastic.Terms, autoscale.Schedule(day, fleet), fleet)
	return a
}

// mayStop reports whether the first caller after an idle time may wait for a replica to start:
// where that keeps the bound, or nothing was promised.
func mayStop(q question) bool {
	w := q.Workload
	bound := math.Max(w.Latency, w.LLM.TTFT)
	return w.Unprotected || bound > 0 && w.ColdStart <= bound
}

// leastSaving is what following the day must save before it is recommended.
func leastSaving(q question) float64 { return threshold(q.Rules, fact.LeastSaving) }

// followed adds what a day costs and whether it held.
func followed(q question, a *advice.Autoscaling, plan candidate.Evaluation, terms purchase.Terms, out autoscale.Outcome) {
	a.Replicas, a.ReplicaHours, a.Short, a.Verified = out.Replicas, out.Replicas*24, out.Short, advice.Failed
	if out.Holds() {
		a.Verified = advice.Passed
	}
	spared := 1 - out.Machines/float64(max(plan.Instances, 1))
	if plan.Priced && terms.Priced() {
		lines := terms.Elastic(out.Running[min(plan.Instances-plan.Rented, len(out.Running)):])
		a.CostPerMonth, a.StaticPerMonth = purchase.Sum(lines)*unit.HoursPerMonth, plan.CostPerMonth
		a.Saves, a.BreakEven = a.StaticPerMonth-a.CostPerMonth, terms.BreakEven()
		for _, l := range lines {
			a.Purchase = append(a.Purchase, candidate.Bought{Pricing: l.Pricing, Machines: l.Machines, USDPerHour: l.Each, CostPerMonth: l.Hourly * unit.HoursPerMonth})
		}
		spared = a.Saves / math.Max(a.StaticPerMonth, 1e-9)
	}
	a.Recommended = out.Holds() && spared >= leastSaving(q)
}

// watched chooses what the autoscaler watches: requests in flight, which grow as soon as too few
// replicas answer, or where a replica has hardly one at a time, requests a second.
func watched(q question, a *advice.Autoscaling, plan candidate.Evaluation) {
	a.Signal, a.Target = advice.RequestRate, a.TargetQPS
	if n := search.Concurrent(q.space, plan, plan.Replicas, a.TargetQPS*float64(plan.Replicas)); n >= leastInFlight {
		a.Signal, a.Target = advice.InFlight, math.Floor(n)
	}
}

// leastInFlight is from how many requests on their number tells a load from a little less.
const leastInFlight = 3

// scheduled adds fixed numbers by the hour, and what they cost.
func scheduled(a *advice.Autoscaling, plan candidate.Evaluation, terms purchase.Terms, blocks []autoscale.Block, fleet autoscale.Fleet) {
	for _, b := range blocks {
		a.Schedule = append(a.Schedule, advice.Block{From: b.From, To: (b.To-1)%24 + 1, Replicas: b.Replicas})
	}
	if running := autoscale.Running(blocks, fleet); len(running) > 0 && plan.Priced && terms.Priced() {
		a.ScheduleCost = purchase.Sum(terms.Elastic(running[min(plan.Instances-plan.Rented, len(running)):])) * unit.HoursPerMonth
	}
}
