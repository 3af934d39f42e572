package fact

import (
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// elsewhereFacts are the cheapest plan with another cloud or vendor.
var elsewhereFacts = []Fact{
	text("elsewhere.words", Advise, on("stay", "cloud"), "the cheapest plan with another cloud or vendor than today's, with its cloud; empty where none costs less",
		away(func(e *advice.Elsewhere) string { return e.Plan.Words() + " on " + e.Plan.Cloud })),
	number("elsewhere.cost_usd_per_month", "USD/month", Advise, on("stay", "cloud"), "its cost; 0 where there is none",
		away(func(e *advice.Elsewhere) float64 { return e.Plan.CostPerMonth })),
	number("elsewhere.saves_usd_per_month", "USD/month", Advise, on("stay", "cloud"), "what it saves; 0 where there is none, or nothing here holds",
		away(func(e *advice.Elsewhere) float64 { return e.Saves })),
	number("elsewhere.saves", "fraction", Advise, on("stay", "cloud"), "what it saves of the plan's cost",
		func(v *View) float64 {
			if e, p := v.Outcome.Elsewhere, v.Outcome.Plan; e != nil && p != nil {
				return over(e.Saves, p.CostPerMonth)
			}
			return 0
		}),
	truth("elsewhere.measured", Advise, on("stay", "cloud"), "its rate was measured, not predicted",
		away(func(e *advice.Elsewhere) bool { return e.Plan.Measured() })),
	truth("elsewhere.taken", Advise, on("stay", "cloud"), "it is the plan that was chosen",
		away(func(e *advice.Elsewhere) bool { return e.Taken })),
	texts("elsewhere.moves", Advise, on("stay", "cloud"), "what leaving takes, such as another cloud",
		away(func(e *advice.Elsewhere) []string { return e.Moves })),
}

// away reads the plan elsewhere; nothing where there is none.
func away[T any](read func(*advice.Elsewhere) T) func(*View) T {
	return func(v *View) (none T) {
		if e := v.Outcome.Elsewhere; e != nil {
			return read(e)
		}
		return none
	}
}

// planFacts are the plan that was chosen; in a check the deployment that is declared.
var planFacts = []Fact{
	text("plan.strategy", outcome, on("replicas", "gpu"), "strategy chosen: none, vertical, horizontal, combined",
		func(v *View) string { return string(v.Outcome.Strategy) }),
	text("plan.direction", outcome, on("replicas", "gpu"), "out, in, up, down or empty",
		func(v *View) string { return v.Outcome.Direction }),
	truth("plan.optimized", outcome, on("precision", "gpu"), "the chosen plan applies a model optimization",
		chosen(func(_ *View, o *Outcome, _ *candidate.Evaluation) bool { return o.Optimized })),
	truth("plan.feasible", outcome, on("replicas", "gpu"), "the chosen plan holds; false when it is the nearest miss",
		chosen(func(_ *View, o *Outcome, _ *candidate.Evaluation) bool { return o.Feasible })),
	text("plan.excuse", outcome, on("replicas", "gpu"), "why the nearest miss fails, such as throughput, slow-alone, memory; empty when the plan holds",
		func(v *View) string { return excuse(v.Outcome.Excuse).Code }),
	text("plan.excuse_text", outcome, on("replicas", "gpu"), "what the nearest miss lacks, as the table says it; empty when the plan holds",
		func(v *View) string { return excuse(v.Outcome.Excuse).Text }),
	text("plan.because", outcome, on("replicas", "gpu"), "the criterion that decided: today-holds, scale-in, only-one-that-holds, cheapest, fewer-changes, more-redundancy, measured-over-predicted, stays-here, unknown or nothing-holds; declared in a check, which chooses nothing",
		func(v *View) string { return v.Outcome.Because }),
	truth("plan.blocked", Advise, on("replicas", "gpu"), "a cheaper plan was forbidden by a rule",
		func(v *View) bool { return v.Outcome.Blocked }),
	text("plan.unsettled", Advise, on("qps", "p99", "ttft", "tpot"), "what a simulation says of the plan that could not tell whether it holds, where it may well not; empty where it could, or none ran",
		func(v *View) string { return v.Outcome.Unsettled }),
	text("plan.accelerator", outcome, declares("gpu"), "accelerator of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return accelerator(p) })),
	text("plan.words", outcome, declares("replicas", "gpu"), "the chosen plan, such as 4 × A10 int8, or 1 × (2 × A10) with two accelerators per replica; empty when there is none",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.Words() })),
	text("plan.precision", outcome, declares("precision", "model"), "precision of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.Precision })),
	text("plan.pricing", outcome, on("pricing"), "price list of the chosen plan: on-demand, spot, 1y or 3y; empty where nothing is rented",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.Pricing })),
	text("plan.interruption", outcome, on("pricing"), "share of spot machines of the plan's type reclaimed within a month, such as 5-10%; empty where it is not known",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.Interrupted })),
	count("plan.spot_machines", outcome, on("pricing"), "spot machines of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.SpotMachines() })),
	count("plan.spot_at_once", outcome, on("pricing", "zones"), "of them those that may be reclaimed at once, all of one zone",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.SpotAtOnce })),
	count("plan.spot_losses", outcome, on("pricing", "availability"), "spot machines that must be able to go at once for the promise to hold; 0 where a shortage of them is rarer than it allows",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.SpotLosses })),
	number("plan.without_spot", "fraction", outcome, on("pricing"), "share of the demand that the plan carries with all its spot machines gone; 0 where there are none",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 {
			return math.Min(over(p.WithoutSpotQPS, p.DemandQPS), 1)
		})),
	text("plan.purchase", outcome, on("pricing"), "on which price lists the machines of the plan are bought, in words",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.PurchaseWords() })),
	count("plan.replicas", outcome, declares("replicas", "gpu"), "replicas of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.Replicas })),
	count("plan.expected_replicas", outcome, on("replicas", "gpu"), "replicas needed at the expected demand and capacity",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.ExpectedReplicas })),
	count("plan.gpus_per_replica", outcome, declares("gpus_per_replica", "gpu"), "accelerators per replica of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.PerReplica })),
	count("plan.instances", outcome, on("replicas", "gpu"), "rented instances of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.Instances })),
	count("plan.replicas_per_instance", outcome, on("replicas", "gpu"), "replicas on one instance",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.ReplicasPerInstance })),
	count("plan.joined_machines", outcome, on("gpus_per_replica", "gpu"), "machines that one replica spans and needs all of; 0 where one holds it",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.Joined })),
	number("plan.share_qps", "1/s", outcome, on("replicas", "gpu"), "demand planned for per replica",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.DemandQPS / float64(p.Replicas) })),
	number("plan.capacity_qps", "1/s", outcome, on("replicas", "gpu"), "capacity of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.CapacityQPS })),
	number("plan.capacity_after_losses_qps", "1/s", outcome, on("replicas", "gpu"), "capacity after the losses it must survive",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.AfterLossesQPS })),
	number("plan.low_qps", "1/s", outcome, on("replicas", "gpu"), "low end of the 90 % range of that capacity",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.LowQPS })),
	number("plan.high_qps", "1/s", outcome, on("replicas", "gpu"), "high end of that range",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.HighQPS })),
	number("plan.saturation_qps", "1/s", outcome, on("replicas", "gpu"), "throughput of the chosen plan without a latency bound",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.SaturationQPS })),
	number("plan.utilization", "fraction", outcome, on("replicas", "gpu"), "demand planned for over capacity",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.Utilization })),
	number("plan.busy", "fraction", outcome, on("replicas", "gpu"), "fraction of time the accelerators work",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.Busy })),
	number("plan.mean_batch", "", outcome, on("max_batch", "gpu"), "mean batch at the demand planned for",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.MeanBatch })),
	number("plan.p50_ms", "ms", outcome, on("replicas", "gpu"), "median latency at the demand planned for; 0 when unstable",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return ms(p.P50) })),
	number("plan.p99_ms", "ms", outcome, on("replicas", "gpu"), "p99 latency at the demand planned for; 0 when unstable",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return ms(p.P99) })),
	number("plan.latency_ms", "ms", outcome, on("replicas", "gpu"), "latency at the percentile of the bound, at the demand planned for; 0 when unstable",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return ms(p.Latency) })),
	number("plan.cost_usd_per_month", "USD/month", outcome, on("replicas", "gpu"), "cost; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.CostPerMonth })),
	number("plan.cost_usd_per_million", "USD", outcome, on("replicas", "gpu"), "cost per million requests; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.CostPerMillion })),
	truth("plan.price_known", outcome, on("gpu"), "a price of the chosen hardware is known",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) bool { return p.Priced })),
	count("plan.losses_required", outcome, on("availability", "replicas"), "replicas whose loss must be survived; 0 when availability was not asked",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.LossesRequired })),
	count("plan.survives", outcome, on("replicas", "gpu"), "most replicas that may be lost while the demand still holds",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.SurvivesLosses })),
	number("plan.holds_months", "month", outcome, on("replicas", "gpu"), "months until growth exceeds the capacity; 0 when it does not grow",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 {
			if p.HoldsUntil.IsZero() {
				return 0
			}
			return p.HoldsSeconds / unit.Month
		})),
	truth("plan.job_ends", outcome, on("data_growth", "job_rate", "job_window"), "what ends then is the time that the job over the data has",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) bool { return p.JobEnds && !p.HoldsUntil.IsZero() })),
	text("plan.basis", outcome, on("gpu"), "basis of the service model of the plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.Basis })),
	texts("plan.optimizations", outcome, on("precision", "gpu"), "optimizations of the chosen plan",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) []string { return p.Optimizations })),
	text("plan.second_strategy", Advise, on("replicas", "gpu"), "strategy of the cheapest feasible alternative that lost; empty when there is none",
		second(func(_ *candidate.Evaluation, s candidate.Alternative) string { return string(s.Strategy) })),
	text("plan.second_words", Advise, on("replicas", "gpu"), "its plan",
		second(func(_ *candidate.Evaluation, s candidate.Alternative) string { return s.Plan.Words() })),
	number("plan.second_cost_usd_per_month", "USD/month", Advise, on("replicas", "gpu"), "its cost; 0 when there is none",
		second(func(_ *candidate.Evaluation, s candidate.Alternative) float64 { return s.Plan.CostPerMonth })),
	number("plan.second_cost_ratio", "", Advise, on("replicas", "gpu"), "its cost over the chosen plan's; 0 when there is none",
		second(func(p *candidate.Evaluation, s candidate.Alternative) float64 {
			return over(s.Plan.CostPerMonth, p.CostPerMonth)
		})),
	number("plan.bound_used", "fraction", outcome, on("p99", "latency"), "latency at the SLO's percentile over its bound, at the demand planned for; 0 when there is no bound or the plan is unstable",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 { return over(p.Latency, v.Workload.Latency) })),
	number("plan.ttft_bound_used", "fraction", outcome, on("ttft"), "time to the first token over its bound, likewise",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 { return over(p.TTFT, v.Workload.LLM.TTFT) })),
	number("plan.tpot_bound_used", "fraction", outcome, on("tpot"), "time per output token over its bound, likewise",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) float64 { return over(p.TPOT, v.Workload.LLM.TPOT) })),
	number("plan.utilization_after_loss", "fraction", outcome, on("replicas", "gpu"), "demand planned for over the capacity that is left after the loss of one instance; 0 when none is left",
		chosen(func(_ *View, o *Outcome, p *candidate.Evaluation) float64 {
			return over(p.DemandQPS, o.CapacityOf(p.Replicas-p.Placing().Fullest(p.Replicas)))
		})),
	number("plan.ceiling", "fraction", outcome, on("replicas", "gpu"), "share of its capacity to which a plan is loaded at most: what --headroom leaves, else headroom.ceiling",
		func(v *View) float64 { return v.ceiling() }).with("headroom.ceiling"),
	count("plan.roomy_replicas", outcome, on("replicas", "gpu"), "fewest replicas of its kind that carry the demand planned for below that ceiling; 0 when no number does",
		chosen(func(v *View, o *Outcome, p *candidate.Evaluation) int { return o.replicasAt(p, v.ceiling()) })).with("headroom.ceiling"),
	count("plan.replicas_for_loss", outcome, on("replicas", "gpu"), "fewest replicas of its kind that carry the demand planned for after the loss of one instance; 0 when no number does",
		chosen(func(_ *View, o *Outcome, p *candidate.Evaluation) int {
			if n := o.replicasAt(p, 1); n > 0 {
				return p.Placing().Spared(n)
			}
			return 0
		})),
}

