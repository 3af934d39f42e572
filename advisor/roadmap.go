package advisor

import (
	"context"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// steps bounds how many times a roadmap looks again, so that a long horizon costs no
// more than a short one.
const steps = 24

// road is the way from today to the plan of the horizon.
type road struct {
	stages []advice.Stage
	ends   float64 // s until no size of the plan holds any more; 0 when it reaches the horizon
}

// warnings says where the road ends early.
func (r road) warnings(q question) []string {
	if r.ends == 0 {
		return nil
	}
	from := q.date(r.ends)
	if from.IsZero() {
		return nil // nothing is known of the time after a century
	}
	return []string{"from " + from.Format(time.DateOnly) + " no size of this plan holds within the limits from then on"}
}

// roadmap keeps today's deployment while it holds, then takes the chosen hardware and form
// of the model, with the replicas that each date needs. Stages never go back: changing
// hardware twice to save a month is no plan. A stage is sized to hold until the next look,
// a month or horizon/24 later.
func roadmap(ctx context.Context, q question, d choice.Decision) road {
	horizon := q.Workload.Horizon
	if horizon <= 0 || q.planned == q.now || d.Plan == nil {
		return road{}
	}
	look := math.Max(unit.Month, horizon/steps)
	var way road
	today, _ := deployedToday(q)
	for t := 0.0; t < horizon && ctx.Err() == nil; {
		until := math.Min(t+look, horizon)
		demand := q.neededAt(until)
		best := stageFor(q, demand, d, today.plan, len(way.stages) > 0 && way.stages[0].Strategy != candidate.None)
		if !best.Feasible {
			way.ends = t
			return way
		}
		date(q, best.Plan)
		next := nextLook(best, t, look)
		if n := len(way.stages); n > 0 && sameSize(way.stages[n-1], best) {
			way.stages[n-1].Until, t = until, next
			continue
		}
		search.Complete(q.space, best.Plan, demand)
		way.stages = append(way.stages, advice.Stage{
			Date: q.date(t), After: t, Until: until, Strategy: best.Strategy, Optimized: best.Optimized,
			DemandQPS: q.demandAt(t).Peak, Plan: *best.Plan,
		})
		t = next
	}
	order(way.stages, q.Workload.LeadTime, q.Now)
	return way
}

// stageFor is today's deployment where it holds the demand and was not left before, else
// the chosen plan in the size that does, never smaller than what it would scale in to.
func stageFor(q question, demand search.Demand, d choice.Decision, today candidate.Evaluation, left bool) candidate.Alternative {
	if d.Criterion == choice.ScaleIn || !d.Feasible {
		return search.Resize(q.space, *d.Plan, demand, true)
	}
	if plan, excuse := search.JudgeOn(q.space, today, demand); !left && excuse == nil {
		return candidate.Alternative{Strategy: candidate.None, Feasible: true, Plan: &plan}
	}
	// A size that a rule forbids is not a stage either: where rules block, the plan stays whole.
	fixed := !d.Strategy.ChangesCount() || d.Rule != ""
	return search.Resize(q.space, *d.Plan, demand, fixed)
}

// nextLook is when today's deployment stops holding, on the grid of looks: at least one later. What is bought is
// looked at each time, for it keeps its headroom to the end.
func nextLook(b candidate.Alternative, t, look float64) float64 {
	switch {
	case b.Strategy != candidate.None || b.Optimized:
		return t + look
	case b.Plan.HoldsUntil.IsZero():
		return math.Inf(1)
	}
	return math.Max(t+look, math.Floor(b.Plan.HoldsSeconds/look)*look)
}

// sameSize reports whether a plan is that of a stage.
func sameSize(s advice.Stage, b candidate.Alternative) bool {
	return s.Strategy == b.Strategy && s.Optimized == b.Optimized && s.Plan.Replicas == b.Plan.Replicas && s.Plan.CostPerMonth == b.Plan.CostPerMonth
}
