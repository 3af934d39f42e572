package validation

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/forward"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/workload"
)

// The columns of ordinary models on ordinary stacks.
const (
	colKind        = "model_kind"
	colParams      = "params_m"
	colGMACs       = "gmacs"
	colActivations = "activations_m"
	colShape       = "input"
	colRuntime     = "runtime"
	colMode        = "mode"
	colBatch       = "batch"
	colCores       = "cores"
	colLatency     = "measured_latency_ms"
	colPeak        = "peak_tflops"
	colBandwidth   = "bandwidth_gbs"
	colMemory      = "memory_gib"
)

// forwardColumns are those that ordinary models alone have.
var forwardColumns = []string{colKind, colParams, colGMACs, colActivations, colShape, colRuntime, colMode, colBatch, colCores, colLatency, colPeak, colBandwidth, colMemory}

// tuned is the runtime of MLPerf's runs, of which package service knows.
const tuned = "mlperf"

// usualRuntime is the runtime of a row that leaves it blank.
const usualRuntime = "pytorch"

// ForwardQuestion is one row about an ordinary model on an ordinary stack: forward passes of
// batches, one after another.
type ForwardQuestion struct {
	forward.Question
	System      System
	Named       bool     // the row names its system and says no more: System is the question
	Count       int      // devices, each with its own stream
	Assumed     []string // the assumptions for facts that the row omits
	open        bool     // the precision is the hardware's usual one
	MeasuredQPS float64
	MeasuredS   float64 // s of a batch; 0 where the rate is judged
	BoundS      float64 // s, at the percentile of latency with random arrivals; 0 for none
	Percentile  float64
}

// aboutForward reports whether a row is about a forward pass: a column that only those have
// says so, and MLPerf's tuned runs are not meant.
func (c cells) aboutForward() bool {
	runtime := strings.ToLower(c.text(colRuntime))
	if runtime == tuned || slices.ContainsFunc(append([]string{colKnownQPS, colEngine}, languageMeasured...), func(column string) bool { return c.text(column) != "" }) {
		return false
	}
	return slices.ContainsFunc(forwardColumns, func(column string) bool { return c.text(column) != "" })
}

// forwardQuestion reads a row about a forward pass. The error is the reason to skip it.
func (c cells) forwardQuestion(n *namer) (ForwardQuestion, error) {
	q, err := c.forwardNumbers()
	if err != nil {
		return q, err
	}
	if q.Count, err = c.count(colCount, 1); err != nil {
		return q, err
	}
	q.Count = max(q.Count, 1)
	q.Runtime, q.Precision = c.text(colRuntime), c.text(colPrecision)
	if q.Runtime == "" {
		q.Runtime = usualRuntime
		q.Assumed = append(q.Assumed, colRuntime+" is blank: "+usualRuntime+" is assumed")
	}
	if q.Mode = c.text(colMode); q.Mode != "" && !slices.Contains(modes, q.Mode) {
		return q, fmt.Errorf("%s is %s; it is one of %s", colMode, quoted(q.Mode), strings.Join(modes, ", "))
	}
	q.Model.Name, q.Model.Kind, q.Model.Input = c.text(colModel), c.text(colKind), c.text(colShape)
	if q.Model.Name == "" && q.Model.GMACs == 0 {
		return q, fmt.Errorf("%s is blank, and no %s describes it", colModel, colGMACs)
	}
	q.openPrecision()
	q.Model = n.described(q.Model)
	q.System, q.Named = c.named(n)
	return q, nil
}

// openPrecision leaves a blank precision to the hardware, as advice does, in a runtime that it knows.
// A row with a mode is one of a published run: what its source does not say is not known, and
// predicted is what such runs have.
func (q *ForwardQuestion) openPrecision() {
	if q.open = q.Precision == "" && q.Mode == "" && slices.Contains(workload.Runtimes(), forward.Runtime(q.Runtime)); q.open {
		q.Assumed = append(q.Assumed, colPrecision+" is blank: fp16 is assumed where the hardware has matrix units for 16 bit, fp32 elsewhere")
	}
}

var modes = []string{catalog.ModeBatch, catalog.ModeLatency, catalog.ModeServer, catalog.ModeStreams}

// forwardNumbers reads what was measured, the figures of the model and those of the hardware.
func (c cells) forwardNumbers() (q ForwardQuestion, err error) {
	read := func(column string) (v float64) {
		if err == nil {
			v, err = c.number(column)
		}
		return v
	}
	q.MeasuredQPS, q.MeasuredS, q.BoundS = read(colMeasured), read(colLatency)/1e3, read(colBound)/1e3
	q.Model.ParamsM, q.Model.GMACs, q.Model.ActivationsM = read(colParams), read(colGMACs), read(colActivations)
	q.Batch, q.Clients = read(colBatch), read(colConcurrency)
	cores, peak, bandwidth, memory := read(colCores), read(colPeak), read(colBandwidth), read(colMemory)
	switch {
	case err != nil:
		return q, err
	case q.MeasuredQPS > 0:
		q.MeasuredS = 0
	case q.MeasuredS == 0:
		return q, fmt.Errorf("%s and %s are blank: nothing to compare with", colMeasured, colLatency)
	}
	if q.Percentile, err = c.percentile(); err != nil {
		return q, err
	}
	name := c.text(colAccelerator)
	if name == "" {
		return q, errors.New(colAccelerator + " is blank")
	}
	q.Hardware = forward.Hardware{Name: name, Cores: cores, FP16: peak, BandwidthGBs: bandwidth, MemoryGiB: memory}
	return q, nil
}

