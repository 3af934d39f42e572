package service

import (
	"math"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
)

// The bases of a model, strongest first.
const (
	Given       = "given"
	Measured    = "measured"
	Transferred = "transferred"
	Roofline    = "roofline"
)

// Model is the service model of one replica: a step that serves a batch of b ≤ MaxBatch
// takes Alpha + Beta·b seconds. Without batching (MaxBatch 1) Concurrency such steps run
// in parallel.
type Model struct {
	Basis       string
	Alpha       float64 // s per batch
	Beta        float64 // s per request of a batch
	MaxBatch    int     // ≥ 1
	CV          float64 // coefficient of variation of a step's time
	Concurrency int     // ≥ 1; above 1 only without batching

	// Derate is the share of the bare queue's rate that a real server reaches (batch formation, host, serving
	// stack, imbalance over accelerators): in (0, 1], 1 loses nothing. It applies up to the rate at which it
	// was learned, where the bare queue would be at the share Knee of saturation; from there the loss
	// vanishes towards saturation, which is measured.
	Derate, Knee float64

	// SpreadLow and SpreadHigh are the central 90 % of capacity over the expected capacity; 1, 1 is exact.
	SpreadLow, SpreadHigh float64

	AloneMost float64 // s that one request alone takes at most, as was measured on less; 0 is unknown

	Precision string
	Warnings  []string
	Sources   []string

	Log *derivation.Log // log of the computation; nil records nothing
}

// Saturation returns the largest throughput of one replica without a latency bound, 1/s.
func (m Model) Saturation() float64 {
	if m.MaxBatch > 1 {
		return float64(m.MaxBatch) / m.step(m.MaxBatch)
	}
	return float64(max(m.Concurrency, 1)) / m.step(1)
}

// Alone returns the time of one request on an idle replica, s.
func (m Model) Alone() float64 { return m.step(1) }

func (m Model) step(b int) float64 { return m.Alpha + m.Beta*float64(b) }

// Server returns the queue of one replica.
func (m Model) Server() queue.Server {
	var s queue.Server
	if m.MaxBatch > 1 {
		s = queue.Batch{Alpha: m.Alpha, Beta: m.Beta, MaxBatch: m.MaxBatch, CV: m.CV}
	} else {
		s = queue.Pool{Servers: max(m.Concurrency, 1), ServiceTime: m.step(1), CV: m.CV}
	}
	if m.Derate > 0 && m.Derate < 1 {
		return derated{s, m.Derate, m.Knee}
	}
	return s
}

// Faster returns the model with its throughput multiplied: steps take 1/factor of the time.
// The factor's range widens the interval. A factor that is not positive changes nothing.
func (m Model) Faster(factor unit.Interval) Model {
	if !(factor.Mid > 0) {
		return m
	}
	m.Alpha /= factor.Mid
	m.Beta /= factor.Mid
	m.AloneMost /= factor.Mid
	if factor.Low > 0 && factor.High >= factor.Mid {
		m.SpreadLow *= factor.Low / factor.Mid
		m.SpreadHigh *= factor.High / factor.Mid
	}
	return m
}

// derated is a queue whose arrivals weigh more than they count.
type derated struct {
	queue.Server
	derate, knee float64
}

// At answers as the bare queue at its own rate; see queueRate.
func (d derated) At(l queue.Load) queue.Result {
	l.Rate = d.queueRate(l.Rate)
	return d.Server.At(l)
}

// Shared returns n such servers, each request going to the one with the fewest; each of them has the same
// loss against the bare queue.
func (d derated) Shared(n int) queue.Server {
	s, ok := d.Server.(queue.Sharer)
	if !ok {
		return queue.Balanced{Server: d, N: n}
	}
	return derated{s.Shared(n), d.derate, d.knee}
}

// queueRate maps the arrival rate to the one the bare queue would see: 1/derate times it up to
// the knee, then in a straight line to saturation; beyond saturation the rate itself.
func (d derated) queueRate(rate float64) float64 {
	x := d.Saturation()
	u, bend := rate/x, d.derate*d.knee
	switch {
	case !(u > 0 && u < 1):
		return rate
	case u <= bend:
		return rate / d.derate
	}
	return x * (d.knee + (1-d.knee)*(u-bend)/(1-bend))
}

// QueueRate returns the rate, 1/s, at which the bare queue of one replica answers as the real
// server does at a rate: the same, or more where a real server loses against the bare queue.
func (m Model) QueueRate(rate float64) float64 {
	if d, ok := m.Server().(derated); ok {
		return d.queueRate(rate)
	}
	return rate
}

// derated makes the curve pass the share of saturation seen where the bare queue would be
// at bare. A bare queue that is not above loses nothing.
func (m Model) derated(bare, seen float64) Model {
	m.Derate, m.Knee = 1, 1
	if seen > 0 && bare > seen {
		m.Derate, m.Knee = seen/bare, math.Min(bare, 1)
	}
	m.recordDerate(bare, seen)
	return m
}
