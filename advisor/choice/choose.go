package choice

import (
	"cmp"
	"slices"

	"scaleadvise/advisor/candidate"
)

// Choose decides between alternatives, of which there must be one at least.
func Choose(all []candidate.Alternative, p Policy) Decision {
	d := chosen(all, p)
	d.Alternative = all[d.Index]
	d.Margin = margin(all, d)
	d.explain(all)
	return d
}

// Blocked reports whether a rule forbade a candidate of any alternative. Only then can
// the choice without rules be another.
func Blocked(all []candidate.Alternative) bool {
	return slices.ContainsFunc(all, func(a candidate.Alternative) bool { return a.BlockedBy != "" })
}

// ChooseUnder decides between alternatives that rules have thinned out, and names the
// rule that changed the choice. free are the alternatives as no rule had touched them.
func ChooseUnder(all, free []candidate.Alternative, p Policy) Decision {
	d := Choose(all, p)
	if was := chosen(free, p); was.Index != d.Index || differs(free[was.Index].Plan, d.Plan) {
		d.Rule = all[was.Index].BlockedBy
		d.explain(all)
	}
	return d
}

func differs(a, b *candidate.Evaluation) bool {
	if a == nil || b == nil {
		return a != b
	}
	return a.Replicas != b.Replicas || a.Accelerator != b.Accelerator
}

// chosen finds the alternative and the criterion.
func chosen(all []candidate.Alternative, p Policy) Decision {
	if none := find(all, candidate.None); none >= 0 && all[none].Feasible && !p.CostOnly && !p.NoToday {
		if in := find(all, candidate.Horizontal); in >= 0 && scalesIn(all[in], all[none]) {
			return Decision{Index: in, Criterion: ScaleIn}
		}
		return Decision{Index: none, Criterion: TodayHolds}
	}
	near := nearCheapest(all, p.Near)
	if len(near) == 0 {
		return Decision{Index: nearestMiss(all), Criterion: NothingHolds}
	}
	best := slices.MinFunc(near, func(i, j int) int { return compare(all[i], all[j]) })
	return Decision{Index: best, Criterion: criterion(all, best)}
}

// find returns the index of a strategy with the model as it is, −1 where it is missing.
func find(all []candidate.Alternative, s candidate.Strategy) int {
	return slices.IndexFunc(all, func(a candidate.Alternative) bool { return a.Strategy == s && !a.Optimized })
}

// scalesIn reports whether fewer replicas hold and are worth having: on whole instances
// fewer replicas may cost the same, and then nothing is gained.
func scalesIn(in, none candidate.Alternative) bool {
	if !in.Feasible || in.Plan.Replicas >= none.Plan.Replicas {
		return false
	}
	return !in.Plan.Priced || in.Plan.CostPerMonth < none.Plan.CostPerMonth
}

// nearCheapest returns the indices of those that hold and cost at most the fraction near
// more than the cheapest that does.
func nearCheapest(all []candidate.Alternative, near float64) []int {
	cheapest := cheapestBut(all, -1)
	if cheapest < 0 {
		return nil
	}
	var out []int
	for i, a := range all {
		if a.Feasible && (a.Cost() <= all[cheapest].Cost()*(1+near)) {
			out = append(out, i)
		}
	}
	return out
}

// cheapestBut returns the index of the cheapest that holds apart from one, −1 for none.
func cheapestBut(all []candidate.Alternative, but int) int {
	best := -1
	for i, a := range all {
		if a.Feasible && i != but && (best < 0 || a.Cost() < all[best].Cost()) {
			best = i
		}
	}
	return best
}

// compare orders two that hold and cost nearly the same: fewer changes first, then more
// losses survived, then the lower cost, then more machines, of which a failure takes less.
func compare(a, b candidate.Alternative) int {
	return cmp.Or(
		cmp.Compare(a.Plan.Changes, b.Plan.Changes),
		cmp.Compare(b.Plan.SurvivesLosses, a.Plan.SurvivesLosses),
		cmp.Compare(a.Cost(), b.Cost()),
		cmp.Compare(b.Plan.Instances, a.Plan.Instances),
	)
}

// criterion says what lifted the best of those near the cheapest over all that hold. A
// plan without a price is chosen only where none has one, and is never called cheap.
func criterion(all []candidate.Alternative, best int) Criterion {
	next := cheapestBut(all, best)
	switch {
	case next < 0:
		return OnlyOne
	case all[best].Plan.Priced && all[best].Cost() <= all[next].Cost():
		return Cheapest
	}
	for i, a := range all {
		if i != best && a.Feasible && a.Cost() == all[next].Cost() && a.Plan.Changes == all[best].Plan.Changes && survivesMore(all[best], a) {
			return MoreRedundancy
		}
	}
	return FewerChanges
}

func survivesMore(a, b candidate.Alternative) bool {
	return a.Plan.SurvivesLosses > b.Plan.SurvivesLosses ||
		a.Plan.SurvivesLosses == b.Plan.SurvivesLosses && a.Plan.Instances > b.Plan.Instances
}

// nearestMiss returns the index of the alternative that came closest to holding.
func nearestMiss(all []candidate.Alternative) int {
	nearest := 0
	for i, a := range all {
		switch was := all[nearest]; {
		case a.Plan == nil || a.Excuse == nil:
		case was.Plan == nil || was.Excuse == nil || candidate.CompareMisses(a.Excuse, was.Excuse) < 0:
			nearest = i
		}
	}
	return nearest
}
