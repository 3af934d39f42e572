package advisor

import (
	"context"
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/export"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/unit"
)

// ExportFleet plans a fleet, and returns what a cluster needs to run each service: for all of them, or for
// none. The caller adds names and metrics.
func ExportFleet(ctx context.Context, in Together, o Options) ([]export.Plan, error) {
	in.Exported = true
	p, s, err := together(ctx, in, o)
	if err != nil {
		return nil, err
	}
	if len(s.without) > 0 {
		names, verb := missing(&advice.Fleet{Services: services(p, s)}), "go"
		if len(names) == 1 {
			verb = "goes"
		}
		return nil, fmt.Errorf("%w: %s %s without", ErrNotAllFit, strings.Join(names, ", "), verb)
	}
	var all []export.Plan
	costs := shares(p, s)
	from := map[string]string{} // services by the file of their manifest
	for i := range p.services {
		w := &p.services[i]
		if err := exportable(w, p.runs(i, s.Choice[i]), from); err != nil {
			return nil, err
		}
		taken := map[string]bool{}
		for part, r := range p.runs(i, s.Choice[i]) {
			one, err := exportedPart(w, r)
			if err != nil {
				return nil, err
			}
			one.Cost = &costs[i][part]
			if len(p.runs(i, s.Choice[i])) > 1 {
				one.Fleet = kindName(w.Name, r, taken)
				one.Name = one.Fleet
			}
			all = append(all, one)
		}
	}
	return all, nil
}

// exportable refuses what a manifest cannot say: that a service runs on several kinds of hardware, and several
// services in one file.
func exportable(w *ways, runs []run, from map[string]string) error {
	other, at := w.Case.Plan.Object, w.Origin
	if other == nil {
		return nil
	}
	if len(runs) != 1 {
		return &plan.Error{File: at.File, Line: at.Line, Column: at.Column, Message: w.Name + ": it runs on several kinds of hardware, and its manifest is changed for one; leave out sizes, or describe it as a plan"}
	}
	if before := from[other.Origin.File]; before != "" {
		return &plan.Error{File: at.File, Line: at.Line, Column: at.Column, Message: fmt.Sprintf("%s and %s are in one file, %s, which is changed for one service at a time; give each a file of its own", before, w.Name, other.Origin.File)}
	}
	from[other.Origin.File] = w.Name
	return nil
}

// exportedPart is what a cluster is told of the replicas of a run.
func exportedPart(w *ways, r run) (export.Plan, error) {
	q, err := w.part(r)
	if err != nil {
		return export.Plan{}, err
	}
	is := planOf(w, r)
	a := &advice.Advice{Workload: summary(q), Feasible: true, Today: judgeToday(q), Plan: is.Evaluation, Now: q.Now}
	a.Optimized = len(a.Plan.Optimizations) > 0
	d := w.Case.Plan
	p := export.Plan{Advice: a, Workload: w.question.Workload, Language: q.space.Language, Scaling: bounded(q, a), Manifest: d.Object, Scaler: d.Scaler, Text: d.Text, Serves: r.requests}
	if r.share < 1 || r.by != nil {
		if p.Workload, err = w.said(r); err != nil {
			return export.Plan{}, err
		}
	}
	p.Accelerator = hardwareOf(q, a.Plan.Accelerator)
	p.Model, _ = q.Catalog.ResolveModel(q.Workload.Model) // one of the user's has none
	if r.share < 1 && r.requests == "" {
		p.Serves = unit.Format(unit.Fraction, r.share) + " of the requests"
	}
	if p.Fleet = w.Name; p.Manifest == nil { // which has a name of its own
		p.Name = w.Name
	}
	if losses(w, is) > 0 && r.Cap < r.Replicas {
		p.Spread = r.Cap
	}
	return p, nil
}

// kindName tells the kinds of hardware of a service apart.
func kindName(service string, r run, taken map[string]bool) string {
	name := service + "-" + strings.ReplaceAll(strings.ToLower(offer.ShortName(r.Accelerator)), " ", "-")
	if r.PerReplica > 1 {
		name += fmt.Sprintf("-x%d", r.PerReplica)
	}
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", strings.TrimSuffix(name, fmt.Sprintf("-%d", n-1)), n)
	}
	taken[name] = true
	return name
}
