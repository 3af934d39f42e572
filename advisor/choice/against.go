package choice

import (
	"fmt"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// Costs whose ratio lies between these are called the same.
const (
	barelyLess = 0.995
	barelyMore = 1.005 // two decimals would show 1.00
)

// twoDecimals is the ratio below which one decimal would show two unlike costs as the same.
const twoDecimals = 1.1

// explain notes what counted against each alternative.
func (d *Decision) explain(all []candidate.Alternative) {
	d.Against = make([]Against, len(all))
	for i, a := range all {
		x := Against{Excuse: a.Excuse, CostRatio: costRatio(a, d.Alternative)}
		switch {
		case i == d.Index:
			x.By = d.By()
		case a.Feasible:
			x.By, x.Excuse = string(d.beats(a)), d.excuse(a, x.CostRatio)
		case a.Excuse == nil:
		case a.Excuse.Code == candidate.Blocked && a.BlockedBy != "":
			x.By = a.BlockedBy
		default:
			x.By = a.Excuse.Code
		}
		d.Against[i] = x
	}
}

// costRatio returns a plan's cost over the chosen one's, 0 where a price is not known.
func costRatio(a, chosen candidate.Alternative) float64 {
	if priceOf(a) == 0 || priceOf(chosen) == 0 {
		return 0
	}
	return priceOf(a) / priceOf(chosen)
}

// beats names the criterion by which the chosen plan is preferred to one that holds too.
func (d *Decision) beats(a candidate.Alternative) Criterion {
	switch {
	case d.KeepsToday():
		return d.Criterion
	case a.Cost() > d.Cost():
		return Cheapest
	case d.Criterion == MeasuredOverPredicted && !a.Plan.Measured():
		return MeasuredOverPredicted
	case a.Plan.Changes > d.Plan.Changes:
		return FewerChanges
	case survivesMore(d.Alternative, a):
		return MoreRedundancy
	}
	return d.Criterion
}

// excuse says why a plan that holds was not chosen.
func (d *Decision) excuse(a candidate.Alternative, ratio float64) *candidate.Excuse {
	near := candidate.NearMiss{Trait: "cost_usd_per_month", Unit: "USD/month", Value: a.Plan.CostPerMonth, Needed: d.Plan.CostPerMonth}
	switch {
	case ratio == 0:
		return &candidate.Excuse{Code: candidate.Unneeded, Text: d.uncompared(a)}
	case ratio > barelyMore:
		return &candidate.Excuse{Code: candidate.Dearer, Text: timesTheCost(ratio), NearMiss: near}
	case d.KeepsToday() && ratio < barelyLess:
		return &candidate.Excuse{Code: candidate.Unneeded, Text: fmt.Sprintf("%.2f × the cost, but today holds (--objective cost)", ratio), NearMiss: near}
	case d.KeepsToday():
		return &candidate.Excuse{Code: candidate.Unneeded, Text: "same cost, and today holds", NearMiss: near}
	case ratio < barelyLess:
		return &candidate.Excuse{Code: candidate.Unneeded, Text: fmt.Sprintf("%.2f × the cost, %s", ratio, d.worse(a)), NearMiss: near}
	}
	return &candidate.Excuse{Code: candidate.Unneeded, Text: "same cost, " + d.worse(a), NearMiss: near}
}

// timesTheCost words a cost above the chosen plan's.
func timesTheCost(ratio float64) string {
	if ratio < twoDecimals {
		return fmt.Sprintf("%.2f × the cost", ratio)
	}
	return unit.Times(ratio) + " the cost"
}

// uncompared words a plan that holds where one of two prices is not known.
func (d *Decision) uncompared(a candidate.Alternative) string {
	switch {
	case d.KeepsToday() && d.Plan.Priced && a.Plan.Priced:
		return "runs on owned hardware, but today holds (--objective cost)"
	case d.KeepsToday():
		return "today holds; no price to compare"
	case d.Plan.Priced && a.Plan.Priced && d.Plan.CostPerMonth == a.Plan.CostPerMonth:
		return "same cost, " + d.worse(a)
	case d.Plan.Priced && a.Plan.Priced && d.Plan.CostPerMonth == 0:
		return "costs " + unit.Format(unit.Money, a.Plan.CostPerMonth) + "; the chosen plan runs on owned hardware"
	case a.Plan.Priced:
		return "the chosen plan's price is unknown"
	}
	return "its price is unknown"
}

// worse returns what counts against a plan of nearly the same cost.
func (d *Decision) worse(a candidate.Alternative) string {
	switch {
	case d.Criterion == MeasuredOverPredicted && !a.Plan.Measured():
		return "predicted only"
	case a.Plan.Changes > d.Plan.Changes:
		return "more change"
	case survivesMore(d.Alternative, a):
		return "a failure takes more of it"
	case a.Plan.Accelerators() > d.Plan.Accelerators() && a.Plan.Accelerator == d.Plan.Accelerator:
		return fmt.Sprintf("%d %s, not %d", a.Plan.Accelerators(), a.Plan.Units(), d.Plan.Accelerators())
	}
	return "nothing gained"
}
