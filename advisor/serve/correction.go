package serve

import (
	"maps"
	"math"

	"scaleadvise/advisor/offer"
)

// Corrected returns the servers with one kind of replica held to a share of the rate that the
// formulas say it sustains: what a simulation found.
func (s *Servers) Corrected(r *Server, share float64) *Servers {
	other := heldTo(s, s.corrections)
	if other.corrections == nil {
		other.corrections = map[kind]float64{}
	}
	other.corrections[copiesOf(s, r.Hardware, r.Variant)] = share
	return other
}

// KeepCorrections remembers what simulations left of the servers of the workload that was asked about first, so
// that what is asked about workloads near it goes by the same. Later ones change nothing.
func (m *Solutions) KeepCorrections(s *Servers) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.simulated {
		m.simulated, m.corrections = true, maps.Clone(s.corrections)
	}
}

// corrected are servers with the corrections that are remembered.
func (m *Solutions) corrected(s *Servers) *Servers {
	if m == nil {
		return s
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.corrections) == 0 {
		return s
	}
	return heldTo(s, m.corrections)
}

// heldTo returns the servers under shares of what formulas say.
func heldTo(s *Servers, shares map[kind]float64) *Servers {
	first := s
	if s.uncorrected != nil {
		first = s.uncorrected
	}
	return &Servers{
		offers: s.offers, base: s.base, conditions: s.conditions, confidence: s.confidence, known: s.known, evidence: s.evidence,
		predictions: s.predictions, uncorrected: first, corrections: maps.Clone(shares),
	}
}

// corrected is a server with the correction that is known of it.
func corrected(s *Servers, h offer.Hardware, v offer.Variant) *Server {
	r := s.uncorrected.Of(h, v)
	share, ok := s.corrections[copiesOf(s, h, v)]
	if !ok {
		return r
	}
	return s.made.Get(kind{h.Kind(), v.Key()}, func() *Server {
		held := *r
		held.correction = share
		return &held
	})
}

// Correction returns the share of the rate by formula that a simulation left; 1 where the
// formula stands.
func Correction(s *Server) float64 {
	if s.correction == 0 {
		return 1
	}
	return s.correction
}

// held is the rate by formula as a simulation corrects it, below saturation.
func held(s *Server, copies int, rate float64) float64 {
	if s.correction == 0 {
		return rate
	}
	return math.Min(rate*s.correction, steady*float64(copies)*s.scheduler.saturation())
}

// straight is the share of the limit up to which formulas stand beside a simulation.
const straight = 0.5

// bent is the rate at which formulas answer as a simulation does at the rate given: the same up to half
// the corrected limit; the limit by formula at the corrected one; saturation at saturation. Between
// them it is linear, so that latencies stay monotone and meet the bound at the limit.
func bent(s *Server, copies int, rate float64) float64 {
	if s.correction == 0 {
		return rate
	}
	formula, end := byFormula(s, copies), float64(copies)*s.scheduler.saturation()
	limit := held(s, copies, formula)
	knee := straight * math.Min(limit, formula)
	switch {
	case rate <= knee || rate >= end || !(formula > knee && limit > knee && end > limit && end > formula):
		return rate
	case rate <= limit:
		return knee + (rate-knee)*(formula-knee)/(limit-knee)
	}
	return formula + (rate-limit)*(end-formula)/(end-limit)
}
