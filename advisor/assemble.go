package advisor

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// assemble writes down what was concluded, before rules word it.
func (r *run) assemble(c comparison, d choice.Decision, stages []advice.Stage) *advice.Advice {
	a := &advice.Advice{
		Workload: r.summary(), Strategy: d.Strategy, Direction: r.direction(d.Alternative), Optimized: d.Optimized, Feasible: d.Feasible,
		Today: r.deployed, Alternatives: r.alternatives(c, d), Roadmap: stages, Confidence: r.Confidence, Now: r.Now,
		Assumptions: r.assumptions(), Traits: traits(r.Workload),
	}
	if d.Plan != nil {
		search.Explain(r.space, d.Plan)
		a.Plan = *d.Plan
	}
	a.DecidedBy, a.Criterion, a.Margin = d.By(), d.Criterion, d.Margin
	if len(stages) == 0 {
		a.Roadmap = []advice.Stage{{Date: r.Now, Strategy: d.Strategy, Optimized: d.Optimized, DemandQPS: r.now.Peak, Plan: a.Plan}}
	}
	a.Warnings = r.warnings(a)
	return a
}

func (r *run) summary() advice.Summary {
	w, m := r.Workload, r.space.Model
	s := advice.Summary{
		Name: w.Name, Model: m.ID, ModelName: m.Name, ModelAssumed: w.ModelAssumed && m.ID != "",
		PeakQPS: w.Peak.Mid, MeanQPS: w.Mean, PlanQPS: r.planned.Peak, GrowthPerMonth: w.Growth.Mid, HorizonMonths: months(w.Horizon),
		LatencySeconds: w.Latency, Percentile: w.Percentile, Availability: w.Availability, Replica: w.ReplicaAvailability, Budget: w.Budget,
		Data: r.dataSummary(),
	}
	if in, out, ok := search.RequestTokens(r.space); ok {
		s.TTFT, s.TPOT, s.TokenPercent, s.InputTokens, s.OutputTokens = w.LLM.TTFT, w.LLM.TPOT, w.LLM.Percentile, in, out
	}
	return s
}

// dataSummary is the data traits in words, empty when none were given.
func (r *run) dataSummary() string {
	d := r.Workload.Data
	if !d.Given() {
		return ""
	}
	s := unit.Format(unit.Bytes, r.now.Data)
	switch {
	case r.planned.Data > r.now.Data:
		s += " growing to " + unit.Format(unit.Bytes, r.planned.Data)
	case r.planned.Data < r.now.Data:
		s += ", " + unit.Format(unit.Bytes, r.planned.Data) + " once what is older than the retention is dropped"
	}
	if d.JobWindow > 0 {
		s += ", a job within " + unit.Format(unit.Duration, d.JobWindow)
	}
	return s
}

// today judges today's deployment at the demand planned for; nil when none was named.
func (r *run) today() *advice.Today {
	b := r.space.Base
	if !b.Known {
		return nil
	}
	plan, excuse := search.Judge(r.space, r.planned)
	search.Complete(r.space, &plan, r.planned)
	best := candidate.Alternative{Plan: &plan}
	r.holdsUntil(&best)
	return &advice.Today{Evaluation: plan, Assumed: b.Assumed, Holds: excuse == nil, Excuse: excuse}
}

func (r *run) alternatives(c comparison, d choice.Decision) []advice.Alternative {
	out := make([]advice.Alternative, 0, len(c.best))
	for i, b := range c.best {
		against := d.Against[i]
		out = append(out, advice.Alternative{
			Strategy: b.Strategy, Direction: r.direction(b), Optimized: b.Optimized, Chosen: i == d.Index, Feasible: b.Feasible,
			Excuse: against.Excuse, Plan: b.Plan, CostRatio: against.CostRatio, DecidedBy: against.By,
		})
	}
	return out
}

// assumptions are the defaults that shaped this advice, today's assumed parts among them.
func (r *run) assumptions() []advice.Assumption {
	var out []advice.Assumption
	for _, t := range r.Workload.Traits {
		if t.Assumed() && r.matters(t.Spec.Name) {
			out = append(out, advice.Assumption{
				Trait: t.Spec.Name, Flag: "--" + t.Spec.Flag, Value: value(t), Unit: t.Spec.Kind.Symbol(), Reason: t.Value.Origin.Reason,
			})
		}
	}
	return append(out, r.todayAssumptions()...)
}

// matters leaves out defaults that had no part in this workload.
func (r *run) matters(trait string) bool {
	w := r.Workload
	switch trait {
	case "kv_precision", "engine", "prefix_hit", "input_tokens", "output_tokens":
		_, _, generates := search.RequestTokens(r.space)
		return generates
	case "replica_availability", "zones":
		return w.Availability > 0
	case "model":
		return r.space.Model.ID != ""
	case "service_cv", "concurrency":
		return w.Service.Given()
	case "horizon":
		return w.Growth.Mid != 0
	case "growth", "burstiness", "balancing", "pricing", "objective", "latency_percentile", "cold_start":
		return false
	}
	return true
}

func (r *run) todayAssumptions() []advice.Assumption {
	b, w := r.space.Base, r.Workload
	if !b.Known {
		return []advice.Assumption{{
			Trait: "gpu", Flag: "--gpu", Value: b.Accelerator.ID,
			Reason: "no accelerator named: strategies start from one replica of the cheapest that can serve",
		}}
	}
	var out []advice.Assumption
	if w.Replicas == 0 {
		out = append(out, advice.Assumption{Trait: "replicas", Flag: "--replicas", Value: float64(1), Reason: "one replica serves today unless told otherwise"})
	}
	if w.GPUsPerReplica == 0 && r.space.Base.Accelerator.MaxPerNode != 1 {
		out = append(out, advice.Assumption{Trait: "gpus_per_replica", Flag: "--gpus-per-replica", Value: float64(b.PerReplica), Reason: r.whySplit()})
	}
	return out
}

// whySplit says why a replica has as many accelerators as nobody asked for.
func (r *run) whySplit() string {
	if r.space.Base.PerReplica > 1 {
		return "the fewest over which the model and one request fit"
	}
	return "a model that fits one accelerator gets one"
}

func value(t workload.Resolved) any {
	switch t.Spec.Kind {
	case unit.Text:
		return t.Value.Text
	case unit.List:
		return t.Value.Words
	}
	return t.Value.Interval.Mid
}

func traits(w *workload.Workload) []advice.Trait {
	out := make([]advice.Trait, 0, len(w.Traits))
	for _, t := range w.Traits {
		out = append(out, advice.Trait{
			Name: t.Spec.Name, Value: value(t), Unit: t.Spec.Kind.Symbol(),
			Low: t.Value.Interval.Low, High: t.Value.Interval.High, Origin: t.Value.Origin.String(),
		})
	}
	return out
}

// warnings are what a reader of the numbers should know, each once.
func (r *run) warnings(a *advice.Advice) []string {
	seen := map[string]bool{}
	var out []string
	var ends []string
	if r.ends > 0 {
		ends = []string{"from " + r.date(r.ends).Format("2006-01-02") + " on no size of this plan holds within the limits"}
	}
	for _, list := range [][]string{r.space.Notes, r.Workload.Warnings, ends, a.Plan.Warnings} {
		for _, w := range list {
			if !seen[w] {
				seen[w] = true
				out = append(out, w)
			}
		}
	}
	return out
}
