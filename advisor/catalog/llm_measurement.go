package catalog

import (
	_ "embed" // the table below
	"fmt"
	"slices"
	"strings"
	"sync"
)

// llmMeasurementsCSV is what was measured of language models. It is packed: nothing but the
// fit and the list of measurements reads it.
//
//go:embed data/llm_measurements.csv.gz
var llmMeasurementsCSV []byte

// The loads under which language models were measured.
const (
	LoadBatch   = "batch"   // Concurrency requests sent together, the next ones when all are complete
	LoadClosed  = "closed"  // Concurrency requests in progress at all times
	LoadMaximum = "maximum" // more requests waiting than the engine admits
	LoadOpen    = "open"    // Rate requests a second, regardless of responses
)

// LLMMeasurement is one measured run of a language model. Rates are those of the whole system of Count
// accelerators; a zero means not measured, or not stated.
type LLMMeasurement struct {
	ID             int
	Accelerator    string // catalogue id
	Count          int    // accelerators
	TensorParallel int    // accelerators per replica
	DataParallel   int    // data-parallel groups of attention per replica; the experts are spread over all of them
	Model          string // catalogue id
	Precision      string // of the weights; "" where the engine chose
	KVPrecision    string
	Engine         string // without version
	Version        string
	Load           string
	Input, Output  float64 // tokens of a request, mean
	Concurrency    float64
	Rate           float64 // 1/s, offered
	OutputTPS      float64 // tokens/s
	TTFTMS         float64 // ms, mean where Statistic is blank
	TPOTMS         float64
	E2EMS          float64
	Statistic      string // p99: the times are 99th percentiles
	Weak           bool   // not for a fit: the source doubts it, or it is far from today's engines
	Dataset        string
	Source, Date   string
}

// llmMeasurementSchema is llm_measurements.csv.
var llmMeasurementSchema = schema[LLMMeasurement]{
	file:   "llm_measurements.csv",
	key:    func(m *LLMMeasurement) string { return fmt.Sprint(m.ID) },
	check:  checkLLMMeasurement,
	source: func(m *LLMMeasurement) *string { return &m.Source },
	date:   func(m *LLMMeasurement) *string { return &m.Date },
	columns: []column[LLMMeasurement]{
		optional(whole("id", func(m *LLMMeasurement) *int { return &m.ID })),
		text("accelerator", func(m *LLMMeasurement) *string { return &m.Accelerator }),
		whole("count", func(m *LLMMeasurement) *int { return &m.Count }),
		whole("tensor_parallel", func(m *LLMMeasurement) *int { return &m.TensorParallel }),
		whole("data_parallel", func(m *LLMMeasurement) *int { return &m.DataParallel }),
		text("model", func(m *LLMMeasurement) *string { return &m.Model }),
		text("precision", func(m *LLMMeasurement) *string { return &m.Precision }),
		text("kv_precision", func(m *LLMMeasurement) *string { return &m.KVPrecision }),
		text("engine", func(m *LLMMeasurement) *string { return &m.Engine }),
		text("version", func(m *LLMMeasurement) *string { return &m.Version }),
		text("load", func(m *LLMMeasurement) *string { return &m.Load }),
		number("input_tokens", func(m *LLMMeasurement) *float64 { return &m.Input }),
		number("output_tokens", func(m *LLMMeasurement) *float64 { return &m.Output }),
		number("concurrency", func(m *LLMMeasurement) *float64 { return &m.Concurrency }),
		number("rate", func(m *LLMMeasurement) *float64 { return &m.Rate }),
		number("output_tps", func(m *LLMMeasurement) *float64 { return &m.OutputTPS }),
		number("ttft_ms", func(m *LLMMeasurement) *float64 { return &m.TTFTMS }),
		number("tpot_ms", func(m *LLMMeasurement) *float64 { return &m.TPOTMS }),
		number("e2e_ms", func(m *LLMMeasurement) *float64 { return &m.E2EMS }),
		text("statistic", func(m *LLMMeasurement) *string { return &m.Statistic }),
		yes("weak", func(m *LLMMeasurement) *bool { return &m.Weak }),
		text("dataset", func(m *LLMMeasurement) *string { return &m.Dataset }),
		text("source", func(m *LLMMeasurement) *string { return &m.Source }),
		text("date", func(m *LLMMeasurement) *string { return &m.Date }),
	},
}

func checkLLMMeasurement(m *LLMMeasurement) error {
	loads := []string{LoadBatch, LoadClosed, LoadMaximum, LoadOpen}
	switch {
	case !slices.Contains(loads, m.Load):
		return fmt.Errorf("column load is %s; it is one of %s", quote(m.Load), strings.Join(loads, ", "))
	case m.Precision != "" && !slices.Contains(Precisions(), m.Precision):
		return fmt.Errorf("column precision is %s; it is blank or one of %s", quote(m.Precision), strings.Join(Precisions(), ", "))
	case m.OutputTPS+m.TTFTMS+m.TPOTMS+m.E2EMS == 0:
		return fmt.Errorf("nothing is measured; give output_tps, ttft_ms, tpot_ms or e2e_ms")
	}
	return nil
}

// llmMeasured reads the packed table, once.
var llmMeasured = sync.OnceValues(func() ([]LLMMeasurement, error) {
	text, err := Unpack("llm_measurements.csv", llmMeasurementsCSV)
	if err != nil {
		return nil, err
	}
	t := llmMeasurementSchema.parse(text)
	return t.rows, t.err
})

// LLMMeasurements lists what was measured of language models, by model, accelerator, engine,
// precision and load; in some 30 ms at the first call. The slice is shared.
func LLMMeasurements() ([]LLMMeasurement, error) { return llmMeasured() }
