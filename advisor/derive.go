package advisor

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/workload"
)

// record begins a derivation: the traits, and the demand that is planned for.
func record(q question) *derivation.Log {
	log := q.Workload.Log.Clone()
	if log == nil {
		log = &derivation.Log{}
	}
	workload.RecordMonth(log)
	planned := derivation.Value{Name: "planned", Title: "demand planned for", Number: q.planned.Peak, Unit: "1/s"}
	if q.Workload.Peak.Mid <= 0 {
		planned.From = "no demand was given"
		log.Given(planned)
		return log
	}
	if q.Workload.Horizon == 0 || q.Workload.Growth.Mid == 0 {
		log.Step(planned, "peak", "no growth up to a horizon: today's peak is planned for")
		return log
	}
	then := q.growth.At(q.Workload.Horizon).Mid
	horizon := derivation.Value{Name: "horizon_qps", Title: "demand at the horizon", Number: then, Unit: "1/s"}
	if q.growth.Linear {
		log.Step(horizon, "peak * (1 + growth * horizon / month)", q.growth.Method())
	} else {
		log.Step(horizon, "peak * (1 + growth) ^ (horizon / month)", q.growth.Method())
	}
	log.Step(planned, "max(peak, horizon_qps)", "the most within the horizon")
	return log
}

// derive records how the numbers of the chosen plan came about, and the choice.
func derive(q question, best []candidate.Alternative, d choice.Decision) []derivation.Step {
	if d.Plan == nil {
		return nil
	}
	log := record(q)
	search.Derive(q.space, *d.Plan, q.planned, !d.Strategy.ChangesCount(), log)
	recordRunway(q, log, d.Plan)
	recordChoice(log, best, d, threshold(q.Rules, fact.NearCost))
	return log.Verified(search.Functions())
}

// recordRunway notes until when the plan holds.
func recordRunway(q question, log *derivation.Log, e *candidate.Evaluation) {
	if s, ok := q.growth.Until(e.CarriesQPS, 1); !ok || s != e.HoldsSeconds || e.CarriesQPS <= q.growth.Peak.Mid {
		return // its data end it before
	}
	runway := derivation.Value{Name: "runway", Title: "time until the demand exceeds what it carries", Number: e.HoldsSeconds, Unit: "s"}
	if q.growth.Linear {
		log.Step(runway, "month * (carries_qps / peak - 1) / growth", q.growth.Method())
		return
	}
	log.Step(runway, "month * ln(carries_qps / peak) / ln(1 + growth)", q.growth.Method())
}

// recordChoice notes what the choice compared: the lowest cost among the plans that hold, and
// how much more one may cost and still win by changing less.
func recordChoice(log *derivation.Log, best []candidate.Alternative, d choice.Decision, near float64) {
	var names []string
	lowest := 0.0
	for _, b := range best {
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
	log.Step(derivation.Value{Name: "near_cost", Title: "cost up to which fewer changes win", Number: lowest * (1 + near), Unit: "USD/month"}, fmt.Sprintf("lowest_cost * %g", 1+near), "up to there the plan with fewer changes wins, then the one with more redundancy")
	log.Step(derivation.Value{Name: "cost_ratio", Title: "chosen plan over the lowest cost", Number: d.Plan.CostPerMonth / lowest, Unit: ""}, "cost_usd_per_month / lowest_cost", d.Criterion.Because(d.Margin))
}

// deriveBase records how what the base deployment sustains came about.
func deriveBase(q question) []derivation.Step {
	log := record(q)
	now, _ := deployedToday(q)
	search.Derive(q.space, now.plan, q.now, true, log)
	if q.now.Peak <= 0 { // nothing that a load would tell
		return derivation.Of(log.Verified(search.Functions()), "alone", "needed_gib", "server_qps", "saturation_qps", "capacity_qps", "cost_usd_per_month")
	}
	return log.Verified(search.Functions())
}

// deriveDeclared records how the figures of a declared deployment came about.
func deriveDeclared(q question, e *candidate.Evaluation) []derivation.Step {
	log := record(q)
	search.Derive(q.space, *e, q.planned, true, log)
	recordRunway(q, log, e)
	return log.Verified(search.Functions())
}
