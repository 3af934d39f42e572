package service

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/workload"
)

// Sources of the methods that models are made by.
const (
	lineMethod = "a step that serves b requests takes alpha + beta·b: through the saturated rate and the time of one request alone " +
		"(Inoue, Queueing analysis of GPU-based inference servers with dynamic batching, Performance Evaluation 2021)"
	derateMethod = "the bare queue is held to the share of saturation that servers were measured at under the benchmark's bound (MLPerf Inference, Server scenario)"
	spreadMethod = "central 90 %, of repeated measurements and of the share of saturation"
)

// value is a recorded number of a service model.
func value(name, title string, v float64, unit string) derivation.Value {
	return derivation.Value{Name: name, Title: title, Number: v, Unit: unit}
}

// from is a recorded number with where it came from.
func from(name, title string, v float64, unit, origin, reason string) derivation.Value {
	return derivation.Value{Name: name, Title: title, Number: v, Unit: unit, From: origin, Reason: reason}
}

// recordMeasured notes what the catalogue's measurements of this very pair are.
func (m Model) recordMeasured(a catalog.Aggregate, alone, bound float64) {
	if !m.Log.Recording() {
		return
	}
	rows := fmt.Sprintf("catalog: %d measurements of %s on %s, %s", len(a.Rows), a.Model, a.Accelerator, a.Precision)
	m.Log.Given(from("saturation_measured", "saturated rate of one accelerator, measured", a.QPS, "1/s", rows, "median; "+some(sourcesOf(a.Rows))))
	aloneFrom := "catalog: single-stream runs of this pair"
	if a.AloneS == 0 {
		aloneFrom = "catalog: transferred from other accelerators"
	}
	m.recordInputs(alone, bound, aloneFrom)
}

// recordPredicted notes what is carried over from elsewhere.
func (m Model) recordPredicted(x, alone Estimate, bound float64) {
	if !m.Log.Recording() {
		return
	}
	m.Log.Given(from("saturation_measured", "saturated rate of one accelerator, "+x.Basis, x.Value, "1/s", x.Basis, some(append(x.Reasons, x.Sources...))))
	m.recordInputs(alone.Value, bound, "transferred with the rate")
}

func (m Model) recordInputs(alone, bound float64, aloneFrom string) {
	m.Log.Given(from("alone_measured", "time of one request alone, as measured", alone, "s", aloneFrom, "0 where it is not known: a batch is then proportional to its size"))
	m.Log.Given(from("benchmark_bound", "bound of the benchmark", bound, "s", "catalog: the model's benchmark", "MLPerf Inference rules; 100 ms where the model has none"))
}

// some names the first sources of many.
func some(all []string) string {
	const enough = 2
	if len(all) > enough {
		return strings.Join(all[:enough], "; ") + fmt.Sprintf("; and %d more", len(all)-enough)
	}
	return strings.Join(all, "; ")
}

// recordLine notes the line through rate and time, with the batch that was settled on.
func (m Model) recordLine() {
	if !m.Log.Recording() {
		return
	}
	m.Log.Given(from("parallel", "steps at once", float64(max(m.Concurrency, 1)), "", "default", "one step at a time, a batch in each"))
	m.Log.Given(from("benchmark_cv", "variation of a step's time in the benchmark", m.CV, "", "default", "steps of inference are near deterministic"))
	m.Log.Search(value("max_batch", "largest batch", float64(m.MaxBatch), ""),
		"the largest power of two whose batch takes at most half of the benchmark's bound, halved while the bare queue stays below what was measured, "+
			"and large enough for the time alone", "max_batch >= 1", "MLPerf logs do not state the batch; the rule meets both measured rates")
	x, b := "saturation_measured", "max_batch"
	if m.MaxBatch <= 1 {
		m.Log.Step(value("alpha", "fixed time of a step", m.Alpha, "s"), "0 * "+x, lineMethod)
	} else {
		m.Log.Step(value("alpha", "fixed time of a step", m.Alpha, "s"),
			fmt.Sprintf("max(0, min((alone_measured - 1 / %s) / (1 - 1 / %s), %s / %s))", x, b, b, x), lineMethod)
	}
	m.Log.Step(value("beta", "time of each request in a step", m.Beta, "s"), fmt.Sprintf("max(1 / %s - alpha / %s, 0)", x, b), lineMethod)
}

