package advice

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/serve"
)

// Verdict answers whether a deployment carries the load that was asked about.
type Verdict string

// The verdicts.
const (
	Sustains  Verdict = "sustains"   // no load was asked about; some load keeps the SLO
	Holds     Verdict = "holds"      // the load asked about keeps the SLO
	Unmet     Verdict = "unmet"      // a steady state exists, but not within the SLO
	Unstable  Verdict = "unstable"   // the load exceeds saturation: no steady state
	CannotRun Verdict = "cannot-run" // the hardware lacks the precision, or the engine does not run on it
	TooLarge  Verdict = "too-large"  // the model does not fit in memory
	Unknown   Verdict = "unknown"    // this model on this hardware was never measured, and nothing predicts it
)

// Capacity is what one deployment sustains. Times are seconds, rates per second, shares fractions of 1,
// memory GiB.
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

	Simulated      bool // SustainableQPS comes from simulated requests, not from formulas
	Doubtful       bool // it comes from formulas that are not reliable here, as a warning says
	SustainableQPS float64
	LowQPS         float64 // central 90 %
	HighQPS        float64
	SaturationQPS  float64
	Served         bool           // the service times are known; without them no rate or latency is
	Asked          bool           // a load was asked about: Point is at that load
	Point          serve.Response // at the load asked about, else at SustainableQPS
	Curve          []serve.Response
	Service        ServiceModel
	MeasuredOnce   bool // the range of SustainableQPS is only the scatter of repeated measurements
	Memory         Memory
	Squeeze        Squeeze
	HeldBack       HeldBack
	Tokens         *Tokens  // nil for classic models
	Scaling        *Scaling // nil without scaling data

	Rented     candidate.Evaluation // the deployment as it is rented; the zero value where none was named
	Budget     float64              // USD a month that was asked about; 0 for none
	Users      float64              // users whose load was asked about; 0 where the load was given otherwise
	Growth     float64              // demand at the horizon over that of today
	ByHardware []Afforded           // the plans that the budget pays for, the largest load first; nil without one

	Assumptions []Assumption
	Warnings    []string
	Sources     []string
	Traits      []Trait
	Next        []string
	Steps       []derivation.Step // how the numbers came about; nil unless asked for
}

// Afforded is the plan on one kind of accelerator that sustains the most load within a budget.
type Afforded struct {
	Plan    candidate.Evaluation // at LoadQPS
	LoadQPS float64              // 1/s, the load it carries at the horizon
	NowQPS  float64              // 1/s, the load of today that grows to LoadQPS
	Users   float64              // users whose peak load is NowQPS; 0 where the requests of one user were not given
	Runs    bool                 // it is the hardware that runs today
}

// ServiceModel is the service model that the numbers rest on: a step that serves a batch of b ≤ MaxBatch
// takes Alpha + Beta·b.
type ServiceModel struct {
	Basis       string  // "measured", "transferred", "roofline", "given", "" when unknown
	Alpha       float64 // s
	Beta        float64 // s
	MaxBatch    int
	Concurrency int     // parallel servers without batching
	CV          float64 // coefficient of variation of a step's time
	Derate      float64 // factor on the odds of utilization, 1 loses nothing
	Servers     int     // in all replicas
	Alone       float64 // s, one request alone at the SLO's percentile
}

// Memory is what the model takes of one accelerator; a value is 0 where it is unknown.
type Memory struct {
	Known       bool // the hardware is known
	Fits        bool
	Weights     float64
	KVCache     float64
	Activations float64
	Usable      float64
	Deficit     float64 // missing memory; 0 when the model fits
	Engine      string  // engine of a language model and the versions whose defaults are assumed
	Layout      string  // how the accelerators of a replica divide a language model; "" where all share every layer
}

// Tokens holds what only language models have.
type Tokens struct {
	KVBytesPerToken float64
	OutputPerSecond float64
	PrefixHit       float64 // share of prompts found in the cache
	MaxConcurrency  int     // of one replica
	Admitted        int     // as many as memory and engine admit, where bounds keep MaxConcurrency below
	Room            int     // as many as memory holds
	ByMemory        bool    // memory limits MaxConcurrency, not the engine
	PreemptingQPS   float64 // 1/s, where the deployment saturates if the engine admits more than MaxConcurrency, and preempts; 0 where it does not
	Argument        string  // the engine's, which sets MaxConcurrency; "" where it has none
	KneeQPS         float64 // 1/s, where the time to the first token is twice that of low load; 0 when unknown
}

// Scaling is the Universal Scalability Law fitted to the user's measurements.
type Scaling struct {
	Sigma, Kappa, Lambda, R2 float64
	Peaks                    bool // the law has a peak
	PeakN, PeakQPS           float64
	Verdict                  string // "linear", "contention", "retrograde"
}
