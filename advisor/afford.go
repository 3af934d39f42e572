package advisor

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// afford says what load a budget pays for, by hardware. What is said of the capacity as a whole is
// that of the plan that sustains the most.
func afford(ctx context.Context, in Input, o Options) (*advice.Capacity, error) {
	q, err := settle(in, o)
	if err != nil {
		return nil, err
	}
	if b := q.space.Base; !b.Known && b.Replicas > 1 { // replicas of nothing are no deployment
		b.Replicas = 1
		q.space = search.From(q.space, b)
	}
	found, excuse := search.Afford(ctx, q.space, q.Workload.Budget)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := q.Workload
	a := &advice.Capacity{
		Workload: summary(q), SLOAssumed: defaulted(q, "p99"), Replicas: 1, Asked: w.RequireDemand() == nil,
		Budget: w.Budget, Users: w.Users, Growth: q.growthFactor(), Memory: advice.Memory{Fits: true},
		Warnings: merged(q.space.Notes, w.Warnings), Traits: traits(w),
	}
	for _, f := range found {
		a.ByHardware = append(a.ByHardware, afforded(q, f, a.Growth))
	}
	a.Assumptions = affordAssumptions(q)
	if len(found) == 0 {
		a.Verdict, a.Excuse = advice.Unmet, tooLittle(excuse, w.Budget)
		if excuse != nil && excuse.Code == candidate.Unknown {
			a.Verdict = advice.Unknown
		}
		return a, nil
	}
	ofBest(q, a)
	a.Next = affordNext(q, a)
	return a, nil
}

// affordable says what the budget of an advice pays for while the load grows, and until when the cheapest
// plan that holds stays within it; nil where nothing grows. What the advice found to hold within the budget
// counts too: of what runs today no headroom is asked.
func affordable(ctx context.Context, q question, a *advice.Advice) *advice.Affordable {
	w := q.Workload
	if w.Budget == 0 || w.JobAlone() || w.Growth.Mid <= 0 && q.planned.Data <= q.now.Data {
		return nil
	}
	out := &advice.Affordable{Budget: w.Budget}
	consider := func(e candidate.Evaluation, load float64) {
		if e.Priced && e.CostPerMonth <= w.Budget && load > out.LoadQPS {
			out.Plan, out.LoadQPS = e, load
		}
	}
	space := q.space
	if bound(q) { // what nothing here does for the money is bought elsewhere
		space = search.Everywhere(space)
	}
	found, _ := search.Afford(ctx, space, w.Budget)
	for _, f := range found {
		consider(f.Evaluation, f.LoadQPS)
	}
	if a.Today != nil && a.Today.Holds {
		consider(a.Today.Evaluation, a.Today.CarriesQPS)
	}
	if a.Feasible {
		consider(a.Plan, q.planned.Peak)
	}
	for _, f := range found { // what takes over where that ends
		consider(f.Evaluation, f.From(out.LoadQPS))
	}
	if out.LoadQPS == 0 || !a.Feasible && out.LoadQPS >= q.planned.Peak {
		return nil // of what else is in the way more is said elsewhere
	}
	if seconds, ends := q.growth.Until(out.LoadQPS, 1); ends {
		out.Until = q.date(seconds)
	}
	if late, ends := search.JobLate(q.space, out.Plan.Replicas); ends && (out.Until.IsZero() || q.date(late).Before(out.Until)) {
		out.Until = q.date(late)
	}
	return out
}

// growthFactor is the demand at the horizon over that of today, never below one: a plan holds from
// today on.
func (q question) growthFactor() float64 {
	return math.Max(1, q.growth.Factor(q.Workload.Growth.Mid, q.Workload.Horizon))
}

// afforded is what one kind of hardware serves for the money.
func afforded(q question, f search.Afforded, growth float64) advice.Afforded {
	a := advice.Afforded{Plan: f.Evaluation, LoadQPS: f.LoadQPS, NowQPS: f.LoadQPS / growth}
	search.Complete(q.space, &a.Plan, search.Demand{Peak: f.LoadQPS})
	if w := q.Workload; w.RequestsPerUser > 0 {
		a.Users = math.Floor(a.NowQPS / (w.RequestsPerUser * w.PeakToMean))
	}
	a.Runs = q.space.Base.Known && a.Plan.Accelerator == q.space.Base.Accelerator.ID
	return a
}

