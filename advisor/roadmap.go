package advisor

import (
	"context"
	"math"

	"scaleadvise.dev/scaleadvise/advisor/advice"
	"scaleadvise.dev/scaleadvise/advisor/capacity"
	"scaleadvise.dev/scaleadvise/advisor/forecast"
)

// steps bounds how many times a roadmap looks again, so that a long horizon costs no
// more than a short one.
const steps = 24

// roadmap is the choice along the way: the plan to have now, and from each date on the
// plan to have then. A stage is sized to hold until the next look, a month or
// horizon/24 later, and lasts as long as it holds.
func (r *run) roadmap(ctx context.Context, veto capacity.Veto) []advice.Stage {
	horizon := r.Workload.Horizon
	if horizon <= 0 || r.Workload.Growth.Mid <= 0 {
		return nil
	}
	look := math.Max(forecast.Month, horizon/steps)
	var stages []advice.Stage
	for t := 0.0; t < horizon && ctx.Err() == nil; {
		d := pick(r.compare(r.demandAt(math.Min(t+look, horizon)), veto).best, r.Workload.ObjectiveCost)
		if !d.Feasible {
			return stages
		}
		if last := len(stages) - 1; last < 0 || !same(stages[last], d) {
			stages = append(stages, r.stage(t, math.Min(t+look, horizon), d))
		}
		t = r.nextLook(d, t, look)
	}
	return stages
}

// nextLook is when the stage stops holding, on the grid of looks: at least one later.
func (r *run) nextLook(d decision, t, look float64) float64 {
	if d.Plan.HoldsUntil.IsZero() {
		return math.Inf(1)
	}
	return math.Max(t+look, math.Floor(d.Plan.HoldsSeconds/look)*look)
}

func (r *run) stage(t, until float64, d decision) advice.Stage {
	return advice.Stage{
		Date: r.date(t), After: t, Until: until, Strategy: d.Strategy, Optimized: d.Optimized,
		DemandQPS: r.demandAt(t).Peak, Plan: *d.Plan,
	}
}

func same(s advice.Stage, d decision) bool {
	return s.Strategy == d.Strategy && s.Plan.Accelerator == d.Plan.Accelerator && s.Plan.PerReplica == d.Plan.PerReplica &&
		s.Plan.Replicas == d.Plan.Replicas && s.Plan.Precision == d.Plan.Precision
}
