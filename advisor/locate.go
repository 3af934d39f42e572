package advisor

import (
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
)

// subjects are the traits that a fact is about, the first that stands in the plan being
// the line to look at. A fact that is not listed goes by its group.
var subjects = map[string][]string{
	"demand.growth": {"growth"}, "demand.horizon_months": {"horizon"}, "demand.burstiness": {"burstiness"},
	"demand.peak_to_mean": {"peak_to_mean"}, "demand.mean_qps": {"peak_to_mean"},
	"slo.availability": {"availability"}, "slo.zones": {"zones"}, "slo.replica_availability": {"replica_availability"},
	"limits.max_replicas": {"max_replicas"}, "limits.budget_usd_per_month": {"budget"},
	"memory.needed_gib": {"gpu"}, "memory.deficit_gib": {"gpu"}, "base.accelerator": {"gpu"}, "base.replica_words": {"gpu"},
	"today.accelerator": {"gpu"}, "plan.accelerator": {"gpu"}, "plan.basis": {"gpu"}, "plan.precision": {"precision"},
	"service.alone_ms": {"service_time", "gpu"}, "service.max_batch": {"max_batch", "batch_time", "gpu"},
	"data.window_hours": {"job_window"}, "data.job_hours": {"job_rate"},
	"tokens.input": {"input_tokens"}, "tokens.output": {"output_tokens"}, "tokens.prefix_hit": {"prefix_hit", "input_tokens"},
	"tokens.ttft_bound_ms": {"ttft"}, "tokens.ttft_alone_ms": {"ttft"}, "tokens.tpot_bound_ms": {"tpot"}, "tokens.tpot_alone_ms": {"tpot"},
	"hpa.min": {"hpa.min"}, "hpa.max": {"hpa.max"}, "hpa.target_words": {"hpa.target"}, "hpa.ramp": {"hpa.ramp", "hpa.target"},
	"hpa.signal": {"hpa.target", "hpa.max"}, "check.missing": {"gpu", "replicas", "qps"},
}

// groups are the traits that the facts of a group are about.
var groups = map[string][]string{
	"demand": {"qps", "users", "requests_per_user"}, "slo": {"p99", "latency", "ttft", "tpot"}, "losses": {"availability"},
	"model": {"model"}, "service": {"service_time", "replica_qps", "batch_time", "gpu"}, "memory": {"gpu"},
	"base": {"replicas", "gpu"}, "today": {"replicas", "gpu"}, "plan": {"replicas", "gpu"}, "none": {"replicas", "gpu"},
	"tokens": {"gpu"}, "scaling": {"scaling_data"}, "data": {"data_size", "data_growth"}, "check": {"replicas", "gpu"}, "hpa": {"hpa.max"},
}

// places are where traits stand in the plan.
type places map[string]origin.Origin

func placesOf(w *workload.Workload, a *plan.Autoscaler) places {
	p := places{}
	for _, t := range w.Traits {
		p.add(t.Spec.Name, t.Value.Origin)
	}
	if a != nil {
		p.add("hpa.max", a.Max.Origin)
		p.add("hpa.min", a.Min.Origin)
		p.add("hpa.target", a.Target.Origin)
		p.add("hpa.ramp", a.Ramp.Origin)
	}
	return p
}

func (p places) add(name string, o origin.Origin) {
	if o.Kind == origin.Plan && o.Line > 0 {
		p[name] = o
	}
}

// of finds the place that a finding is about: that of the first fact of its evidence
// which stands in the plan.
func (p places) of(f advice.Finding) (trait string, at origin.Origin, ok bool) {
	for _, e := range f.Evidence {
		for _, trait := range aboutTraits(e.Name) {
			if o, ok := p[trait]; ok {
				return trait, o, true
			}
		}
	}
	return "", origin.Origin{}, false
}

func aboutTraits(fact string) []string {
	if traits, ok := subjects[fact]; ok {
		return traits
	}
	group, _, _ := strings.Cut(fact, ".")
	return groups[group]
}

// locate gives findings the line that they are about and their evidence its origins.
func (r *run) locate(in Declared, found []advice.Finding) []advice.Located {
	origins, places := r.origins(), placesOf(in.Workload, in.Autoscaler)
	for fact, traits := range subjects {
		if o, ok := places[traits[0]]; ok && strings.HasPrefix(fact, "hpa.") {
			origins[fact] = o.String()
		}
	}
	for i := range found {
		for j := range found[i].Evidence {
			e := &found[i].Evidence[j]
			e.Origin = origins.of(e.Name)
		}
	}
	return atTheirPlaces(in, found)
}

// atTheirPlaces gives findings the line that they are about, else the plan's first.
func atTheirPlaces(in Declared, found []advice.Finding) []advice.Located {
	places := placesOf(in.Workload, in.Autoscaler)
	out := make([]advice.Located, 0, len(found))
	for _, f := range found {
		l := advice.Located{Finding: f, Place: advice.Place{File: in.File}}
		if trait, at, ok := places.of(f); ok {
			l.Subject, l.Place = trait, advice.Place{File: at.File, Line: at.Line, Column: at.Column}
		}
		out = append(out, l)
	}
	return out
}

func findings(fired []rule.Fired) []advice.Finding {
	out := make([]advice.Finding, 0, len(fired))
	for _, f := range fired {
		out = append(out, f.Finding())
	}
	return out
}
