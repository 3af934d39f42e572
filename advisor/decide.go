package advisor

import (
	"cmp"
	"context"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/search"
)

// Decide advises as far as the choice: the plan of every strategy, its cost, and which one is chosen. Its
// plans lack capacities and latencies, and no findings are made, which takes a fraction of the time;
// Complete adds what shown plans lack.
func Decide(ctx context.Context, in Input, o Options) (*advice.Advice, error) {
	q, err := settleAdvice(ctx, in, o)
	if err != nil {
		return nil, err
	}
	q.sketched = true
	best, _, err := searched(ctx, q, func() *advice.Judged { return judgeToday(q).Then() })
	if err != nil {
		return nil, err
	}
	chosen, err := decide(ctx, q, best, false)
	if err != nil {
		return nil, err
	}
	best, d := chosen.best, chosen.Decision
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a := &advice.Advice{
		Strategy: d.Strategy, Direction: direction(q, d.Alternative), Optimized: d.Optimized, Feasible: d.Feasible,
		DecidedBy: d.By(), Criterion: d.Criterion, Alternatives: listed(q, best, d), Confidence: q.Confidence, Now: q.Now,
	}
	if d.Plan != nil {
		a.Plan = *d.Plan
	}
	return a, nil
}

// Holds reports whether a strategy holds, as Decide finds it, for a fraction of the time; known is false
// where only Decide tells.
func Holds(ctx context.Context, in Input, o Options, s candidate.Strategy, optimized bool) (holds, known bool, err error) {
	q, err := settleAdvice(ctx, in, o)
	if err != nil {
		return false, false, err
	}
	q.sketched = true
	veto := blockingOf(ctx, q, func() *advice.Judged { return judgeToday(q).Then() })
	query := search.Query{Strategy: s, Optimized: optimized, Demand: q.planned, Veto: veto.veto(), Sketched: true}
	holds, known = search.Holds(ctx, q.space, query)
	if err := cmp.Or(veto.err, ctx.Err()); err != nil {
		return false, false, err
	}
	if holds || !known || s == candidate.None || !bound(q) {
		return holds, known, nil
	}
	// What does not hold here may be held elsewhere, where a decision may go.
	query.Veto = nil
	away, known := search.Holds(ctx, search.Everywhere(q.space), query)
	return false, known && !away, ctx.Err()
}

// Complete adds to plans from Decide what Advise says about them; for the chosen one also what it rests on.
// Nil and empty plans are left out.
func Complete(ctx context.Context, in Input, o Options, chosen, other *candidate.Evaluation) error {
	q, err := settleAdvice(ctx, in, o)
	if err != nil {
		return err
	}
	for _, plan := range []*candidate.Evaluation{chosen, other} {
		if plan != nil && plan.Replicas > 0 {
			search.Fill(q.space, plan, q.planned)
			date(q, plan)
			search.Complete(q.space, plan, q.planned)
		}
	}
	if chosen != nil && chosen.Replicas > 0 {
		search.Explain(q.space, chosen)
	}
	return nil
}