// ceiling is what --headroom leaves, else the parameter of the rule headroom; everything where no
// such rule is loaded.
func (v *View) ceiling() float64 {
	if v.Workload.HeadroomGiven {
		return 1 - v.Workload.Headroom
	}
	if share, ok := v.Settings("headroom.ceiling"); ok && share > 0 {
		return share
	}
	return 1
}

// replicasAt is the fewest replicas of the plan's kind that carry the demand planned for with a
// share of their capacity; 0 where none do, since the scalability law takes too much. Those that
// share one queue carry more each the more they are, so that a share of one tells only where to look.
func (o *Outcome) replicasAt(p *candidate.Evaluation, share float64) int {
	if p.CapacityQPS <= 0 || p.Replicas == 0 {
		return 0
	}
	const rounding = 1e-9
	one := p.CapacityQPS / float64(p.Replicas) * share
	guess := math.Max(math.Ceil(p.DemandQPS/one-rounding), 1)
	if guess > math.MaxInt32 || o.HasLaw && o.CapacityOf(int(guess))*share < p.DemandQPS {
		return 0
	}
	n := int(guess)
	model := o.CapacityOf(p.Replicas)
	if o.HasLaw || model <= 0 {
		return n
	}
	carry := func(n int) bool { // as deployed: a simulation may have taken something off
		return o.CapacityOf(n)*share*p.CapacityQPS/model >= p.DemandQPS*(1-rounding)
	}
	for ; !carry(n); n += n/8 + 1 {
		if float64(n) > 4*guess+8 {
			return 0
		}
	}
	for n > 1 && carry(n-1) {
		n--
	}
	return n
}

