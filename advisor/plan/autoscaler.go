package plan

import "scaleadvise/advisor/origin"

// Autoscaler is what changes the number of replicas of a plan by itself.
type Autoscaler struct {
	Kind   string  // of the object: HorizontalPodAutoscaler, ScaledObject, InferenceService
	Min    Bound   // fewest replicas
	Max    Bound   // most replicas
	Signal Signal  // what it scales on
	Target Bound   // 1/s per replica for Rate, tokens/s for Tokens, requests at once per replica for Concurrency, those that wait for Waiting, a fraction for the utilizations; 0 unknown
	Delay  float64 // s until it notices that the load has grown
	Ramp   Bound   // growth of the load in a second, a fraction; 0 unknown
	Origin origin.Origin
}

// Bound is a number with its place.
type Bound struct {
	Value  float64
	Given  bool // false: the default of the object's kind
	Origin origin.Origin
}

// Signal is what an autoscaler scales on.
type Signal string

// The signals that are told apart.
const (
	Rate        Signal = "rate"        // requests per second and replica
	Concurrency Signal = "concurrency" // requests at once and replica
	CPU         Signal = "cpu"
	Memory      Signal = "memory"
	Accelerator Signal = "accelerator" // its utilization metric
	Tokens      Signal = "tokens"      // generated per second and replica
	Waiting     Signal = "waiting"     // requests in the queue of a replica: those that run do not count
	Cache       Signal = "cache"       // share of the KV cache in use
	Latency     Signal = "latency"     // a time of requests or tokens
	Other       Signal = "other"
)
