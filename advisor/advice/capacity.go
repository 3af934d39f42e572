package advice

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/serve"
)

// Verdict is the answer to what was asked of a deployment's capacity.
type Verdict string

// The verdicts.
const (
	Sustains  Verdict = "sustains"   // no load was asked about; it sustains one within the SLO
	Holds     Verdict = "holds"      // the load asked about is met within the SLO
	Unmet     Verdict = "unmet"      // steady, but not within the SLO
	Unstable  Verdict = "unstable"   // the load exceeds saturation: no steady state
	CannotRun Verdict = "cannot-run" // the hardware lacks the precision, or the engine does not run on it
	TooLarge  Verdict = "too-large"  // the model does not fit in memory
	Unknown   Verdict = "unknown"    // nothing is known of this hardware with this model
)

// Capacity is what one deployment sustains. Times are seconds, rates per second,
// fractions fractions, memory GiB.
type Capacity struct {
	Workload   Summary
	Verdict    Verdict
	Excuse     *candidate.Excuse // why it is unmet, too large or unknown; nil otherwise
	SLOAssumed bool              // no bound on latency was given

	Accelerator     string // catalogue id, "" when the service was given without hardware
	AcceleratorName string
	PerReplica      int
	Replicas        int
	Precision       string // "" when the service was given without one

	Simulated      bool // SustainableQPS is what simulated requests sustain, not what formulas say
	SustainableQPS float64
	LowQPS         float64 // central 90 %
	HighQPS        float64
	SaturationQPS  float64
	Served         bool           // a service is known; without one nothing about rates and latencies is
	Asked          bool           // a load was asked about; Point is there
	Point          serve.Response // at the load asked about, else at SustainableQPS
	Curve          []serve.Response
	Service        ServiceModel
	MeasuredOnce   bool // the range of what it sustains is that in which repeats of one measurement fall
	Memory         Memory
	Tokens         *Tokens  // nil for classic models
	Scaling        *Scaling // nil without scaling data

	Rented     candidate.Evaluation // the deployment as it is rented; the zero value where none was named
	Budget     float64              // USD a month that were asked about; 0 for none
	Users      float64              // whose load was asked about; 0 where it was not given so
	Growth     float64              // demand at the horizon over that of today
	ByHardware []Afforded           // what the budget pays for, the most load first; nil without one

	Assumptions []Assumption
	Warnings    []string
	Sources     []string
	Traits      []Trait
	Next        []string
	Steps       []derivation.Step // how the numbers came about; nil unless asked for
}

// Afforded is the plan on one kind of accelerator that sustains the most within a budget.
type Afforded struct {
	Plan    candidate.Evaluation // at LoadQPS
	LoadQPS float64              // 1/s, what may come at the horizon
	NowQPS  float64              // 1/s, what may come today, so that growth does not exceed LoadQPS
	Users   float64              // who make NowQPS at their peak; 0 where no requests of one user were given
	Runs    bool                 // on the hardware of today
}

// ServiceModel is what the numbers rest on: a step that serves a batch of b ≤ MaxBatch
// takes Alpha + Beta·b.
type ServiceModel struct {
	Basis       string  // "measured", "transferred", "roofline", "given", "" when unknown
	Alpha       float64 // s
	Beta        float64 // s
	MaxBatch    int
	Concurrency int     // parallel servers without batching
	CV          float64 // of a step's time
	Derate      float64 // factor on the odds of utilization, 1 loses nothing
	Servers     int     // in all replicas
	Alone       float64 // s, one request alone at the SLO's percentile
}

// Memory is what the model takes of one accelerator; a value is 0 where it is unknown.
type Memory struct {
	Known       bool // the hardware is
	Fits        bool
	Weights     float64
	KVCache     float64
	Activations float64
	Usable      float64
	Deficit     float64 // what is missing; 0 when it fits
}

// Tokens is what only language models have.
type Tokens struct {
	KVBytesPerToken float64
	OutputPerSecond float64
	MaxConcurrency  int     // of one replica
	KneeQPS         float64 // 1/s, where the time to the first token is twice that of low load; 0 when unknown
}

// Scaling is the Universal Scalability Law fitted to the user's measurements.
type Scaling struct {
	Sigma, Kappa, Lambda, R2 float64
	Peaks                    bool // the law has a peak
	PeakN, PeakQPS           float64
	Verdict                  string // "linear", "contention", "retrograde"
}
