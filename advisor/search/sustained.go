package search

import (
	"math"
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/service"
)

// Sustained is what the base deployment, in its baseline precision, sustains.
type Sustained struct {
	Precision  string            // "" when the service was given without one
	Service    service.Model     // service model of one copy; its Basis is "" when nothing serves
	Copies     int               // copies of the service in all replicas
	Excuse     *candidate.Excuse // why it cannot serve within the SLO at any rate; nil when it can
	Alone      float64           // s, one request alone at the SLO's percentile; 0 when nothing serves
	QPS        float64           // 1/s within the SLO
	Low, High  float64           // 1/s, central 90 % of QPS
	Saturation float64           // 1/s without a bound
	HostedBy   string            // the resource of the machine that limits QPS; "" where the accelerators do
	Unhosted   float64           // 1/s, what the accelerators alone would sustain; 0 where they limit QPS
	Memory     Memory            // memory of one accelerator
}

// Memory is how the model uses the memory of one accelerator, GiB; 0 where it is unknown.
type Memory struct {
	Known       bool // the hardware was named
	Fits        bool
	Weights     float64
	KVCache     float64 // room for the KV cache of a language model
	Activations float64 // with workspace and the accelerator's context
	Usable      float64
	Deficit     float64 // missing memory; 0 when the model fits
	Engine      string  // engine of a language model and the versions whose defaults are assumed
	Layout      string  // how the accelerators of a replica divide a language model; "" where all share every layer
}

// Sustain describes the base deployment. Where nothing is known about its precision or no
// service is, only the excuse, the precision and the memory are filled.
func Sustain(s *Space, d Demand) Sustained {
	t, ok := onMachines(s, d)
	if !ok {
		return Sustained{Precision: s.Workload.Precision, Memory: Memory{Known: s.Base.Known, Fits: true}, Excuse: unknownPrecision()}
	}
	return sustained(s, t)
}

// SustainOf returns Sustain of a plan.
func SustainOf(s *Space, e candidate.Evaluation) Sustained {
	t, ok := trialOf(s, e, Demand{})
	if !ok {
		return Sustained{Precision: e.Precision, Memory: Memory{Fits: true}, Excuse: unknownPrecision()}
	}
	return sustained(s, t)
}

// sustained describes what a trial sustains.
func sustained(s *Space, t trial) Sustained {
	r := t.server
	out := Sustained{Precision: r.Variant.Precision, Excuse: r.Excuse, Memory: memoryOf(s, r)}
	if !r.Serves() {
		return out
	}
	low, high := r.Service.Range()
	out.Service, out.Copies, out.Alone = s.Servers.Explained(r, t.n), t.n*r.Copies, r.Alone
	out.Service.Sources = s.Servers.Sources(r)
	out.QPS, out.Saturation = t.sustainable(t.n), r.Saturation(t.n)
	out.Low, out.High = out.QPS*low, t.highest(out.QPS, high)
	if limit := t.host(); out.QPS < r.Sustainable(t.n) {
		out.HostedBy, out.Unhosted = limit.By, r.Sustainable(t.n)
	}
	return out
}

// memoryOf is known of named hardware only: a service given without any runs somewhere, and
// so it fits there.
func memoryOf(s *Space, r *serve.Server) Memory {
	m := Memory{Known: s.Base.Known, Fits: fits(r)}
	if !m.Known {
		return m
	}
	m.Weights, m.Usable = r.Memory.Weights, r.Memory.Usable
	m.Activations = r.Memory.Needed - m.Weights
	if s.Generates() {
		m.Activations, m.KVCache, m.Engine = r.Memory.Tokens.Activations, r.Memory.Tokens.Cache, r.Memory.Tokens.Engine.Title
		m.Layout = r.Memory.Tokens.Layout.String()
	}
	if !m.Fits {
		m.Deficit = r.Memory.Needed - m.Usable
	}
	return m
}

// Respond returns how the base deployment answers at a rate, 1/s; ok is false where nothing
// serves.
func Respond(s *Space, rate float64) (r serve.Response, ok bool) {
	t, ok := baseTrial(s, Demand{}, false)
	if !ok || !t.server.Serves() {
		return serve.Response{}, false
	}
	return t.server.At(t.n, rate), true
}

