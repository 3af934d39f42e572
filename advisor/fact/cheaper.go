package fact

import (
	"slices"

	"scaleadvise/advisor/candidate"
)

// cheaperFacts are plans that cost less than the chosen one where the choice kept what runs
// today, or that have a price where the chosen one has none.
var cheaperFacts = slices.Concat(
	savings("cheaper", "other hardware that holds costs less than the chosen plan", cheaperHardware),
	[]Fact{
		text("cheaper.accelerator", Advise, on("gpu"), "that hardware",
			against(cheaperHardware, func(_, p *candidate.Evaluation) string { return p.AcceleratorName })),
		count("cheaper.replicas", Advise, on("replicas"), "its replicas",
			against(cheaperHardware, func(_, p *candidate.Evaluation) int { return p.Replicas })),
	},
	savings("cheaper_model", "an optimized model on the hardware that was kept holds and costs less than the chosen plan", cheaperModel),
	[]Fact{
		truth("priced.exists", Advise, on("gpu"), "the chosen plan has no price, and another that holds has one",
			against(priced, func(_, _ *candidate.Evaluation) bool { return true })),
		text("priced.words", Advise, on("gpu"), "the cheapest such plan",
			against(priced, func(_, p *candidate.Evaluation) string { return p.Words() })),
		number("priced.cost_usd_per_month", "USD/month", Advise, on("gpu"), "its cost",
			against(priced, func(_, p *candidate.Evaluation) float64 { return p.CostPerMonth })),
	},
)

// savings are what a cheaper plan is and what it saves against the chosen one.
func savings(group, exists string, other func(*Outcome) *candidate.Alternative) []Fact {
	a := on("gpu", "replicas")
	return []Fact{
		truth(group+".exists", Advise, a, exists, against(other, func(_, _ *candidate.Evaluation) bool { return true })),
		text(group+".words", Advise, a, "its plan", against(other, func(_, p *candidate.Evaluation) string { return p.Words() })),
		number(group+".cost_usd_per_month", "USD/month", Advise, a, "its cost",
			against(other, func(_, p *candidate.Evaluation) float64 { return p.CostPerMonth })),
		number(group+".saving_usd_per_month", "USD/month", Advise, a, "what it saves",
			against(other, func(chosen, p *candidate.Evaluation) float64 { return chosen.CostPerMonth - p.CostPerMonth })),
		number(group+".saving", "fraction", Advise, a, "what it saves, as a fraction of the chosen plan's cost",
			against(other, func(chosen, p *candidate.Evaluation) float64 {
				return over(chosen.CostPerMonth-p.CostPerMonth, chosen.CostPerMonth)
			})),
	}
}

// against reads another plan beside the chosen one; zero where there is none.
func against[T any](other func(*Outcome) *candidate.Alternative, of func(chosen, other *candidate.Evaluation) T) func(*View) T {
	return chosen(func(_ *View, o *Outcome, p *candidate.Evaluation) (zero T) {
		if a := other(o); a != nil {
			return of(p, a.Plan)
		}
		return zero
	})
}

// cheaperHardware is the cheapest plan on other hardware that undercuts what was kept.
func cheaperHardware(o *Outcome) *candidate.Alternative {
	return o.undercuts(func(a candidate.Alternative) bool { return a.Strategy.ChangesHardware() })
}

// cheaperModel is the cheapest optimized plan on the hardware that was kept, likewise.
func cheaperModel(o *Outcome) *candidate.Alternative {
	return o.undercuts(func(a candidate.Alternative) bool { return a.Optimized && !a.Strategy.ChangesHardware() })
}

func (o *Outcome) undercuts(wanted func(candidate.Alternative) bool) *candidate.Alternative {
	if !o.KeptToday || !o.Plan.Priced {
		return nil
	}
	return o.cheapest(func(a candidate.Alternative) bool { return wanted(a) && a.Cost() < o.Cost() })
}

// priced is the cheapest plan with a price, where the chosen one has none.
func priced(o *Outcome) *candidate.Alternative {
	if o.Plan.Priced {
		return nil
	}
	return o.cheapest(func(candidate.Alternative) bool { return true })
}

// candidateFacts are those of a candidate under a blocking rule's judgement.
var candidateFacts = []Fact{
	text("candidate.strategy", Search, on("gpu"), "the candidate under judgement: its strategy", judged(func(c *Candidate) string { return string(c.Strategy) })),
	truth("candidate.optimized", Search, on("gpu"), "it applies a model optimization", judged(func(c *Candidate) bool { return len(c.Optimizations) > 0 })),
	text("candidate.accelerator", Search, on("gpu"), "its accelerator", judged(func(c *Candidate) string { return c.Accelerator })),
	text("candidate.precision", Search, on("gpu"), "its precision", judged(func(c *Candidate) string { return c.Precision })),
	count("candidate.replicas", Search, on("gpu"), "its replicas", judged(func(c *Candidate) int { return c.Replicas })),
	count("candidate.gpus_per_replica", Search, on("gpu"), "its accelerators per replica", judged(func(c *Candidate) int { return c.PerReplica })),
	count("candidate.instances", Search, on("gpu"), "its rented instances", judged(func(c *Candidate) int { return c.Instances })),
	text("candidate.cloud", Search, on("cloud"), "its cloud; empty when no price is known", judged(func(c *Candidate) string { return c.Cloud })),
	number("candidate.capacity_qps", "1/s", Search, on("gpu"), "its capacity", judged(func(c *Candidate) float64 { return c.CapacityQPS })),
	number("candidate.after_losses_qps", "1/s", Search, on("gpu"), "its capacity after the losses it must survive", judged(func(c *Candidate) float64 { return c.AfterLossesQPS })),
	number("candidate.utilization", "fraction", Search, on("gpu"), "demand planned for over its capacity", judged(func(c *Candidate) float64 { return c.Utilization })),
	number("candidate.p99_ms", "ms", Search, on("gpu"), "its p99 latency at the demand planned for", judged(func(c *Candidate) float64 { return ms(c.P99) })),
	number("candidate.cost_usd_per_month", "USD/month", Search, on("gpu"), "its cost; 0 when unknown", judged(func(c *Candidate) float64 { return c.CostPerMonth })),
	count("candidate.survives", Search, on("gpu"), "most replicas that it may lose while the demand still holds", judged(func(c *Candidate) int { return c.SurvivesLosses })),
	text("candidate.basis", Search, on("gpu"), "basis of its service model", judged(func(c *Candidate) string { return c.Basis })),
}

func judged[T any](of func(*Candidate) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Candidate == nil {
			return zero
		}
		return of(v.Candidate)
	}
}
