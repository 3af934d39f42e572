package serve

import (
	"fmt"
	"math"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
)

// resized returns the service model of MLPerf's tuned runs, scaled to requests of another size by the ratio
// of the predictions for both sizes; none where that ratio is not known, or no other size is asked for.
func resized(s *Servers, a catalog.Accelerator, v offer.Variant, m service.Model) (service.Model, offer.Resized, bool) {
	if s.offers.Tuned == nil || m.MaxBatch < 1 {
		return m, offer.Resized{}, false
	}
	r, err := s.offers.Tuned.Against(forward.OfAccelerator(a), v, m.MaxBatch)
	if err != nil {
		return m, r, false
	}
	was := m
	m.MaxBatch = r.MaxBatch
	b := float64(m.MaxBatch)
	alone, full := m.Alone()*r.Alone, m.Alpha+m.Beta*b
	m = through(m, alone, full*r.Full)
	if n := float64(s.offers.Tuned.Items); n > 1 {
		m.MaxBatch = max(m.MaxBatch/s.offers.Tuned.Items, 1)
		m = through(m, m.Alpha*math.Ceil(n/b)+m.Beta*n, m.Alpha*math.Ceil(n/b)+m.Beta*n*float64(m.MaxBatch))
	}
	r.MaxBatch, b = m.MaxBatch, float64(m.MaxBatch)
	r.Alone, r.Full = m.Alone()/was.Alone(), (m.Alpha+m.Beta*b)/(was.Alpha+was.Beta*b)
	if m.Basis == service.Measured {
		m.Basis = service.Transferred
	}
	m.SpreadLow, m.SpreadHigh = 1/together(1/m.SpreadLow, 1/r.Low), together(m.SpreadHigh, r.High)
	return m, r, true
}

// through returns a model that takes a given time alone and another for a full batch: at least as long as
// alone, at most as long as one request after another.
func through(m service.Model, alone, full float64) service.Model {
	b := float64(m.MaxBatch)
	m.Beta = 0
	if m.MaxBatch > 1 {
		m.Beta = (math.Min(math.Max(full, alone), b*alone) - alone) / (b - 1)
	}
	m.Alpha = math.Max(alone-m.Beta, 0)
	return m
}

// ofOtherSize says that requests are not those of the benchmark.
func ofOtherSize(s *Servers, r *Server) []string {
	t := s.offers.Tuned
	if t == nil {
		return nil
	}
	what := fmt.Sprintf("MLPerf ran %s with another input (%s): ", s.offers.Model.Name, t.Inputs)
	if _, _, ok := resized(s, unparted(s.offers, r.Accelerator), r.Variant, r.Service); !ok {
		return []string{what + "the rates are of that one, what " + s.offers.Shape() + " changes is not known; measure it and give --replica-qps"}
	}
	return []string{what + "rates with " + s.offers.Shape() + " are its measured rates times the ratio of the two predictions"}
}

// recordResized notes the service model of requests of another size than the benchmark's, or that there is none.
func recordResized(s *Servers, r *Server, log *derivation.Log) bool {
	if s.offers.Tuned == nil {
		return false
	}
	m, err := s.evidence.Predict(r.Accelerator.ID, s.offers.Model.ID, r.Variant.Precision)
	if err != nil {
		return false
	}
	_, by, ok := resized(s, r.Accelerator, r.Variant, m)
	if !ok {
		return false
	}
	from, inputs, shape := "MLPerf's runs, "+m.Basis, s.offers.Tuned.Inputs, s.offers.Shape()
	m.MaxBatch = by.MaxBatch
	log.Given(derivation.Stated("benchmark_alone", "one request of the benchmark alone", m.Alone(), "s", from, inputs))
	log.Given(derivation.Stated("benchmark_full", "a full batch of the benchmark", m.Alpha+m.Beta*float64(m.MaxBatch), "s", from, inputs))
	log.Given(derivation.Stated("longer_alone", "time of one request alone over that of the benchmark", by.Alone, "", "predicted", shape))
	log.Given(derivation.Stated("longer_full", "time of a full batch over that of the benchmark", by.Full, "", "predicted", shape))
	log.Given(derivation.Stated("max_batch", "largest batch", float64(m.MaxBatch), "", from, "no more than memory holds"))
	recordQueueing(r, log)
	alpha, beta := derivation.Figure("alpha", "fixed time of a step", r.Service.Alpha*r.Variant.Gain.Mid, "s"), derivation.Figure("beta", "time of each request in a step", r.Service.Beta*r.Variant.Gain.Mid, "s")
	const method = "runs of the same model are transferred to inputs of another size by the ratio of predictions"
	if m.MaxBatch > 1 {
		log.Step(beta, "(benchmark_full * longer_full - benchmark_alone * longer_alone) / (max_batch - 1)", method)
	} else {
		log.Given(derivation.Stated("beta", "time of each request in a step", 0, "s", "plan", "one request is a step"))
	}
	log.Step(alpha, "max(benchmark_alone * longer_alone - beta, 0)", method)
	recordSpread(r, log, from, "with what the ratio of predictions misses")
	return true
}
