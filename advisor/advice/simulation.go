package advice

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/simulate"
)

// Simulation is a deployment simulated event by event, compared with what the formulas predict. Times are
// seconds, rates per second.
type Simulation struct {
	Workload   Summary
	Declared   bool // the deployment is the declared one, not the recommended one
	SLOAssumed bool // no bound on latency was given
	Plan       candidate.Evaluation
	Result     *simulate.Result
	Comparable bool // the formulas answer the same question: arrivals are steady and there are no events
	Errors     []Compared
	Arrivals   string  // the traffic, in words
	Utilize    float64 // mean demand over what the plan sustains
	Wall       float64 // s that the simulation took; 0 when unknown
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
	Tolerance float64 // allowed difference, a fraction of the simulated value
	Differs   bool    // by more than the tolerance and by more than chance explains
}

// Autoscaled is what an autoscaler saves, and what it needs.
type Autoscaled struct {
	MeanReplicas   float64 // mean over time of the replicas that are paid for
	MostReplicas   int
	StaticReplicas int     // fixed number of replicas that holds the highest rate at the target
	CostPerMonth   float64 // USD, 0 when unknown
	StaticPerMonth float64 // USD, 0 when unknown
	Ramp           float64 // growth of demand within Lead, at most
	Lead           float64 // s from a rise in demand until a new replica answers
	Target         float64 // target, as a share of what a replica sustains
	RoomFor        float64 // largest target that leaves room for the ramp
}
