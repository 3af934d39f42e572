package validation

import "math"

// Prediction is a rate and the central 90 % it lies in, 1/s.
type Prediction struct {
	QPS, Low, High float64
	Basis          string // what it rests on, for the report
}

// ok reports whether the prediction is one: positive, finite, within its own interval.
func (p Prediction) ok() bool {
	return p.Low > 0 && p.QPS >= p.Low && p.High >= p.QPS && !math.IsInf(p.High, 0)
}

// Predictor answers the two questions that rows ask. An error says why it cannot, which is the
// reason to skip the row.
type Predictor interface {
	// Saturated is the saturated throughput of the whole system, from the catalogue.
	Saturated(Question) (Prediction, error)
	// Sustained is the Poisson rate that keeps the percentile of latency within the bound,
	// from the known saturated throughput of the whole system.
	Sustained(Question) (Prediction, error)
}

// predict asks the predictor what the row asks. A bound without a known saturated throughput
// asks both questions in turn.
func predict(p Predictor, q Question) (Prediction, error) {
	if q.KnownQPS > 0 {
		return p.Sustained(q)
	}
	saturated, err := p.Saturated(q)
	if err != nil || q.BoundS == 0 || !saturated.ok() {
		return saturated, err
	}
	q.KnownQPS = saturated.QPS
	sustained, err := p.Sustained(q)
	if err != nil || !sustained.ok() {
		return sustained, err
	}
	sustained.Basis = saturated.Basis
	return sustained.spread(saturated), nil
}

// spread widens the interval by that of what the prediction started from, as independent log
// ratios.
func (p Prediction) spread(from Prediction) Prediction {
	low := math.Hypot(math.Log(p.QPS/p.Low), math.Log(from.QPS/from.Low))
	high := math.Hypot(math.Log(p.High/p.QPS), math.Log(from.High/from.QPS))
	p.Low, p.High = p.QPS*math.Exp(-low), p.QPS*math.Exp(high)
	return p
}