// ofBest fills what is said of one deployment with the plan that sustains the most.
func ofBest(q question, a *advice.Capacity) {
	best := a.ByHardware[0].Plan
	found := search.SustainOf(q.space, best)
	a.Accelerator, a.AcceleratorName, a.PerReplica, a.Replicas = best.Accelerator, best.AcceleratorName, best.PerReplica, best.Replicas
	a.Rented = best
	a.Precision, a.Served, a.Workload.Runtime = best.Precision, true, best.Runtime
	a.SustainableQPS, a.LowQPS, a.HighQPS, a.SaturationQPS = best.CapacityQPS, best.LowQPS, best.HighQPS, best.SaturationQPS
	a.Service, a.Memory, a.Sources = serviceModel(found), memory(found.Memory), found.Service.Sources
	a.Warnings = merged(a.Warnings, found.Service.Warnings)
	rate := best.CapacityQPS
	if a.Asked {
		rate = q.planned.Peak
	}
	a.Point, _ = search.RespondOf(q.space, best, rate)
	a.Tokens = tokens(q, a.Point)
	a.Verdict = advice.Sustains
	if !a.Asked {
		return
	}
	a.Verdict = advice.Holds
	if most := mostLoad(a.ByHardware); rate > most.LoadQPS {
		a.Verdict, a.Excuse = advice.Unmet, candidate.Missed(candidate.Budget,
			fmt.Sprintf("%s pay for %s at most", unit.Format(unit.Money, a.Budget), unit.Format(unit.Rate, most.LoadQPS)), "load_qps", "1/s", most.LoadQPS, rate)
	}
}

// mostLoad is the row that may take the most load.
func mostLoad(rows []advice.Afforded) advice.Afforded {
	best := rows[0]
	for _, r := range rows {
		if r.LoadQPS > best.LoadQPS {
			best = r
		}
	}
	return best
}

// tooLittle says what the cheapest that serves costs, where the money is what is missing.
func tooLittle(e *candidate.Excuse, budget float64) *candidate.Excuse {
	switch {
	case e == nil:
		return &candidate.Excuse{Code: candidate.NoVariant, Text: "no hardware is allowed and rented that can serve it"}
	case e.Code == candidate.Budget:
		return candidate.Missed(candidate.Budget, "the cheapest that serves costs "+unit.Format(unit.Money, e.NearMiss.Needed), "budget", "USD/month", budget, e.NearMiss.Needed)
	}
	return e
}

// affordAssumptions are the defaults that say what the money buys.
func affordAssumptions(q question) []advice.Assumption {
	var out []advice.Assumption
	for _, x := range assumptions(q) {
		switch x.Trait {
		case "gpu", "replicas", "gpus_per_replica", "precision", "runtime", "workers", "growth": // each row has its own
		case "peak_to_mean":
			if q.Workload.RequestsPerUser > 0 {
				out = append(out, x)
			}
		default:
			out = append(out, x)
		}
	}
	return out
}

// affordNext asks for advice on the load that the money pays for.
func affordNext(q question, a *advice.Capacity) []string {
	if a.Asked {
		return []string{"scaleadvise advise " + given(q)}
	}
	best := mostLoad(a.ByHardware)
	if w := q.Workload; w.RequestsPerUser > 0 {
		return []string{fmt.Sprintf("scaleadvise advise %s --users %s", given(q), floored(best.Users))}
	}
	return []string{"scaleadvise advise " + given(q) + " --qps " + floored(best.NowQPS)}
}

// floored is a number in two digits that is not above it, without an exponent.
func floored(v float64) string {
	if !(v > 0) {
		return "0"
	}
	step := math.Pow(10, math.Floor(math.Log10(v))-1)
	return strconv.FormatFloat(math.Floor(v/step+1e-9)*step, 'f', -1, 64)
}
