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

// Blocked reports whether a rule excluded a candidate of any alternative. Only then can rules change the
// choice.
func Blocked(all []candidate.Alternative) bool {
	return slices.ContainsFunc(all, func(a candidate.Alternative) bool { return a.BlockedBy != "" })
}

// ChooseUnder decides between alternatives from which rules have excluded candidates, and names the rule
// that changed the choice. free are the alternatives without any rule.
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
		if in := find(all, candidate.Horizontal); in >= 0 && scalesIn(all[in], all[none], p.Near) {
			return Decision{Index: in, Criterion: ScaleIn}
		}
		return Decision{Index: none, Criterion: TodayHolds}
	}
	if i := unmeasured(all, p); i >= 0 {
		return Decision{Index: i, Criterion: Unknown}
	}
	near := NearCheapest(all, p.Near)
	if len(near) == 0 {
		return Decision{Index: nearestMiss(all), Criterion: NothingHolds}
	}
	best := slices.MinFunc(near, func(i, j int) int { return compare(all[i], all[j]) })
	if m := measuredInstead(all, best); m >= 0 && !p.CostOnly {
		return Decision{Index: m, Criterion: MeasuredOverPredicted}
	}
	return Decision{Index: best, Criterion: criterion(all, best)}
}

// unmeasured returns the index of what is to be measured before anything can be said: today's
// deployment where nothing is known of it, or the base where nothing is known of any plan; −1
// where there is no such thing.
func unmeasured(all []candidate.Alternative, p Policy) int {
	none := find(all, candidate.None)
	switch {
	case none < 0 || !unknown(all[none]):
		return -1
	case all[none].Excuse.Code == candidate.Measured: // what is predicted of other plans is as far off
		return none
	}
	claims := !p.CostOnly && !p.NoToday
	if claims || !slices.ContainsFunc(all, func(a candidate.Alternative) bool { return a.Plan != nil && !unknown(a) }) {
		return none
	}
	return -1
}

// unknown reports whether nothing is known of how an alternative's plan serves, or what is predicted was
// measured to be untrue.
func unknown(a candidate.Alternative) bool {
	return a.Plan != nil && a.Excuse != nil && (a.Excuse.Code == candidate.Unknown || a.Excuse.Code == candidate.Measured)
}

// measuredInstead returns the index of the cheapest measured plan that holds, where the best plan is only
// predicted and saves no larger share of that one's cost than the share by which its capacity may fall
// short; −1 where there is none.
func measuredInstead(all []candidate.Alternative, best int) int {
	b := all[best].Plan
	if b.Measured() || priceOf(all[best]) == 0 || b.LowShare <= 0 {
		return -1
	}
	measured := -1
	for i, a := range all {
		if a.Feasible && a.Plan.Measured() && (measured < 0 || cmp.Or(cmp.Compare(a.Cost(), all[measured].Cost()), compare(a, all[measured])) < 0) {
			measured = i
		}
	}
	if measured < 0 || beyondRange(all[best], all[measured]) {
		return -1
	}
	return measured
}

// beyondRange reports whether a plan saves a larger share of a measured one's cost than the share by which
// its capacity may fall short, or is known as well as that one: a measurement that is transferred to another
// shape can be known no better than a prediction.
func beyondRange(a, measured candidate.Alternative) bool {
	known := cmp.Or(measured.Plan.LowShare, 1)
	return a.Plan.Measured() || a.Plan.LowShare >= known || a.Plan.CostPerMonth < measured.Cost()*a.Plan.LowShare
}

// Cheaper returns the cheapest measured plan that holds where today's is kept, if it saves enough of
// its cost to be worth a change; nil where there is none.
func Cheaper(d Decision, all []candidate.Alternative, p Policy) *candidate.Evaluation {
	var best *candidate.Evaluation
	for _, a := range all {
		if d.KeepsToday() && a.Feasible && a.Plan.Measured() && priceOf(a) > 0 && priceOf(a) <= (1-p.Leave)*priceOf(d.Alternative) &&
			(best == nil || a.Plan.CostPerMonth < best.CostPerMonth) {
			best = a.Plan
		}
	}
	return best
}

// Leaves reports whether a plan elsewhere, which --stay excludes, is worth leaving for: it was
// measured, and saves enough of the cost of what was chosen here.
func Leaves(d Decision, away candidate.Alternative, p Policy) bool {
	here := priceOf(d.Alternative)
	return p.Leave > 0 && !d.KeepsToday() && away.Feasible && away.Plan.Measured() && priceOf(away) > 0 && (!d.Feasible || here > 0 && priceOf(away) <= (1-p.Leave)*here)
}

// StayedFor returns the decision with StaysHere as its criterion where a plan elsewhere would have
// been chosen for its cost.
func StayedFor(d Decision, all []candidate.Alternative, away candidate.Alternative, p Policy) Decision {
	here := priceOf(d.Alternative)
	if !d.Feasible || d.KeepsToday() || d.Rule != "" || d.Criterion == MeasuredOverPredicted || !away.Feasible || here == 0 || priceOf(away)*(1+p.Near) >= here ||
		d.Plan.Measured() && !beyondRange(away, d.Alternative) {
		return d
	}
	d.Criterion, d.Margin = StaysHere, here/priceOf(away)-1
	d.explain(all)
	return d
}

// find returns the index of a strategy with the model as it is, −1 where it is missing.
func find(all []candidate.Alternative, s candidate.Strategy) int {
	return slices.IndexFunc(all, func(a candidate.Alternative) bool { return a.Strategy == s && !a.Optimized })
}

// scalesIn reports whether fewer replicas hold and are worth having: on whole instances
// fewer replicas may cost the same, and what costs nearly the same is not worth a change.
func scalesIn(in, none candidate.Alternative, near float64) bool {
	if !in.Feasible || in.Plan.Replicas >= none.Plan.Replicas {
		return false
	}
	return !in.Plan.Priced || in.Plan.CostPerMonth < none.Plan.CostPerMonth*(1-near)
}

// NearCheapest returns the indices of those that hold and cost at most the fraction near
// more than the cheapest that does.
func NearCheapest(all []candidate.Alternative, near float64) []int {
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
// machines that may be lost, the room on them filled, then the lower cost, then more machines, of
// which a failure takes less, then fewer accelerators.
func compare(a, b candidate.Alternative) int {
	return cmp.Or(
		cmp.Compare(a.Plan.Changes, b.Plan.Changes),
		cmp.Compare(b.Plan.MayLose(), a.Plan.MayLose()),
		cmp.Compare(a.Cost(), b.Cost()),
		cmp.Compare(b.Plan.Instances, a.Plan.Instances),
		cmp.Compare(a.Plan.Accelerators(), b.Plan.Accelerators()),
	)
}

// criterion names what put the best plan ahead of the others that hold. A
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
	return a.Plan.MayLose() > b.Plan.MayLose() || a.Plan.MayLose() == b.Plan.MayLose() && a.Plan.Instances > b.Plan.Instances
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
