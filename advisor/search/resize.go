package search

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
)

// Resize returns an evaluated plan at another demand: the same hardware, variant and instance type, with the
// fewest replicas that hold, or the same number where fixed. Its strategy is determined again, relative to
// the base.
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

// Balancing returns the space where requests are balanced in another way, a word of --balancing.
func Balancing(s *Space, balancing string) *Space {
	other := another(s)
	other.Offers = offer.Balanced(s.Offers, balancing)
	other.Servers = serversFrom(other.Offers, s.Base, s.options)
	return other
}

// Balanced returns the fewest replicas of an evaluated plan that hold a demand where requests are
// balanced in another way, a word of --balancing; 0 where none do.
func Balanced(s *Space, e candidate.Evaluation, d Demand, balancing string) int {
	t, ok := trialOf(Balancing(s, balancing), e, d)
	if !ok {
		return 0
	}
	if n, holds := smallest(t); holds {
		return n
	}
	return 0
}
