package capacity

import (
	"math"
	"slices"
	"sync"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/service"
)

// Sustained is what the base deployment, in its baseline precision, sustains.
type Sustained struct {
	Precision  string            // "" when the service was given without one
	Service    service.Model     // of one server; its Basis is "" when nothing serves
	Servers    int               // such servers in all replicas
	Excuse     *candidate.Excuse // why it cannot serve within the SLO at any rate; nil when it can
	Alone      float64           // s, one request alone at the SLO's percentile; 0 when nothing serves
	QPS        float64           // 1/s within the SLO
	Low, High  float64           // 1/s, central 90 % of QPS
	Saturation float64           // 1/s without a bound
	Memory     Memory            // of one accelerator
}

// Memory is what the model takes of one accelerator, GiB; 0 where it is unknown.
type Memory struct {
	Known       bool // the hardware was named
	Fits        bool
	Weights     float64
	KVCache     float64 // room for keys and values of a language model
	Activations float64 // with workspace and the accelerator's context
	Usable      float64
	Deficit     float64 // what is missing; 0 when it fits
}

// Response is how the base deployment answers at one rate. Times are seconds, +Inf
// without a steady state.
type Response struct {
	QPS           float64
	Stable        bool
	P50, P95, P99 float64
	TTFT, TPOT    float64 // at the percentile of their bounds; 0 for a model without tokens
	OutputTokens  float64 // 1/s
	Batch         float64
	Utilization   float64 // QPS over what is sustained; +Inf where nothing is
	Busy          float64

	// Of a single response only, not along a curve.
	Met     bool // within the SLO
	WaitP99 float64
	PWait   float64
}

// Sustained describes the base deployment. Where nothing is known of its precision or
// no service is, only the excuse, the precision and the memory are filled.
func (s *Space) Sustained() Sustained {
	t, ok := s.baseTrial(Demand{}, false)
	if !ok {
		return Sustained{
			Precision: s.Workload.Precision, Memory: Memory{Known: s.Base.Known, Fits: true},
			Excuse: &candidate.Excuse{Code: candidate.NoMeasurement, Text: "nothing is known of this precision"},
		}
	}
	out := Sustained{Precision: t.Variant.Precision, Excuse: t.Excuse, Memory: t.memoryTaken()}
	if t.server == nil {
		return out
	}
	low, high := t.spread()
	out.Service, out.Servers, out.Alone = s.explained(t.Replica), t.n*t.units, t.alone
	out.QPS, out.Saturation = t.capacity(t.n), t.saturation(t.n)
	out.Low, out.High = out.QPS*low, out.QPS*high
	return out
}

// memoryTaken is known of named hardware only: a service given without any runs
// somewhere, and so it fits there.
func (t trial) memoryTaken() Memory {
	m := Memory{Known: t.space.Base.Known, Fits: t.Excuse == nil || t.Excuse.Code != candidate.Memory}
	if !m.Known {
		return m
	}
	m.Weights, m.Usable = t.weights, t.usable
	m.Activations = t.needGiB() - t.weights
	if t.space.generates() {
		m.Activations, m.KVCache = t.tokens.Activations, t.tokens.Cache
	}
	if !m.Fits {
		m.Deficit = t.needGiB() - t.usable
	}
	return m
}

// Respond is how the base deployment answers at a rate, 1/s; ok is false where nothing
// serves.
func (s *Space) Respond(rate float64) (r Response, ok bool) {
	t, ok := s.baseTrial(Demand{}, false)
	if !ok || t.server == nil {
		return Response{}, false
	}
	q, sustained := t.load(t.n, rate), t.capacity(t.n)
	r = respond(q, rate, sustained)
	r.Met = q.Stable && (rate <= sustained || t.server.keeps(q))
	r.PWait, r.WaitP99 = 1, math.Inf(1)
	if q.Stable {
		r.PWait, r.WaitP99 = q.PWait, q.WaitQuantile(0.99)
	}
	return r, true
}

// respond is the part of a response that a curve shows.
func respond(q Answer, rate, sustained float64) Response {
	return Response{
		QPS: rate, Stable: q.Stable, P50: q.Quantile(0.5), P95: q.Quantile(0.95), P99: q.Quantile(0.99),
		TTFT: q.TTFT, TPOT: q.TPOT, OutputTokens: q.OutputTokens, Batch: q.MeanBatch, Busy: q.Busy, Utilization: utilization(rate, sustained),
	}
}

// utilization is a rate over what is sustained.
func utilization(rate, sustained float64) float64 {
	switch {
	case rate == 0:
		return 0
	case sustained == 0:
		return math.Inf(1)
	}
	return rate / sustained
}

// The points of a curve: shares of what is sustained, then shares of what is left up to
// just below saturation. Where little of saturation is sustained most of the curve lies
// beyond, and so do most points.
var (
	allWithin  = []float64{.05, .1, .2, .3, .4, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, 1}
	fewBeyond  = []float64{.25, .5, .75, .9}
	fewWithin  = []float64{.05, .2, .4, .6, .8, 1}
	manyBeyond = []float64{.05, .1, .2, .3, .4, .5, .6, .65, .7, .75, .8, .85, .9, .95}
)

// Curve is how the base deployment answers from a twentieth of what it sustains to just
// below saturation, rates rising. Where nothing is sustained within the SLO the shares
// are those of saturation. nil where nothing serves.
func (s *Space) Curve() []Response {
	t, ok := s.baseTrial(Demand{}, false)
	if !ok || t.server == nil {
		return nil
	}
	limit, saturation := t.capacity(t.n), t.end(t.n)
	low, high := allWithin, fewBeyond
	switch {
	case limit == 0:
		limit = saturation * 0.95
	case limit < saturation/2:
		low, high = fewWithin, manyBeyond
	}
	var rates []float64
	for _, share := range low {
		rates = append(rates, share*limit)
	}
	for _, share := range high {
		rates = append(rates, limit+share*(saturation-limit))
	}
	return t.along(rates)
}

// along answers at each rate, at all of them at once: the queues are independent. Points
// too near each other to tell apart are left out, and those without a steady state.
func (t trial) along(rates []float64) []Response {
	rates = slices.CompactFunc(rates, func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*b })
	curve, sustained := make([]Response, len(rates)), t.capacity(t.n)
	var all sync.WaitGroup
	for i, rate := range rates {
		all.Go(func() { curve[i] = respond(t.Replica.along(t.n, rate), rate, sustained) })
	}
	all.Wait()
	return slices.DeleteFunc(curve, func(r Response) bool { return !r.Stable })
}
