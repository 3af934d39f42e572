package forward

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

// gathered numbers what the runs of a catalogue name.
type gathered struct {
	table
	devices, models, runtimes, precisions, modes, sources *dictionary
	times                                                 map[run][]float64 // ln, of runs without value and rows
	operators                                             map[string]int    // by plain name
}

// gather condenses the measurements of a catalogue: runs that agree in everything but
// release and layout of memory become one, with their median. It returns them with ln of
// the times that each was made of.
func gather(c *catalog.Catalog) (table, []run, [][]float64, error) {
	rows, err := catalog.ForwardMeasurements()
	if err != nil {
		return table{}, nil, nil, err
	}
	known, err := catalog.Devices()
	if err != nil {
		return table{}, nil, nil, err
	}
	byName := map[string]catalog.Device{}
	for _, d := range known {
		byName[d.Name] = d
	}
	g := gathered{times: map[run][]float64{}, operators: operatorsByName(c)}
	for _, d := range []**dictionary{&g.devices, &g.models, &g.runtimes, &g.precisions, &g.modes, &g.sources} {
		*d = &dictionary{index: map[string]int32{}}
	}
	for _, r := range rows {
		d, ok := byName[r.Hardware]
		if !ok {
			return table{}, nil, nil, fmt.Errorf("devices.csv: no %s", r.Hardware)
		}
		g.add(r, ofDevice(c, d, r.DeviceKind, r.Cores))
	}
	for _, m := range c.Measurements() {
		g.tuned(c, m)
	}
	g.Runtimes, g.Precisions, g.Modes, g.Sources = g.runtimes.list, g.precisions.list, g.modes.list, g.sources.list
	runs := g.runs()
	times := make([][]float64, len(runs))
	for i, r := range runs {
		r.Value, r.Rows = 0, 0
		times[i] = g.times[r]
	}
	return g.table, runs, times, nil
}

// add puts one measurement with its like.
func (g *gathered) add(r catalog.Forward, h Hardware) {
	m := Model{Name: r.Model, Kind: r.Kind, ParamsM: r.ParamsM, GMACs: r.GMACs, ActivationsM: r.ActivationsM, Input: r.Input, Operators: g.operators[plain(r.Model)]}
	batch := underWay(r.Batch, r.Clients, h.Kind, r.Mode)
	runtime := Runtime(r.Runtime)
	k := run{
		Runtime: uint8(g.runtimes.add(runtime)), Precision: uint8(g.precisions.add(precisionOf(r, h, runtime, batch))),
		Mode: uint8(g.modes.add(mode(r.Mode, batch))), Source: uint8(g.sources.add(r.Source)), Batch: float32(math.Log(batch)),
	}
	if i := g.devices.add(h.run()); int(i) == len(g.Devices) {
		g.Devices = append(g.Devices, h)
	}
	k.Device = uint16(g.devices.find(h.run()))
	d := describe(m)
	identity := d.key + "|" + m.Kind
	if i := g.models.add(identity); int(i) == len(g.table.models) {
		g.table.models = append(g.table.models, d)
	} else {
		g.table.models[i].Model = g.table.models[i].with(m)
	}
	k.Model = uint16(g.models.find(identity))
	g.times[k] = append(g.times[k], math.Log(seconds(r, batch)))
}

// precisionOf is the class of precision of a run. One that states none, and beats the peak of the one that its
// runtime usually has, was run in another.
func precisionOf(r catalog.Forward, h Hardware, runtime string, batch float64) string {
	usual := Precision(r.Precision, runtime)
	if r.Precision == "" && h.peak(usual) > 0 && 2e-3*r.GMACs*batch/seconds(r, batch) > turbo*h.peak(usual) {
		return precisionUnstated
	}
	return usual
}

// seconds is the time of a batch: of one stream as it was seen, of many as the whole
// machine delivers it.
func seconds(r catalog.Forward, batch float64) float64 {
	if r.Throughput == 0 || r.Mode == catalog.ModeLatency && r.LatencyMS > 0 {
		return r.LatencyMS / 1e3
	}
	return batch / r.Throughput
}

// runs lists the condensed measurements in an order of their own; their values are ln time
// still.
func (g *gathered) runs() []run {
	list := make([]run, 0, len(g.times))
	for k, times := range g.times {
		k.Value, k.Rows = float32(stat.Median(times)), uint8(min(len(times), 255))
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b run) int {
		return cmp.Or(cmp.Compare(a.Model, b.Model), cmp.Compare(a.Device, b.Device), cmp.Compare(a.Runtime, b.Runtime), cmp.Compare(a.Precision, b.Precision),
			cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Source, b.Source))
	})
	return list
}

// less takes the roofline from the times of runs.
func (c *Coefficients) less(t table, runs []run) []run {
	out := slices.Clone(runs)
	for i := range out {
		r := &out[i]
		r.Value -= float32(roofline(c.shapeOf(t.models[r.Model]), t.Devices[r.Device], t.Runtimes[r.Runtime], t.Precisions[r.Precision], math.Exp(float64(r.Batch))))
	}
	return out
}