func excuse(e *candidate.Excuse) candidate.Excuse {
	if e == nil {
		return candidate.Excuse{}
	}
	return *e
}

// second reads from the cheapest feasible priced alternative of another strategy.
func second[T any](of func(chosen *candidate.Evaluation, second candidate.Alternative) T) func(*View) T {
	return chosen(func(_ *View, o *Outcome, p *candidate.Evaluation) (zero T) {
		s := o.cheapest(func(a candidate.Alternative) bool { return a.Strategy != o.Strategy })
		if s == nil || !o.Feasible || !p.Priced {
			return zero
		}
		return of(p, *s)
	})
}

// cheapest is the cheapest wanted alternative that holds at a known price, nil for none.
func (o *Outcome) cheapest(wanted func(candidate.Alternative) bool) *candidate.Alternative {
	var found *candidate.Alternative
	for i := range o.Alternatives {
		a := &o.Alternatives[i]
		if a.Feasible && a.Plan.Priced && wanted(*a) && (found == nil || a.Cost() < found.Cost()) {
			found = a
		}
	}
	return found
}

// alternativeFacts are the best plan of each strategy. A check knows the first alone.
func alternativeFacts() []Fact {
	var facts []Fact
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			facts = append(facts, strategyFacts(s, optimized)...)
		}
	}
	return facts
}

