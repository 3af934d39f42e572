package fact

import (
	"math"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
)

// smallerFacts are what a load needs that is small beside the plan, and what fewer replicas would do.
var smallerFacts = []Fact{
	truth("plan.whole_accelerator", outcome, on("gpu"), "each replica of the plan owns a whole accelerator or more",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) bool {
			return p.Share == 0 && p.Replicas > 0 && !processor(p)
		})),
	text("smaller.words", Advise, on("gpu"), "the cheapest plan that holds and costs less than half of the chosen one; empty for none",
		against(muchCheaper, func(_, p *candidate.Evaluation) string { return p.Words() })),
	number("smaller.cost_usd_per_month", "USD/month", Advise, on("gpu"), "its cost",
		against(muchCheaper, func(_, p *candidate.Evaluation) float64 { return p.CostPerMonth })),
	number("smaller.saving", "fraction", Advise, on("gpu"), "what it saves, as a fraction of the chosen plan's cost",
		against(muchCheaper, func(chosen, p *candidate.Evaluation) float64 {
			return over(chosen.CostPerMonth-p.CostPerMonth, chosen.CostPerMonth)
		})),
	count("small.services", outcome, on("gpu"), "services like this one that fit on one accelerator by time and memory; 0 for one alone",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return together(p) })),
	number("small.first_wait_ms", "ms", outcome, on("cold_start"), "how long the first caller waits where replicas stop while nothing comes; 0 unknown",
		func(v *View) float64 { return ms(v.Workload.ColdStart) }),
	truth("balancing.random", Advise, on("balancing"), "requests go to replicas at random",
		func(v *View) bool { return v.Workload.Balancing == "random" }),
	truth("balancing.blind", Advise, on("balancing"), "requests go to replicas whatever each has to do: at random or in turn",
		func(v *View) bool { return Blind(v.Workload.Balancing) }),
	count("balancing.least_loaded", Advise, on("balancing"), "replicas of the plan that hold where requests go to the least loaded; 0 unknown",
		func(v *View) int { return balanced(v, "least-loaded") }),
	count("balancing.of_two", Advise, on("balancing"), "the same where they go to the less loaded of two; 0 unknown",
		func(v *View) int { return balanced(v, "power-of-two") }),
	text("balancing.instead_of", Advise, on("balancing"), "what is bought first, where today's replicas would hold without it if requests went to the least loaded; empty where they would not",
		rebalanced(func(r *Rebalanced) string { return r.Instead })),
	text("balancing.today_until", Advise, on("balancing"), "the day until which they would hold; empty for as long as is planned for",
		rebalanced(func(r *Rebalanced) string {
			if r.Until.IsZero() {
				return ""
			}
			return r.Until.Format("2 January 2006")
		})),
	number("balancing.today_free", "fraction", Advise, on("balancing"), "share of their limit that today's peak would leave free; 0 where they would not hold",
		rebalanced(func(r *Rebalanced) float64 { return r.Free })),
	number("balancing.today_saves_usd_per_month", "USD/month", Advise, on("balancing"), "what is not paid until then; 0 unknown",
		rebalanced(func(r *Rebalanced) float64 { return r.Saves })),
	number("balancing.saves_usd_per_month", "USD/month", Advise, on("balancing"), "what sending them to the least loaded saves; 0 unknown",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 {
			n := balanced(v, "least-loaded")
			if n == 0 || n >= p.Replicas || p.Instances == 0 {
				return 0
			}
			return p.CostPerMonth - p.CostOf(n)
		})),
}

// processor reports whether a plan runs without an accelerator.
func processor(p *candidate.Evaluation) bool {
	return strings.HasPrefix(p.AcceleratorName, catalog.VCPUName) || p.AcceleratorName == ""
}

// muchCheaper is the cheapest plan that costs less than half of the chosen one.
func muchCheaper(o *Outcome) *candidate.Alternative {
	if !o.Plan.Priced {
		return nil
	}
	return o.cheapest(func(a candidate.Alternative) bool { return a.Cost() < o.Cost()/2 })
}

// together is how many services like a plan's fit on one of its accelerators, up to a hundred.
func together(p *candidate.Evaluation) int {
	const most, filled = 100, 0.8
	share := p.Utilization * float64(p.Replicas*max(p.PerReplica, 1))
	if p.WeightsGiB > 0 && p.UsableGiB > 0 {
		share = math.Max(share, p.WeightsGiB/p.UsableGiB)
	}
	if n := int(math.Min(filled/math.Max(share, 1e-9), most)); n > 1 {
		return n
	}
	return 0
}

// Blind reports whether a way of balancing, a value of --balancing, ignores the load of replicas.
func Blind(balancing string) bool { return balancing == "random" || balancing == "round-robin" }

// balanced are the replicas of the plan under another balancing.
func balanced(v *View, balancing string) int {
	if o := v.Outcome; o.Balanced != nil {
		return o.Balanced(balancing)
	}
	return 0
}

// rebalanced reads what a balancer that knows the load makes of today's deployment; zero where it is nothing.
func rebalanced[T any](read func(*Rebalanced) T) func(*View) T {
	return func(v *View) (none T) {
		if v.Outcome == nil || v.Outcome.Rebalanced == nil {
			return none
		}
		return read(v.Outcome.Rebalanced)
	}
}

// accelerator names the hardware of a plan: one accelerator, or as much of a processor as a replica has.
func accelerator(p *candidate.Evaluation) string {
	if strings.HasPrefix(p.AcceleratorName, catalog.VCPUName) {
		return candidate.Owned(p.PerReplica, p.AcceleratorName)
	}
	return p.AcceleratorName
}
