package forward

import (
	_ "embed" // the tables below
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/kriging"
	"scaleadvise/advisor/memo"
)

//go:generate go test -count=1 -timeout 20m -run FitIsFresh$ . -update
//go:generate go test -count=1 -timeout 30m -run TestSiblings$ . -update

// The tables are made from the embedded catalogue by the test named
// above, which also fails where they are stale.
//
//go:embed fitted/coefficients.json
var coefficientsJSON []byte

//go:embed fitted/names.json
var namesJSON []byte

//go:embed fitted/models.tsv.gz
var modelsPacked []byte

//go:embed fitted/cells.bin.gz
var cellsPacked []byte

// modelsTable is the text of the models, unpacked once.
var modelsTable = sync.OnceValues(func() (string, error) { return catalog.Unpack("fitted/models.tsv", modelsPacked) })

// Coefficients holds what was fitted: the kernel, what models of a class are like, and the errors that
// cross-validation found.
type Coefficients struct {
	Kernel  Kernel
	Typical map[string]Typical // by class of operations
	Errors  map[string]Errors  // by kind of question and of hardware
	Ceiling map[string]float64 // share of its hardware's peak that hardly any run reaches, by kind of hardware
}

// Errors are the numbers of standard deviations below and above within which nine in ten predictions stayed,
// with the subject of the question held out.
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
	number int32
	tuned  bool // one of MLPerf's tuned runs
}

// Evidence holds the measurements, condensed, with the coefficients fitted to them.
type Evidence struct {
	Coefficients
	cells    []cell
	devices  []Hardware
	models   []described
	points   []point // of the models
	names    map[string]*dictionary
	all      []*cell
	byRun    [][]*cell  // by run and runtime: see at
	kinds    []int32    // of hardware, by device and runtime; −1 where there are no cells
	peers    []Hardware // of the catalogue, that clouds rent
	siblings string     // see siblingsPacked
	curves   *memo.Of[curvesKey, curvesAnswer]
	tasks    *memo.Recent[asking, *task]
	grounds  *memo.Recent[grounding, *ground]
	kin      *memo.Recent[point, []kinship]

	descriptions *memo.Recent[Model, described]
	related      *memo.Recent[Model, []sibling]

	processes *memo.Recent[string, *kriging.Posterior] // by the numbers of the cells
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

// usualNames is about how many names of a kind there are.
const usualNames = 256

func newEvidence(c Coefficients) *Evidence {
	e := &Evidence{Coefficients: c, names: map[string]*dictionary{}}
	for _, what := range []string{byDevice, byRun, byRuntime, byPrecision, byMode, byKind, byClass, byFamily, byModel, byName, bySource} {
		e.names[what] = &dictionary{index: make(map[string]int32, usualNames)}
	}
	return e
}

// run is a condensed measurement as it is written: numbers of names, and how far its time
// is from the roofline.
type run struct {
	Device, Model                    uint16 // of devices and models
	Runtime, Precision, Mode, Source uint8
	Rows                             uint8
	Batch, Value                     float32 // ln
}

// runBytes is the length of a run as it is written.
const runBytes = 17

func (r run) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint16(b, r.Device)
	b = binary.LittleEndian.AppendUint16(b, r.Model)
	b = append(b, r.Runtime, r.Precision, r.Mode, r.Source, r.Rows)
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(r.Batch))
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(r.Value))
}

func parseRun(b []byte) run {
	return run{Device: binary.LittleEndian.Uint16(b), Model: binary.LittleEndian.Uint16(b[2:]), Runtime: b[4], Precision: b[5], Mode: b[6], Source: b[7], Rows: b[8],
		Batch: math.Float32frombits(binary.LittleEndian.Uint32(b[9:])), Value: math.Float32frombits(binary.LittleEndian.Uint32(b[13:]))}
}

// table is what runs name, as it is written.
type table struct {
	Devices                              []Hardware
	Runtimes, Precisions, Modes, Sources []string
	models                               []described
}

