package advisor

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// assemble writes down what was concluded.
func assemble(q question, today, foretold *advice.Today, best []candidate.Alternative, d choice.Decision, way road, found []advice.Finding) *advice.Advice {
	a := &advice.Advice{
		Workload: summary(q), Strategy: d.Strategy, Direction: direction(q, d.Alternative), Optimized: d.Optimized, Feasible: d.Feasible,
		DecidedBy: d.By(), Criterion: d.Criterion, Margin: d.Margin, SupportedBy: supporters(d, found),
		Today: today, Alternatives: listed(q, best, d), Roadmap: way.stages, Confidence: q.Confidence, Now: q.Now,
		Findings: errorsFirst(found), Principles: cited(q.Principles, found), Assumptions: assumptions(q), Traits: traits(q.Workload), Next: next(q, d.Plan),
	}
	if d.Plan != nil {
		search.Explain(q.space, d.Plan)
		a.Plan = *d.Plan
	}
	if len(way.stages) == 0 {
		a.Roadmap = []advice.Stage{{Date: q.Now, Strategy: d.Strategy, Optimized: d.Optimized, DemandQPS: q.now.Peak, Plan: a.Plan}}
	}
	order := ordering(q, today, way)
	a.Order = strings.Join(order, "; ")
	doubts := append(doubted(q, today, foretold), outdated(q)...)
	a.Cautions = merged(doubts, q.Workload.Warnings, way.warnings(q), ended(best))
	a.Warnings = merged(doubts, q.space.Notes, q.Workload.Warnings, way.warnings(q), order, a.Plan.Warnings, ended(best))
	return a
}

// ended warns of strategies whose search spent its budget.
func ended(best []candidate.Alternative) []string {
	var out []string
	for _, b := range best {
		if b.Ended == nil {
			continue
		}
		name := string(b.Strategy)
		if b.Optimized {
			name += ", optimized"
		}
		out = append(out, name+": "+b.Ended.Words())
	}
	return out
}

func summary(q question) advice.Summary {
	w, m := q.Workload, q.space.Model
	s := advice.Summary{
		Peaks: [2]unit.Interval{w.Peak, q.growth.Worst(w.Horizon)}, Growth: w.Growth,
		Name: w.Name, Model: m.ID, ModelName: m.Name, ModelAssumed: w.ModelAssumed && m.ID != "",
		Request: q.space.Shape(), Runtime: runtimeOf(q), Server: serverOf(q), PeakQPS: w.Peak.Mid, MeanQPS: w.Mean, PlanQPS: q.planned.Peak, GrowthPerMonth: w.Growth.Mid, HorizonMonths: months(w.Horizon),
		LatencySeconds: w.Latency, Percentile: w.Percentile, Availability: w.Availability, Replica: w.ReplicaAvailability, Budget: w.Budget, Headroom: w.Headroom,
		Data: dataSummary(q), JobAlone: q.Workload.JobAlone(), JobWindow: q.Workload.Data.JobWindow,
	}
	if in, out, ok := search.RequestTokens(q.space); ok {
		s.TTFT, s.TPOT, s.TokenPercent, s.InputTokens, s.OutputTokens = w.LLM.TTFT, w.LLM.TPOT, w.LLM.Percentile, in, out
		s.Adapters, s.AdapterRank = w.LLM.Adapters.Number, w.LLM.Adapters.Rank
		s.PrefixShared, s.PrefixUncached, s.Speculation = offer.SharedPrefix(q.space.Offers), offer.Uncached(q.space.Offers), w.LLM.Arguments.Speculation.Method
		if s.PrefixUncached == "" {
			s.PrefixHit = s.PrefixShared
		}
		if t := q.space.Language.Talk; t.Turns > 1 {
			s.Turns, s.TurnTokens = t.Turns, t.Added
		}
		if i := q.space.Language.Images; i.Number > 0 {
			s.Images, s.ImageTokens, s.ImageSize = i.Number, i.Each.Tokens, fmt.Sprintf("%dx%d", w.Request.Width, w.Request.Height)
		}
	}
	return s
}

