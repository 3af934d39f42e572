package advisor

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

const compound = "compound growth at a constant rate, a month of 730 h"

// record begins a derivation: the traits, and the demand that is planned for.
func (r *run) record() *derivation.Log {
	log := r.Workload.Log.Clone()
	if log == nil {
		log = &derivation.Log{}
	}
	log.Given(derivation.Value{Name: "month", Title: "month", Number: unit.Month, Unit: "s", From: "default", Reason: "730 h, as clouds bill"})
	planned := derivation.Value{Name: "planned", Title: "demand planned for", Number: r.planned.Peak, Unit: "1/s"}
	if r.Workload.Peak.Mid <= 0 {
		planned.From = "no demand was given"
		log.Given(planned)
		return log
	}
	if r.Workload.Horizon == 0 || r.Workload.Growth.Mid == 0 {
		log.Step(planned, "peak", "no growth up to a horizon: today's peak is planned for")
		return log
	}
	then := r.growth.At(r.Workload.Horizon).Mid
	log.Step(derivation.Value{Name: "horizon_qps", Title: "demand at the horizon", Number: then, Unit: "1/s"}, "peak * (1 + growth) ^ (horizon / month)", compound)
	log.Step(planned, "max(peak, horizon_qps)", "the most within the horizon")
	return log
}

// derive records how the numbers of the chosen plan came about, and the choice.
func (r *run) derive(a *advice.Advice, c comparison, d choice.Decision, facts *fact.Reading) {
	if !r.Explain {
		return
	}
	if a.Facts = facts.All(fact.Advise); d.Plan == nil {
		return
	}
	log := r.record()
	search.Derive(r.space, *d.Plan, r.planned, d.Strategy == candidate.None || d.Strategy == candidate.Vertical, log)
	r.recordRunway(log, d.Plan)
	recordChoice(log, c, d)
	a.Steps = log.Verified(search.Functions())
}

// recordRunway notes until when the plan holds.
func (r *run) recordRunway(log *derivation.Log, e *candidate.Evaluation) {
	if e.HoldsUntil.IsZero() || e.CarriesQPS <= r.growth.Peak.Mid {
		return
	}
	log.Step(derivation.Value{Name: "runway", Title: "time until the demand exceeds what it carries", Number: e.HoldsSeconds, Unit: "s"},
		"month * ln(carries_qps / peak) / ln(1 + growth)", compound)
}

// recordChoice notes what the choice compared: the lowest cost among the plans that hold, and
// how much dearer one may be and still win by changing less.
func recordChoice(log *derivation.Log, c comparison, d choice.Decision) {
	var names []string
	lowest := 0.0
	for _, b := range c.best {
		if !b.Feasible || !b.Plan.Priced {
			continue
		}
		name := "cost_of_" + string(b.Strategy)
		if b.Optimized {
			name += "_optimized"
		}
		names = append(names, name)
		log.Given(derivation.Value{Name: name, Title: "cost of " + strings.ReplaceAll(name[len("cost_of_"):], "_", ", "), Number: b.Plan.CostPerMonth, Unit: "USD/month",
			From: b.Plan.Words(), Reason: "the cheapest plan of that strategy that holds, found by the same computation"})
		if lowest == 0 || b.Plan.CostPerMonth < lowest {
			lowest = b.Plan.CostPerMonth
		}
	}
	if len(names) == 0 || !d.Feasible || !d.Plan.Priced {
		return
	}
	log.Step(derivation.Value{Name: "lowest_cost", Title: "lowest cost that holds", Number: lowest, Unit: "USD/month"}, "min("+strings.Join(names, ", ")+")", "plans that hold are compared by their cost")
	log.Step(derivation.Value{Name: "near_cost", Title: "cost up to which fewer changes win", Number: lowest * (1 + choice.NearCost), Unit: "USD/month"}, fmt.Sprintf("lowest_cost * %g", 1+choice.NearCost), "up to there the plan with fewer changes wins, then the one with more redundancy")
	log.Step(derivation.Value{Name: "cost_ratio", Title: "chosen plan over the lowest cost", Number: d.Plan.CostPerMonth / lowest, Unit: ""}, "cost_usd_per_month / lowest_cost", d.Criterion.Because(d.Margin))
}

// deriveBase records how what the base deployment sustains came about.
func (r *run) deriveBase() []derivation.Step {
	log := r.record()
	e, _ := search.Judge(r.space, r.now)
	search.Derive(r.space, e, r.now, true, log)
	if r.now.Peak <= 0 { // nothing that a load would tell
		return derivation.Of(log.Verified(search.Functions()), "alone", "needed_gib", "server_qps", "saturation_qps", "capacity_qps", "cost_usd_per_month")
	}
	return log.Verified(search.Functions())
}

// deriveDeclared records how the figures of a declared deployment came about.
func (r *run) deriveDeclared(d choice.Decision) []derivation.Step {
	log := r.record()
	search.Derive(r.space, *d.Plan, r.planned, true, log)
	r.recordRunway(log, d.Plan)
	return log.Verified(search.Functions())
}
