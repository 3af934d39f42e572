package validation

import "math"

// Prediction is a value with its central 90 %, in the unit of the question: 1/s for rates of requests,
// tokens a second, or s.
type Prediction struct {
	Value, Low, High float64
	Basis            string // what it rests on, for the report
}

// ok reports whether the prediction is one: positive, finite, within its own interval.
func (p Prediction) ok() bool {
	return p.Low > 0 && p.Value >= p.Low && p.High >= p.Value && !math.IsInf(p.High, 0)
}

// Predictor answers the questions of rows. An error says why it cannot, which is the reason to skip the row.
type Predictor interface {
	// Saturated returns the saturated throughput of the whole system, from the catalogue.
	Saturated(Question) (Prediction, error)
	// Sustained returns the Poisson rate that keeps the percentile of latency within the bound, from the
	// known saturated throughput of the whole system.
	Sustained(Question) (Prediction, error)
	// Language answers a row about a language model, in the unit of its quantity.
	Language(LanguageQuestion) (Prediction, error)
	// Forward returns the rate or the time of forward passes of an ordinary model.
	Forward(ForwardQuestion) (Prediction, error)
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
	q.KnownQPS = saturated.Value
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
	low := math.Hypot(math.Log(p.Value/p.Low), math.Log(from.Value/from.Low))
	high := math.Hypot(math.Log(p.High/p.Value), math.Log(from.High/from.Value))
	p.Low, p.High = p.Value*math.Exp(-low), p.Value*math.Exp(high)
	return p
}
