package service

import (
	"fmt"
	"math"
)

// ServerRate predicts the Poisson rate that a whole system sustains while the latency at
// q.Percentile stays within q.Bound. q.MaxQPS is the system's saturated rate; where it is
// not known it is predicted first. Unknown names widen the interval. The
// estimate rises with the bound and never exceeds saturation.
func (e *Evidence) ServerRate(q Query) (Estimate, error) {
	if !(q.Bound > 0) {
		return Estimate{}, fmt.Errorf("a sustained rate needs a bound on latency above 0, not %g s", q.Bound)
	}
	x, err := e.saturationOf(q)
	if err != nil {
		return Estimate{}, err
	}
	id, t, err := e.names(q)
	if err != nil {
		t = task{benchmark: q.Model, model: q.Model}
	}
	if q.Alone > q.Bound {
		return Estimate{Basis: x.Basis, Reasons: []string{fmt.Sprintf("one request alone takes %.3g ms, longer than the bound", q.Alone*1e3)}}, nil
	}
	s := e.shareUnder(id, t, x.Value/float64(max(q.Count, 1)), q)
	return under(x, s), nil
}

// saturationOf is the saturated rate as given, or predicted.
func (e *Evidence) saturationOf(q Query) (Estimate, error) {
	if q.MaxQPS > 0 && !math.IsInf(q.MaxQPS, 0) {
		return Estimate{Value: q.MaxQPS, Low: q.MaxQPS, High: q.MaxQPS, Basis: Given}, nil
	}
	return e.Saturated(q)
}

// under is the rate sustained at a share of saturation: independent errors of the two add
// up as squares of logarithms.
func under(x, share Estimate) Estimate {
	low := math.Hypot(math.Log(x.Value/x.Low), math.Log(share.Value/share.Low))
	high := math.Hypot(math.Log(x.High/x.Value), math.Log(share.High/share.Value))
	out := Estimate{Value: x.Value * share.Value, Basis: x.Basis, Reasons: append(x.Reasons, share.Reasons...), Sources: x.Sources}
	if share.Value == 0 {
		return out
	}
	out.Low, out.High = out.Value*math.Exp(-low), out.Value*math.Exp(high)
	if x.Low == x.High {
		return out.most(x.Value)
	}
	return out
}

// shareUnder is the share of saturation sustained under a bound by accelerators that
// saturate at x requests a second each. What hardware and task say is learned at the
// benchmark's own bound; from there the share follows the fitted slope, so that it can
// only rise with the bound.
func (e *Evidence) shareUnder(id string, t task, x float64, q Query) Estimate {
	ref := boundOf(e.catalog, t.model)
	cell := &cell{place: placeOf(e.catalog, id), task: t, weight: 1,
		count: math.Log(float64(max(q.Count, 1))), batches: math.Log(x * ref)}
	g := e.share(cell)
	shift := e.Share.Bound * math.Log(atTail(q.Bound, q.Percentile)/ref)
	out := Estimate{Value: unstretch(g.value + shift), Low: unstretch(g.low + shift), High: unstretch(g.high + shift), Basis: Transferred}
	out.Low = math.Max(out.Low, out.Value/20)
	same, all := 0, 0
	for _, c := range g.from {
		all += c.rows
		if c.model == t.model {
			same += c.rows
		}
	}
	out.Reasons = []string{fmt.Sprintf("sustains %.3g of saturation within %.4g ms, as %d measured systems like it, %d of them at this model", out.Value, q.Bound*1e3, all, same)}
	return out
}

// atTail is the bound at p99 that is as strict as the bound at another percentile. The
// part of a latency that load adds falls off exponentially, the part that service takes
// hardly at all: the geometric middle.
func atTail(bound, percentile float64) float64 {
	if !(percentile > 0 && percentile < 1) {
		return bound
	}
	return bound * math.Sqrt(math.Log(0.01)/math.Log1p(-percentile))
}
