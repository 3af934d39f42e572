package serve

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// prediction is the prediction for one accelerator with one form of the model.
type prediction struct {
	service.Model
	err error
}

// serviceOf finds the service model of a replica and how many copies of it work in parallel
// in one replica. Given beats measured beats transferred. The error says what is not known.
func (s *Servers) serviceOf(h offer.Hardware, v offer.Variant) (m service.Model, copies int, err error) {
	if s.offers.UserMeasured() {
		if m, copies, ok := s.givenService(h); ok {
			return m, copies, nil
		}
	}
	if worker, ok := s.offers.WorkerOf(h); ok {
		return s.onProcessor(h, v, worker)
	}
	if part := h.Accelerator.Part; part != nil {
		return s.onPart(h, v, *part)
	}
	// Accelerators of one replica work side by side: one model serves every size.
	p := s.predicted.Get(kind{offer.Kind{Accelerator: h.Accelerator.ID, PerReplica: 1}, v.Runtime + " " + v.Precision}, func() (p prediction) {
		p.Model, p.err = s.predict(h.Accelerator, v, nil)
		return p
	})
	return p.Model, h.PerReplica, p.err
}

// predict returns the model as measured on the accelerator, else transferred from where it, or the user's
// own, was measured. A log records how the user's own was.
func (s *Servers) predict(a catalog.Accelerator, v offer.Variant, log *derivation.Log) (service.Model, error) {
	switch {
	case s.offers.Pass != nil:
		return s.passing(a, v)
	case !s.offers.UserMeasured():
		m, err := s.evidence.Predict(a.ID, s.offers.Model.ID, v.Precision)
		if other, _, ok := resized(s, a, v, m); ok && err == nil {
			return other, nil
		}
		return m, err
	}
	return s.transferred(a, v, log)
}

// transferred returns the user's own service transferred to an accelerator.
func (s *Servers) transferred(a catalog.Accelerator, v offer.Variant, log *derivation.Log) (service.Model, error) {
	return s.evidence.FromTransfer(service.Query{
		Accelerator: a.ID, Precision: v.Precision, Kind: s.offers.Model.Kind, Own: s.own(), OwnCV: s.offers.Workload.Service.CV, Log: log,
	}, 1)
}

// Explained returns the service model of a server with the warnings for n replicas of it, which comparisons
// do not need.
func (s *Servers) Explained(r *Server, n int) service.Model {
	m := sourced(s, r)
	if one, classic := r.scheduler.(classic); classic {
		if coarse, ok := queue.Approximated(one.pool(max(1, n*r.Copies))); ok {
			m.Warnings = append(slices.Clip(m.Warnings), notExact(coarse))
		}
	}
	return m
}

// notExact words that a queue was solved by an approximation.
func notExact(c queue.Coarse) string {
	count := func(v float64) string { return unit.Format(unit.Count, math.Ceil(v)) }
	what := "batches of up to " + count(float64(c.MaxBatch))
	if c.Servers > 1 {
		what += " on " + count(float64(c.Servers)) + " servers"
	}
	why := fmt.Sprintf("%s hold more than the %s requests that are counted one by one", what, count(float64(c.Counted)))
	if c.Work > c.Budget {
		why = fmt.Sprintf("%s with varying times take %s units of work, the budget is %s", what, count(c.Work), count(c.Budget))
	}
	return fmt.Sprintf("exact solution not computed: %s; the bound from counting requests in groups of up to %s stands", why, count(c.Group))
}

// sourced returns the service model of a server with its warnings, and its sources where they cost
// nothing: Sources has those of ordinary models.
func sourced(s *Servers, r *Server) service.Model {
	m := r.Service
	switch {
	case m.Basis == service.Given || s.offers.UserMeasured():
		return m
	case s.offers.Pass != nil:
		m.Warnings = append(slices.Clip(m.Warnings), unmeasured(r)...)
		return m
	}
	if full, err := s.evidence.Explained(unparted(s.offers, r.Accelerator).ID, s.offers.Model.ID, r.Variant.Precision); err == nil {
		m.Warnings, m.Sources = append(slices.Clip(m.Warnings), full.Warnings...), full.Sources
		m.Warnings = append(m.Warnings, ofOtherSize(s, r)...)
	}
	return m
}

// own lists what the user measured of one accelerator, wherever it was.
func (s *Servers) own() []service.Own {
	var all []service.Own
	w := s.offers.Workload
	if given := offer.OwnService(w, s.offers.USL); given.Given() && s.base.Known {
		if m, err := service.FromGiven(given); err == nil {
			all = append(all, whole(s.base.Accelerator, service.Own{Accelerator: s.base.Accelerator.ID, QPS: m.Saturation() / float64(s.base.PerReplica), Alone: m.Alone()}))
		}
	}
	for _, e := range w.Service.Elsewhere {
		if a, _, err := s.offers.Catalog.ResolveAccelerator(e.Accelerator); err == nil {
			all = append(all, whole(a, service.Own{Accelerator: a.ID, QPS: e.QPS, Alone: e.Alone}))
		}
	}
	return all
}

