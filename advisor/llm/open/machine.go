package open

import "scaleadvise/advisor/llm"

// Machine is one replica with the times of its steps. Its fields are what the methods of
// this package need; Timing is what a fit gives.
type Machine struct {
	Setup  llm.Setup
	Timing Timing

	// MaxRequests is how many requests may be under way at once, by what the engine allows
	// and the memory holds; 0 is what an engine takes by itself.
	MaxRequests float64

	// StepTokens is how many prompt tokens a step reads at most; 0 is what engines take on large
	// accelerators.
	StepTokens float64

	Basis                 string  // "measured", "transferred" or "roofline"
	SpreadLow, SpreadHigh float64 // central 90 % of its rate over what is expected
	Warnings, Sources     []string
}

// Timing gives the times of steps, s.
type Timing interface {
	// Prefill is the time to read tokens new input tokens of one request or of several
	// together, context being the tokens that each new token attends to on average.
	Prefill(tokens, context float64) float64

	// Decode is the time of one step that yields a token to each of batch requests, context
	// being the mean tokens each holds in its KV cache.
	Decode(batch, context float64) float64
}

// Response is how a replica answers at a load.
type Response struct {
	QPS      float64 // 1/s, requests finished
	Stable   bool
	Requests float64 // mean under way (decoding or in prefill, not waiting)
	Busy     float64 // fraction of time a step runs

	// Mean, and by percentile through TTFT and TPOT: s.
	MeanTTFT, MeanTPOT, MeanE2E float64
	TTFT, TPOT, E2E             Quantiles
}

// Quantiles are the 50th, 90th, 95th and 99th percentile, s.
type Quantiles struct{ P50, P90, P95, P99 float64 }