// prefixesFound puts what a replica finds in its cache in place of what a cache without end would hold of the
// turns of a conversation.
func prefixesFound(s *advice.Summary, hit float64, traits []advice.Trait, assumed []advice.Assumption) {
	s.PrefixHit = hit
	if s.Turns < 2 {
		return
	}
	for i := range traits {
		if t := &traits[i]; t.Name == "prefix_hit" {
			t.Value, t.Low, t.High = hit, hit, hit
		}
	}
	for i := range assumed {
		if assumed[i].Trait == "prefix_hit" {
			assumed[i].Value = hit
		}
	}
}

// runtimeOf is what executes an ordinary model today.
func runtimeOf(q question) string {
	if q.space.Generates() || q.space.UserMeasured() {
		return ""
	}
	return q.Workload.Runtime
}

// serverOf is what stands in front of the runtime, as its makers write it; "" where nothing was named.
func serverOf(q question) string {
	if p := q.space.Pass; p != nil && q.Workload.Server != "" && q.Workload.Server != workload.None {
		return p.Front.Title
	}
	return ""
}

// dataSummary is the data traits in words, empty when none were given.
func dataSummary(q question) string {
	d := q.Workload.Data
	if !d.Given() {
		return ""
	}
	s := unit.Format(unit.Bytes, q.now.Data)
	switch then := d.At(q.Workload.Horizon); {
	case then > q.now.Data:
		s += " growing to " + unit.Format(unit.Bytes, then)
	case then < q.now.Data:
		s += ", " + unit.Format(unit.Bytes, then) + " once what is older than the retention is dropped"
	}
	if d.JobWindow > 0 {
		s += ", a job within " + unit.Format(unit.Duration, d.JobWindow)
	}
	return s
}

// judgeToday judges today's deployment at today's demand, and at the demand planned for; nil when
// none was named.
func judgeToday(q question) *advice.Today {
	b := q.space.Base
	if !b.Known {
		return nil
	}
	now, then := deployedToday(q)
	if x := broken(q); x != nil {
		now.excuse, then.excuse = x, x
	}
	t := &advice.Today{Judged: judged(q, now, q.now), Assumed: b.Assumed}
	t.AtHorizon = t.Judged
	if q.planned != q.now {
		t.AtHorizon = judged(q, then, q.planned)
	}
	return t
}

// ruling is a deployment at a demand; the excuse is nil where it holds.
type ruling struct {
	plan   candidate.Evaluation
	excuse *candidate.Excuse
}

// deployedToday is today's deployment at today's demand and at the one planned for, on the same
// machines: those on which it holds then; where there are none, those on which it holds today.
// Which are rented is not known, and until when it holds depends on them.
func deployedToday(q question) (now, then ruling) {
	then.plan, then.excuse = search.Judge(q.space, q.planned)
	switch {
	case q.planned == q.now:
		return then, then
	case then.excuse == nil:
		now.plan, now.excuse = search.JudgeOn(q.space, then.plan, q.now)
	default:
		now.plan, now.excuse = search.Judge(q.space, q.now)
		then.plan, then.excuse = search.JudgeOn(q.space, now.plan, q.planned)
	}
	return now, then
}

// judged is today's deployment at a demand, with all that is shown of it.
func judged(q question, v ruling, d search.Demand) advice.Judged {
	search.Complete(q.space, &v.plan, d)
	date(q, &v.plan)
	return advice.Judged{Evaluation: v.plan, Holds: v.excuse == nil, Excuse: v.excuse}
}

// listed gives the alternatives with what spoke against each.
func listed(q question, best []candidate.Alternative, d choice.Decision) []advice.Alternative {
	out := make([]advice.Alternative, 0, len(best))
	for i, b := range best {
		against := d.Against[i]
		out = append(out, advice.Alternative{
			Strategy: b.Strategy, Direction: direction(q, b), Optimized: b.Optimized, Chosen: i == d.Index, Feasible: b.Feasible,
			Excuse: against.Excuse, Plan: b.Plan, CostRatio: against.CostRatio, DecidedBy: against.By,
		})
	}
	return out
}

