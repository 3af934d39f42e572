package advisor

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/capacity"
)

// Why a plan was chosen, as rules read it.
const (
	becauseHolds          = "holds"
	becauseFewerHold      = "fewer-hold"
	becauseOnly           = "only"
	becauseCheapest       = "cheapest"
	becauseFewerChanges   = "fewer-changes"
	becauseMoreRedundancy = "more-redundancy"
	becauseNearestMiss    = "nearest-miss"
)

// near is how much dearer a plan may be and still win by changing less.
const near = 1.05

// decision is which of the eight was chosen, and why.
type decision struct {
	capacity.Best
	index   int
	because string
	changed string // blocking rule without which the choice would have been another
}

// choose applies DESIGN §5.10 and says whether a blocking rule changed the outcome.
func (r *run) choose(c comparison) decision {
	d := pick(c.best, r.Workload.ObjectiveCost)
	if !blocked(c.best) {
		return d
	}
	free := pick(r.compare(c.demand, nil).best, r.Workload.ObjectiveCost)
	if free.index != d.index || free.Plan.Replicas != d.Plan.Replicas || free.Plan.Accelerator != d.Plan.Accelerator {
		d.changed = c.best[free.index].BlockedBy
	}
	return d
}

// blocked reports whether a rule forbade a candidate anywhere.
func blocked(best []capacity.Best) bool {
	for _, b := range best {
		if b.BlockedBy != "" {
			return true
		}
	}
	return false
}

// pick chooses among the eight: today if it holds (fewer replicas if they hold too and
// save), else the cheapest.
func pick(best []capacity.Best, cost bool) decision {
	if none := find(best, candidate.None, false); none >= 0 && best[none].Feasible && !cost {
		if in := find(best, candidate.Horizontal, false); scalesIn(best[in], best[none]) {
			return decision{Best: best[in], index: in, because: becauseFewerHold}
		}
		return decision{Best: best[none], index: none, because: becauseHolds}
	}
	if i, because := cheapestOf(best); i >= 0 {
		return decision{Best: best[i], index: i, because: because}
	}
	i := nearestMiss(best)
	return decision{Best: best[i], index: i, because: becauseNearestMiss}
}

func find(best []capacity.Best, s candidate.Strategy, optimized bool) int {
	for i, b := range best {
		if b.Strategy == s && b.Optimized == optimized {
			return i
		}
	}
	return -1
}

// scalesIn reports whether fewer replicas hold and are worth having: on whole
// instances fewer replicas may cost the same, and then nothing is gained.
func scalesIn(in, none capacity.Best) bool {
	if !in.Feasible || in.Plan.Replicas >= none.Plan.Replicas {
		return false
	}
	return !in.Plan.Priced || in.Plan.CostPerMonth < none.Plan.CostPerMonth
}

// cheapestOf is the cheapest feasible plan; within 5 % of it the one with fewer
// changes, then with more redundancy, then the cheaper.
func cheapestOf(best []capacity.Best) (index int, because string) {
	index = -1
	lowest, feasible := math.Inf(1), 0
	for _, b := range best {
		if b.Feasible {
			feasible++
			lowest = math.Min(lowest, costOf(b))
		}
	}
	for i, b := range best {
		if b.Feasible && costOf(b) <= lowest*near && (index < 0 || preferred(b, best[index])) {
			index = i
		}
	}
	switch {
	case index < 0:
		return -1, ""
	case feasible == 1:
		return index, becauseOnly
	case costOf(best[index]) == lowest:
		return index, becauseCheapest
	}
	return index, tieBreaker(best, index, lowest)
}

// costOf is the largest number where no price is known: the unknown never looks cheap,
// and a plan without a price still beats none.
func costOf(b capacity.Best) float64 {
	if !b.Plan.Priced {
		return math.MaxFloat64
	}
	return b.Plan.CostPerMonth
}

func preferred(a, b capacity.Best) bool {
	if a.Plan.Changes != b.Plan.Changes {
		return a.Plan.Changes < b.Plan.Changes
	}
	if a.Plan.SurvivesLosses != b.Plan.SurvivesLosses {
		return a.Plan.SurvivesLosses > b.Plan.SurvivesLosses
	}
	if costOf(a) == costOf(b) && a.Plan.Instances != b.Plan.Instances {
		return a.Plan.Instances > b.Plan.Instances // a failure takes less of them
	}
	return costOf(a) < costOf(b)
}

// tieBreaker names what lifted the chosen plan over the cheapest.
func tieBreaker(best []capacity.Best, chosen int, lowest float64) string {
	for _, b := range best {
		if b.Feasible && costOf(b) == lowest && b.Plan.Changes == best[chosen].Plan.Changes {
			return becauseMoreRedundancy
		}
	}
	return becauseFewerChanges
}

// nearestMiss is the alternative that came closest to holding.
func nearestMiss(best []capacity.Best) int {
	nearest := 0
	for i, b := range best {
		if b.Plan != nil && (best[nearest].Plan == nil || capacity.Nearer(b, best[nearest])) {
			nearest = i
		}
	}
	return nearest
}
