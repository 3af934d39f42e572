package service

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

// peak is the dense arithmetic of an accelerator in a precision class, 10^12/s; 0 unknown
// (Williams, Waterman and Patterson, Roofline, CACM 2009: its flat part).
func peak(a catalog.Accelerator, precision string) float64 {
	switch precision {
	case "fp32":
		return max(a.FP32TFLOPS, a.TF32TFLOPS)
	case "fp16", "bf16":
		return max(a.FP16TFLOPS, a.BF16TFLOPS)
	case "fp4", "int4":
		return max(a.FP4TFLOPS, a.INT8TOPS, a.FP8TFLOPS)
	}
	return max(a.INT8TOPS, a.FP8TFLOPS, a.FP16TFLOPS, a.BF16TFLOPS)
}

// classOf is the precision that a task is held to where none was asked for.
func classOf(t task, precision string) string {
	if precision != "" {
		return precision
	}
	if t.half {
		return "fp16"
	}
	return "int8"
}

// limit is the roofline: peak arithmetic over the work of one request. Requests shorter
// than the nominal input take less work; where a measurement shows so, the work is what
// the fastest measurement, against its own peak, leaves room for. +Inf where unknown.
func (e *Evidence) limit(id string, t task, precision string) float64 {
	a, _ := e.catalog.Accelerator(id)
	m, _ := e.catalog.Model(t.model)
	class := classOf(t, precision)
	top := peak(a, class)
	if top == 0 || m.GFLOPs == 0 {
		return math.Inf(1)
	}
	work := m.GFLOPs / 1e3
	for i := range e.rates {
		c := &e.rates[i]
		if c.model != t.model || c.half != t.half || e.out.hides(c) {
			continue
		}
		o, _ := e.catalog.Accelerator(c.accelerator)
		if p := peak(o, classOf(t, "")); p > 0 {
			work = math.Min(work, p/math.Exp(c.value))
		}
	}
	return top / work
}

// roofline predicts the rate of a model without measurements from its work per request and
// the share of peak that measured models reach on hardware of any make.
func (e *Evidence) roofline(id string, t task, precision string) (Estimate, error) {
	a, ok := e.catalog.Accelerator(id)
	m, known := e.catalog.Model(t.model)
	top := peak(a, classOf(t, precision))
	if !ok || !known || top == 0 || m.GFLOPs == 0 {
		return Estimate{}, fmt.Errorf("neither a measurement of %s nor its work per request and the peak of %s are known; give --replica-qps or --measured", t.model, id)
	}
	shares := e.efficiencies()
	if len(shares) == 0 {
		return Estimate{}, fmt.Errorf("no measurement says what share of peak models reach; give --replica-qps or --measured")
	}
	rate := func(p float64) float64 {
		return math.Min(stat.Quantile(shares, p), 1) * top * 1e3 / m.GFLOPs
	}
	return Estimate{rate(0.5), rate(0.05), rate(0.95), Roofline,
		[]string{fmt.Sprintf("never measured: %.3g GFLOP a request against %.4g TFLOP/s of peak, at the share of it that measured models reach (median %.2g, 90 %% %.2g to %.2g)",
			m.GFLOPs, top, stat.Quantile(shares, 0.5), stat.Quantile(shares, 0.05), stat.Quantile(shares, 0.95))}, []string{m.Source}}, nil
}

// efficiencies is the share of peak reached by measured models of known work, sorted.
func (e *Evidence) efficiencies() []float64 {
	var out []float64
	for i := range e.rates {
		c := &e.rates[i]
		a, _ := e.catalog.Accelerator(c.accelerator)
		m, _ := e.catalog.Model(c.model)
		// Embedding look-ups, not arithmetic, are the work of recommenders.
		if p := peak(a, classOf(c.task, "")); p > 0 && m.GFLOPs > 0 && m.Kind != "recommender" && !e.out.hides(c) {
			out = append(out, math.Exp(c.value)*m.GFLOPs/1e3/p)
		}
	}
	slices.Sort(out)
	return out
}

// bytesPer is the size of a parameter, B.
var bytesPer = map[string]float64{"fp32": 4, "bf16": 2, "fp16": 2, "fp8": 1, "int8": 1, "fp4": 0.5, "int4": 0.5}

// fits refuses a model whose weights exceed the accelerator's memory: it would be swapped
// or refused, and no neighbour tells of that. Recommenders keep their tables elsewhere.
func (e *Evidence) fits(id string, t task, precision string) error {
	a, _ := e.catalog.Accelerator(id)
	m, _ := e.catalog.Model(t.model)
	usable := a.UsableGiB
	if usable == 0 {
		usable = a.MemoryGiB
	}
	need := m.ParamsB * 1e9 * bytesPer[classOf(t, precision)] / (1 << 30)
	if usable > 0 && m.Kind != "recommender" && need > usable {
		return fmt.Errorf("%s does not fit: %.3g GiB of weights, %.3g GiB on %s", m.Name, need, usable, a.Name)
	}
	return nil
}
