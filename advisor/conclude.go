package advisor

import (
	"context"
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// conclude has the rules judge the outcome. Its findings follow those of the rules that
// blocked a candidate, and each of their numbers says where it came from.
func conclude(ctx context.Context, q question, v *fact.View, blocking []advice.Finding) ([]advice.Finding, error) {
	fired, err := q.Rules.Evaluate(ctx, fact.Advise, fact.Read(v))
	if err != nil {
		return nil, err
	}
	found := append(slices.Clone(blocking), findings(fired)...)
	setOrigins(found, fact.Advise, v.Origins)
	return found, nil
}

// errorsFirst sorts findings by their severity, and else leaves them in the catalogue's order.
func errorsFirst(found []advice.Finding) []advice.Finding {
	sorted := slices.Clone(found)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Severity > sorted[j].Severity })
	return sorted
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
func next(q question, chosen *candidate.Evaluation) []string {
	given := given(q)
	var out []string
	if test := narrowing(q, chosen); test != "" {
		out = append(out, "scaleadvise "+given+test)
	}
	switch {
	case q.Workload.JobAlone():
		if more := growing(q.Workload); more != "" {
			out = append(out, "scaleadvise "+given+" "+more)
		}
	case q.Workload.Availability == 0:
		out = append(out, "scaleadvise "+given+" --availability 99.9%")
	case q.Workload.Growth.Mid == 0:
		out = append(out, "scaleadvise "+given+" --growth 8%/month --horizon 6mo")
	}
	out = append(out, "scaleadvise explain replicas "+given, "scaleadvise whatif "+given, "scaleadvise init "+given)
	return out
}

// settling is the step that settles the largest doubt about a plan.
func settling(q question, today *advice.Today, d choice.Decision, v *fact.View) advice.Step {
	w, b := q.Workload, q.space.Base
	switch test := narrowing(q, d.Plan); {
	case d.Criterion == choice.Unknown && !q.space.Generates():
		return advice.Step{Flags: "--load-test results.json", Gain: "one load test of a replica shows what it carries"}
	case boundDecides(q, v):
		return advice.Step{Flags: "--p99 TIME", Gain: "what your users may wait, instead of an assumed bound"}
	case unproven(q, d, v):
		return advice.Step{Flags: "--service-time TIME --measured-on " + d.Plan.Accelerator, Gain: "one request measured there says whether it holds"}
	case !d.Feasible && d.Excuse != nil && d.Excuse.NearMiss.Trait == "zones":
		return advice.Step{Flags: "--zones 2", Gain: "what two zones promise, and what that takes"}
	case !d.Feasible:
		return advice.Step{Flags: "--explain", Gain: "why each plan falls short"}
	case w.ModelAssumed && q.space.Model.ID != "" && !w.JobAlone():
		return advice.Step{Flags: "--model NAME", Gain: "your model instead of an example"}
	case mayHold(q, today, d):
		return advice.Step{Flags: strings.TrimSpace(narrowing(q, &today.Evaluation)), Gain: "one load test of today's replica says whether it may stay"}
	case v.Outcome.Rebalanced != nil, halves(q, v):
		return advice.Step{Flags: "--balancing least-loaded", Gain: "plans with load-aware balancing"}
	case test != "" && b.Known && b.Accelerator.ID == d.Plan.Accelerator:
		return advice.Step{Flags: strings.TrimSpace(test), Gain: "one load test of today's replica narrows the range"}
	case test != "":
		return advice.Step{Flags: strings.TrimSpace(test), Gain: "one load test of a replica narrows the range"}
	case w.JobAlone() && growing(w) != "":
		return advice.Step{Flags: growing(w), Gain: "says until when the job finishes in time, and what comes next"}
	case w.JobAlone():
	case w.Availability == 0 && d.Plan.SurvivesMachines == 0:
		return advice.Step{Flags: "--availability 99.9%", Gain: "adds the spares that a promise needs"}
	case w.Growth.Mid == 0:
		return advice.Step{Flags: "--growth 8%/month --horizon 12mo", Gain: "says until when it holds, and what comes next"}
	case w.Availability == 0:
		return advice.Step{Flags: "--availability 99.9%", Gain: "adds the spares that a promise needs"}
	}
	return advice.Step{Flags: "--explain", Gain: "how each number came about"}
}

