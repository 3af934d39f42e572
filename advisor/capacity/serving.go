package capacity

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// knownService is what is known of one accelerator with one form of the model, asked once.
type knownService struct {
	service.Model
	err error
}

// serviceOf finds the service model of a replica and how many copies of it work in
// parallel in one replica. Given beats measured beats transferred (DESIGN §5.2). The error
// says what is not known.
func (s *Space) serviceOf(h Hardware, v Variant) (m service.Model, copies int, err error) {
	if s.measuredByUser() {
		if m, copies, ok := s.givenService(h); ok {
			return m, copies, nil
		}
	}
	// Accelerators of one replica work side by side: one model serves every size.
	key := replicaKey{hardwareKey{h.Accelerator.ID, 1}, v.Precision}
	known, seen := s.services[key]
	if !seen {
		known.Model, known.err = s.predicted(h.Accelerator.ID, v)
		s.services[key] = known
	}
	return known.Model, h.PerReplica, known.err
}

// predicted is the model measured on the accelerator, else carried over from where it, or
// the user's own, was measured.
func (s *Space) predicted(accelerator string, v Variant) (service.Model, error) {
	if s.measuredByUser() {
		return s.predictedTo(accelerator, v, nil)
	}
	return s.evidence.Predict(accelerator, s.Model.ID, v.Precision)
}

// predictedTo carries the user's own measurements over, recording how.
func (s *Space) predictedTo(accelerator string, v Variant, log *derivation.Log) (service.Model, error) {
	return s.evidence.FromTransfer(service.Query{Accelerator: accelerator, Precision: v.Precision, Kind: s.Model.Kind, Own: s.own(), OwnCV: s.Workload.Service.CV, Log: log}, 1)
}

// Explain adds to a plan what its service model warns of.
func (s *Space) Explain(e *candidate.Evaluation) {
	if r, ok := s.replicaOf(*e); ok && r.server != nil {
		e.Warnings = s.explained(r).Warnings
	}
}

// explained is the service model of a replica with what it rests on and warns of; the
// numbers that comparisons use have neither.
func (s *Space) explained(r *Replica) service.Model {
	m := r.Service
	if m.Basis == service.Given || s.measuredByUser() {
		return m
	}
	if full, err := s.evidence.Explained(r.Hardware.Accelerator.ID, s.Model.ID, r.Variant.Precision); err == nil {
		m.Warnings, m.Sources = full.Warnings, full.Sources
	}
	return m
}

// own lists what the user measured of one accelerator, wherever it was.
func (s *Space) own() []service.Own {
	var all []service.Own
	if given := s.ownService(); given.Given() && s.Base.Known {
		if m, err := service.FromGiven(given); err == nil {
			all = append(all, service.Own{Accelerator: s.Base.Accelerator.ID, QPS: m.Saturation() / float64(s.Base.PerReplica), Alone: m.Alone()})
		}
	}
	for _, e := range s.Workload.Service.Elsewhere {
		if a, _, err := s.Catalog.ResolveAccelerator(e.Accelerator); err == nil {
			all = append(all, service.Own{Accelerator: a.ID, QPS: e.QPS, Alone: e.Alone})
		}
	}
	return all
}

// givenService is the user's own measurement: on the base it is of one replica as
// deployed; a measurement on a named accelerator is of one accelerator.
func (s *Space) givenService(h Hardware) (m service.Model, copies int, ok bool) {
	w := s.Workload
	if given := s.ownService(); given.Given() && h.Accelerator.ID == s.Base.Accelerator.ID {
		m, err := service.FromGiven(given)
		// Accelerators beyond those of the replica that was measured work in parallel.
		if err == nil && h.PerReplica%s.Base.PerReplica == 0 {
			return m, h.PerReplica / s.Base.PerReplica, true
		}
		return m, 0, false
	}
	for _, e := range w.Service.Elsewhere {
		a, _, err := s.Catalog.ResolveAccelerator(e.Accelerator)
		if err != nil || a.ID != h.Accelerator.ID {
			continue
		}
		own := w.Service
		own.Time.Mid, own.Time.Low, own.Time.High = e.Alone, e.Alone, e.Alone
		own.QPS.Mid, own.QPS.Low, own.QPS.High = e.QPS, e.QPS, e.QPS
		m, err := service.FromGiven(own)
		return m, h.PerReplica, err == nil
	}
	return m, 0, false
}

// ownService is the service as given; where only scaling data were, the law's single
// replica is the measurement.
func (s *Space) ownService() workload.Service {
	own := s.Workload.Service
	if !own.Given() && s.USL != nil {
		one := s.USL.Capacity(1)
		own.QPS.Mid, own.QPS.Low, own.QPS.High = one, one, one
	}
	return own
}

// checkService reports a service that contradicts itself, and a measurement on an
// accelerator nobody knows.
func (s *Space) checkService() error {
	if own := s.ownService(); own.Given() {
		if _, err := service.FromGiven(own); err != nil {
			return err
		}
	}
	for _, e := range s.Workload.Service.Elsewhere {
		if _, err := s.accelerator("measured", e.Accelerator); err != nil {
			return err
		}
	}
	return nil
}
