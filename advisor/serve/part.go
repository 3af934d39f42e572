package serve

import (
	"fmt"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
)

// onPart returns the service model of a replica on parts of an accelerator, which work side by
// side: that of the whole one, scaled.
func (s *Servers) onPart(h offer.Hardware, v offer.Variant, p catalog.Partition) (m service.Model, copies int, err error) {
	of, ok := s.offers.Catalog.Accelerator(p.Of)
	if !ok {
		return m, 0, errNotMeasured
	}
	if m, _, err = s.serviceOf(offer.Hardware{Accelerator: of, PerReplica: 1}, v); err != nil {
		return m, 0, err
	}
	most := 0
	if s.offers.Pass != nil && m.MaxBatch > 1 {
		on := forward.OfAccelerator(of)
		on.MemoryGiB = h.Accelerator.MemoryGiB
		if most, err = s.offers.Pass.Largest(on, v); err != nil {
			return m, 0, err
		}
	}
	m = m.OnPart(p.Compute, p.TimeSliced(), most)
	m.Warnings = append(m.Warnings, partWarning(of, p))
	return m, h.PerReplica, nil
}

// partWarning returns the caveats about a part.
func partWarning(of catalog.Accelerator, p catalog.Partition) string {
	if p.TimeSliced() {
		return fmt.Sprintf("a slice of time is no partition: its neighbours on the %s leave it at least 1/%d of the rate, make a request wait up to %d times as long, and share its memory",
			offer.ShortName(of), p.PerCard, p.PerCard)
	}
	return fmt.Sprintf("%s of %s is computed from the whole: its share of the multiprocessors, as MIG instances of A100 and A30 kept to in MLPerf", p.Profile, offer.ShortName(of))
}

// whole converts a measurement on a part into one on the whole accelerator. How much faster one request
// alone would be there is not known.
func whole(a catalog.Accelerator, own service.Own) service.Own {
	if p := a.Part; p != nil {
		own.Accelerator, own.QPS = p.Of, own.QPS/p.Compute
	}
	return own
}

// unparted returns the whole accelerator of a part.
func unparted(o *offer.Offers, a catalog.Accelerator) catalog.Accelerator {
	if a.Part == nil {
		return a
	}
	of, _ := o.Catalog.Accelerator(a.Part.Of)
	return of
}

// recordPart notes the service model of a part: how it follows from that of the whole.
func recordPart(s *Servers, r *Server, log *derivation.Log) {
	p, of := r.Accelerator.Part, unparted(s.offers, r.Accelerator)
	m, _, err := s.serviceOf(offer.Hardware{Accelerator: of, PerReplica: 1}, r.Variant)
	if err != nil {
		return // it was made from it without an error
	}
	m.MaxBatch = r.Service.MaxBatch
	share, method := service.PartShare(p.Compute, p.TimeSliced())
	from := "the whole " + of.ID + ", " + m.Basis
	log.Given(derivation.Stated("whole_saturation", "saturation of the whole accelerator", m.Saturation(), "1/s", from, executes(r)))
	log.Given(derivation.Stated("whole_alone", "one request alone on the whole", m.Alone(), "s", from, ""))
	log.Given(derivation.Stated("part_share", "share of its rate that the part reaches", share, "fraction", "catalog: "+r.Accelerator.ID, method))
	log.Given(derivation.Stated("max_batch", "largest batch", float64(m.MaxBatch), "", from, "as many as the memory of the part holds"))
	recordQueueing(r, log)
	gain := r.Variant.Gain.Mid
	alpha, beta := derivation.Figure("alpha", "fixed time of a step", r.Service.Alpha*gain, "s"), derivation.Figure("beta", "time of each request in a step", r.Service.Beta*gain, "s")
	if m.MaxBatch <= 1 {
		log.Step(alpha, "whole_alone / part_share", method)
		log.Given(derivation.Stated("beta", "time of each request in a step", 0, "s", "plan", "one request is a step"))
	} else {
		slower := "1 / part_share"
		if !p.TimeSliced() {
			slower = "min(1 + 1 / (whole_alone * whole_saturation * part_share), 1 / part_share)"
		}
		log.Step(derivation.Figure("part_alone", "one request alone on the part", m.AloneOnPart(share, p.TimeSliced()), "s"), "whole_alone * "+slower, method)
		log.Step(beta, "max(max_batch / (whole_saturation * part_share) - part_alone, 0) / (max_batch - 1)", method)
		log.Step(alpha, "max(max_batch / (whole_saturation * part_share) - max_batch * beta, 0)", method)
	}
	recordSpread(r, log, "MLPerf Inference v0.7 to v3.0, closed", "with the range of the whole")
}
