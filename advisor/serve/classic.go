package serve

import (
	"fmt"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// classic serves a model whose request has one latency: batches from a queue.
type classic struct {
	queue.Server
	variability float64 // of the work of a full step: squared coefficient of variation
	conditions  Conditions
	known       *Solutions
}

func classicOf(s *Servers, h offer.Hardware, m service.Model) classic {
	return classic{m.Server(), variability(m.CV, m.MaxBatch), conditionsOn(s, h), s.known}
}

func (c classic) saturation() float64 { return c.Saturation() }

func (c classic) end() float64 { return c.saturation() }

func (c classic) sustainable(copies int) float64 {
	key := classicKey{c.Server, copies, c.conditions}
	return c.known.rate(key, func() float64 {
		w := c.conditions
		return queue.Sustainable(c.pool(copies), w.Dispersion, w.Window, w.queued(), w.Bounds.E2EPercentile)
	})
}

func (c classic) misses(copies int, rate float64) bool {
	b := c.conditions.Bounds
	const slack = 1.01 // of the share of late requests
	return !queue.Keeps(c.pool(copies), c.conditions.load(rate), c.conditions.queued(), (1-b.E2EPercentile)*slack)
}

func (c classic) sustains(copies int, rate float64) bool {
	b := c.conditions.Bounds
	return queue.Keeps(c.pool(copies), c.conditions.load(rate), c.conditions.queued(), 1-b.E2EPercentile)
}

func (c classic) at(copies int, rate float64) Response {
	return c.response(c.pool(copies).At(c.conditions.load(rate)))
}

func (c classic) along(copies int, rate float64) Response { return c.at(copies, rate) }

func (c classic) alone() Response {
	r := c.known.alone(aloneKey{c.Server, c.conditions.Bounds.E2EPercentile}, func() Response {
		return Response{Stable: true, Latency: c.At(queue.Load{}).Quantile(c.conditions.Bounds.E2EPercentile)}
	})
	r.Latency += c.conditions.Beside
	return r
}

func (c classic) response(q queue.Result) Response {
	r := Response{Stable: q.Stable, PWait: q.PWait, Batch: q.MeanBatch, Busy: q.Busy}
	r = r.timed(q, c.conditions.Bounds.E2EPercentile)
	for _, t := range []*float64{&r.P50, &r.P95, &r.P99, &r.Latency} {
		*t += c.conditions.Beside
	}
	return r
}

// pool returns a number of copies behind the balancer.
func (c classic) pool(copies int) queue.Server {
	return c.conditions.Balancing.balanced(c.Server, copies, c.variability)
}

// tooSlow returns the excuse where one request alone breaks the bound. A predicted time is taken at its slow
// end, at the confidence asked for: near a bound, half of all machines would miss a promise made from the
// middle.
func tooSlow(s *Server) *candidate.Excuse {
	bound, alone := s.Conditions.Bounds.E2E, SlowAlone(s)
	if within(alone, bound) {
		return nil
	}
	text := fmt.Sprintf("%s alone, the bound is %s", unit.Format(unit.Duration, alone), unit.Format(unit.Duration, bound))
	if alone > s.Alone {
		text = "up to " + text
	}
	return candidate.Missed(candidate.SlowAlone, text, "latency_alone", "ms", alone*1e3, bound*1e3)
}
