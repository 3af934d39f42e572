package serve

import (
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
)

// Conditions are the bounds that servers are held to, and how requests reach them.
type Conditions struct {
	Bounds      open.Bounds // of a classic model the whole latency alone
	Dispersion  float64     // of arrivals, 1 is Poisson
	Window      float64     // s, of the dispersion
	LeastLoaded bool        // a request goes to the least loaded server, not to a random one
}

// ConditionsOf returns the conditions that a workload sets.
func ConditionsOf(o *offer.Offers) Conditions {
	w := o.Workload
	c := Conditions{
		Bounds:     open.Bounds{E2E: w.Latency, E2EPercentile: w.Percentile},
		Dispersion: w.Dispersion, Window: w.Window, LeastLoaded: w.LeastLoaded,
	}
	if c.Bounds.E2EPercentile <= 0 {
		c.Bounds.E2EPercentile = 0.99
	}
	if o.Generates() {
		c.Bounds.TTFT, c.Bounds.TPOT, c.Bounds.Percentile = w.LLM.TTFT, w.LLM.TPOT, w.LLM.Percentile
	}
	return c
}

// Bounded reports whether any time is bounded.
func (c Conditions) Bounded() bool { return c.Bounds.E2E > 0 || c.Bounds.TTFT > 0 || c.Bounds.TPOT > 0 }

// Pooled reports whether servers help each other, so that what one of them carries depends
// on how many there are: bursts that spread over all of them, or a balancer that knows
// which is free.
func (c Conditions) Pooled() bool { return c.LeastLoaded || c.Dispersion != 1 }

// load is a rate as it arrives.
func (c Conditions) load(rate float64) queue.Load {
	return queue.Load{Rate: rate, Dispersion: c.Dispersion, Window: c.Window}
}