// givenService returns the user's own measurement: on the base it is of one replica as deployed;
// a measurement on a named accelerator is of one accelerator.
func (s *Servers) givenService(h offer.Hardware) (m service.Model, copies int, ok bool) {
	w := s.offers.Workload
	if given := offer.OwnService(w, s.offers.USL); given.Given() && h.Accelerator.ID == s.base.Accelerator.ID {
		m, err := fromGiven(s, given, nil)
		if _, ok := s.offers.WorkerOf(h); ok && err == nil && m.MaxBatch == 1 {
			m.Concurrency = max(m.Concurrency*h.PerReplica/s.base.PerReplica, 1)
			return onOtherSize(m, float64(h.PerReplica)/float64(s.base.PerReplica)), 1, true
		}
		// Accelerators beyond those of the replica that was measured work in parallel.
		if err == nil && h.PerReplica%s.base.PerReplica == 0 {
			return m, h.PerReplica / s.base.PerReplica, true
		}
		return m, 0, false
	}
	if m, copies, ok := s.givenThere(h); ok {
		return m, copies, true
	}
	there := w.Service.There
	for _, e := range w.Service.Elsewhere {
		a, _, err := s.offers.Catalog.ResolveAccelerator(e.Accelerator)
		if err != nil || a.ID != h.Accelerator.ID {
			continue
		}
		if there != nil && there.PerReplica > 1 && there.Accelerator == e.Accelerator {
			continue // a part of the replica that was measured was not measured itself
		}
		own := w.Service
		own.Time.Mid, own.Time.Low, own.Time.High = e.Alone, e.Alone, e.Alone
		own.QPS.Mid, own.QPS.Low, own.QPS.High = e.QPS, e.QPS, e.QPS
		m, err := fromGiven(s, own, nil)
		return m, h.PerReplica, err == nil
	}
	return m, 0, false
}

// Bounds on the throughput of a replica with twice or half the vCPUs, as a share of proportional scaling:
// requests that share the memory and the caches of a processor slow each other down, and only one size was
// measured.
const (
	leastOfDouble = 0.8
	mostOfDouble  = 1.1
)

// onOtherSize returns the service of a number of vCPUs, scaled in proportion from another number: a
// prediction.
func onOtherSize(m service.Model, times float64) service.Model {
	doublings := math.Abs(math.Log2(times))
	if doublings == 0 {
		return m
	}
	m.Basis = service.Transferred
	m.SpreadLow, m.SpreadHigh = m.SpreadLow*math.Pow(leastOfDouble, doublings), m.SpreadHigh*math.Pow(mostOfDouble, doublings)
	m.Warnings = append(slices.Clip(m.Warnings), fmt.Sprintf("measured with another number of vCPUs: assumed to carry %.3g times as much", times))
	return m
}

// givenThere returns the user's own measurement of a replica of other hardware than today's.
func (s *Servers) givenThere(h offer.Hardware) (m service.Model, copies int, ok bool) {
	there := s.offers.Workload.Service.There
	if there == nil {
		return m, 0, false
	}
	a, _, err := s.offers.Catalog.ResolveAccelerator(there.Accelerator)
	if err != nil || a.ID != h.Accelerator.ID || h.PerReplica%there.PerReplica != 0 {
		return m, 0, false
	}
	m, err = fromGiven(s, there.Service, nil)
	return m, h.PerReplica / there.PerReplica, err == nil
}

// fromGiven returns the service model of a measurement, recorded in a log. Where its batches are only
// inferred, it serves one request after the other if that sustains more within the bounds:
// otherwise a replica that is a little faster than that would be taken for one that makes its
// requests wait for each other, and sustain less.
func fromGiven(s *Servers, own workload.Service, log *derivation.Log) (service.Model, error) {
	m, err := service.FromGiven(own)
	if one, ok := service.OneByOne(own); ok && err == nil && s.conditions.Bounded() {
		serial, err := service.FromGiven(one)
		if err == nil && sustained(s, serial) > sustained(s, m) {
			serial, err = service.GivenTo(one, log)
			serial.Warnings = append(serial.Warnings, fmt.Sprintf("assumed to serve one request after the other, which keeps the bounds up to a higher rate than "+
				"batches of up to %d that explain --replica-qps %.4g/s; --max-batch or --batch-time says how it forms them", m.MaxBatch, own.QPS.Mid))
			return serial, err
		}
	}
	if log != nil {
		return service.GivenTo(own, log)
	}
	return m, err
}

// sustained returns the rate that one replica of a service model sustains within the bounds, 1/s.
func sustained(s *Servers, m service.Model) float64 {
	return classicOf(s, s.base.Hardware, m).sustainable(1)
}