// mayHold reports whether what runs today is expected to carry what is planned for, and is given up only for
// the range of that prediction.
func mayHold(q question, today *advice.Today, d choice.Decision) bool {
	then := today.Then()
	return then != nil && !then.Holds && then.CapacityQPS >= q.planned.Peak && !d.KeepsToday() && narrowing(q, &today.Evaluation) != ""
}

// boundDecides reports whether the bound that one request alone breaks on what runs today was assumed.
func boundDecides(q question, v *fact.View) bool {
	return q.Workload.Assumed("p99") && !q.space.Generates() && q.Workload.Latency > 0 && v.Server.Alone > q.Workload.Latency
}

// unproven reports whether only the range of a prediction keeps other hardware from the bound on latency.
func unproven(q question, d choice.Decision, v *fact.View) bool {
	if d.Feasible || d.Excuse == nil || d.Excuse.Code != candidate.SlowAlone || q.space.Generates() || d.Plan.Accelerator == q.space.Base.Accelerator.ID {
		return false
	}
	fastest := v.FastestAlone()
	return fastest > 0 && fastest <= q.Workload.Latency
}

// growing returns the flags that say how the data of a job grow, those that were not given.
func growing(w *workload.Workload) string {
	var flags []string
	if w.Data.Growth == 0 {
		flags = append(flags, "--data-growth 40GB/day")
	}
	if w.Horizon == 0 {
		flags = append(flags, "--horizon 6mo")
	}
	return strings.Join(flags, " ")
}

// narrowing returns the flags of the measurement that would narrow the range of a predicted
// plan; "" where the range is narrow, or the user measured.
func narrowing(q question, p *candidate.Evaluation) string {
	if p != nil && p.Basis == "" && q.space.Base.Known && !q.space.Generates() {
		return " --load-test results.json" // nothing is known of it
	}
	if p == nil || q.Workload.JobAlone() || !open(q, p.LowQPS, p.HighQPS) {
		return ""
	}
	b := q.space.Base
	switch {
	case q.Workload.Service.There != nil || q.Workload.LLM.Tested != nil && q.Workload.LLM.Tested.Accelerator != p.Accelerator:
		return "" // its files are of one place
	case b.Known && (b.Accelerator.ID == p.Accelerator || q.Workload.Measured()):
		return " --load-test results.json"
	}
	return " --load-test results.json --measured-on " + p.Accelerator
}

// open reports whether a range is so wide that it leaves the decision open, and one that a load
// test would narrow.
func open(q question, low, high float64) bool {
	tested := q.Workload.Measured() && len(q.Workload.Service.LoadTests) == 0 // by hand: to be known better by who did
	return !tested && low > 0 && high > threshold(q.Rules, fact.WideRange)*low
}

// flagOf is the flag that gives a trait its value.
func flagOf(t workload.Resolved) []string {
	switch flag := "--" + t.Spec.Flag; {
	case !t.Spec.Toggle:
		return []string{flag, origin.Quoted(t.Value.Text)}
	case t.Value.Text == "true":
		return []string{flag}
	default:
		return []string{flag + "=" + t.Value.Text}
	}
}

// given is the command line that repeats what was given: the plan file, and the traits
// of flags and environment on top.
func given(q question) string {
	var plan string
	words := slices.Clone(q.Workload.Reread)
	for _, t := range q.Workload.Traits {
		switch o := t.Value.Origin; o.Kind {
		case origin.Plan:
			plan = o.File
		case origin.Flag, origin.Environment:
			words = append(words, flagOf(t)...)
		}
	}
	if plan != "" {
		words = append([]string{"--plan", origin.Quoted(plan)}, words...)
	}
	return strings.Join(words, " ")
}
