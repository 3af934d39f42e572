package advisor

import (
	"context"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// decided is a choice between alternatives, and what was to be had elsewhere.
type decided struct {
	choice.Decision
	best []candidate.Alternative
	away *advice.Elsewhere
}

// decide chooses between the alternatives here, and against what another cloud or vendor offers:
// of that only what speaks against staying, unless all of it is to be said.
func decide(ctx context.Context, q question, best []candidate.Alternative, said bool) (decided, error) {
	out := decided{Decision: choose(ctx, q, best), best: best}
	if out.Criterion == choice.Unknown {
		return out, nil
	}
	away, ok, err := cheapestElsewhere(ctx, q, out.Decision, said)
	if err != nil || !ok {
		return out, err
	}
	d, p := out.Decision, policy(q)
	if !q.sketched {
		date(q, away.Plan)
	}
	out.away = &advice.Elsewhere{Plan: *away.Plan, Moves: moves(q, *away.Plan)}
	if d.Feasible && d.Plan.Priced {
		out.away.Saves = d.Plan.CostPerMonth - away.Plan.CostPerMonth
	}
	// A cloud that is only assumed is no reason to go without a plan.
	if !choice.Leaves(d, away, p) && (d.Feasible || !q.Workload.Assumed("cloud")) {
		out.Decision = choice.StayedFor(d, best, away, p)
		return out, nil
	}
	out.best = slices.Clone(best)
	for i, a := range best {
		if a.Strategy == away.Strategy && a.Optimized == away.Optimized {
			out.best[i] = away
		}
	}
	fillLosses(q, out.best)
	out.Decision, out.away.Taken = choice.Choose(out.best, p), true
	return out, nil
}

// bound reports whether plans are held to today's cloud or vendor.
func bound(q question) bool { return offer.Home(q.space.Offers) != "" || q.space.Generates() }

// cheapestElsewhere finds the cheapest plan without what holds plans to today's cloud and
// vendor; ok is false where nothing holds them, or none costs less than what was chosen here.
func cheapestElsewhere(ctx context.Context, q question, here choice.Decision, said bool) (best candidate.Alternative, ok bool, err error) {
	if !bound(q) || !said && here.KeepsToday() {
		return best, false, nil
	}
	space := search.Everywhere(q.space)
	if !here.Feasible { // first of all a plan is missing, and another vendor is the longer way
		if space, err = search.In(q.space, ""); err != nil {
			return best, false, err
		}
	}
	below := 0.0
	if here.Feasible && here.Plan.Priced {
		below = here.Cost()
		if !said {
			below /= 1 + policy(q).Near
		}
	}
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			if s == candidate.None || ctx.Err() != nil {
				continue
			}
			a := search.Cheapest(ctx, space, search.Query{Strategy: s, Optimized: optimized, Demand: q.planned, Below: below, Sketched: q.sketched, Veto: baseless(q)})
			if a.Feasible && a.Plan.Priced && (!ok || a.Cost() < best.Cost()) {
				best, ok, below = a, true, a.Cost()
			}
		}
	}
	return best, ok && len(moves(q, *best.Plan)) > 0 && (!here.Feasible || best.Cost() < here.Cost()), nil
}

// baseless excludes plans on another vendor's hardware that nothing like them was measured on, unless such
// hardware was asked for: a saving that is only calculated is no reason to move.
func baseless(q question) search.Veto {
	return func(_ candidate.Strategy, e candidate.Evaluation) (rule, title string) {
		a, ok := q.space.Accelerator(e.Accelerator)
		if e.Basis != service.Roofline || !ok || !offer.Foreign(q.space.Offers, a) || len(q.Workload.AllowGPU) > 0 {
			return "", ""
		}
		return "roofline", "nothing like it was measured on hardware of its kind"
	}
}

// moves words what a plan elsewhere takes.
func moves(q question, e candidate.Evaluation) []string {
	var out []string
	if home := offer.Home(q.space.Offers); home != "" && e.Cloud != home {
		out = append(out, "another cloud ("+e.Cloud+")")
	}
	if a, ok := q.space.Accelerator(e.Accelerator); ok && offer.Foreign(q.space.Offers, a) {
		out = append(out, "another vendor's software ("+offer.VendorName(a)+")")
	}
	return out
}

// completeElsewhere adds latencies to the plan elsewhere.
func completeElsewhere(q question, d decided) {
	if d.away != nil {
		search.Complete(q.space, &d.away.Plan, q.planned)
	}
	if d.Plan != nil {
		search.Complete(q.space, d.Plan, q.planned)
	}
}

// settlePlace settles the cloud of the answer where nothing runs today: that of the cheapest plan.
func settlePlace(ctx context.Context, q question) (question, error) {
	if q.space.Base.Known || offer.Home(q.space.Offers) != "" || !q.Workload.Stays(workload.StayCloud) {
		return q, nil
	}
	cloud, least := "", math.Inf(1)
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			a := search.Cheapest(ctx, q.space, search.Query{Strategy: s, Optimized: optimized, Demand: q.planned, Below: least, Sketched: true})
			if a.Feasible && a.Plan.Priced && a.Plan.CostPerMonth < least {
				cloud, least = a.Plan.Cloud, a.Plan.CostPerMonth
			}
		}
	}
	if cloud == "" {
		return q, nil
	}
	space, err := search.In(q.space, cloud)
	if err == nil {
		q.space = space
	}
	return q, err
}
