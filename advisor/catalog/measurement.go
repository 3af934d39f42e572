package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// Measurement is one measured system. Throughputs are those of the whole system of Count accelerators; a
// zero means not measured.
type Measurement struct {
	Model       string // catalogue id
	Benchmark   string // as MLPerf names it
	Precision   string // class: fp16, fp8 or int8
	Accelerator string // catalogue id, or the name in the source where the catalogue has no such part
	Count       int    // accelerators; 0 for a system of processors alone
	MIG         bool   // slices of an accelerator, not whole ones
	Triton      bool   // served through Triton, which adds a step between client and model
	Reference   bool   // MLCommons' own implementation, not tuned for the hardware
	Round       string // MLPerf round, "v4.1"; "" for the user's own measurement
	Date        string // month of publication, or as the source says
	Submitter   string
	System      string
	Software    string
	OfflineQPS  float64 // 1/s at saturation
	ServerQPS   float64 // 1/s, the Poisson rate submitted while p99 stayed within BoundMS
	BoundMS     float64 // ms
	ServerP50MS float64 // ms, observed at ServerQPS
	ServerP90MS float64
	ServerP99MS float64
	SingleP50MS float64 // ms, one request at a time
	SingleP90MS float64
	SingleP99MS float64
	Source      string
}

// atLimit is the share of the bound from which the p99 of a server run shows that the
// system was at its limit and not merely offered less.
const atLimit = 0.9

// AtLimit reports whether the Server run reached the limit of the system; otherwise ServerQPS is only a
// lower bound on capacity.
func (m Measurement) AtLimit() bool {
	return m.ServerQPS > 0 && m.BoundMS > 0 && m.ServerP99MS >= atLimit*m.BoundMS
}

// PerAccelerator returns the saturated throughput of one accelerator, 1/s; of the whole system
// where it has none.
func (m Measurement) PerAccelerator() float64 {
	return m.OfflineQPS / float64(max(m.Count, 1))
}

// Year returns the date in years: 2021-04 is 2021.33, a year alone its middle; 0 where there is
// no date.
func (m Measurement) Year() float64 { return YearOf(m.Date) }

// YearOf returns a date such as 2021-04 in years: 2021.33; the middle of the year for a year alone, and 0
// for anything else.
func YearOf(date string) float64 {
	text, rest, _ := strings.Cut(date, "-")
	year, err := strconv.Atoi(text)
	if err != nil || len(text) != len("2021") {
		return 0
	}
	text, _, _ = strings.Cut(rest, "-")
	month, err := strconv.Atoi(text)
	if err != nil {
		month = 6
	}
	return float64(year) + float64(month)/12
}

// Precisions lists the precision classes, most precise first.
func Precisions() []string { return []string{"fp32", "bf16", "fp16", "fp8", "int8", "fp4", "int4"} }

// measurementSchema is measurements.csv.
var measurementSchema = schema[Measurement]{
	file:   "measurements.csv",
	key:    measurementKey,
	check:  checkMeasurement,
	source: func(m *Measurement) *string { return &m.Source },
	date:   func(m *Measurement) *string { return &m.Date },
	columns: []column[Measurement]{
		keyText("model", func(m *Measurement) *string { return &m.Model }),
		optional(text("benchmark", func(m *Measurement) *string { return &m.Benchmark })),
		optional(text("precision", func(m *Measurement) *string { return &m.Precision })),
		keyText("accelerator", func(m *Measurement) *string { return &m.Accelerator }),
		optional(whole("count", func(m *Measurement) *int { return &m.Count })),
		yes("mig", func(m *Measurement) *bool { return &m.MIG }),
		yes("triton", func(m *Measurement) *bool { return &m.Triton }),
		yes("reference", func(m *Measurement) *bool { return &m.Reference }),
		optional(text("round", func(m *Measurement) *string { return &m.Round })),
		text("date", func(m *Measurement) *string { return &m.Date }),
		optional(text("submitter", func(m *Measurement) *string { return &m.Submitter })),
		optional(text("system", func(m *Measurement) *string { return &m.System })),
		text("software", func(m *Measurement) *string { return &m.Software }),
		number("offline_qps", func(m *Measurement) *float64 { return &m.OfflineQPS }),
		number("server_qps", func(m *Measurement) *float64 { return &m.ServerQPS }),
		number("bound_ms", func(m *Measurement) *float64 { return &m.BoundMS }),
		number("server_p50_ms", func(m *Measurement) *float64 { return &m.ServerP50MS }),
		number("server_p90_ms", func(m *Measurement) *float64 { return &m.ServerP90MS }),
		number("server_p99_ms", func(m *Measurement) *float64 { return &m.ServerP99MS }),
		number("single_p50_ms", func(m *Measurement) *float64 { return &m.SingleP50MS }),
		number("single_p90_ms", func(m *Measurement) *float64 { return &m.SingleP90MS }),
		number("single_p99_ms", func(m *Measurement) *float64 { return &m.SingleP99MS }),
		text("source", func(m *Measurement) *string { return &m.Source }),
	},
}

// rounds are the months in which the rounds of MLPerf Inference were published.
var rounds = map[string]string{
	"v0.5": "2019-11", "v0.7": "2020-10", "v1.0": "2021-04", "v1.1": "2021-09", "v2.0": "2022-04", "v2.1": "2022-09", "v3.0": "2023-04",
	"v3.1": "2023-09", "v4.0": "2024-03", "v4.1": "2024-08", "v5.0": "2025-04", "v5.1": "2025-09", "v6.0": "2026-04",
}

