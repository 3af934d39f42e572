package serve

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
)

// stack is what executes an ordinary model, in which precision.
type stack struct{ vendor, runtime, precision string }

// passes are the curves of an ordinary model on a stack, by accelerator.
type passes struct {
	of  func(accelerator string) (forward.Curve, error)
	err error
}

// passing is the service model of an ordinary model on an accelerator.
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
	return modelOfCurve(c, v), err
}

// onProcessor is the service model of a replica on a processor: its workers side by side.
func (s *Servers) onProcessor(h offer.Hardware, v offer.Variant, worker forward.Hardware) (m service.Model, copies int, err error) {
	if s.offers.Pass == nil {
		return m, 0, errNotMeasured
	}
	p := s.predicted.Get(kind{h.Kind(), v.Runtime + " " + v.Precision}, func() (p prediction) {
		c, err := s.offers.Pass.Curve(worker, v)
		return prediction{modelOfCurve(c, v), err}
	})
	m = p.Model
	m.Concurrency = s.offers.Workers(h)
	return m, 1, p.err
}

var errNotMeasured = errors.New("nothing was measured on a processor like it")

func modelOfCurve(c forward.Curve, v offer.Variant) service.Model {
	return service.Model{
		Basis: c.Basis(), Alpha: c.Alpha, Beta: c.Beta, MaxBatch: c.MaxBatch, Concurrency: 1, Derate: 1, Knee: 1,
		SpreadLow: c.SpreadLow, SpreadHigh: c.SpreadHigh, Precision: v.Precision,
	}
}

// unmeasured warns of times that nothing was measured of.
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
	var texts []string
	for _, n := range slices.Concat(c.Alone.Nearest, c.Full.Nearest) {
		if len(texts) < mostSources {
			texts = append(texts, fmt.Sprintf("%s, batch of %.0f on %s, %s %s (%s)", n.Model, n.Batch, n.Hardware, n.Runtime, n.Precision, n.Source))
		}
	}
	return texts
}

// executes words what executes a server's model.
func executes(r *Server) string {
	return strings.TrimSpace(r.Variant.Runtime + " " + r.Variant.Precision)
}

// mostSources bounds what is named.
const mostSources = 6

// recordQueueing notes how a server's requests queue.
func recordQueueing(r *Server, log *derivation.Log) {
	m := r.Service
	log.Given(derivation.Stated("parallel", "requests at once", float64(max(m.Concurrency, 1)), "", "default", ""))
	log.Given(derivation.Stated("step_cv", "variation of the service time", m.CV, "", "default", "inference is near deterministic"))
	log.Given(derivation.Stated("derate", "what is left of the bare queue's rate", m.Derate, "fraction", "default", ""))
	log.Given(derivation.Stated("knee", "share of saturation up to which that holds", m.Knee, "fraction", "default", ""))
}

// recordPass notes the service model of an ordinary model.
func recordPass(s *Servers, r *Server, log *derivation.Log) {
	m, gain := r.Service, r.Variant.Gain.Mid
	from := "times of forward passes, " + m.Basis
	reason := executes(r) + ": a roofline corrected by the measurements nearest to it (scaleadvise catalog measurements)"
	log.Given(derivation.Stated("alpha", "fixed time of a step", m.Alpha*gain, "s", from, reason))
	log.Given(derivation.Stated("beta", "time of each request in a step", m.Beta*gain, "s", from, reason))
	why := "as many as memory holds, no more than rates rise with"
	if s.offers.Pass.MaxBatch > 0 {
		why = "as many as memory holds, no more than --max-batch says"
	}
	log.Given(derivation.Stated("max_batch", "largest batch", float64(m.MaxBatch), "", from, why))
	recordQueueing(r, log)
	if gain == 1 {
		recordSpread(r, log, "left-out measurements", "central 90 % of what predictions of this kind missed")
	}
}
