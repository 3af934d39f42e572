package service

import (
	"fmt"
	"math"

	"scaleadvise/advisor/catalog"
)

// FromTransfer returns the service model of a replica of gpus accelerators for a model that was
// not measured on them, from what was measured elsewhere (q.Model, or q.Own for a user's
// own model), or else from the roofline. q.Bound and q.Percentile say where the latency
// curve matters most; 0 means the benchmark's. The error says what is not known, or that
// the model does not fit.
func (e *Evidence) FromTransfer(q Query, gpus int) (Model, error) {
	q.Count = 1
	id, t, err := e.names(q)
	if err != nil {
		return Model{}, err
	}
	x, err := e.saturatedOne(id, t, q)
	if err != nil {
		return Model{}, err
	}
	m := Model{Log: q.Log, Basis: x.Basis, Concurrency: 1, Derate: 1, Knee: 1, Precision: classOf(t, q.Precision), Sources: append(x.Reasons, x.Sources...)}
	alone := e.alonePredicted(id, t, q, x)
	if known, ok := e.catalog.Model(t.model); ok && known.Sequential {
		m = e.heldTo(id, q, m.sequential(catalog.Aggregate{QPS: x.Value, AloneS: alone.Value}, 0).within(x, Estimate{}))
		m.recordSpread()
		return m.onAccelerators(gpus), nil
	}
	bound := q.Bound
	if bound == 0 {
		bound = boundOf(e.catalog, t.model)
	}
	m.recordPredicted(x, alone, bound)
	m = m.batching(x.Value, alone.Value, bound)
	q.Bound, q.MaxQPS = bound, x.Value
	share := e.orderedShare(id, t, x.Value, q)
	m = m.meeting(share.Value, bound, x.Value, m.Alone())
	m.Warnings = append(m.Warnings, fmt.Sprintf("not measured on this accelerator: %s", m.Sources[0]))
	m.CV = math.Max(m.CV, q.OwnCV) // the requests vary wherever they are served, the benchmarks' did not
	m = e.heldTo(id, q, m.within(x, share))
	m.recordSpread()
	return m.onAccelerators(gpus), nil
}

// alonePredicted is the latency of one request alone: carried over, and never below a
// request's share of a full batch.
func (e *Evidence) alonePredicted(id string, t task, q Query, x Estimate) Estimate {
	own := e.ownCells(q, t, func(o Own) float64 { return o.Alone })
	known := len(own) > 0
	for i := range e.alone {
		known = known || e.alone[i].model == t.model && !e.out.hides(&e.alone[i])
	}
	if !known {
		return Estimate{}
	}
	g, by := guess{}, 0.0
	if held, ok := e.orderedAlone(id, t, q); ok && held.sd > 0 {
		g, by = held.guess, -held.value-held.guess.value
	} else {
		g = e.aloneWith(e.query(id, t, q.Year), own)
	}
	floor := 1 / x.Value
	return Estimate{Value: math.Max(math.Exp(g.value+by), floor), Low: math.Max(math.Exp(g.low+by), floor), High: math.Max(math.Exp(g.high+by), floor), Basis: Transferred}
}

// within takes over the ranges of saturation and share.
func (m Model) within(x, share Estimate) Model {
	low, high := math.Log(x.Value/x.Low), math.Log(x.High/x.Value)
	if share.Value > 0 {
		low = math.Hypot(low, math.Log(share.Value/share.Low))
		high = math.Hypot(high, math.Log(share.High/share.Value))
	}
	m.SpreadLow, m.SpreadHigh = math.Exp(-low), math.Exp(high)
	return m
}

// Latency predicts the time of one request alone, s: measured, or transferred.
func (e *Evidence) Latency(q Query) (Estimate, error) {
	id, t, err := e.names(q)
	if err != nil {
		return Estimate{}, err
	}
	if a, ok := e.measured(id, t); ok && a.AloneS > 0 && len(q.Own) == 0 {
		return Estimate{Value: a.AloneS, Low: a.AloneS * math.Exp(-pooledSpread), High: a.AloneS * math.Exp(pooledSpread), Basis: Measured}, nil
	}
	x, err := e.saturatedOne(id, t, q)
	if err != nil {
		return Estimate{}, err
	}
	alone := e.alonePredicted(id, t, q, x)
	if alone.Value == 0 {
		return alone, fmt.Errorf("the latency of one request alone was never measured for %s", t.model)
	}
	return alone, nil
}
