package catalog

import (
	_ "embed" // the tables below
	"fmt"
	"slices"
	"strings"
	"sync"
)

// forwardCSV is what was measured of ordinary models on ordinary stacks. It is packed:
// nothing but the fit and the list of measurements reads it.
//
//go:embed data/forward.csv.gz
var forwardCSV []byte

// The ways in which forward passes were measured. They do not measure the same quantity.
const (
	ModeBatch   = "batch"                     // one stream, batches of one size back to back
	ModeLatency = "latency"                   // one request at a time
	ModeServer  = "server"                    // behind a server, Clients in a closed loop
	ModeStreams = "throughput-multi-instance" // many streams on the whole machine
)

// Forward is one measured run of an ordinary model. A zero is not measured, or not stated.
type Forward struct {
	ID           int    // index in the table
	Hardware     string // as published; a Device's name
	DeviceKind   string // gpu, igpu, npu, cpu or edge: the part of it that ran the model
	Cores        float64
	Runtime      string
	Precision    string
	Mode         string
	Model        string // as published
	Kind         string
	ParamsM      float64
	GMACs        float64 // of one input, 10^9 multiply-adds
	ActivationsM float64 // of one input, 10^6 elements
	Input        string
	Batch        float64
	Clients      float64
	Throughput   float64 // inputs/s of the whole device
	LatencyMS    float64 // of a batch
	Source, Date string
}

// forwardSchema is forward.csv.
var forwardSchema = schema[Forward]{
	file:  "forward.csv",
	key:   func(m *Forward) string { return fmt.Sprint(m.ID) },
	adopt: func(t *table[Forward], m *Forward) { m.ID = len(t.rows) + 1 },
	check: func(m *Forward) error {
		if modes := []string{ModeBatch, ModeLatency, ModeServer, ModeStreams}; !slices.Contains(modes, m.Mode) {
			return fmt.Errorf("column mode is %s; it is one of %s", quote(m.Mode), strings.Join(modes, ", "))
		}
		if m.Throughput+m.LatencyMS == 0 {
			return fmt.Errorf("nothing is measured; give throughput or latency_ms")
		}
		return nil
	},
	source: func(m *Forward) *string { return &m.Source },
	date:   func(m *Forward) *string { return &m.Date },
	columns: []column[Forward]{
		optional(whole("id", func(m *Forward) *int { return &m.ID })),
		text("hardware", func(m *Forward) *string { return &m.Hardware }),
		text("device_kind", func(m *Forward) *string { return &m.DeviceKind }),
		number("cores", func(m *Forward) *float64 { return &m.Cores }),
		text("runtime", func(m *Forward) *string { return &m.Runtime }),
		text("precision", func(m *Forward) *string { return &m.Precision }),
		text("mode", func(m *Forward) *string { return &m.Mode }),
		text("model", func(m *Forward) *string { return &m.Model }),
		text("kind", func(m *Forward) *string { return &m.Kind }),
		number("params_m", func(m *Forward) *float64 { return &m.ParamsM }),
		number("gmacs", func(m *Forward) *float64 { return &m.GMACs }),
		number("activations_m", func(m *Forward) *float64 { return &m.ActivationsM }),
		text("input", func(m *Forward) *string { return &m.Input }),
		number("batch", func(m *Forward) *float64 { return &m.Batch }),
		number("clients", func(m *Forward) *float64 { return &m.Clients }),
		number("throughput", func(m *Forward) *float64 { return &m.Throughput }),
		number("latency_ms", func(m *Forward) *float64 { return &m.LatencyMS }),
		text("source", func(m *Forward) *string { return &m.Source }),
		text("date", func(m *Forward) *string { return &m.Date }),
	},
}

// forwardMeasured reads the packed table, once.
var forwardMeasured = sync.OnceValues(func() ([]Forward, error) {
	text, err := Unpack("forward.csv", forwardCSV)
	if err != nil {
		return nil, err
	}
	t := forwardSchema.parse(text)
	return t.rows, t.err
})

// ForwardMeasurements lists what was measured of ordinary models; in some 60 ms at the first
// call. The slice is shared.
func ForwardMeasurements() ([]Forward, error) { return forwardMeasured() }

// Device is hardware under the name that measurements use for it.
type Device struct {
	Name         string  // as published
	ID           string  // the same for every name of one device
	Kind         string  // gpu, igpu, npu, cpu or edge
	Accelerator  string  // catalogue id, where it has one: its facts stand there
	Cores        float64 // of a processor: the cores that the rates are for
	FP32TFLOPS   float64
	FP16TFLOPS   float64
	INT8TOPS     float64
	BandwidthGBs float64
	Source       string // "estimate" where rates follow from clock and width of units alone
	AsOf         string
}

// deviceSchema is devices.csv.
var deviceSchema = schema[Device]{
	file:   "devices.csv",
	key:    func(d *Device) string { return d.Name },
	check:  func(*Device) error { return nil },
	source: func(d *Device) *string { return &d.Source },
	date:   func(d *Device) *string { return &d.AsOf },
	columns: []column[Device]{
		keyText("name", func(d *Device) *string { return &d.Name }),
		text("id", func(d *Device) *string { return &d.ID }),
		text("kind", func(d *Device) *string { return &d.Kind }),
		text("accelerator", func(d *Device) *string { return &d.Accelerator }),
		number("cores", func(d *Device) *float64 { return &d.Cores }),
		number("fp32_tflops", func(d *Device) *float64 { return &d.FP32TFLOPS }),
		number("fp16_tflops", func(d *Device) *float64 { return &d.FP16TFLOPS }),
		number("int8_tops", func(d *Device) *float64 { return &d.INT8TOPS }),
		number("bandwidth_gbs", func(d *Device) *float64 { return &d.BandwidthGBs }),
		text("source", func(d *Device) *string { return &d.Source }),
		text("as_of", func(d *Device) *string { return &d.AsOf }),
	},
}

var devices = lazily(&deviceSchema, devicesCSV)

// Devices lists the hardware that forward passes were measured on, by published name.
func Devices() ([]Device, error) { return devices().rows, devices().err }
