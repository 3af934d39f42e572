package advisor

import (
	"fmt"
	"maps"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
)

func (r *run) planFacts(c comparison, d choice.Decision) factMap {
	p := d.Plan
	f := factMap{"plan.strategy": string(d.Strategy), "plan.because": string(d.Criterion), "plan.excuse": excuseCode(d.Alternative), "plan.excuse_text": excuseText(d.Alternative)}
	if p == nil {
		return f
	}
	r.describe(f, d)
	maps.Copy(f, r.remedyFacts(p))
	if !p.HoldsUntil.IsZero() {
		f["plan.holds_months"] = months(p.HoldsSeconds)
	}
	r.describeTokens(f, p)
	if bound := r.Workload.Latency; bound > 0 {
		f["plan.bound_used"] = finite(p.Latency / bound)
	}
	if left := search.CapacityOf(r.space, *p, p.Replicas-p.ReplicasPerInstance); left > 0 {
		f["plan.utilization_after_loss"] = p.DemandQPS / left
	}
	if i := second(c.best, d.Alternative); i >= 0 && d.Feasible && p.Priced {
		ratio := c.best[i].Plan.CostPerMonth / p.CostPerMonth
		f["plan.second_strategy"], f["plan.second_cost_ratio"], f["plan.second_costs"] = string(c.best[i].Strategy), ratio, costWords(ratio)
	}
	return f
}

func excuseCode(b candidate.Alternative) string {
	if b.Excuse == nil {
		return ""
	}
	return b.Excuse.Code
}

func excuseText(b candidate.Alternative) string {
	if b.Excuse == nil {
		return ""
	}
	return b.Excuse.Text
}

// costWords says how two costs compare; three digits, so that 1.004 is not "1 times".
func costWords(ratio float64) string {
	if math.Abs(ratio-1) < 0.02 {
		return "about the same"
	}
	return fmt.Sprintf("%.3g times as much", ratio)
}

// describe adds what is plain reading of the chosen plan.
func (r *run) describe(f factMap, d choice.Decision) {
	p := d.Plan
	maps.Copy(f, factMap{
		"plan.direction": r.direction(d.Alternative), "plan.optimized": d.Optimized, "plan.feasible": d.Feasible,
		"plan.blocked": d.Rule != "", "plan.words": p.Words(), "plan.accelerator": p.AcceleratorName, "plan.precision": p.Precision,
		"plan.replicas": int64(p.Replicas), "plan.expected_replicas": int64(p.ExpectedReplicas), "plan.gpus_per_replica": int64(p.PerReplica),
		"plan.instances": int64(p.Instances), "plan.replicas_per_instance": int64(p.ReplicasPerInstance),
		"plan.share_qps": p.DemandQPS / float64(p.Replicas), "plan.capacity_qps": p.CapacityQPS, "plan.capacity_after_losses_qps": p.AfterLossesQPS,
		"plan.saturation_qps": p.SaturationQPS, "plan.utilization": p.Utilization, "plan.busy": p.Busy, "plan.mean_batch": p.MeanBatch,
		"plan.p50_ms": finite(p.P50 * msPerSecond), "plan.latency_ms": finite(p.Latency * msPerSecond),
		"plan.p99_ms": finite(p.P99 * msPerSecond), "plan.cost_usd_per_month": p.CostPerMonth,
		"plan.cost_usd_per_million": p.CostPerMillion, "plan.price_known": p.Priced, "plan.losses_required": int64(p.LossesRequired),
		"plan.survives": int64(p.SurvivesLosses), "plan.basis": p.Basis, "plan.optimizations": p.Optimizations,
	})
}

// describeTokens adds what only the plan of a language model has.
func (r *run) describeTokens(f factMap, p *candidate.Evaluation) {
	if _, _, ok := search.RequestTokens(r.space); !ok {
		return
	}
	maps.Copy(f, factMap{
		"tokens.plan_concurrency": int64(p.MaxConcurrency), "tokens.usd_per_million": p.CostPerMTokens,
		"tokens.plan_ttft_ms": finite(p.TTFT * msPerSecond), "tokens.plan_tpot_ms": finite(p.TPOT * msPerSecond),
	})
	if a, ok := r.Catalog.Accelerator(p.Accelerator); ok && p.PerReplica > 1 {
		f["tokens.plan_link"] = a.Interconnect
	}
}

