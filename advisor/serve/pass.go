package serve

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// stack is what executes an ordinary model, in which precision.
type stack struct{ vendor, runtime, precision string }

// passes are the curves of an ordinary model on a stack, by accelerator.
type passes struct {
	of  func(accelerator string) (forward.Curve, error)
	err error
}

// passing returns the service model of an ordinary model on an accelerator.
func (s *Servers) passing(a catalog.Accelerator, v offer.Variant) (service.Model, error) {
	key := stack{a.Vendor, v.Runtime, v.Precision}
	p := s.passes.Get(key, func() (p passes) {
		p.of, p.err = s.offers.Pass.Curves(key.vendor, key.runtime, key.precision)
		return p
	})
	if p.err != nil {
		return service.Model{}, p.err
	}
	c, err := p.of(a.ID)
	if err != nil { // not rented, or too small
		c, err = s.offers.Pass.Curve(forward.OfAccelerator(a), v)
	}
	return modelOf(c, v, s.offers.Pass.Front.Kept), err
}

// onProcessor returns the service model of a replica on a processor: its workers side by side. What a
// request takes beside the pass takes from the same vCPUs.
func (s *Servers) onProcessor(h offer.Hardware, v offer.Variant, worker forward.Hardware) (m service.Model, copies int, err error) {
	if s.offers.Pass == nil {
		return m, 0, errNotMeasured
	}
	p := s.predicted.Get(kind{h.Kind(), v.Runtime + " " + v.Precision}, func() (p prediction) {
		c, err := s.offers.Pass.Curve(worker, v)
		return prediction{modelOf(c, v, s.offers.Pass.Front.Kept), err}
	})
	m = p.Model
	m.Concurrency = offer.Workers(s.offers, h)
	if host := s.offers.Host; host != nil && p.err == nil {
		m = beside(m, host.CPU, vcpusOfWorker(s, h))
	}
	return m, 1, p.err
}

// Quickest returns a lower bound on the time of one request alone, s, known before a server is made; 0 where
// that requires making it. Each processor is predicted separately, which takes as long as all accelerators
// of a vendor together.
func Quickest(s *Servers, h offer.Hardware, v offer.Variant) float64 {
	const rounding = 1e-9
	worker, ok := s.offers.WorkerOf(h)
	if !ok || s.offers.Pass == nil {
		return 0
	}
	least := s.offers.Pass.Quickest(worker, v) * (1 - rounding)
	if gain := v.Gain.Mid; gain > 0 {
		least /= gain
	}
	return least
}

// Exceeds returns a lower bound on the factor by which a server, not yet made, exceeds the bound on latency
// with one request alone; 0 where it may keep it.
func Exceeds(s *Servers, h offer.Hardware, v offer.Variant) float64 {
	if bound := s.conditions.Bounds.E2E; bound > 0 {
		if by := Quickest(s, h, v) / bound; by > 1 {
			return by
		}
	}
	return 0
}

// vcpusOfWorker returns the vCPUs that one worker of a replica on a processor has.
func vcpusOfWorker(s *Servers, h offer.Hardware) float64 {
	return float64(h.PerReplica) / float64(offer.Workers(s.offers, h))
}

// beside returns the service model with work of one vCPU that each request takes of those of its
// worker: s of a vCPU spread over them, since other requests have the others meanwhile.
func beside(m service.Model, cpu unit.Interval, vcpus float64) service.Model {
	pass := m.Beta + m.Alpha/float64(m.MaxBatch)
	took := func(cpu float64) float64 { return pass + cpu/vcpus }
	m.SpreadLow = 1 / together(1/m.SpreadLow, took(cpu.High)/took(cpu.Mid))
	m.SpreadHigh = together(m.SpreadHigh, took(cpu.Mid)/took(cpu.Low))
	m.Beta += cpu.Mid / vcpus
	return m
}

// together returns the combined factor of two independent ones: squares of logarithms add.
func together(a, b float64) float64 { return math.Exp(math.Hypot(math.Log(a), math.Log(b))) }

var errNotMeasured = errors.New("nothing was measured on a processor like it")

// modelOf returns the service model of forward passes behind a server that keeps a share of their rate.
func modelOf(c forward.Curve, v offer.Variant, kept unit.Interval) service.Model {
	return service.Model{
		Basis: c.Basis(), Alpha: c.Alpha, Beta: c.Beta, MaxBatch: c.MaxBatch, Concurrency: 1, Derate: kept.Mid, Knee: knee(kept.Mid),
		SpreadLow: 1 / together(1/c.SpreadLow, kept.Mid/kept.Low), SpreadHigh: together(c.SpreadHigh, kept.High/kept.Mid), Precision: v.Precision,
	}
}