// RespondOf returns Respond of a plan.
func RespondOf(s *Space, e candidate.Evaluation, rate float64) (r serve.Response, ok bool) {
	t, ok := trialOf(s, e, Demand{})
	if !ok || !t.server.Serves() {
		return serve.Response{}, false
	}
	return t.server.At(t.n, rate), true
}

// The points of a curve: shares of the sustainable rate, then shares of the rest up to just below
// saturation. Where the sustainable rate is a small part of saturation, most of the curve lies beyond it,
// and so do most points.
var (
	allWithin  = []float64{.05, .1, .2, .3, .4, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, 1}
	fewBeyond  = []float64{.25, .5, .75, .9}
	fewWithin  = []float64{.05, .2, .4, .6, .8, 1}
	manyBeyond = []float64{.05, .1, .2, .3, .4, .5, .6, .65, .7, .75, .8, .85, .9, .95}
)

// Curve returns how the base deployment answers from a twentieth of its sustainable rate to just below
// saturation, in rising order. Where no rate is sustainable within the SLO the points are shares of
// saturation. Where points are costly to compute there are fewer. It is nil where nothing serves.
func Curve(s *Space, d Demand) []serve.Response {
	t, ok := onMachines(s, d)
	if !ok || !t.server.Serves() {
		return nil
	}
	return curve(t)
}

// CurveOf returns Curve of a plan.
func CurveOf(s *Space, e candidate.Evaluation) []serve.Response {
	t, ok := trialOf(s, e, Demand{})
	if !ok || !t.server.Serves() || e.Replicas < 1 {
		return nil
	}
	return curve(t)
}

// Larger returns a plan with more replicas, one evaluation for each number.
func Larger(s *Space, e candidate.Evaluation, d Demand, replicas []int) []candidate.Evaluation {
	t, ok := trialOf(s, e, d)
	if !ok || !t.server.Serves() {
		return nil
	}
	var out []candidate.Evaluation
	for _, n := range replicas {
		larger := evaluate(t.sized(n))
		complete(t.sized(n), &larger)
		out = append(out, larger)
	}
	return out
}

// curve works out the points of a curve.
func curve(t trial) []serve.Response {
	limit, saturation := t.sustainable(t.n), t.server.End(t.n)
	low, high := allWithin, fewBeyond
	switch {
	case limit < t.server.Sustainable(t.n):
		high = nil // the machine lets no more through
	case limit == 0:
		limit = saturation * 0.95
	case limit < saturation/2:
		low, high = fewWithin, manyBeyond
	}
	every := sparse(t.server)
	var rates []float64
	for i := (len(low) - 1) % every; i < len(low); i += every { // the limit among them
		rates = append(rates, low[i]*limit)
	}
	for i := every - 1; i < len(high); i += every {
		rates = append(rates, limit+high[i]*(saturation-limit))
	}
	return along(t, rates)
}

// Thinned returns how many points of the curve of the base deployment one stands for: 1 where all are
// computed.
func Thinned(s *Space) int {
	t, ok := baseTrial(s, Demand{}, false)
	if !ok || !t.server.Serves() {
		return 1
	}
	return sparse(t.server)
}

// sparse returns how many points of a curve one stands for: more where large batches vary in their
// times, whose queues take long to solve, and yet more where arrivals come in bursts.
func sparse(s *serve.Server) int {
	const large, varies = 128, 0.2
	switch {
	case s.Service.MaxBatch < large || s.Service.CV < varies:
		return 1
	case s.Conditions.Dispersion > 1:
		return 4
	}
	return 2
}

// along answers at each rate, at all of them at once: the queues are independent. Points too
// near each other to tell apart are left out, and those without a steady state.
func along(t trial, rates []float64) []serve.Response {
	rates = slices.CompactFunc(rates, func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*b })
	curve := make([]serve.Response, len(rates))
	var all fanout.Group
	for i, rate := range rates {
		all.Go(func() { curve[i] = t.server.Along(t.n, rate) })
	}
	all.Wait()
	return slices.DeleteFunc(curve, func(r serve.Response) bool { return !r.Stable })
}
