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
	Declared    bool   // what runs; else what is recommended
	Workload    Summary
	Plan        candidate.Evaluation
	Holds       bool
	Excuse      *candidate.Excuse // why it does not hold
	Months      []MonthCost       // what it costs in each to the horizon; nil where that is not known
	Traits      []Trait
	Assumptions []Assumption
}

// Difference is a trait that is not the same in all plans.
type Difference struct {
	Trait, Unit string
	Values      []any // of each plan; nil where it has none
}