// read parses the tables that go generate made.
func read(c Coefficients, names []byte, models string, cells []byte) (*Evidence, error) {
	var t table
	if err := json.Unmarshal(names, &t); err != nil {
		return nil, fmt.Errorf("fitted/names.json: %w", err)
	}
	t.models = make([]described, 0, strings.Count(models, "\n"))
	for line := range strings.Lines(models) {
		m, err := parseModel(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return nil, fmt.Errorf("fitted/models.tsv: %w", err)
		}
		t.models = append(t.models, m)
	}
	runs := make([]run, len(cells)/runBytes)
	for i := range runs {
		runs[i] = parseRun(cells[i*runBytes:])
		if int(runs[i].Device) >= len(t.Devices) || int(runs[i].Model) >= len(t.models) {
			return nil, errors.New("fitted/cells.bin: a run without a device or model")
		}
	}
	return gathering(c, t, runs), nil
}

// gathering is the evidence in runs.
func gathering(c Coefficients, t table, runs []run) *Evidence {
	e := newEvidence(c)
	e.devices, e.models = t.Devices, t.models
	e.points = make([]point, len(e.models))
	for i, m := range e.models {
		e.points[i] = e.modelPoint(m, e.shapeOf(m), (*dictionary).add)
	}
	number := func(what string, list []string) []int32 {
		ids := make([]int32, len(list))
		for i, name := range list {
			ids[i] = e.names[what].add(name)
		}
		return ids
	}
	runtimes, precisions, modes, sources := number(byRuntime, t.Runtimes), number(byPrecision, t.Precisions), number(byMode, t.Modes), number(bySource, t.Sources)
	devices := make([]point, len(e.devices))
	for i, h := range e.devices {
		devices[i].device, devices[i].run, devices[i].kind = e.names[byDevice].add(h.ID), e.names[byRun].add(h.run()), e.names[byKind].add(h.Kind)
	}
	rates := make([]point, len(e.devices)*len(t.Precisions))
	for i, h := range e.devices {
		for j, precision := range t.Precisions {
			rates[i*len(t.Precisions)+j].rate(h, precision)
		}
	}
	e.cells = make([]cell, len(runs))
	for i, r := range runs {
		c := &e.cells[i]
		c.point, c.value, c.rows, c.origin = e.points[r.Model], float64(r.Value), float64(r.Rows), r
		d := &devices[r.Device]
		c.device, c.run, c.kind = d.device, d.run, d.kind
		c.runtime, c.precision, c.mode, c.source = runtimes[r.Runtime], precisions[r.Precision], modes[r.Mode], sources[r.Source]
		c.batch, c.tuned = float64(r.Batch), t.Sources[r.Source] == sourceTuned
		c.share(e.devices[r.Device].Kind)
		rate := &rates[int(r.Device)*len(t.Precisions)+int(r.Precision)]
		c.rated, c.peak, c.bandwidth = rate.rated, rate.peak, rate.bandwidth
	}
	return e.indexed()
}

// indexed is the evidence with its indexes.
func (e *Evidence) indexed() *Evidence {
	e.curves, e.tasks = new(memo.Of[curvesKey, curvesAnswer]), new(memo.Recent[asking, *task])
	e.descriptions, e.related = new(memo.Recent[Model, described]), new(memo.Recent[Model, []sibling])
	e.grounds, e.kin = new(memo.Recent[grounding, *ground]), new(memo.Recent[point, []kinship])
	e.processes = new(memo.Recent[string, *kriging.Posterior])
	e.all = make([]*cell, len(e.cells))
	e.byRun = make([][]*cell, len(e.names[byRun].list)*len(e.names[byRuntime].list))
	e.kinds = slices.Repeat([]int32{-1}, len(e.names[byDevice].list)*len(e.names[byRuntime].list))
	sizes := make([]int, len(e.byRun))
	for i := range e.cells {
		sizes[e.at(e.cells[i].run, e.cells[i].runtime)]++
	}
	room := make([]*cell, len(e.cells))
	for i, n := range sizes {
		e.byRun[i], room = room[:0:n], room[n:]
	}
	for i := range e.cells {
		c := &e.cells[i]
		e.all[i], c.number = c, int32(i)
		at := e.at(c.run, c.runtime)
		e.byRun[at] = append(e.byRun[at], c)
		e.kinds[e.at(c.device, c.runtime)] = c.kind
	}
	return e
}

