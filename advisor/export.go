package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/export"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
)

// ErrNothingHolds is returned where advice found no plan, so that there is nothing to export.
var ErrNothingHolds = errors.New("no plan holds, so nothing is exported; scaleadvise advise says what prevents one")

// ErrUntold is returned where it could not be determined which plan holds.
var ErrUntold = errors.New("it could not be determined what holds, so nothing is exported; scaleadvise advise says what to measure")

// ErrNotAllFit is returned for a fleet plan in which a service has no place.
var ErrNotAllFit = errors.New("not all services fit, so nothing is exported; scaleadvise fleet says what would make them")

// Export recommends a plan, and returns what a cluster needs to run it. The caller adds names, metrics and
// the manifest.
func Export(ctx context.Context, in Input, o Options) (export.Plan, error) {
	a, q, err := advised(ctx, in, o)
	switch {
	case err != nil:
		return export.Plan{}, err
	case a.Untold():
		return export.Plan{}, ErrUntold
	case !a.Feasible:
		return export.Plan{}, ErrNothingHolds
	}
	followsItself(q, a)
	p := export.Plan{Advice: a, Workload: q.Workload, Language: q.space.Language, Scaling: bounded(q, a)}
	p.Accelerator = hardwareOf(q, a.Plan.Accelerator)
	p.Model, _ = q.Catalog.ResolveModel(q.Workload.Model) // nor has a model of the user's
	return p, nil
}

// hardwareOf is an accelerator, or a processor in the place of one; one that is not listed has no labels.
func hardwareOf(q question, id string) catalog.Accelerator {
	a, _, err := q.Catalog.ResolveAccelerator(id)
	if p, ok := catalog.FindProcessor(id); err != nil && ok {
		return p.Accelerator()
	}
	return a
}

// followsItself gives the advice the autoscaler of the plan as what runs: that of what is exported, whatever
// ran before. A service that was measured belongs to what it was measured on, and keeps its own.
func followsItself(q question, a *advice.Advice) {
	if a.Autoscaling == nil || q.Workload.Service.Given() {
		return
	}
	plan, base := a.Plan, q.space.Base
	base.Hardware, base.Replicas = offer.Hardware{Accelerator: hardwareOf(q, plan.Accelerator), PerReplica: max(plan.PerReplica, 1)}, plan.Replicas
	base.Known, base.Assumed = true, false
	q.space = search.From(q.space, base)
	if told := autoscaling(q, choice.Decision{Alternative: candidate.Alternative{Plan: &plan, Feasible: true}}); told != nil {
		a.Autoscaling = told
	}
}

// bounded is what an autoscaler of the plan is told: what the day asks for where it is known, else
// to keep what losses need at least and what the peak needs at most.
func bounded(q question, a *advice.Advice) export.Scaling {
	if f := a.Autoscaling; f != nil {
		most := f.Max
		if most == f.Min && q.Workload.MaxReplicas != most {
			most++ // room for more than the day needs
		}
		least := f.Min
		if least == 1 && a.Plan.Replicas > 1 {
			least = min(2, most) // once several run, one alone is not gone back to
		}
		return export.Scaling{Min: least, Max: most, Signal: f.Signal, Target: f.Target, TargetQPS: f.TargetQPS, Share: f.Share, Day: fmt.Sprintf("day shape %s", f.Day)}
	}
	plan := a.Plan
	s := export.Scaling{Min: min(plan.Replicas, max(2, plan.LossesRequired+1)), Max: plan.Replicas, Signal: advice.RequestRate, Share: 1 - q.Workload.Headroom}
	if s.Max == 1 && q.Workload.MaxReplicas != 1 {
		s.Max = 2
	}
	s.TargetQPS = plan.CapacityQPS / float64(max(plan.Replicas, 1)) * s.Share
	s.Target = s.TargetQPS
	if n := search.Concurrent(q.space, plan, plan.Replicas, s.TargetQPS*float64(plan.Replicas)); n >= leastInFlight {
		s.Signal, s.Target = advice.InFlight, math.Floor(n)
	}
	return s
}
