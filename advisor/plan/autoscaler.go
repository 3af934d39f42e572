package plan

import "scaleadvise/advisor/origin"

// Autoscaler is an object that changes the number of replicas of a plan.
type Autoscaler struct {
	Kind   string  // of the object: HorizontalPodAutoscaler, ScaledObject, InferenceService
	Min    Bound   // fewest replicas
	Max    Bound   // most replicas
	Signal Signal  // what it scales on
	Target Bound   // 1/s per replica for Rate, tokens/s for Tokens, requests in progress per replica for Concurrency, waiting requests for Waiting, a fraction for the utilizations; 0 unknown
	Delay  float64 // s until it notices growth of the load
	Ramp   Bound   // growth of the load per second, a fraction; 0 unknown
	Origin origin.Origin
}

// Bound is a number with its place.
type Bound struct {
	Value  float64
	Given  bool // false for the default of the object's kind
	Origin origin.Origin
}

// Signal is what an autoscaler scales on.
type Signal string

// The signals that are distinguished.
const (
	Rate        Signal = "rate"        // requests per second and replica
	Concurrency Signal = "concurrency" // requests in progress per replica
	CPU         Signal = "cpu"
	Memory      Signal = "memory"
	Accelerator Signal = "accelerator" // its utilization metric
	Tokens      Signal = "tokens"      // tokens generated per second and replica
	Waiting     Signal = "waiting"     // requests in the queue of a replica, without those that run
	Cache       Signal = "cache"       // share of the KV cache in use
	Latency     Signal = "latency"     // a time of requests or tokens
	Other       Signal = "other"
)
