package service

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
)

// Bounds of the largest batch taken for a measured model: MLPerf logs do not state it.
const (
	leastBatch = 2
	usualMost  = 128 // throughput has levelled off long before, on every accelerator here
	mostBatch  = 1024
)

// fixedPart keeps a batch larger than the requests that one request's time alone would
// serve at saturation: below that no line meets both measurements.
const fixedPart = 1.5

// usualBound is the latency bound assumed where no benchmark bounds the model, s.
const usualBound = 0.1

// pooledSpread is the 5th and 95th percentile of a submitter's saturated throughput over
// the median of all others on the same pair, as a log ratio (catalog.Measured: 14 % at the
// 90th percentile of the absolute error). It stands in where too few rows show their own.
const pooledSpread = 0.13

// acrossReplica is what eight accelerators in one machine reach of eight times one
// (MLPerf: per-accelerator throughput at 8 over 1, median 0.99).
const acrossReplica = 0.99

// Precisions lists the precision classes in which the model was measured, most precise
// first.
func Precisions(c *catalog.Catalog, modelID string) []string {
	seen := map[string]bool{}
	for _, p := range c.MeasuredPairs(modelID) {
		seen[p.Precision] = true
	}
	return slices.DeleteFunc(catalog.Precisions(), func(p string) bool { return !seen[p] })
}

// FromMeasured does as Learn(c).FromMeasured: for a single question.
func FromMeasured(c *catalog.Catalog, acceleratorID, modelID, precision string, gpus int) (Model, bool) {
	return Learn(c).FromMeasured(acceleratorID, modelID, precision, gpus)
}

// FromMeasured returns the service model of a replica of gpus accelerators from the catalogue's
// measurements of this very model, accelerator and precision class; false when there are
// none. An empty precision means the most precise class measured on the accelerator.
func (e *Evidence) FromMeasured(acceleratorID, modelID, precision string, gpus int) (Model, bool) {
	return e.fromMeasured(acceleratorID, modelID, precision, gpus, nil)
}

func (e *Evidence) fromMeasured(acceleratorID, modelID, precision string, gpus int, log *derivation.Log) (Model, bool) {
	if e.out.hides(&cell{place: place{accelerator: acceleratorID}, task: task{model: modelID}}) {
		return Model{}, false
	}
	c := e.catalog
	for _, p := range Precisions(c, modelID) {
		if precision != "" && precision != p {
			continue
		}
		if a, ok := c.Measured(modelID, acceleratorID, p); ok && a.QPS > 0 {
			return e.fromAggregate(a, log).onAccelerators(gpus), true
		}
	}
	return Model{}, false
}

// fromAggregate fits the model of one accelerator.
func (e *Evidence) fromAggregate(a catalog.Aggregate, log *derivation.Log) Model {
	c := e.catalog
	m := Model{Log: log, Basis: Measured, Concurrency: 1, Derate: 1, Knee: 1, Precision: a.Precision, Sources: sourcesOf(a.Rows)}
	if known, ok := c.Model(a.Model); ok && known.Sequential {
		m = m.sequential(a, e.spreadOf(a))
		m.recordSpread()
		return m
	}
	bound := a.BoundS
	if bound == 0 {
		bound = boundOf(c, a.Model)
	}
	alone := aloneOf(c, a, &m)
	m.recordMeasured(a, alone, bound)
	m = m.batching(a.QPS, alone, bound)
	share, low, high := e.shareOf(a, &m, bound)
	m = m.meeting(share, bound, a.QPS, m.Alone())
	own := e.spreadOf(a)
	m.SpreadLow, m.SpreadHigh = math.Exp(-math.Hypot(own, low)), math.Exp(math.Hypot(own, high))
	m.recordSpread()
	return m
}

// sequential is a model whose request is many dependent steps: no line in the batch size
// describes it, so requests are taken one by one at the saturated rate.
func (m Model) sequential(a catalog.Aggregate, spread float64) Model {
	parallel := 1
	if a.AloneS > 0 {
		parallel = max(int(math.Round(a.QPS*a.AloneS)), 1)
	}
	m.MaxBatch, m.Concurrency, m.Alpha, m.CV = 1, parallel, float64(parallel)/a.QPS, 1
	m.SpreadLow, m.SpreadHigh = math.Exp(-spread), math.Exp(spread)
	m.recordSequential(a)
	m.Warnings = append(m.Warnings, "a request of this model is many dependent steps: its batches are not modelled, only its saturated rate and its time alone")
	return m
}

// batching puts α, β and the largest batch through the saturated rate x and the time of
// one request alone (0: unknown, nothing but x is met). The batch is the largest power of
// two, within reason, that takes half the latency bound, so that a request that just missed
// a batch still meets the bound.
func (m Model) batching(x, alone, bound float64) Model {
	m.MaxBatch = leastBatch
	for m.MaxBatch < usualMost && float64(2*m.MaxBatch) <= x*bound/2 {
		m.MaxBatch *= 2
	}
	// A line through s₁ needs a batch whose time exceeds its fixed part.
	for alone > 0 && m.MaxBatch < mostBatch && float64(m.MaxBatch) < fixedPart*x*alone {
		m.MaxBatch *= 2
	}
	m.Alpha, m.Beta = through(x, alone, m.MaxBatch)
	return m
}