// assumptions are the defaults that shaped this advice, today's assumed parts among them.
func assumptions(q question) []advice.Assumption {
	var out []advice.Assumption
	for _, t := range q.Workload.Traits {
		if t.Assumed() && matters(q, t.Spec.Name) {
			a := assumptionOf(t)
			if home := offer.Home(q.space.Offers); t.Spec.Name == "cloud" && home != "" {
				a.Value, a.Reason = home, whyHome(q)
			}
			out = append(out, a)
		}
	}
	if law := q.Workload.Service.Variation.Words(); law != "" && q.space.UserMeasured() {
		out = append(out, advice.Assumption{
			Trait: "service_cv", Flag: "--service-cv", Value: law, Reason: "formulas take its coefficient of variation alone, and simulations draw from the law",
		})
	}
	return append(out, todayAssumptions(q)...)
}

// assumptionOf is the default that a trait has.
func assumptionOf(t workload.Resolved) advice.Assumption {
	return advice.Assumption{Trait: t.Spec.Name, Flag: "--" + t.Spec.Flag, Value: value(t), Unit: t.Spec.Kind.Symbol(), Reason: t.Value.Origin.Reason}
}

// matters leaves out defaults that had no part in this workload.
func matters(q question, trait string) bool {
	w := q.Workload
	if w.JobAlone() && trait != "cloud" {
		return false
	}
	switch trait {
	case "input_tokens":
		return q.space.Generates() || q.space.Pass != nil || q.space.Standard != nil
	case "output_tokens":
		return q.space.Generates() || q.space.Pass != nil && len(q.space.Pass.Parts) > 1
	case "kv_precision", "engine", "prefix_hit":
		return q.space.Generates()
	case "items":
		return w.Request.Items > 1
	case "replica_availability", "zones":
		return w.Availability > 0
	case "model":
		return q.space.Model.ID != ""
	case "service_cv", "concurrency":
		return w.Service.Given()
	case "horizon":
		return w.Growth.Mid != 0
	case "growth", "burstiness", "balancing", "pricing", "stay", "objective", "latency_percentile", "cold_start", "lead_time", "autoscale":
		return false
	}
	return true
}

// whyHome says why the answer is of one cloud, which was not named.
func whyHome(q question) string {
	if q.space.Base.Known {
		return "the cheapest of the four large clouds that rents today's hardware"
	}
	return "the one of the four large clouds where the cheapest plan is"
}

func todayAssumptions(q question) []advice.Assumption {
	b, w := q.space.Base, q.Workload
	if !b.Known {
		return []advice.Assumption{{
			Trait: "gpu", Flag: "--gpu", Value: b.Accelerator.ID,
			Reason: "no accelerator named: strategies start from one replica of the cheapest that can serve",
		}}
	}
	var out []advice.Assumption
	if w.Replicas == 0 {
		out = append(out, advice.Assumption{Trait: "replicas", Flag: "--replicas", Value: float64(1), Reason: "one replica serves today unless stated otherwise"})
	}
	if w.GPUsPerReplica == 0 && q.space.Base.Accelerator.MaxPerNode != 1 && !q.space.Base.Accelerator.CPU {
		out = append(out, advice.Assumption{Trait: "gpus_per_replica", Flag: "--gpus-per-replica", Value: float64(b.PerReplica), Reason: whySplit(q)})
	}
	return out
}

// whySplit says why a replica has its number of accelerators, which was not given.
func whySplit(q question) string {
	if q.space.Base.PerReplica > 1 {
		return "the fewest over which the model and one request fit"
	}
	return "a model that fits one accelerator gets one"
}

func value(t workload.Resolved) any {
	switch t.Spec.Kind {
	case unit.Fraction:
		if t.Value.Text == workload.None {
			return t.Value.Text
		}
	case unit.Text:
		return t.Value.Text
	case unit.List:
		if t.Spec.Name == "pricing" && len(t.Value.Words) < 2 { // the first of what was one word once
			return t.Value.Text
		}
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