func strategyFacts(s candidate.Strategy, optimized bool) []Fact {
	name, says, at := string(s), string(s)+": ", Advise
	if optimized {
		name, says = name+"_optimized", string(s)+", optimized: "
	} else if s == candidate.None {
		at = outcome
	}
	a := on("replicas", "gpu")
	return []Fact{
		truth(name+".feasible", at, a, says+"its best plan holds", func(v *View) bool { return v.Outcome.best(s, optimized).Feasible }),
		text(name+".excuse", at, a, says+"code of what it lacks; empty when feasible", func(v *View) string { return excuse(v.Outcome.best(s, optimized).Excuse).Code }),
		text(name+".accelerator", at, a, says+"accelerator of its best plan, or of the nearest miss", func(v *View) string { return v.Outcome.plan(s, optimized).AcceleratorName }),
		count(name+".replicas", at, a, says+"replicas", func(v *View) int { return v.Outcome.plan(s, optimized).Replicas }),
		text(name+".words", at, a, says+"its best plan, or the nearest miss; empty when there is none", func(v *View) string { return v.Outcome.plan(s, optimized).Words() }),
		number(name+".capacity_qps", "1/s", at, a, says+"capacity", func(v *View) float64 { return v.Outcome.plan(s, optimized).CapacityQPS }),
		number(name+".after_losses_qps", "1/s", at, a, says+"capacity after the losses it must survive", func(v *View) float64 { return v.Outcome.plan(s, optimized).AfterLossesQPS }),
		number(name+".cost_usd_per_month", "USD/month", at, a, says+"cost; 0 when unknown", func(v *View) float64 { return v.Outcome.plan(s, optimized).CostPerMonth }),
	}
}

