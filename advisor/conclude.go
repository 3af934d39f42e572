package advisor

import (
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/origin"
)

// conclude adds the findings, those that argue for the choice, and the principles they cite.
func (r *run) conclude(a *advice.Advice, d choice.Decision, origins map[string]string) {
	found := r.found
	setOrigins(found, fact.Advise, origins)
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
