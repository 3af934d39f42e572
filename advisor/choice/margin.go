package choice

import "scaleadvise/advisor/candidate"

// margin returns how clearly the criterion decided:
//
//	scale-in                        what it saves of today's cost; of the replicas where no price is known
//	today-holds                     what it carries beyond the demand
//	cheapest                        what the next cheapest costs beyond it
//	fewer-changes, more-redundancy, measured-over-predicted  what it costs beyond the cheapest
//	stays-here                      what it costs beyond the cheapest elsewhere
//	nothing-holds                   what the nearest miss lacks
//	only-one-that-holds             0: nothing competes
func margin(all []candidate.Alternative, d Decision) float64 {
	switch d.Criterion {
	case ScaleIn:
		return saved(*all[find(all, candidate.None)].Plan, *d.Plan)
	case TodayHolds:
		return beyond(d.Plan.CarriesQPS, d.Plan.DemandQPS)
	case Cheapest:
		return beyond(priceOf(all[cheapestBut(all, d.Index)]), priceOf(d.Alternative))
	case FewerChanges, MoreRedundancy, MeasuredOverPredicted:
		return beyond(priceOf(d.Alternative), priceOf(all[cheapestBut(all, d.Index)]))
	case NothingHolds:
		if d.Excuse != nil {
			m := d.Excuse.NearMiss
			return beyond(max(m.Needed, m.Value), min(m.Needed, m.Value))
		}
	}
	return 0
}

// beyond returns the fraction by which a exceeds b, 0 where one is not known.
func beyond(a, b float64) float64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	return a/b - 1
}

// priceOf returns what an alternative costs a month, 0 where that is not known.
func priceOf(a candidate.Alternative) float64 {
	if a.Plan == nil || !a.Plan.Priced {
		return 0
	}
	return a.Plan.CostPerMonth
}

func saved(today, in candidate.Evaluation) float64 {
	if today.Priced && in.Priced && today.CostPerMonth > 0 {
		return 1 - in.CostPerMonth/today.CostPerMonth
	}
	return 1 - float64(in.Replicas)/float64(today.Replicas)
}
