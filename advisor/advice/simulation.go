package advice

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/simulate"
)

// Simulation is a deployment run event by event, compared with what the formulas say of it. Times are
// seconds, rates per second.
type Simulation struct {
	Workload   Summary
	Declared   bool // it is the deployment that was given, not the one recommended
	SLOAssumed bool // no bound on latency was given
	Plan       candidate.Evaluation
	Result     *simulate.Result
	Comparable bool // the formulas answer the same question: steady arrivals, no events
	Errors     []Compared
	Arrivals   string  // what came, in words
	Utilize    float64 // mean demand over what the plan sustains
	Wall       float64 // s that it took; 0 when unknown
	Scaling    *Autoscaled

	Assumptions []Assumption
	Warnings    []string
	Traits      []Trait
	Next        []string
}

// Compared is one quantity by formula and by simulation.
type Compared struct {
	Name      string // "p99", "wait", "busy"
	Unit      string // "s", "fraction"
	Formula   float64
	Simulated simulate.Estimate
	Tolerance float64 // by which they may differ, a fraction of the simulated value
	Differs   bool    // by more than the tolerance, and by more than chance
}

// Autoscaled is what an autoscaler saves and needs.
type Autoscaled struct {
	MeanReplicas   float64 // paid, over time
	MostReplicas   int
	StaticReplicas int     // that hold the highest rate at the target
	CostPerMonth   float64 // USD, 0 when unknown
	StaticPerMonth float64 // USD, 0 when unknown
	Ramp           float64 // growth of demand within Lead, at most
	Lead           float64 // s from a rise of demand until a new replica answers
	Target         float64 // share of what a replica sustains that is aimed at
	RoomFor        float64 // largest target that leaves room for the ramp
}