// best is the alternative of a strategy.
func (o *Outcome) best(s candidate.Strategy, optimized bool) candidate.Alternative {
	for _, a := range o.Alternatives {
		if a.Strategy == s && a.Optimized == optimized {
			return a
		}
	}
	return candidate.Alternative{}
}

// plan is its plan, zero for none.
func (o *Outcome) plan(s candidate.Strategy, optimized bool) candidate.Evaluation {
	if p := o.best(s, optimized).Plan; p != nil {
		return *p
	}
	return candidate.Evaluation{}
}

// strongestFacts are the allowed hardware that carries most.
var strongestFacts = []Fact{
	truth("strongest.known", Advise, on("allow_gpu", "max_gpu", "gpu"), "some allowed hardware can serve the model",
		func(v *View) bool { return v.Outcome.Strongest().Known }),
	text("strongest.accelerator", Advise, on("allow_gpu", "max_gpu", "gpu"), "allowed hardware with the largest capacity at the base's number of replicas, any precision admitted",
		func(v *View) string { return v.Outcome.Strongest().Accelerator }),
	count("strongest.gpus_per_replica", Advise, on("allow_gpu", "max_gpu", "gpu"), "its accelerators per replica",
		func(v *View) int { return v.Outcome.Strongest().PerReplica }),
	text("strongest.words", Advise, on("allow_gpu", "max_gpu", "gpu"), "the base's number of replicas of it",
		func(v *View) string {
			s := v.Outcome.Strongest()
			if !s.Known {
				return ""
			}
			return candidate.ReplicasOf(v.Base.Replicas, s.PerReplica, s.Accelerator)
		}),
	number("strongest.capacity_qps", "1/s", Advise, on("allow_gpu", "max_gpu", "gpu"), "the capacity of the base's number of replicas of it",
		func(v *View) float64 { return v.Outcome.Strongest().QPS }),
	number("strongest.plain_qps", "1/s", Advise, on("allow_gpu", "max_gpu", "gpu"), "the largest capacity of the base's number of replicas in the baseline precision",
		func(v *View) float64 { return v.Outcome.Strongest().PlainQPS }),
}

// optimizationFacts are what a cheaper model brings.
var optimizationFacts = []Fact{
	number("optimization.gain", "", Advise, on("precision", "allow_optimization"), "capacity of a base replica optimized over plain; 1 when no optimization is admitted",
		func(v *View) float64 {
			if s, ok := v.Outcome.Improved(); ok && s.QPS > 0 && v.Server.QPS > 0 {
				return s.QPS / v.Server.QPS
			}
			return 1
		}),
	truth("optimization.known", Advise, on("precision", "allow_optimization"), "an optimization is admitted for the base hardware",
		func(v *View) bool { s, ok := v.Outcome.Improved(); return ok && s.QPS > 0 }),
	text("optimization.best", Advise, on("precision", "allow_optimization"), "the admitted optimizations of the base, joined by +",
		func(v *View) string {
			s, ok := v.Outcome.Improved()
			if !ok || s.QPS <= 0 {
				return ""
			}
			return strings.Join(s.Optimizations, " + ")
		}),
	texts("optimization.not_admitted", Advise, on("allow_optimization"), "optimizations that the catalogue knows for this kind of model but whose precondition or quality risk keeps them out",
		func(v *View) []string { return v.Outcome.NotAdmitted() }),
	number("optimization.saving_usd_per_month", "USD/month", Advise, on("precision", "allow_optimization"), "cost of the cheapest plain plan that holds less that of the cheapest optimized one; 0 when not both hold",
		func(v *View) float64 {
			plain := v.Outcome.cheapest(func(a candidate.Alternative) bool { return !a.Optimized })
			optimized := v.Outcome.cheapest(func(a candidate.Alternative) bool { return a.Optimized })
			if plain == nil || optimized == nil {
				return 0
			}
			return plain.Cost() - optimized.Cost()
		}),
}