// described adds what the catalogue knows of a model to what a row says.
func (n *namer) described(m forward.Model) forward.Model {
	known, _, err := n.model(m.Name)
	if err != nil || m.Name == "" {
		return m
	}
	evidence, err := forward.Shipped()
	if err != nil {
		return m
	}
	full := evidence.Of(known)
	if m.Kind == "" {
		m.Kind = full.Kind
	}
	if m.GMACs == 0 {
		if m.Input != "" {
			full = full.At(m.Input)
		}
		m.GMACs, m.Input = full.GMACs, full.Input
		if m.ActivationsM == 0 {
			m.ActivationsM = full.ActivationsM
		}
	}
	if m.ParamsM == 0 {
		m.ParamsM = full.ParamsM
	}
	m.Operators, m.Hidden = full.Operators, full.Hidden
	return m
}

// answer implements inquiry.
func (q ForwardQuestion) answer(p Predictor) (Prediction, error) { return p.Forward(q) }

// judgement implements inquiry.
func (q ForwardQuestion) judgement() advice.Judgement {
	j := advice.Judgement{What: q.describe(), Measured: q.MeasuredQPS, Unit: "1/s"}
	if q.MeasuredS > 0 {
		j.Measured, j.Unit = q.MeasuredS, "s"
	}
	return j
}

// describe says what was predicted, of which stack.
func (q ForwardQuestion) describe() string {
	words := []string{orUnnamed(q.Model.Name), "on", orUnnamed(q.Hardware.Name), "with", q.Runtime}
	if q.Precision != "" {
		words = append(words, q.Precision)
	}
	text := strings.Join(words, " ")
	if q.Batch > 0 {
		text += ", batches of " + plain(q.Batch)
	}
	if q.bounded() {
		text += fmt.Sprintf(", p%s within %s ms", plain(100*q.Percentile), plain(1e3*q.BoundS))
	}
	return text
}

// group implements inquiry.
func (q ForwardQuestion) group(by grouping) string {
	switch {
	case by == byKind:
		return q.Model.Kind
	case by == byLoad && q.bounded():
		return loadOpen
	case by == byLoad && q.Mode == catalog.ModeServer:
		return loadClosed
	case by == byLoad:
		return loadMaximum
	case q.MeasuredS > 0:
		return "batch-time"
	case q.bounded():
		return "server-from-catalog"
	}
	return "pass-throughput"
}

// assumptions implements inquiry.
func (q ForwardQuestion) assumptions() []string { return q.Assumed }

// Forward implements Predictor.
func (l *Learned) Forward(q ForwardQuestion) (Prediction, error) {
	if q.Named {
		return l.system(q.System)
	}
	evidence, err := forward.Shipped()
	if err != nil {
		return Prediction{}, err
	}
	h := q.Hardware
	known, ok := forward.Find(l.catalog, h.Name, h.Cores)
	if !ok {
		known = forward.Described(h.Name, h.FP16, h.BandwidthGBs, h.MemoryGiB, h.Cores)
	}
	if q.Hardware = known; q.open {
		q.Precision = forward.UsualPrecision(known)
	}
	if l.excludeSelf {
		evidence = evidence.Without(known, q.Model.Name)
	}
	if q.bounded() {
		return q.sustained(evidence)
	}
	p, err := forwardOf(evidence, q)
	if err != nil {
		return Prediction{}, err
	}
	if q.MeasuredS > 0 {
		return Prediction{p.Seconds, p.Low, p.High, p.Basis}, nil
	}
	rate, low, high := p.Throughput()
	all := float64(q.Count)
	return Prediction{rate * all, low * all, high * all, p.Basis}, nil
}

// forwardOf is the time of a batch: where neither mode nor batch is said, of the largest that advice
// forms.
func forwardOf(e *forward.Evidence, q ForwardQuestion) (forward.Prediction, error) {
	if q.Mode != "" || q.Batch > 0 || q.MeasuredS > 0 {
		return e.Predict(q.Question)
	}
	c, err := e.Curve(q.Question, 0)
	return c.Full, err
}

// system asks for the rate of a system once.
func (l *Learned) system(s System) (Prediction, error) {
	a, ok := l.systems[s]
	if !ok {
		a.Prediction, a.err = s.predict(l.catalog, l.excludeSelf)
		if len(l.systems) < mostRemembered {
			l.systems[s] = a
		}
	}
	return a.Prediction, a.err
}

// bounded reports whether a row asks for the rate that keeps latency within a bound.
func (q ForwardQuestion) bounded() bool { return q.BoundS > 0 && q.MeasuredS == 0 }

// sustained is the Poisson rate that keeps the percentile of latency within the bound, by the
// service model that capacity has for the stack. The load is split over the devices at random.
func (q ForwardQuestion) sustained(evidence *forward.Evidence) (Prediction, error) {
	c, err := evidence.Curve(q.Question, int(q.Batch))
	if err != nil {
		return Prediction{}, err
	}
	rate := func(faster float64) float64 {
		m := service.Model{Alpha: c.Alpha / faster, Beta: c.Beta / faster, MaxBatch: c.MaxBatch, Concurrency: 1, Derate: 1, Knee: 1}
		return float64(q.Count) * queue.Sustainable(m.Server(), 0, 0, q.BoundS, q.Percentile)
	}
	p := Prediction{rate(1), rate(c.SpreadLow), rate(c.SpreadHigh), c.Basis()}
	if p.Value == 0 {
		return p, fmt.Errorf("%s is %s ms, and one request alone takes %s ms: it sustains nothing", colBound, plain(1e3*q.BoundS), plain(1e3*c.Alone.Seconds))
	}
	p.Low = math.Max(p.Low, p.Value/mostBelow) // nothing, where even one alone may take too long
	return p, nil
}

// mostBelow is how far below a rate its interval reaches at most: 0 has no ratio.
const mostBelow = 20