func measurementKey(m *Measurement) string {
	return m.Model + "|" + m.Benchmark + "|" + m.Precision + "|" + m.Accelerator + "|" + strconv.Itoa(m.Count) + "|" + m.Round + "|" + m.Submitter + "|" + m.System
}

func checkMeasurement(m *Measurement) error {
	if m.Round != "" && m.Source == "" {
		m.Source = "MLPerf Inference " + m.Round + ", closed, " + m.Submitter
	}
	m.Date = cmp.Or(m.Date, rounds[m.Round])
	switch {
	case !slices.Contains(Precisions(), m.Precision):
		return fmt.Errorf("column precision is %s; it is one of %s", quote(m.Precision), strings.Join(Precisions(), ", "))
	case m.OfflineQPS == 0 && m.ServerQPS == 0 && m.SingleP50MS == 0:
		return errors.New("nothing is measured; give offline_qps, server_qps or single_p50_ms")
	case m.ServerQPS > 0 && m.BoundMS == 0:
		return errors.New("column server_qps needs bound_ms: a rate is sustained under a bound on latency")
	}
	return nil
}

// measurements reads measurements.csv, whose rows are sorted by model, one model at a time.
type measurements struct {
	text  string // header and rows
	extra map[string][]Measurement
	mu    sync.Mutex
	read  map[string]block
}

// block is the measurements of one model.
type block struct {
	rows []Measurement
	err  error
}

// models lists the models that have rows, sorted.
func (s *measurements) models() []string {
	var models []string
	for at := s.body(); at < len(s.text); {
		model, _, _ := strings.Cut(s.text[at:], ",")
		models = append(models, model)
		at = s.find(model + "\x00") // behind the last row of model, before any longer name
	}
	for model := range s.extra {
		models = append(models, model)
	}
	return sorted(models)
}

// body is where the rows begin.
func (s *measurements) body() int { return s.nextLine(0) }

// nextLine is the start of the line behind offset.
func (s *measurements) nextLine(offset int) int {
	if n := strings.IndexByte(s.text[offset:], '\n'); n >= 0 {
		return offset + n + 1
	}
	return len(s.text)
}

// find is the start of the first row whose model is not before model, by bisection over
// the bytes of the table.
func (s *measurements) find(model string) int {
	body := s.body()
	n := sort.Search(len(s.text)-body, func(i int) bool {
		at := body + i
		if at > body {
			at = s.nextLine(at - 1)
		}
		name, _, _ := strings.Cut(s.text[at:], ",")
		return at == len(s.text) || name >= model
	})
	if n == 0 {
		return body
	}
	return s.nextLine(body + n - 1)
}

// of returns the rows of one model, the table's first.
func (s *measurements) of(model string) block {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b, ok := s.read[model]; ok {
		return b
	}
	header, rows := s.text[:s.body()], s.text[s.find(model):s.find(model+"\x00")]
	t := measurementSchema.parse(header + rows)
	for i := range s.extra[model] {
		t.put(measurementKey(&s.extra[model][i]), s.extra[model][i])
	}
	b := block{t.rows, t.err}
	s.read[model] = b
	return b
}

// MeasurementsOf lists the measurements of one model (a catalogue id). The slice is shared.
func (c *Catalog) MeasurementsOf(modelID string) []Measurement { return c.measured.of(modelID).rows }

// Measurements lists all measurements, by model.
func (c *Catalog) Measurements() []Measurement {
	var all []Measurement
	for _, model := range c.measured.models() {
		all = append(all, c.MeasurementsOf(model)...)
	}
	return all
}

// MeasuredModels lists the ids of the models that have measurements, sorted.
func (c *Catalog) MeasuredModels() []string { return c.measured.models() }

// Pair is a combination of hardware and precision that a model was measured on.
type Pair struct {
	Accelerator string // catalogue id, or the name in the source
	Listed      bool   // the catalogue knows the accelerator
	Precision   string
	Rows        int
}

// MeasuredPairs lists what a model was measured on (MIG slices left out), by accelerator,
// then most precise first.
func (c *Catalog) MeasuredPairs(modelID string) []Pair {
	if known, ok := c.pairs.Load(modelID); ok {
		return known.([]Pair)
	}
	pairs := c.countPairs(modelID)
	c.pairs.Store(modelID, pairs)
	return pairs
}

func (c *Catalog) countPairs(modelID string) []Pair {
	type key struct{ accelerator, precision string }
	count := map[key]int{}
	for _, m := range c.MeasurementsOf(modelID) {
		if !m.MIG {
			count[key{m.Accelerator, m.Precision}]++
		}
	}
	pairs := make([]Pair, 0, len(count))
	for k, n := range count {
		_, listed := c.Accelerator(k.accelerator)
		pairs = append(pairs, Pair{k.accelerator, listed, k.precision, n})
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(strings.Compare(a.Accelerator, b.Accelerator),
			slices.Index(Precisions(), a.Precision)-slices.Index(Precisions(), b.Precision))
	})
	return pairs
}

// Unlisted lists hardware that was measured but is not in the catalogue of accelerators,
// under the names of the sources, sorted.
func (c *Catalog) Unlisted() []string {
	var names []string
	for _, m := range c.Measurements() {
		if _, ok := c.Accelerator(m.Accelerator); !ok {
			names = append(names, m.Accelerator)
		}
	}
	return sorted(names)
}