// aloneOf is the time of one request alone, measured or carried over; 0 when unknown.
func aloneOf(c *catalog.Catalog, a catalog.Aggregate, m *Model) float64 {
	if a.AloneS > 0 {
		if a.AloneS <= 1/a.QPS {
			m.Warnings = append(m.Warnings, fmt.Sprintf("measured latency alone (%.3g ms) is not above its share of a full batch (%.3g ms): batch time is assumed proportional to its size", a.AloneS*1e3, 1e3/a.QPS))
		}
		return a.AloneS
	}
	alpha, from := alphaElsewhere(c, a)
	if from == 0 {
		m.Warnings = append(m.Warnings, "latency of one request alone was never measured: batch time is assumed proportional to its size")
		return 0
	}
	m.Warnings = append(m.Warnings, fmt.Sprintf("latency alone was not measured on this accelerator: the fixed time of a batch, %.3g ms, is the median of the same model on %d others", alpha*1e3, from))
	return alpha + 1/a.QPS
}

// alphaElsewhere is the median fixed time of a batch over the accelerators where the
// model's latency alone and saturated rate are both measured, and how many those are.
func alphaElsewhere(c *catalog.Catalog, a catalog.Aggregate) (alpha float64, from int) {
	var alphas []float64
	for _, p := range c.MeasuredPairs(a.Model) {
		if !p.Listed || p.Accelerator == a.Accelerator && p.Precision == a.Precision {
			continue
		}
		if o, ok := c.Measured(a.Model, p.Accelerator, p.Precision); ok && o.QPS > 0 && o.AloneS > 0 {
			alphas = append(alphas, math.Max(o.AloneS-1/o.QPS, 0))
		}
	}
	if len(alphas) == 0 {
		return 0, 0
	}
	slices.Sort(alphas)
	return alphas[len(alphas)/2], len(alphas)
}

// boundOf is the bound of the model's benchmark on any accelerator, s.
func boundOf(c *catalog.Catalog, modelID string) float64 {
	for _, row := range c.MeasurementsOf(modelID) {
		if row.BoundMS > 0 {
			return row.BoundMS / 1e3
		}
	}
	return usualBound
}

// meeting calibrates the curve through the share of saturation sustained under the bound.
// Where even the bare queue stays below it, batches that large are not what was served:
// smaller ones wait less.
func (m Model) meeting(share, bound, x, alone float64) Model {
	bare := m.bare(bound)
	for bare < share && canHalve(m.MaxBatch, x*alone) {
		smaller := m
		smaller.MaxBatch /= 2
		smaller.Alpha, smaller.Beta = through(x, alone, smaller.MaxBatch)
		b := smaller.bare(bound)
		if b <= bare {
			break
		}
		m, bare = smaller, b
	}
	m.recordLine()
	return m.derated(bare, share)
}

// canHalve reports whether half the batch still meets the saturated rate and the time alone,
// of which together is the product. No batching at all meets both where they agree.
func canHalve(batch int, together float64) bool {
	const agree = 1.15
	return float64(batch) >= 2*fixedPart*together || batch == leastBatch && together < agree
}

// shareOf is the share of saturation that the accelerator sustains under the bound, with
// its central 90 % as log ratios below and above: measured where the benchmark's Server
// runs reached their limit, else predicted.
func (e *Evidence) shareOf(a catalog.Aggregate, m *Model, bound float64) (share, low, high float64) {
	benchmark := a.Rows[0].Benchmark
	s := e.shareUnder(a.Accelerator, task{benchmark, a.Model, e.kindOfModel(a.Model), half(a.Precision)}, a.QPS, Query{Bound: bound})
	if a.ServerShare > 0 {
		s = Estimate{Value: a.ServerShare, Low: a.ServerShare * repeatLow, High: a.ServerShare * repeatHigh}
	} else {
		m.Warnings = append(m.Warnings, "no run at the limit of a latency bound was measured: "+s.Reasons[0])
	}
	return s.Value, math.Log(s.Value / s.Low), math.Log(s.High / s.Value)
}

// Repeats of a share within one accelerator, benchmark and count: half of them differ by
// 1.7 %, one in ten by 14.7 %, and those mostly downwards.
const (
	repeatLow  = 0.9
	repeatHigh = 1.04
)

func (e *Evidence) kindOfModel(id string) string {
	m, _ := e.catalog.Model(id)
	return m.Kind
}

// spreadOf is the half width of the central 90 % of the saturated rate as a log ratio: what
// the rows themselves spread, and what a round of this model differs from others by, the less
// the more rounds are known. Submitters of one round repeat each other, its software does not.
func (e *Evidence) spreadOf(a catalog.Aggregate) float64 {
	rounds, ok := e.Rounds[a.Model]
	if !ok {
		rounds = pooledSpread
	}
	own := 0.0
	if len(a.Rows) > 1 {
		own = math.Log(a.QPSHigh/a.QPSLow) / 2
	}
	return math.Max(math.Hypot(own, rounds/math.Sqrt(float64(max(a.Rounds, 1)))), leastSpread)
}

// leastSpread is what repeats on one system differ by.
const leastSpread = 0.02

// sourcesOf names where the rows come from, each once, the newest first.
func sourcesOf(rows []catalog.Measurement) []string {
	var out []string
	for i := len(rows) - 1; i >= 0; i-- {
		if s := rows[i].Source; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// onAccelerators is a replica that spreads its requests over n accelerators: batches n
// times as large in the same time, less what is lost in one machine.
func (m Model) onAccelerators(n int) Model {
	if n <= 1 {
		return m
	}
	lost := math.Pow(acrossReplica, math.Log2(float64(n))/3)
	if m.MaxBatch > 1 {
		m.MaxBatch *= n
		m.Alpha, m.Beta = m.Alpha/lost, m.Beta/float64(n)/lost
		return m
	}
	m.Concurrency *= n
	m.Alpha /= lost
	return m
}
