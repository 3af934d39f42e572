package search

import "scaleadvise/advisor/candidate"

// Resize returns an evaluated plan at another demand: the same hardware, variant and
// instance type, with the fewest replicas that hold, or the same number where fixed. Its
// strategy is named anew, against the base.
func Resize(s *Space, e candidate.Evaluation, d Demand, fixed bool) candidate.Alternative {
	t, ok := trialOf(s, e, d)
	if !ok {
		return candidate.Alternative{Excuse: &candidate.Excuse{Code: candidate.NoVariant, Text: "no such plan"}}
	}
	if !fixed {
		if n, ok := smallest(t); ok {
			t.n = n
		}
	}
	a := candidate.Alternative{Strategy: strategyOf(t), Optimized: t.server.Variant.Optimized(), Excuse: judge(t)}
	plan := evaluate(t)
	a.Plan, a.Feasible = &plan, a.Excuse == nil
	return a
}

// strategyOf names what a trial changes of the base.
func strategyOf(t trial) candidate.Strategy {
	base := t.space.Base
	return candidate.StrategyOf(t.server.Kind() != base.Kind(), t.n != base.Replicas)
}
