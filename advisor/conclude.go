package advisor

import (
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/origin"
)

// conclude adds the findings, those that argue for the choice, and the principles they cite.
func (r *run) conclude(a *advice.Advice, d choice.Decision) {
	found := r.found
	origins := r.origins()
	for i := range found {
		for j := range found[i].Evidence {
			e := &found[i].Evidence[j]
			e.Origin = origins.of(e.Name)
		}
	}
	a.SupportedBy = supporters(d, found)
	sort.SliceStable(found, func(i, j int) bool { return found[i].Severity > found[j].Severity })
	a.Findings = found
	a.Principles = cited(r.Principles, found)
	a.Next = r.next(a)
}

// supporters are the rules that argue for the plan that was chosen, in the catalogue's order.
func supporters(d choice.Decision, found []advice.Finding) []string {
	var out []string
	for _, f := range found {
		if d.Feasible && (slices.Contains(f.For, string(d.Strategy)) || d.Optimized && slices.Contains(f.For, optimization)) {
			out = append(out, f.Rule)
		}
	}
	return out
}

// optimization is the word rules use to argue for or against a cheaper model.
const optimization = "optimization"

// cited keeps the principles that findings name, in the lesson's order.
func cited(all []advice.Principle, found []advice.Finding) []advice.Principle {
	named := map[string]bool{}
	for _, f := range found {
		for _, id := range f.Principles {
			named[id] = true
		}
	}
	var out []advice.Principle
	for _, p := range all {
		if named[p.ID] {
			out = append(out, p)
		}
	}
	return out
}

// origins says where a fact's value came from: the trait it is, or the computation.
type origins map[string]string

// factTraits maps the facts that are traits themselves.
var factTraits = map[string]string{
	"demand.qps": "qps", "demand.growth": "growth", "demand.horizon_months": "horizon", "demand.burstiness": "burstiness",
	"demand.peak_to_mean": "peak_to_mean", "demand.users": "users", "slo.latency_ms": "p99", "slo.availability": "availability",
	"slo.replica_availability": "replica_availability", "losses.single_availability": "replica_availability", "slo.zones": "zones",
	"model.id": "model", "limits.max_replicas": "max_replicas", "limits.budget_usd_per_month": "budget", "data.window_hours": "job_window",
	"today.replicas": "replicas", "today.accelerator": "gpu", "base.replicas": "replicas", "base.accelerator": "gpu", "service.cv": "service_cv",
	"tokens.input": "input_tokens", "tokens.output": "output_tokens", "tokens.prefix_hit": "prefix_hit",
	"tokens.ttft_bound_ms": "ttft", "tokens.tpot_bound_ms": "tpot",
}

func (r *run) origins() origins {
	byTrait := map[string]string{}
	for _, t := range r.Workload.Traits {
		byTrait[t.Spec.Name] = t.Value.Origin.String()
	}
	if r.Workload.Peak.Mid > 0 && byTrait["qps"] == "" {
		byTrait["qps"] = "users × requests per user × peak to mean"
	}
	if byTrait["p99"] == "" {
		byTrait["p99"] = byTrait["latency"]
	}
	out := origins{}
	for fact, trait := range factTraits {
		if o := byTrait[trait]; o != "" {
			out[fact] = o
		}
	}
	return out
}

func (o origins) of(fact string) string {
	if from, ok := o[fact]; ok {
		return from
	}
	return "computed"
}

// next suggests the commands most worth trying, each complete.
func (r *run) next(a *advice.Advice) []string {
	given := r.given()
	var out []string
	switch {
	case r.Workload.Availability == 0:
		out = append(out, "scaleadvise "+given+" --availability 99.9%")
	case r.Workload.Growth.Mid == 0:
		out = append(out, "scaleadvise "+given+" --growth 8%/month --horizon 6mo")
	}
	out = append(out, "scaleadvise explain replicas "+given, "scaleadvise whatif "+given, "scaleadvise init "+given)
	return out
}

// given is the command line that repeats what was given: the plan file, and the traits
// of flags and environment on top.
func (r *run) given() string {
	var plan string
	words := slices.Clone(r.Workload.Reread)
	for _, t := range r.Workload.Traits {
		switch o := t.Value.Origin; o.Kind {
		case origin.Plan:
			plan = o.File
		case origin.Flag, origin.Environment:
			words = append(words, "--"+t.Spec.Flag, origin.Quoted(t.Value.Text))
		}
	}
	if plan != "" {
		words = append([]string{"--plan", origin.Quoted(plan)}, words...)
	}
	return strings.Join(words, " ")
}
