package advisor

import (
	"context"
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/export"
	"scaleadvise/advisor/plan"
)

// ExportFleet plans a fleet, and gives what a cluster is told of each service: all of them, or none. The
// caller adds names and metrics.
func ExportFleet(ctx context.Context, in Together, o Options) ([]export.Plan, error) {
	in.OneKind = true // what would tell requests apart is not exported
	f, err := Fleet(ctx, in, o)
	if err != nil {
		return nil, err
	}
	if !f.Feasible {
		return nil, fmt.Errorf("%w: without any place: %s", ErrNotAllFit, strings.Join(missing(f), ", "))
	}
	questions, err := questions(ctx, in, o)
	if err != nil {
		return nil, err
	}
	var all []export.Plan
	from := map[string]string{} // services by the file of their manifest
	for i, s := range f.Services {
		at, d := in.Services[i].Origin, in.Services[i].Case.Plan
		if len(s.Plans) != 1 {
			return nil, &plan.Error{File: at.File, Line: at.Line, Column: at.Column, Message: s.Name + ": it runs on several kinds of hardware, each for a part of its requests, and what tells these apart in front of them is not exported; leave out sizes"}
		}
		if other := d.Object; other != nil {
			if before := from[other.Origin.File]; before != "" {
				return nil, &plan.Error{File: at.File, Line: at.Line, Column: at.Column, Message: fmt.Sprintf("%s and %s stand in one file, %s, which is changed for one service at a time; give each a file of its own", before, s.Name, other.Origin.File)}
			}
			from[other.Origin.File] = s.Name
		}
		q := questions[i].question
		a := &advice.Advice{Workload: summary(q), Feasible: true, Today: judgeToday(q), Plan: s.Plans[0].Evaluation, Now: q.Now}
		a.Optimized = len(a.Plan.Optimizations) > 0
		p := export.Plan{Advice: a, Workload: q.Workload, Scaling: bounded(q, a), Manifest: d.Object, Scaler: d.Scaler, Text: d.Text}
		p.Accelerator = hardwareOf(q, a.Plan.Accelerator)
		p.Model, _ = q.Catalog.ResolveModel(q.Workload.Model) // one of the user's has none
		if p.Fleet = s.Name; p.Manifest == nil {              // which has a name of its own
			p.Name = s.Name
		}
		if r := s.Plans[0]; s.Losses > 0 && r.MostOn < r.Replicas {
			p.Spread = r.MostOn
		}
		all = append(all, p)
	}
	return all, nil
}
