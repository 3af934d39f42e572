package capacity

import (
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// station is what serves in one replica, whatever the kind of model. Rates are per second,
// times seconds. Copies of it share the load as the workload says.
type station interface {
	saturation() float64                   // of one, without a bound
	sustainable(copies int) float64        // of so many, within the SLO
	at(copies int, rate float64) Answer    // how so many answer at a rate
	along(copies int, rate float64) Answer // the same on a curve, where all is as it is at what is sustained
	end() float64                          // the saturation of one on that curve
	keeps(q Answer) bool                   // whether an answer keeps the SLO
	alone() float64                        // one request alone, at the SLO's percentile
	slow(r *Replica) *candidate.Excuse     // where one request alone breaks a bound
}

// Answer is how servers answer at a rate. Times are seconds.
type Answer struct {
	Stable    bool
	PWait     float64 // probability that a request waits
	MeanBatch float64 // requests in a step
	Busy      float64 // fraction of time a step runs

	TTFT, TPOT   float64 // at the percentile of their bounds; 0 for a model without tokens
	OutputTokens float64 // 1/s

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
	known      *Solutions
}

func (c classic) saturation() float64 { return c.Saturation() }

func (c classic) sustainable(copies int) float64 {
	key := classicKey{c.Server, copies, c.w.LeastLoaded, c.w.Dispersion, c.w.Window, c.w.Latency, c.percentile}
	return c.known.rate(key, func() float64 {
		return queue.Sustainable(c.pool(copies), c.w.Dispersion, c.w.Window, c.w.Latency, c.percentile)
	})
}

func (c classic) at(copies int, rate float64) Answer {
	q := c.pool(copies).At(queue.Load{Rate: rate, Dispersion: c.w.Dispersion, Window: c.w.Window})
	return Answer{
		Stable: q.Stable, PWait: q.PWait, MeanBatch: q.MeanBatch, Busy: q.Busy,
		quantile: q.Quantile, wait: q.WaitQuantile,
	}
}

func (c classic) along(copies int, rate float64) Answer { return c.at(copies, rate) }

func (c classic) end() float64 { return c.saturation() }

func (c classic) pool(copies int) queue.Server {
	if copies == 1 {
		return c.Server
	}
	return queue.Balanced{Server: c.Server, N: copies, LeastLoaded: c.w.LeastLoaded}
}

func (c classic) keeps(q Answer) bool {
	return c.w.Latency == 0 || q.Quantile(c.percentile) <= c.w.Latency
}

func (c classic) alone() float64 { return c.At(queue.Load{}).Quantile(c.percentile) }

// slow is the excuse where one request alone breaks the bound. A predicted time is taken at
// its slow end, at the confidence asked: next to a bound the middle promises what every
// second machine would not keep.
func (c classic) slow(r *Replica) *candidate.Excuse {
	bound, alone := c.w.Latency, r.alone*r.slowness()
	if bound == 0 || alone <= bound {
		return nil
	}
	text := fmt.Sprintf("%s alone, the bound is %s", unit.Format(unit.Duration, alone), unit.Format(unit.Duration, bound))
	if alone > r.alone {
		text = "up to " + text
	}
	return excuse(candidate.SlowAlone, text, "latency_alone", "ms", alone*1e3, bound*1e3)
}
