package serve

import "math"

// Response is how replicas answer at a rate. Times are seconds, +Inf without a steady state.
type Response struct {
	QPS    float64 // 1/s, the rate asked about
	Stable bool

	P50, P95, P99 float64
	Latency       float64 // at the percentile of its bound
	TTFT, TPOT    float64 // at the percentile of their bounds; 0 for a model without tokens
	OutputTokens  float64 // 1/s
	PWait         float64 // probability that a request waits
	WaitP99       float64

	Batch       float64 // mean requests in a step
	Busy        float64 // share of time that a step runs
	Utilization float64 // QPS over the sustainable rate; +Inf where no rate is sustainable
	Met         bool    // every bound holds
}

// answer is what a solved queue of either kind says.
type answer interface {
	Quantile(p float64) float64
	WaitQuantile(p float64) float64
}

// timed fills the times of a response, which have no value without a steady state.
func (r Response) timed(a answer, percentile float64) Response {
	if !r.Stable {
		never := math.Inf(1)
		r.P50, r.P95, r.P99, r.Latency, r.PWait, r.WaitP99 = never, never, never, never, 1, never
		return r
	}
	r.P50, r.P95, r.P99, r.WaitP99 = a.Quantile(0.5), a.Quantile(0.95), a.Quantile(0.99), a.WaitQuantile(0.99)
	if r.Latency = r.P99; percentile != 0.99 {
		r.Latency = a.Quantile(percentile)
	}
	return r
}

// utilization returns a rate over what is sustained.
func utilization(rate, sustained float64) float64 {
	switch {
	case rate == 0:
		return 0
	case sustained == 0:
		return math.Inf(1)
	}
	return rate / sustained
}
