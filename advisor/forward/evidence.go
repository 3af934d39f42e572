package forward

import (
	"bytes"
	_ "embed" // the tables below
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
)

//go:generate go test -count=1 -timeout 20m -run FitIsFresh$ . -update

// coefficientsJSON and cellsBin are made from the embedded catalogue by the test named
// above, which also fails where they are stale.
//
//go:embed fitted/coefficients.json
var coefficientsJSON []byte

//go:embed fitted/cells.bin
var cellsBin []byte

// Coefficients is what was fitted: the kernel, what models of a class are like, and how far
// off cross-validation found the predictions.
type Coefficients struct {
	Kernel  Kernel
	Typical map[string]Typical // by class of operations
	Errors  map[string]Errors  // by kind of question and of hardware
}

// Errors are by how many standard deviations the truth lies below and above in nine of ten
// predictions that left the questioned thing out.
type Errors struct {
	Low, High float64
	N         int
}

// cell is runs of one model in one way: the median of their ln time over the roofline.
type cell struct {
	point
	value  float64
	rows   float64
	origin run
}

// Evidence is what was measured, condensed, with the coefficients fitted to it.
type Evidence struct {
	Coefficients
	cells   []cell
	devices []Hardware // by run
	models  []Model    // by model
	names   map[string]*dictionary
}

// dictionary numbers names.
type dictionary struct {
	index map[string]int32
	list  []string
}

// add returns the number of a name, a new one where it is new.
func (d *dictionary) add(name string) int32 {
	if i, ok := d.index[name]; ok {
		return i
	}
	i := int32(len(d.list))
	d.index[name], d.list = i, append(d.list, name)
	return i
}

// find returns the number of a name, −1 where no run has it.
func (d *dictionary) find(name string) int32 {
	if i, ok := d.index[name]; ok {
		return i
	}
	return -1
}

// What names are numbered by.
const (
	byDevice, byRun, byRuntime, byPrecision, byMode, byKind = "device", "run", "runtime", "precision", "mode", "kind"
	byClass, byFamily, byModel, byName, bySource            = "class", "family", "model", "name", "source"
)

func newEvidence(c Coefficients) *Evidence {
	e := &Evidence{Coefficients: c, names: map[string]*dictionary{}}
	for _, what := range []string{byDevice, byRun, byRuntime, byPrecision, byMode, byKind, byClass, byFamily, byModel, byName, bySource} {
		e.names[what] = &dictionary{index: map[string]int32{}}
	}
	return e
}

// run is a condensed measurement as it is written: numbers of names and the median time.
type run struct {
	Device, Model                    uint16 // of devices and models
	Runtime, Precision, Mode, Source uint8
	Rows                             uint8
	_                                uint8
	Batch, Time                      float32 // ln
}

// table is the evidence as it is written.
type table struct {
	Devices                              []Hardware
	Models                               []Model
	Runtimes, Precisions, Modes, Sources []string
}

// write renders runs: a line of JSON with the names, then the runs.
func write(t table, runs []run) ([]byte, error) {
	head, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(append(head, '\n'))
	err = binary.Write(b, binary.LittleEndian, runs)
	return b.Bytes(), err
}

// runBytes is the length of a run as it is written.
var runBytes = binary.Size(run{})

// read parses what write rendered and computes the features of every run.
func read(c Coefficients, data []byte) (*Evidence, error) {
	head, body, ok := bytes.Cut(data, []byte{'\n'})
	var t table
	if err := json.Unmarshal(head, &t); err != nil || !ok {
		return nil, fmt.Errorf("fitted/cells.bin: %w", err)
	}
	runs := make([]run, len(body)/runBytes)
	if _, err := binary.Decode(body, binary.LittleEndian, runs); err != nil {
		return nil, fmt.Errorf("fitted/cells.bin: %w", err)
	}
	e := newEvidence(c)
	e.devices, e.models = t.Devices, t.Models
	e.fill(t, runs)
	return e, nil
}

// fill makes the cells of runs.
func (e *Evidence) fill(t table, runs []run) {
	models := make([]point, len(e.models))
	shapes := make([]shape, len(e.models))
	for i, m := range e.models {
		shapes[i] = e.shapeOf(m)
		models[i] = e.modelPoint(m, shapes[i], (*dictionary).add)
	}
	e.cells = make([]cell, len(runs))
	for i, r := range runs {
		c, h := &e.cells[i], e.devices[r.Device]
		c.point = models[r.Model]
		runtime, precision, batch := t.Runtimes[r.Runtime], t.Precisions[r.Precision], float64(r.Batch)
		e.place(&c.point, h, runtime, precision, t.Modes[r.Mode], batch, (*dictionary).add)
		c.source = e.names[bySource].add(t.Sources[r.Source])
		c.value = float64(r.Time) - roofline(shapes[r.Model], h, runtime, precision, math.Exp(batch))
		c.rows, c.origin = float64(r.Rows), r
	}
}

// modelPoint is the part of a point that follows from the model.
func (e *Evidence) modelPoint(m Model, s shape, number func(*dictionary, string) int32) point {
	name := plain(m.Name)
	return point{
		class: number(e.names[byClass], class(m.Kind, m.Name)), family: number(e.names[byFamily], family(m.Name)),
		model: number(e.names[byModel], name+"|"+m.Input), name: number(e.names[byName], name),
		gmacs: s.gmacs, intensity: s.activations - s.gmacs, params: s.params, counted: s.counted, source: -1,
	}
}

// place adds the part of a point that follows from where and how the model runs.
func (e *Evidence) place(p *point, h Hardware, runtime, precision, mode string, batch float64, number func(*dictionary, string) int32) {
	p.device, p.run = number(e.names[byDevice], h.ID), number(e.names[byRun], h.run())
	p.runtime, p.precision = number(e.names[byRuntime], runtime), number(e.names[byPrecision], precision)
	p.mode, p.kind = number(e.names[byMode], mode), number(e.names[byKind], h.Kind)
	p.batch, p.rated = batch, h.rated(precision)
	if p.rated {
		p.peak, p.bandwidth = math.Log(h.peak(precision)), math.Log(h.BandwidthGBs)
	}
}

// run names a device with the cores at work.
func (h Hardware) run() string {
	if h.Cores == 0 || h.Kind != "cpu" && h.Kind != "edge" {
		return h.ID + " " + h.Kind
	}
	return fmt.Sprintf("%s %s %g", h.ID, h.Kind, h.Cores)
}

// Shipped is the evidence that ships with the program, read once.
var Shipped = sync.OnceValues(func() (*Evidence, error) {
	var c Coefficients
	if err := json.Unmarshal(coefficientsJSON, &c); err != nil {
		return nil, fmt.Errorf("fitted/coefficients.json: %w", err)
	}
	return read(c, cellsBin)
})

// Facts returns what measurements state of a model, for an input where it is named.
func (e *Evidence) Facts(name, input string) (Model, bool) {
	name = plain(name)
	found, ok := Model{}, false
	for _, m := range e.models {
		if plain(m.Name) != name {
			continue
		}
		if input != "" && strings.EqualFold(m.Input, input) {
			return m, true
		}
		if !ok || found.GMACs == 0 {
			found, ok = m, true
		}
	}
	return found, ok
}