// second is the cheapest feasible priced alternative of another strategy, −1 if none.
func second(best []candidate.Alternative, chosen candidate.Alternative) int {
	index := -1
	for i, b := range best {
		if b.Strategy != chosen.Strategy && b.Feasible && b.Plan.Priced && (index < 0 || b.Cost() < best[index].Cost()) {
			index = i
		}
	}
	return index
}

// direction is which way a strategy goes: more or fewer replicas, stronger or weaker
// machines.
func (r *run) direction(b candidate.Alternative) string {
	if b.Plan == nil {
		return ""
	}
	switch b.Strategy {
	case candidate.Horizontal:
		if b.Plan.Replicas < r.space.Base.Replicas {
			return "in"
		}
		return "out"
	case candidate.Vertical:
		if search.Weaker(r.space, *b.Plan) {
			return "down"
		}
		return "up"
	}
	return ""
}

func (r *run) strongestFacts() factMap {
	plain, okPlain := search.Strongest(r.space, false)
	best, ok := search.Strongest(r.space, true)
	if plain.QPS >= best.QPS {
		best = plain
	}
	if !ok && !okPlain {
		return nil
	}
	return factMap{
		"strongest.known": true, "strongest.accelerator": best.Name, "strongest.gpus_per_replica": int64(best.PerReplica),
		"strongest.words":        candidate.ReplicasOf(r.space.Base.Replicas, best.PerReplica, best.Name),
		"strongest.capacity_qps": best.QPS, "strongest.plain_qps": plain.QPS,
	}
}

func (r *run) limitFacts() factMap {
	w, wanted := r.Workload, search.ReplicasWanted(r.space, r.planned)
	return factMap{
		"limits.max_replicas": int64(w.MaxReplicas), "limits.budget_usd_per_month": w.Budget,
		"limits.replicas_wanted": int64(wanted), "limits.wanted_words": r.baseWords(wanted), "limits.wanted_outcome": r.wantedOutcome(wanted),
	}
}

// wantedOutcome words how many replicas of the base would hold, and that a quota allows fewer.
func (r *run) wantedOutcome(n int) string {
	if n == 0 {
		return "No number of " + candidate.Owned(r.space.Base.PerReplica, offer.ShortName(r.space.Base.Accelerator)) + " would hold"
	}
	words := r.baseWords(n)
	if most := r.Workload.MaxReplicas; most > 0 && n > most {
		words += fmt.Sprintf(" (the quota is %d)", most)
	}
	return words + " would hold"
}

func (r *run) budgetFacts(c comparison) factMap {
	if r.Workload.Budget == 0 {
		return nil
	}
	return factMap{"limits.cheapest_usd_per_month": r.cheapestUnbudgeted(c)}
}

// cheapestUnbudgeted is the cost of the cheapest plan that holds, were there no budget;
// 0 when none does.
func (r *run) cheapestUnbudgeted(c comparison) float64 {
	lowest := math.Inf(1)
	for _, b := range c.best {
		free := search.Cheapest(r.space, search.Query{Strategy: b.Strategy, Optimized: b.Optimized, Demand: c.demand, AnyBudget: true})
		if free.Feasible && free.Plan.Priced {
			lowest = math.Min(lowest, free.Plan.CostPerMonth)
		}
	}
	return finite(lowest)
}

// placeFacts are where the data would live: the nodes of the chosen plan.
func (r *run) placeFacts(d choice.Decision) factMap {
	if d.Plan == nil || !r.Workload.Data.Given() {
		return nil
	}
	n := float64(d.Plan.Instances)
	return factMap{
		"data.memory_gib": n * d.Plan.NodeMemoryGiB, "data.disk_gib": n * d.Plan.NodeDiskGiB,
		"data.job_hours": search.JobHours(r.space, d.Plan.Replicas, r.planned.Data),
	}
}