// at is the place of a run, or a device, with a runtime.
func (e *Evidence) at(run, runtime int32) int {
	return int(run)*len(e.names[byRuntime].list) + int(runtime)
}

// of are the cells of a run with a runtime; none where a name is unknown.
func (e *Evidence) of(run, runtime int32) []*cell {
	if run < 0 || runtime < 0 {
		return nil
	}
	return e.byRun[e.at(run, runtime)]
}

// running is hardware as the part of it that a runtime runs on: a system on a chip has
// several.
func (e *Evidence) running(h Hardware, runtime string) Hardware {
	device, by := e.names[byDevice].find(h.ID), e.names[byRuntime].find(runtime)
	if device < 0 || by < 0 || len(e.of(e.names[byRun].find(h.run()), by)) > 0 {
		return h
	}
	if kind := e.kinds[e.at(device, by)]; kind >= 0 {
		h.Kind = e.names[byKind].list[kind]
	}
	return h
}

// Without returns the evidence without the runs of a model on a device.
func (e *Evidence) Without(h Hardware, model string) *Evidence {
	device, name := e.names[byDevice].find(h.ID), e.names[byName].find(plain(model))
	less := *e
	less.cells = slices.DeleteFunc(slices.Clone(e.cells), func(c cell) bool { return same(c.device, device) && same(c.name, name) })
	if len(less.cells) == len(e.cells) {
		return e
	}
	return less.indexed()
}

// seconds is the time of a cell's batch.
func (e *Evidence) seconds(c *cell) float64 {
	m := e.models[c.origin.Model]
	runtime, precision := e.names[byRuntime].list[c.runtime], e.names[byPrecision].list[c.precision]
	return math.Exp(c.value + roofline(e.shapeOf(m), e.devices[c.origin.Device], runtime, precision, math.Exp(c.batch)))
}

// modelPoint is the part of a point that follows from the model.
func (e *Evidence) modelPoint(m described, s shape, number func(*dictionary, string) int32) point {
	return point{
		class: number(e.names[byClass], m.class), family: number(e.names[byFamily], m.family),
		model: number(e.names[byModel], m.key), name: number(e.names[byName], m.plain),
		gmacs: s.gmacs, intensity: s.activations - s.gmacs, params: s.params, counted: s.counted, tabular: m.class == "recommender", source: -1,
	}
}

// place adds the part of a point that follows from where and how the model runs.
func (e *Evidence) place(p *point, h Hardware, runtime, precision, mode string, batch float64) {
	p.device, p.run = e.names[byDevice].find(h.ID), e.names[byRun].find(h.run())
	p.runtime, p.precision = e.names[byRuntime].find(runtime), e.names[byPrecision].find(precision)
	p.mode, p.kind, p.batch = e.names[byMode].find(mode), e.names[byKind].find(h.Kind), batch
	p.share(h.Kind)
	p.rate(h, precision)
}

// rate adds the rates of the hardware.
func (p *point) rate(h Hardware, precision string) {
	if p.rated = h.rated(precision); p.rated {
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

// Shipped returns the evidence embedded in the program, read once.
var Shipped = sync.OnceValues(func() (*Evidence, error) {
	var c Coefficients
	if err := json.Unmarshal(coefficientsJSON, &c); err != nil {
		return nil, fmt.Errorf("fitted/coefficients.json: %w", err)
	}
	models, err := modelsTable()
	if err != nil {
		return nil, err
	}
	cells, err := catalog.Unpack("fitted/cells.bin", cellsPacked)
	if err != nil {
		return nil, err
	}
	e, err := read(c, namesJSON, models, []byte(cells))
	if err != nil {
		return nil, err
	}
	if e.siblings, err = catalog.Unpack("siblings.tsv", siblingsPacked); err != nil {
		return nil, err
	}
	known, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	rented := map[string]bool{}
	for _, i := range known.Usual() {
		rented[i.Accelerator] = true
	}
	for _, a := range known.Accelerators() {
		if !a.CPU && rented[a.ID] {
			e.peers = append(e.peers, OfAccelerator(a))
		}
	}
	return e, nil
})
