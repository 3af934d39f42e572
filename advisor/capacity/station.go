package capacity

import (
	"math"

	"scaleadvise.dev/scaleadvise/advisor/queue"
	"scaleadvise.dev/scaleadvise/advisor/workload"
)

// station is what serves in one replica, whatever the kind of model. Rates are per second,
// times seconds. Copies of it share the load as the workload says.
type station interface {
	saturation() float64                // of one, without a bound
	sustainable(copies int) float64     // of so many, within the SLO
	at(copies int, rate float64) Answer // how so many answer at a rate
	within(q Answer) bool               // whether an answer keeps the SLO
	alone() (took, bound float64)       // one request alone and the bound it is held to, 0 = none
}

// Answer is how servers answer at a rate. Times are seconds.
type Answer struct {
	Stable    bool
	PWait     float64 // probability that a request waits
	MeanBatch float64 // requests in a step
	Busy      float64 // fraction of time a step runs

	TTFT, TPOT float64 // at the percentile of their bounds; 0 for a model without tokens

	quantile, wait func(p float64) float64
}

// Quantile is the time within which a share p of the requests is served; +Inf when unstable.
func (a Answer) Quantile(p float64) float64 {
	if !a.Stable || a.quantile == nil {
		return math.Inf(1)
	}
	return a.quantile(p)
}

// WaitQuantile is the time within which the service of a share p of the requests has begun.
func (a Answer) WaitQuantile(p float64) float64 {
	if !a.Stable || a.wait == nil {
		return math.Inf(1)
	}
	return a.wait(p)
}

// classic serves a model whose request has one latency.
type classic struct {
	queue.Server
	w          *workload.Workload
	percentile float64
}

func (c classic) saturation() float64 { return c.Saturation() }

func (c classic) sustainable(copies int) float64 {
	return queue.Sustainable(c.pool(copies), c.w.Dispersion, c.w.Window, c.w.Latency, c.percentile)
}

func (c classic) at(copies int, rate float64) Answer {
	q := c.pool(copies).At(queue.Load{Rate: rate, Dispersion: c.w.Dispersion, Window: c.w.Window})
	return Answer{
		Stable: q.Stable, PWait: q.PWait, MeanBatch: q.MeanBatch, Busy: q.Busy,
		quantile: q.Quantile, wait: q.WaitQuantile,
	}
}

func (c classic) pool(copies int) queue.Server {
	if copies == 1 {
		return c.Server
	}
	return queue.Balanced{Server: c.Server, N: copies, LeastLoaded: c.w.LeastLoaded}
}

func (c classic) within(q Answer) bool {
	return c.w.Latency == 0 || q.Quantile(c.percentile) <= c.w.Latency
}

func (c classic) alone() (took, bound float64) {
	return c.At(queue.Load{}).Quantile(c.percentile), c.w.Latency
}
