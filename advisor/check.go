package advisor

import (
	"context"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/search"
)

// Declared is a plan whose deployment is checked against the promises that the plan makes. Of Input.Rules,
// only those apply that judge a deployment without comparing strategies.
type Declared struct {
	Input
	File       string
	Autoscaler *plan.Autoscaler // nil when nothing scales the replicas
	Object     *plan.Object     // nil unless it is a Kubernetes manifest
	Proof      float64          // budget of simulated requests, spent where formulas are weak: see ProofOf
}

// declared is why the declared deployment is the plan: there was nothing to choose.
const declared choice.Criterion = "declared"

// Check judges the deployment that a plan declares, at the demand of the horizon: to the rules it is the
// chosen plan. No strategy is compared and nothing is chosen. The error is about the input; that a promise
// is not kept is a finding.
func Check(ctx context.Context, in Declared, o Options) (*advice.Checked, error) {
	out, err := check(ctx, in, o)
	if in.Object != nil && out != nil {
		for i, f := range out.Findings {
			out.Findings[i].Remedy = plan.Annotated(f.Remedy)
		}
	}
	return out, err
}

func check(ctx context.Context, in Declared, o Options) (*advice.Checked, error) {
	if tooSmall, found, err := partTooSmall(ctx, in); err != nil || tooSmall {
		return &advice.Checked{File: in.File, Name: in.Workload.Name, Findings: found}, err
	}
	served, read, err := servedFindings(ctx, in)
	if err != nil {
		return nil, err
	}
	if v, reason := lacking(in, read); reason != "" {
		at := in.Object.Origin
		found, err := worded(ctx, in.Rules, v, advice.Place{File: at.File, Line: at.Line, Column: at.Column}, "annotations")
		// Without the warnings: what is missing was defaulted.
		return &advice.Checked{File: in.File, Name: in.Workload.Name, Findings: append(served, found...), Reason: reason, Partly: read != ""}, err
	}
	out := &advice.Checked{File: in.File, Name: in.Workload.Name, Warnings: in.Workload.Warnings}
	if missing := undeclared(in); len(missing) > 0 {
		found, err := unjudgeable(ctx, in, missing)
		out.Findings, out.Reason = found, "it does not say "+strings.Join(missing, " and ")
		return out, err
	}
	q, err := settleDeclared(in, o)
	if err != nil && len(served) > 0 {
		out.Findings, out.Reason, out.Partly = served, err.Error(), true
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	seen := against(q)
	q, today, doubts, err := upheld(ctx, q, in.Proof)
	if err != nil {
		return nil, err
	}
	if reason := onlyAtWorst(q, today); reason != "" {
		out.Reason, out.Figures, out.Findings, out.Partly = reason, figures(q, &today.Evaluation), served, read != ""
		return out, nil
	}
	view := declaredView(q, in, today)
	view.Declared.Seen = seen
	fired, err := q.Rules.Evaluate(ctx, fact.Check, fact.Read(view))
	if err != nil {
		return nil, err
	}
	out.Findings, out.Figures = besides(locate(in, findings(fired), view.Origins), served), figures(q, &today.Evaluation)
	out.Partly = read != ""
	out.Warnings = slices.Concat(out.Warnings, doubts, outdone(q, &advice.Today{Judged: today}))
	if today.Excuse != nil && today.Excuse.Code == candidate.Unknown {
		out.Reason = "nothing is known about how fast the model is on " + out.Figures.Words + ": " + today.Excuse.Text
	}
	if o.Explain {
		out.Steps = deriveDeclared(q, &today.Evaluation)
	}
	return out, nil
}

// undeclared are the plan keys without which there is nothing to judge.
func undeclared(in Declared) []string {
	var missing []string
	if in.Workload.RequireWork() != nil {
		missing = append(missing, "workload.qps")
	}
	if !in.Workload.Deployed() && !in.Workload.Service.Given() {
		missing = append(missing, "deploy.gpu")
	}
	return missing
}

// unnamedMachine names a machine of which nothing is known but what was measured on it.
const unnamedMachine = "server"

// settleDeclared settles a declaration. A service that was measured on a machine which is
// not named gets one of its own: it carries what was measured, and no price is known of it.
func settleDeclared(in Declared, o Options) (question, error) {
	q, err := settle(in.Input, o)
	if err != nil {
		return q, err
	}
	if b := q.space.Base; !b.Known {
		b.Known, b.PerReplica = true, 1
		b.Accelerator = catalog.Accelerator{ID: unnamedMachine, Name: unnamedMachine, CPU: true}
		q.space = search.From(q.space, b)
	}
	return q, nil
}

// unjudgeable words what a plan leaves out.
func unjudgeable(ctx context.Context, in Declared, missing []string) ([]advice.Located, error) {
	v := emptyView(in.Rules)
	v.Origins = origins(in.Workload)
	v.Now.Peak, v.Planned.Peak = in.Workload.Peak.Mid, in.Workload.Peak.Mid
	v.Declared = &fact.Declared{Missing: missing}
	fired, err := in.Rules.Evaluate(ctx, fact.Check, fact.Read(v))
	return locate(in, findings(fired), v.Origins), err
}

// declaredView pictures the declared deployment as the plan that rules judge.
func declaredView(q question, in Declared, today advice.Judged) *fact.View {
	plan := candidate.Alternative{Strategy: candidate.None, Feasible: today.Holds, Plan: &today.Evaluation, Excuse: today.Excuse}
	v := outcome(q, &today, []candidate.Alternative{plan}, choice.Decision{Alternative: plan, Criterion: declared}, road{})
	if today.Excuse == nil || today.Excuse.Code != candidate.SlowAlone { // all hardware is looked at only to word a fault
		v.FastestAlone = func() float64 { return 0 }
	}
	addDeclared(q, v, in, &today.Evaluation)
	if in.Object != nil {
		aboutManifest(v, in.Object, in.Workload)
	}
	return v
}

// figures are what comparisons of plans compare.
func figures(q question, p *candidate.Evaluation) advice.Figures {
	f := advice.Figures{
		Known: p.Basis != "", Words: p.Words(), Replicas: p.Replicas, Enough: search.ReplicasWanted(q.space, q.planned),
		CapacityQPS: p.CapacityQPS, DemandQPS: q.planned.Peak, Cost: p.CostPerMonth, Priced: p.Priced,
	}
	if p.Priced {
		f.AsOf = p.AsOf
	}
	if p.CapacityQPS > 0 {
		f.Headroom = 1 - f.DemandQPS/p.CapacityQPS
	}
	f.Runway, f.Grows = runsOut(q, p)
	if f.Grows {
		f.HoldsUntil = q.date(f.Runway)
	}
	return f
}

// besides adds what the arguments show to what the load shows, once.
func besides(found, served []advice.Located) []advice.Located {
	has := func(rule string) bool {
		return slices.ContainsFunc(found, func(f advice.Located) bool { return f.Rule == rule })
	}
	for _, f := range served {
		if !has(f.Rule) && !(f.Rule == "serving-precision" && has("cannot-run")) {
			found = append(found, f)
		}
	}
	return found
}
