package open

import "scaleadvise/advisor/llm"

// Machine is one replica with the times of its steps. Its fields are what the methods of this package need;
// a fit provides Timing.
type Machine struct {
	Setup  llm.Setup
	Timing Timing

	// MaxRequests is the number of requests that may run at once, by the engine's limit and by memory; 0
	// takes the engine's default.
	MaxRequests float64

	// Holds is the number of requests whose tokens the KV cache holds on average, where the engine admits whatever
	// prompt fits and preempts the youngest when the cache is full; 0 where it never preempts.
	Holds float64

	// Unspared is the rate, 1/s, at which the machine would saturate if MaxRequests were not below Holds; 0 where
	// Sparing did not lower it.
	Unspared float64

	// StepTokens is the most prompt tokens that a step reads; 0 takes the default of engines on large
	// accelerators.
	StepTokens float64

	// Host is what a request takes of the machine before its prompt is read, s.
	Host float64

	// Serial is what each request takes of the server's one process, s, which bounds the rate.
	Serial float64

	Basis                 string  // "measured", "transferred" or "roofline"
	SpreadLow, SpreadHigh float64 // central 90 % of its rate over the expected rate
	Warnings, Sources     []string
}

// Timing gives the times of steps, s.
type Timing interface {
	// Prefill returns the time to read tokens new input tokens of one request or of several together; context
	// is the mean number of tokens that each new token attends to.
	Prefill(tokens, context float64) float64

	// Decode returns the time of one step that yields a token for each of batch requests; context is the mean
	// number of tokens that each holds in its KV cache.
	Decode(batch, context float64) float64
}

// Response is how a replica answers at a load.
type Response struct {
	QPS      float64 // 1/s, requests finished
	Stable   bool
	Requests float64 // mean running (decoding or in prefill, not waiting)
	Busy     float64 // share of time that a step runs

	// Times in s: the means here, percentiles through TTFT and TPOT.
	MeanTTFT, MeanTPOT, MeanE2E float64
	TTFT, TPOT, E2E             Quantiles
}

// Quantiles are the 50th, 90th, 95th and 99th percentile, s.
type Quantiles struct{ P50, P90, P95, P99 float64 }
