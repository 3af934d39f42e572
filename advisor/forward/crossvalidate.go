package forward

import (
	"fmt"
	"hash/fnv"
	"math"
)

// What cross-validation holds out as a whole.
const (
	LeaveModel    = "model"    // every run of a tenth of the models
	LeaveCell     = "cell"     // every run of a model on one device
	LeavePair     = "pair"     // every run of one device with one runtime
	LeaveHardware = "hardware" // every run of one device, and of devices with its rates
	LeaveSource   = "source"   // every run that one source published
)

// Trial is a run predicted from evidence without it and without runs like it.
type Trial struct {
	Model, ModelKind                 string
	Hardware, HardwareKind           string
	Runtime, Precision, Mode, Source string
	Batch, Rows                      float64
	Seconds, Predicted, Low, High    float64
	Deviation                        float64 // standard deviation of ln Predicted, as kriging estimates it
	Asked                            string
	cell                             int
}

// Error returns the relative error of the predicted time.
func (t Trial) Error() float64 { return math.Abs(t.Predicted/t.Seconds - 1) }

// Holds reports whether the interval holds the measured time.
func (t Trial) Holds() bool { return t.Low <= t.Seconds && t.Seconds <= t.High }

// CrossValidate predicts up to a given number of runs of every device, runtime, precision and mode from
// evidence without them and their like. Runs of models whose operations are not stated are skipped: without
// them no prediction is possible.
func (e *Evidence) CrossValidate(leave string, each int) []Trial {
	return e.try(e.sample(each), leave)
}

// CrossValidateShare predicts a share of all runs, so that what is measured most often counts most.
func (e *Evidence) CrossValidateShare(leave string, share float64) []Trial {
	var picked []int
	for i := range e.cells {
		if e.cells[i].asks() && e.lotOf(&e.cells[i]) < share {
			picked = append(picked, i)
		}
	}
	return e.try(picked, leave)
}

// asks reports whether a cell is asked for: the operations of its model are stated, and it is
// none of MLPerf's tuned runs.
func (c *cell) asks() bool { return c.counted && !c.tuned }

func (e *Evidence) try(cells []int, leave string) []Trial {
	trials := make([]Trial, len(cells))
	for at, i := range cells {
		trials[at] = e.trial(&e.cells[i], leave)
		trials[at].cell = i
	}
	return trials
}

// sample picks up to a given number of cells of every device, runtime, precision and mode, by a hash
// of their models.
func (e *Evidence) sample(each int) []int {
	type group struct{ run, runtime, precision, mode int32 }
	sizes := map[group]int{}
	groupOf := func(c *cell) group { return group{c.run, c.runtime, c.precision, c.mode} }
	for i := range e.cells {
		if c := &e.cells[i]; c.asks() {
			sizes[groupOf(c)]++
		}
	}
	var picked []int
	for i := range e.cells {
		c := &e.cells[i]
		if !c.asks() {
			continue
		}
		share := float64(each) / float64(sizes[groupOf(c)])
		if e.lotOf(c) < share {
			picked = append(picked, i)
		}
	}
	return picked
}

// lot is a number of 0 to 1 drawn by a name.
func lot(name string) float64 {
	h := fnv.New32a()
	h.Write([]byte(name))
	x := h.Sum32()
	x ^= x >> 15
	x *= 2246822519
	x ^= x >> 13
	return float64(x) / (1 << 32)
}

// lotOf is the number drawn by a cell: the same one whatever other cells there are.
func (e *Evidence) lotOf(c *cell) float64 {
	return lot(fmt.Sprintf("%s %s %s %s %s %.3f", e.models[c.origin.Model].key, e.names[byRun].list[c.run], e.names[byRuntime].list[c.runtime],
		e.names[byPrecision].list[c.precision], e.names[byMode].list[c.mode], c.batch))
}

// folds is into how many parts models are put.
const folds = 10

// foldsOf is the fold of every name.
func (e *Evidence) foldsOf() []int {
	list := e.names[byName].list
	of := make([]int, len(list))
	for i, name := range list {
		of[i] = int(lot(name) * folds)
	}
	return of
}

// trial predicts one cell without its like.
func (e *Evidence) trial(c *cell, leave string) Trial {
	m, h, batch := e.models[c.origin.Model], e.devices[c.origin.Device], math.Exp(c.batch)
	q := Question{Model: m.Model, Hardware: h, Runtime: e.names[byRuntime].list[c.runtime], Precision: e.names[byPrecision].list[c.precision],
		Mode: e.names[byMode].list[c.mode], Batch: batch}
	t := target{Question: q, point: c.point, shape: e.shapeOf(m)}
	seconds := e.seconds(c)
	t.prior = math.Log(seconds) - c.value
	p := e.answer(&t, e.rest(c, leave), leave)
	return Trial{Model: m.Name, ModelKind: m.Kind, Hardware: h.Name, HardwareKind: h.Kind, Runtime: q.Runtime, Precision: q.Precision, Mode: q.Mode,
		Source: e.names[bySource].list[c.source], Batch: batch, Rows: c.rows, Seconds: seconds,
		Predicted: p.Seconds, Low: p.Low, High: p.High, Deviation: p.deviation, Asked: p.Asked}
}

// without is what leaving out means for one cell.
func (e *Evidence) without(c *cell, leave string) func(*cell) bool {
	switch leave {
	case LeaveModel:
		folds := e.foldsOf()
		return func(o *cell) bool { return folds[o.name] == folds[c.name] }
	case LeaveCell:
		return func(o *cell) bool { return o.device == c.device && o.name == c.name }
	case LeavePair:
		return func(o *cell) bool { return o.device == c.device && o.runtime == c.runtime }
	case LeaveHardware:
		return func(o *cell) bool {
			return o.device == c.device || o.rated && c.rated && o.kind == c.kind && o.precision == c.precision && o.peak == c.peak
		}
	}
	return func(o *cell) bool { return o.source == c.source }
}

// rest are the cells that stay when one is left out with its like.
func (e *Evidence) rest(c *cell, leave string) []*cell {
	without, kept := e.without(c, leave), make([]*cell, 0, len(e.cells))
	for i := range e.cells {
		if o := &e.cells[i]; !without(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// answer predicts from some cells as Predict does from all.
func (e *Evidence) answer(t *target, cells []*cell, leave string) Prediction {
	w, kin := workspaces.Get().(*workspace), e.kinships(t.point)
	defer workspaces.Put(w)
	if leave == LeaveHardware {
		t.point.source = e.usualSource(&t.point, cells)
		cells = e.alike(t.point, kin, cells, mostUnseen, w)
		near := e.covariances(&t.point, kin, cells, w)
		return e.predict(t, near, e.condition(near, &w.process, w), w)
	}
	near := e.neighbours(&t.point, kin, cells, w)
	return e.predict(t, near, e.condition(near, &w.process, w), w)
}
