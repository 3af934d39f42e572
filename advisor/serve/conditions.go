package serve

import (
	"math"

	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
)

// Conditions are the bounds that servers must keep, and how requests reach them.
type Conditions struct {
	Bounds      open.Bounds // of a classic model the whole latency only
	Beside      float64     // s of a request's latency on the machine outside the accelerator, of a classic model
	Dispersion  float64     // of arrivals, 1 is Poisson
	Window      float64     // s, of the dispersion
	LeastLoaded bool        // a request goes to the least loaded server, not to a random one
	Balancing   Balancing   // the exact way; language models know only random and least-loaded
}

// Balancing is how a request chooses its server.
type Balancing int

// The ways of balancing, by the names that formulas use: see Functions.
const (
	Random Balancing = iota
	LeastLoaded
	RoundRobin
	PowerOfTwo
)

// BalancingOf returns the balancing that a word of --balancing names; Random for another.
func BalancingOf(word string) Balancing {
	return map[string]Balancing{"least-loaded": LeastLoaded, "round-robin": RoundRobin, "power-of-two": PowerOfTwo}[word]
}

// balanced returns n identical servers behind the balancer; variability is the squared coefficient of variation of what one
// of them does at a time.
func (b Balancing) balanced(one queue.Server, n int, variability float64) queue.Server {
	switch {
	case n == 1:
		return one
	case b == RoundRobin:
		return queue.Mixed{Server: one, N: n, Share: queue.RoundRobin(variability)}
	case b == PowerOfTwo:
		return queue.Mixed{Server: one, N: n, Share: queue.PowerOfTwo(n)}
	}
	return queue.Balanced{Server: one, N: n, LeastLoaded: b == LeastLoaded}
}

// variability returns the squared coefficient of variation of the work of a full step: all requests of its
// batch vary together.
func variability(cv float64, batch int) float64 { return cv * cv * float64(max(batch, 1)) }

// ConditionsOf returns the conditions that a workload sets.
func ConditionsOf(o *offer.Offers) Conditions {
	w := o.Workload
	c := Conditions{
		Bounds:     open.Bounds{E2E: w.Latency, E2EPercentile: w.Percentile},
		Dispersion: w.Dispersion, Window: w.Window, LeastLoaded: w.LeastLoaded,
	}
	if !o.Generates() {
		c.Balancing = BalancingOf(w.Balancing)
	}
	if c.Bounds.E2EPercentile <= 0 {
		c.Bounds.E2EPercentile = 0.99
	}
	if o.Generates() {
		c.Bounds.TTFT, c.Bounds.TPOT, c.Bounds.Percentile = w.LLM.TTFT, w.LLM.TPOT, w.LLM.Percentile
	}
	return c
}

// conditionsOn returns the conditions of a server on some hardware. On a processor, part of a request's work
// on the machine is in the times of its steps.
func conditionsOn(s *Servers, h offer.Hardware) Conditions {
	c, host := s.conditions, s.offers.Host
	if s.offers.Generates() {
		return c
	}
	c.Beside = host.Delay()
	if _, on := s.offers.WorkerOf(h); on && host != nil && s.offers.Pass != nil {
		c.Beside = math.Max(c.Beside-host.CPU.Mid/vcpusOfWorker(s, h), 0)
	}
	return c
}

// queued returns the bound on the time in queue and step, s: the latency bound less the time outside them; 0
// for none, nothingLeft where no time is left.
func (c Conditions) queued() float64 {
	if c.Bounds.E2E <= 0 {
		return 0
	}
	return math.Max(c.Bounds.E2E-c.Beside, nothingLeft)
}

// nothingLeft is a bound that no request keeps, s.
const nothingLeft = 1e-9

// Bounded reports whether there is a bound on any time.
func (c Conditions) Bounded() bool { return c.Bounds.E2E > 0 || c.Bounds.TTFT > 0 || c.Bounds.TPOT > 0 }

// Pooled reports whether servers share their load, so that what one of them carries depends on how many
// there are: bursts that spread over all of them, or a load-aware balancer.
func (c Conditions) Pooled() bool { return c.LeastLoaded || c.Balancing != Random || c.Dispersion != 1 }

// load returns the stream of requests at a rate.
func (c Conditions) load(rate float64) queue.Load {
	return queue.Load{Rate: rate, Dispersion: c.Dispersion, Window: c.Window}
}
