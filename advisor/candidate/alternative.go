package candidate

import "math"

// Alternative is the best plan of one strategy, plain or optimized, or its nearest miss.
type Alternative struct {
	Strategy  Strategy
	Optimized bool
	Feasible  bool
	Plan      *Evaluation // nil when no configuration exists
	Excuse    *Excuse     // nil when feasible
	BlockedBy string      // rule that blocked a cheaper candidate, "" for none
	Ended     *Ended      // how the search ended, where it spent its budget; nil where it looked at everything
}

// Cost returns what the plan costs a month. Without a known price it is the largest
// number: the unknown never looks cheap, and a plan without a price still beats none.
func (a Alternative) Cost() float64 {
	if a.Plan == nil || !a.Plan.Priced {
		return math.MaxFloat64
	}
	return a.Plan.CostPerMonth
}
