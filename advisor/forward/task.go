package forward

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"scaleadvise/advisor/kriging"
	"scaleadvise/advisor/memo"
)

// task is a question about any hardware, with the cells that bear on it. Goroutines may share it.
type task struct {
	*Evidence
	Question
	shape  shape
	point  point     // the part of it that follows from the model
	kin    []kinship // of the model with those of the cells, by their number
	lists  memo.Of[string, *shortlist]
	parts  memo.Of[Hardware, answer]
	unseen memo.Of[string, *process] // what the cells say of hardware that no run was on, by its kind
}

// answer is a prediction, or why there is none.
type answer struct {
	Prediction
	err error
}

// shortlist is the cells most alike to a task wherever they ran, for a kind of hardware.
type shortlist struct {
	cells []*cell // the most alike first
	holds []bool  // by the number of a cell
}

// process is cells with the Gaussian process conditioned on them.
type process struct {
	cells     []*cell
	posterior *kriging.Posterior
}

const (
	most       = 64  // cells that a prediction for known hardware rests on
	mostUnseen = 128 // and one for unknown hardware: the same ones for all of it
	listed     = 600 // cells that are looked at for a model

	conditioned = 256 // processes that are kept, of some 20 KB
)

// asking is all that a task depends on.
type asking struct {
	model                    Model
	runtime, precision, mode string
	batch, clients           float64
}

// recent is how many tasks are kept: those of one advice.
const recent = 16

// task is the task of a question, the same one for a question that was asked just before.
func (e *Evidence) task(q Question) (*task, error) {
	q, err := e.complete(q)
	if err != nil {
		return nil, err
	}
	q.Hardware = Hardware{}
	return e.tasks.Get(asking{q.Model, q.Runtime, q.Precision, q.Mode, q.Batch, q.Clients}, recent, func() *task {
		d := describe(q.Model)
		t := &task{Evidence: e, Question: q, shape: e.shapeOf(d)}
		t.point = e.modelPoint(d, t.shape, (*dictionary).find)
		t.kin = e.kinships(&t.point)
		return t
	}), nil
}

// kinships is what a model has in common with those of the cells.
func (e *Evidence) kinships(p *point) []kinship {
	all := make([]kinship, len(e.points))
	for i := range all {
		all[i] = e.Kernel.kinship(&e.points[i], p)
	}
	return all
}

// on predicts the task on one part.
func (t *task) on(h Hardware) (Prediction, error) {
	a := t.parts.Get(h, func() (a answer) {
		target, err := t.target(h)
		if err != nil {
			return answer{err: err}
		}
		w := workspaces.Get().(*workspace)
		defer workspaces.Put(w)
		near, posterior := t.conditioned(target, w)
		a.Prediction = t.predict(target, near, posterior, w)
		a.cite = func() ([]string, []Neighbour) {
			own := *target // goroutines may cite one answer at once
			near, _ := t.conditioned(&own, new(workspace))
			return t.Evidence.cite(near, exactly(near, &own.point), &own)
		}
		return a
	})
	return a.Prediction, a.err
}

// conditioned is the cells that a prediction rests on, and the process conditioned on them.
func (t *task) conditioned(target *target, w *workspace) ([]neighbour, *kriging.Posterior) {
	list := t.listFor(target, w)
	if target.run >= 0 {
		near := t.neighbours(&target.point, t.kin, t.candidates(list, &target.point, w), w)
		return near, t.process(near, w)
	}
	p := t.unseen.Get(target.Hardware.Kind, func() *process {
		p := &process{list.cells[:min(len(list.cells), mostUnseen)], new(kriging.Posterior)}
		t.condition(t.covariances(&target.point, t.kin, p.cells, w), p.posterior, w)
		return p
	})
	return t.covariances(&target.point, t.kin, p.cells, w), p.posterior
}

// process is the process conditioned on cells, which it puts in order: whatever the question, the same
// cells say the same.
func (e *Evidence) process(near []neighbour, w *workspace) *kriging.Posterior {
	slices.SortFunc(near, func(a, b neighbour) int { return cmp.Compare(a.number, b.number) })
	w.key = w.key[:0]
	for _, n := range near {
		w.key = binary.LittleEndian.AppendUint32(w.key, uint32(n.number))
	}
	return e.processes.Beside(string(w.key), conditioned, func() *kriging.Posterior {
		return e.condition(near, new(kriging.Posterior), w)
	})
}

// candidates are a shortlist and every other cell of one run and runtime.
func (t *task) candidates(s *shortlist, p *point, w *workspace) []*cell {
	w.cells = append(w.cells[:0], s.cells...)
	for _, c := range t.of(p.run, p.runtime) {
		if !s.holds[c.number] {
			w.cells = append(w.cells, c)
		}
	}
	return w.cells
}

// listFor is the shortlist for a kind of hardware.
func (t *task) listFor(target *target, w *workspace) *shortlist {
	return t.lists.Get(target.Hardware.Kind, func() *shortlist {
		s := &shortlist{cells: t.alike(target.point, t.kin, t.all, listed, w), holds: make([]bool, len(t.cells))}
		for _, c := range s.cells {
			s.holds[c.number] = true
		}
		return s
	})
}

// alike are the cells that would be most alike if they had run on the hardware asked about.
func (e *Evidence) alike(p point, kin []kinship, cells []*cell, n int, w *workspace) []*cell {
	near := w.neighbours(len(cells))
	for i, c := range cells {
		p.run = c.run
		near[i] = neighbour{c, e.Kernel.given(&kin[c.origin.Model], &c.point, &p, 1)}
	}
	near = w.largest(near, n)
	list := make([]*cell, len(near))
	for i, x := range near {
		list[i] = x.cell
	}
	return list
}

// target is the task on one part, with its features.
func (t *task) target(h Hardware) (*target, error) {
	if err := kindKnown(h); err != nil {
		return nil, err
	}
	q := t.Question
	q.Hardware = t.running(h, q.Runtime)
	q.Batch = underWay(q.Batch, q.Clients, q.Hardware.Kind, q.Mode)
	one := &target{Question: q, shape: t.shape, point: t.point}
	t.place(&one.point, q.Hardware, q.Runtime, q.Precision, mode(q.Mode, q.Batch), math.Log(q.Batch))
	one.prior = roofline(t.shape, q.Hardware, q.Runtime, q.Precision, q.Batch)
	return one, nil
}
