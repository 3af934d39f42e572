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
	return []string{"from " + from.Format(time.DateOnly) + " on no size of this plan holds within the limits"}
}

// roadmap keeps today's deployment while it holds, then takes the chosen hardware and form
// of the model, with the replicas that each date needs. Stages never go back: changing
// hardware twice to save a month is no plan. A stage is sized to hold until the next look.
func roadmap(ctx context.Context, q question, d choice.Decision) road {
	horizon := q.Workload.Horizon
	if horizon <= 0 || q.planned == q.now || d.Plan == nil {
		return road{}
	}
	var way road
	today, _ := deployedToday(q)
	for from, at := 0.0, looks(q.Now, horizon); len(at) > 0 && ctx.Err() == nil; {
		demand := q.neededAt(at[0])
		best := stageFor(q, demand, d, today.plan, len(way.stages) > 0 && way.stages[0].Strategy != candidate.None)
		if !best.Feasible {
			way.ends = from
			return way
		}
		date(q, best.Plan)
		if n := len(way.stages); n > 0 && sameSize(way.stages[n-1], best) {
			way.stages[n-1].Until = at[0]
		} else {
			search.Complete(q.space, best.Plan, demand)
			way.stages = append(way.stages, advice.Stage{
				Date: q.date(from), After: from, Until: at[0], Strategy: best.Strategy, Optimized: best.Optimized,
				DemandQPS: q.demandAt(from).Peak, Plan: *best.Plan,
			})
		}
		passed := passedBy(best, at)
		from, at = at[passed-1], at[passed:]
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

// looks is when a roadmap looks again, s from now: on the first day of months, and at the horizon. The first
// is half a month away at least, so that nothing is bought for days.
func looks(now time.Time, horizon float64) (at []float64) {
	n, every := 1, int(math.Ceil(horizon/unit.Month/steps))
	if unit.ToMonth(now, n) < unit.Month/2 {
		n++
	}
	for ; unit.ToMonth(now, n) < horizon; n += every {
		at = append(at, unit.ToMonth(now, n))
	}
	return append(at, horizon)
}

// passedBy is how many looks a stage needs no other: one, and of today's deployment all while it holds. What is
// bought is looked at each time, for it keeps its headroom to the end.
func passedBy(b candidate.Alternative, at []float64) int {
	if b.Strategy != candidate.None || b.Optimized {
		return 1
	}
	if b.Plan.HoldsUntil.IsZero() {
		return len(at)
	}
	n := 1
	for n < len(at) && at[n] <= b.Plan.HoldsSeconds {
		n++
	}
	return n
}

// sameSize reports whether a plan is that of a stage.
func sameSize(s advice.Stage, b candidate.Alternative) bool {
	return s.Strategy == b.Strategy && s.Optimized == b.Optimized && s.Plan.Replicas == b.Plan.Replicas && s.Plan.CostPerMonth == b.Plan.CostPerMonth
}