// knee returns the share of saturation up to which a server in front has its measured loss: runs without it
// sustain nine tenths of saturation under the bounds of MLPerf.
func knee(kept float64) float64 {
	if kept < 1 {
		return 0.9
	}
	return 1
}

// unmeasured warns about times without any measurement.
func unmeasured(r *Server) []string {
	if r.Service.Basis != service.Roofline {
		return nil
	}
	return []string{fmt.Sprintf("no run of %s on hardware like this one was measured: its times follow from peak rates alone", executes(r))}
}

// Sources names the measurements that the service model of a server rests on.
func (s *Servers) Sources(r *Server) []string {
	if s.offers.Pass == nil || s.offers.UserMeasured() || r.Service.Basis == service.Given {
		return sourced(s, r).Sources
	}
	on, ok := s.offers.WorkerOf(r.Hardware)
	if !ok {
		on = forward.OfAccelerator(unparted(s.offers, r.Accelerator))
	}
	c, err := s.offers.Pass.Sourced(on, r.Variant)
	if err != nil {
		return nil
	}
	near := slices.Concat(c.Alone.Nearest, c.Full.Nearest)
	slices.SortStableFunc(near, func(a, b forward.Neighbour) int { return cmp.Compare(b.Likeness, a.Likeness) })
	var texts []string
	for _, n := range near {
		text := fmt.Sprintf("%s, batch of %.0f on %s, %s %s (%s)", n.Model, n.Batch, n.Hardware, n.Runtime, n.Precision, n.Source)
		if len(texts) < mostSources && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}

// recordBeta notes the time of each request in a step: on a processor, what it takes beside the pass
// as well.
func recordBeta(s *Servers, r *Server, log *derivation.Log, from, reason string) {
	beta, host := r.Service.Beta*r.Variant.Gain.Mid, s.offers.Host
	if _, on := s.offers.WorkerOf(r.Hardware); !on || host == nil || host.CPU.Mid == 0 {
		log.Given(derivation.Stated("beta", "time of each request in a step", beta, "s", from, reason))
		return
	}
	origin := "given"
	if host.Assumed {
		origin = "default"
	}
	vcpus := vcpusOfWorker(s, r.Hardware)
	log.Given(derivation.Stated("beta_pass", "time of each request in a pass", beta-host.CPU.Mid/vcpus, "s", from, reason))
	log.Given(derivation.Stated("host_cpu", "CPU time that it takes of one vCPU for "+host.Work, host.CPU.Mid, "s", origin, ""))
	log.Given(derivation.Stated("worker_vcpus", "vCPUs of a worker", vcpus, "", "plan", ""))
	log.Step(derivation.Figure("beta", "time of each request in a step", beta, "s"), "beta_pass + host_cpu / worker_vcpus", "while one request has a vCPU, others have the rest")
}

// executes words what executes a server's model.
func executes(r *Server) string {
	return strings.TrimSpace(r.Variant.Runtime + " " + r.Variant.Precision)
}

// mostSources bounds the sources that are named.
const mostSources = 6

// recordQueueing notes how a server's requests queue.
func recordQueueing(r *Server, log *derivation.Log) {
	m := r.Service
	log.Given(derivation.Stated("parallel", "requests at once", float64(max(m.Concurrency, 1)), "", "default", ""))
	log.Given(derivation.Stated("step_cv", "variation of the service time", m.CV, "", "default", "inference is near deterministic"))
	log.Given(derivation.Stated("derate", "share of the bare queue's rate that remains", m.Derate, "fraction", "default", ""))
	log.Given(derivation.Stated("knee", "share of saturation up to which that holds", m.Knee, "fraction", "default", ""))
}

// recordPass notes the service model of an ordinary model.
func recordPass(s *Servers, r *Server, log *derivation.Log) {
	m, gain := r.Service, r.Variant.Gain.Mid
	from := "times of forward passes, " + m.Basis
	reason := executes(r) + ": a roofline corrected by the measurements nearest to it (scaleadvise catalog measurements)"
	log.Given(derivation.Stated("alpha", "fixed time of a step", m.Alpha*gain, "s", from, reason))
	recordBeta(s, r, log, from, reason)
	why := "as many as memory holds, no more than rates rise with"
	if s.offers.Pass.MaxBatch > 0 {
		why = "as many as memory holds, no more than --max-batch says"
	}
	log.Given(derivation.Stated("max_batch", "largest batch", float64(m.MaxBatch), "", from, why))
	recordQueueing(r, log)
	if gain == 1 {
		recordSpread(r, log, "left-out measurements", "central 90 % of the errors of predictions of this kind")
	}
}