func (r *run) optimizationFacts(c comparison) factMap {
	plain, _ := search.OneReplica(r.space, false)
	best, known := search.OneReplica(r.space, true)
	f := factMap{"optimization.gain": 1.0, "optimization.known": known && best.QPS > 0, "optimization.not_admitted": search.NotAdmitted(r.space)}
	if known && best.QPS > 0 {
		f["optimization.best"] = joined(best.Optimization)
		if plain.QPS > 0 {
			f["optimization.gain"] = best.QPS / plain.QPS
		}
	}
	lowest := map[bool]float64{false: math.Inf(1), true: math.Inf(1)}
	for _, b := range c.best {
		if b.Feasible && b.Plan.Priced {
			lowest[b.Optimized] = math.Min(lowest[b.Optimized], b.Plan.CostPerMonth)
		}
	}
	f["optimization.saving_usd_per_month"] = finite(lowest[false] - lowest[true])
	return f
}

// cheaperFacts say what other hardware, or a cheaper model on the same, would save where
// the choice kept what runs today.
func cheaperFacts(c comparison, d choice.Decision) factMap {
	if !d.KeepsToday() || !d.Plan.Priced {
		return nil
	}
	f := factMap{}
	hardware := cheapestHolding(c.best, func(b candidate.Alternative) bool { return changesHardware(b) && b.Cost() < d.Cost() })
	saves(f, "cheaper", hardware, d.Plan)
	if hardware != nil {
		f["cheaper.accelerator"], f["cheaper.replicas"] = hardware.AcceleratorName, int64(hardware.Replicas)
	}
	saves(f, "cheaper_model", cheapestHolding(c.best, func(b candidate.Alternative) bool {
		return b.Optimized && !changesHardware(b) && b.Cost() < d.Cost()
	}), d.Plan)
	return f
}

func changesHardware(b candidate.Alternative) bool {
	return b.Strategy == candidate.Vertical || b.Strategy == candidate.Combined
}

// cheapestHolding is the cheapest feasible priced plan that is wanted, nil if none.
func cheapestHolding(best []candidate.Alternative, wanted func(candidate.Alternative) bool) *candidate.Evaluation {
	var found *candidate.Evaluation
	for _, b := range best {
		if b.Feasible && b.Plan.Priced && wanted(b) && (found == nil || b.Plan.CostPerMonth < found.CostPerMonth) {
			found = b.Plan
		}
	}
	return found
}

// saves adds what a cheaper plan is and what it saves against the chosen one.
func saves(f factMap, group string, p, chosen *candidate.Evaluation) {
	if p == nil {
		return
	}
	saved := chosen.CostPerMonth - p.CostPerMonth
	f[group+".exists"], f[group+".words"], f[group+".cost_usd_per_month"] = true, p.Words(), p.CostPerMonth
	f[group+".saving_usd_per_month"], f[group+".saving"] = saved, saved/chosen.CostPerMonth
}

// pricedFacts name the cheapest plan that holds at a known price, where the chosen plan
// has none.
func pricedFacts(c comparison, d choice.Decision) factMap {
	if d.Plan == nil || d.Plan.Priced {
		return nil
	}
	p := cheapestHolding(c.best, func(candidate.Alternative) bool { return true })
	if p == nil {
		return nil
	}
	return factMap{"priced.exists": true, "priced.words": p.Words(), "priced.cost_usd_per_month": p.CostPerMonth}
}

func (r *run) roadmapFacts(stages []advice.Stage) factMap {
	if len(stages) < 2 {
		return nil
	}
	return factMap{
		"roadmap.changes": int64(len(stages) - 1), "roadmap.first_months": months(stages[1].After),
		"roadmap.first_strategy": string(stages[1].Strategy), "roadmap.last_replicas": int64(stages[len(stages)-1].Plan.Replicas),
	}
}
