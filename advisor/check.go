package advisor

import (
	"context"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/search"
)

// Declared is a plan whose deployment is held against its own promises. Of Input.Rules
// those take part that can judge a deployment without comparing strategies.
type Declared struct {
	Input
	File       string
	Autoscaler *plan.Autoscaler // nil when nothing scales the replicas
	Object     *plan.Object     // nil unless it is a Kubernetes manifest
}

// declared is why the declared deployment is the plan: there was nothing to choose.
const declared choice.Criterion = "declared"

// Check judges the deployment that a plan declares: the chosen plan of the rules is that
// deployment, at the demand of the horizon. No strategy is compared and nothing is
// chosen. The error is about the input; that a promise is not kept is a finding.
func Check(ctx context.Context, in Declared, o Options) (*advice.Checked, error) {
	out := &advice.Checked{File: in.File, Name: in.Workload.Name}
	if v, reason := lacking(in); reason != "" {
		at := in.Object.Origin
		found, err := worded(ctx, in.Rules, v, advice.Place{File: at.File, Line: at.Line, Column: at.Column}, "annotations")
		out.Findings, out.Reason = found, reason
		return out, err // without the warnings: what is missing was defaulted
	}
	out.Warnings = in.Workload.Warnings
	if missing := undeclared(in); len(missing) > 0 {
		v := emptyView(in.Rules)
		v.Origins = origins(in.Workload)
		v.Now.Peak, v.Planned.Peak = in.Workload.Peak.Mid, in.Workload.Peak.Mid
		v.Declared = &fact.Declared{Missing: missing}
		found, err := in.Rules.Evaluate(ctx, fact.Check, fact.Read(v))
		out.Findings, out.Reason = locate(in, findings(found), v.Origins), "it does not say "+strings.Join(missing, " and ")
		return out, err
	}
	r, err := newRun(in.Input, o)
	if err != nil {
		return nil, err
	}
	r.checking = true
	r.nameMachine()
	d := r.declared()
	v := r.view()
	r.outcome(v, comparison{demand: r.planned, best: []candidate.Alternative{d.Alternative}}, d, nil)
	r.declares(v, in, d)
	found, err := r.Rules.Evaluate(ctx, fact.Check, fact.Read(v))
	if err != nil {
		return nil, err
	}
	out.Figures = r.figures(d)
	if d.Excuse != nil && d.Excuse.Code == candidate.NoMeasurement {
		out.Reason = "nothing is known of how fast the model is on " + out.Figures.Words + ": " + d.Excuse.Text
	}
	if o.Explain {
		out.Steps = r.deriveDeclared(d)
	}
	out.Findings = locate(in, findings(found), v.Origins)
	return out, nil
}

// undeclared are the plan keys without which there is nothing to judge.
func undeclared(in Declared) []string {
	var missing []string
	if in.Workload.RequireDemand() != nil {
		missing = append(missing, "workload.qps")
	}
	if in.Workload.GPU == "" && !in.Workload.Service.Given() {
		missing = append(missing, "deploy.gpu")
	}
	return missing
}

// unnamedMachine is what a machine is called of which nothing is known but what was measured
// on it.
const unnamedMachine = "server"

// nameMachine gives a service that was measured on a machine nobody named one of its own:
// it carries what was measured, and no price is known of it.
func (r *run) nameMachine() {
	if b := r.space.Base; !b.Known {
		b.Known, b.PerReplica = true, 1
		b.Accelerator = catalog.Accelerator{ID: unnamedMachine, Name: unnamedMachine, CPU: true}
		r.space = search.From(r.space, b)
	}
}

// declared makes the declared deployment the decision that rules judge.
func (r *run) declared() choice.Decision {
	r.deployed = r.today()
	best := candidate.Alternative{Strategy: candidate.None, Feasible: r.deployed.Holds, Plan: &r.deployed.Evaluation, Excuse: r.deployed.Excuse}
	return choice.Decision{Alternative: best, Criterion: declared}
}

// figures are what comparisons of plans compare.
func (r *run) figures(d choice.Decision) advice.Figures {
	p := d.Plan
	f := advice.Figures{
		Known: p.Basis != "", Words: p.Words(), Replicas: p.Replicas, Enough: search.ReplicasWanted(r.space, r.planned),
		CapacityQPS: p.CapacityQPS, DemandQPS: r.planned.Peak, Cost: p.CostPerMonth, Priced: p.Priced,
	}
	if p.CapacityQPS > 0 {
		f.Headroom = 1 - f.DemandQPS/p.CapacityQPS
	}
	f.Runway, f.Grows = r.growth.Until(p.CarriesQPS, 1)
	if f.Grows {
		f.HoldsUntil = r.date(f.Runway)
	}
	return f
}
