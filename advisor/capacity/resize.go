package capacity

import "scaleadvise/advisor/candidate"

// Resize is an evaluated plan at another demand: the same hardware, form of the model and
// instance type, with the fewest replicas that hold, or the same number where fixed. Its
// strategy is named anew, against the base.
func (s *Space) Resize(e candidate.Evaluation, d Demand, fixed bool) Best {
	r, ok := s.replicaOf(e)
	if !ok {
		return Best{Excuse: &candidate.Excuse{Code: candidate.NoVariant, Text: "no such plan"}}
	}
	t := trial{Replica: r, hosting: s.hostingOf(e), n: e.Replicas, demand: d, p: s.options.Confidence}
	if !fixed {
		if n, ok := t.smallest(); ok {
			t.n = n
		}
	}
	b := Best{Strategy: s.strategyOf(t), Optimized: t.Variant.Optimized(), Excuse: t.judge()}
	plan := t.evaluation()
	b.Plan, b.Feasible = &plan, b.Excuse == nil
	return b
}

// strategyOf names what a trial changes of the base (DESIGN §2).
func (s *Space) strategyOf(t trial) candidate.Strategy {
	machine, count := t.key() != s.Base.key(), t.n != s.Base.Replicas
	switch {
	case machine && count:
		return candidate.Combined
	case machine:
		return candidate.Vertical
	case count:
		return candidate.Horizontal
	}
	return candidate.None
}
