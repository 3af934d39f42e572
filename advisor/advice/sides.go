package advice

import "scaleadvise/advisor/candidate"

// SideBySide is several plans side by side.
type SideBySide struct {
	Plans       []Side
	Differences []Difference
}

// Side is one of the plans.
type Side struct {
	Name        string // file, or flags as they were given
	Declared    bool   // the declared deployment is shown, else the recommended one
	Workload    Summary
	Plan        candidate.Evaluation
	Holds       bool
	Excuse      *candidate.Excuse // why it does not hold
	Months      []MonthCost       // USD of each month to the horizon; nil where that is not known
	Traits      []Trait
	Assumptions []Assumption
}

// Difference is a trait that is not the same in all plans.
type Difference struct {
	Trait, Unit string
	Values      []any // of each plan; nil where it has none
}
