package advisor

import (
	"context"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// steps bounds how many times a roadmap looks again, so that a long horizon costs no
// more than a short one.
const steps = 24

// roadmap is the way from today to the plan of the horizon: today's deployment while it
// holds, then the chosen hardware and form of the model, with the replicas that each date
// needs. Stages never go back: changing hardware twice to save a month is no plan. A stage
// is sized to hold until the next look, a month or horizon/24 later.
func (r *run) roadmap(ctx context.Context, d choice.Decision) []advice.Stage {
	horizon := r.Workload.Horizon
	if horizon <= 0 || r.Workload.Growth.Mid <= 0 || d.Plan == nil {
		return nil
	}
	look := math.Max(unit.Month, horizon/steps)
	var stages []advice.Stage
	for t := 0.0; t < horizon && ctx.Err() == nil; {
		until := math.Min(t+look, horizon)
		best := r.stageFor(r.demandAt(until), d, len(stages) > 0 && stages[0].Strategy != candidate.None)
		if !best.Feasible {
			r.ends = t
			return stages
		}
		r.holdsUntil(&best)
		stages = append(stages, r.stage(t, until, best))
		t = r.nextLook(best, t, look)
	}
	return stages
}

// stageFor is today's deployment where it holds the demand and was not left before, else
// the chosen plan in the size that does, never smaller than what it would scale in to.
func (r *run) stageFor(demand search.Demand, d choice.Decision, left bool) candidate.Alternative {
	if d.Criterion == choice.ScaleIn || !d.Feasible {
		return search.Resize(r.space, *d.Plan, demand, true)
	}
	if plan, excuse := search.Judge(r.space, demand); !left && excuse == nil {
		return candidate.Alternative{Strategy: candidate.None, Feasible: true, Plan: &plan}
	}
	// A size that a rule forbids is not a stage either: where rules block, the plan stays whole.
	fixed := d.Strategy == candidate.Vertical || d.Strategy == candidate.None || d.Rule != ""
	return search.Resize(r.space, *d.Plan, demand, fixed)
}

// nextLook is when the stage stops holding, on the grid of looks: at least one later.
func (r *run) nextLook(b candidate.Alternative, t, look float64) float64 {
	if b.Plan.HoldsUntil.IsZero() {
		return math.Inf(1)
	}
	return math.Max(t+look, math.Floor(b.Plan.HoldsSeconds/look)*look)
}

func (r *run) stage(t, until float64, b candidate.Alternative) advice.Stage {
	return advice.Stage{
		Date: r.date(t), After: t, Until: until, Strategy: b.Strategy, Optimized: b.Optimized,
		DemandQPS: r.demandAt(t).Peak, Plan: *b.Plan,
	}
}