// recordDerate notes what servers lose against the bare queue.
func (m Model) recordDerate(bare, seen float64) {
	if !m.Log.Recording() {
		return
	}
	m.Log.Step(value("bare_share", "share of saturation that the bare queue sustains under the benchmark's bound", bare, "fraction"),
		"bare_share_of(alpha, beta, max_batch, parallel, benchmark_cv, benchmark_bound)", "the batch chain of advisor/queue, at the 99th percentile")
	m.Log.Given(from("seen_share", "share of saturation that servers sustain there", seen, "fraction", "catalog: Server runs at their limit",
		"measured on this pair, else as on systems like it"))
	if m.Derate < 1 {
		m.Log.Step(value("derate", "share of the bare queue's rate that remains", m.Derate, "fraction"), "seen_share / bare_share", derateMethod)
		m.Log.Step(value("knee", "share of saturation up to which that holds", m.Knee, "fraction"), "min(bare_share, 1)", derateMethod)
		return
	}
	m.Log.Step(value("derate", "share of the bare queue's rate that remains", m.Derate, "fraction"), "min(1, max(1, seen_share / bare_share))", derateMethod)
	m.Log.Step(value("knee", "share of saturation up to which that holds", m.Knee, "fraction"), "max(derate, 1)", derateMethod)
}

func (m Model) recordSpread() {
	m.Log.Given(from("capacity_low", "low end of capacity over expected", m.SpreadLow, "", "validation of predictions on the catalog", spreadMethod))
	m.Log.Given(from("capacity_high", "high end of capacity over expected", m.SpreadHigh, "", "validation of predictions on the catalog", spreadMethod))
}

// recordSequential notes a model whose request is many steps.
func (m Model) recordSequential(a catalog.Aggregate) {
	if !m.Log.Recording() {
		return
	}
	m.Log.Given(from("saturation_measured", "saturated rate of one accelerator", a.QPS, "1/s", "catalog", some(m.Sources)))
	m.Log.Given(from("parallel", "requests at once", float64(m.Concurrency), "", "catalog", "saturated rate times the time alone, rounded"))
	m.Log.Given(from("step_cv", "variation of a request's time", m.CV, "", "default", "lengths of sequential requests vary about as much as their mean"))
	m.Log.Step(value("alpha", "time of a request while others are served", m.Alpha, "s"), "parallel / saturation_measured", "Little's law at saturation: requests at once over their rate")
	m.recordPlain()
}

// recordPlain notes what a server without batches and losses has.
func (m Model) recordPlain() {
	m.Log.Given(from("beta", "time of each request in a step", m.Beta, "s", "default", "no batching"))
	m.Log.Given(from("max_batch", "largest batch", float64(m.MaxBatch), "", "default", "no batching"))
	m.Log.Given(from("derate", "share of the bare queue's rate that remains", 1, "fraction", "default", "nothing is known to be lost"))
	m.Log.Given(from("knee", "share of saturation up to which that holds", 1, "fraction", "default", "nothing is known to be lost"))
}

// repeats is why what was measured once is taken as it is.
const repeats = "the range that was given; 1 where none was: the few per cent by which repeats of a measurement differ are shown, and are what headroom is for"

// recordGiven notes how the user's own measurements became a service model.
func (m Model) recordGiven(s workload.Service) {
	if !m.Log.Recording() {
		return
	}
	m.Log.Given(from("parallel", "requests at once", float64(max(m.Concurrency, 1)), "", "--concurrency", "one at a time unless it is given"))
	m.Log.Given(from("step_cv", "variation of the service time", m.CV, "", "--service-cv", "0 unless it is given: inference is near deterministic"))
	switch {
	case m.MaxBatch > 1:
		m.Log.Given(from("max_batch", "largest batch", float64(m.MaxBatch), "", "measured by the user", "--max-batch, else the largest that was measured or assumed"))
		m.Log.Given(from("alpha", "fixed time of a step", m.Alpha, "s", "measured by the user", "least squares through the batch times, the service time and the saturated rate, none negative"))
		m.Log.Given(from("beta", "time of each request in a step", m.Beta, "s", "measured by the user", "least squares through the batch times, the service time and the saturated rate, none negative"))
	case s.QPS.Mid > 0:
		m.Log.Given(from("replica_qps", "saturated rate of one replica", s.QPS.Mid, "1/s", "measured by the user", "--scaling-data: one replica by the law"))
		m.Log.Step(value("alpha", "time of a request", m.Alpha, "s"), "parallel / replica_qps", "Little's law at saturation: requests at once over their rate")
	default:
		m.Log.Step(value("alpha", "time of a request", m.Alpha, "s"), "service_time", "measured by the user")
	}
	m.recordPlain()
	m.Log.Given(from("capacity_low", "low end of capacity over expected", m.SpreadLow, "", "measured by the user", repeats))
	m.Log.Given(from("capacity_high", "high end of capacity over expected", m.SpreadHigh, "", "measured by the user", repeats))
}
