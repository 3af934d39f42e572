package forward

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"

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
	ground *ground
	parts  memo.Of[Hardware, answer]
}

// ground is the cells that a task rests on. Tasks of nearly the same model rest on the same ones, so that
// many sizes of a request are answered in the time of a few.
type ground struct {
	*Evidence
	point  point     // nearly that of the tasks
	kin    []kinship // of its model
	lists  memo.Of[string, *shortlist]
	known  memo.Of[Hardware, *process]
	unseen memo.Of[string, *process] // what the cells say of hardware that no run was on, by its kind
}

// answer is a prediction, or why there is none.
type answer struct {
	Prediction
	err error
}

// shortlist is the cells most alike to a task wherever they ran, for a kind of hardware.
type shortlist struct {
	cells []*cell  // the most alike first
	holds []uint64 // a bit a cell, by its number
}

// has reports whether a cell is in the list.
func (s *shortlist) has(c *cell) bool { return s.holds[c.number/64]>>(c.number%64)&1 == 1 }

// process is the cells that a Gaussian process is conditioned on.
type process struct {
	cells  []*cell
	source int32  // who usually measured there
	key    string // the numbers of the cells
}

const (
	most       = 64  // cells that a prediction for known hardware rests on
	mostUnseen = 128 // and one for unknown hardware: the same ones for all of it
	listed     = 600 // cells that are looked at for a model

	conditioned = 384 // processes that are kept, of some 20 KB
)

// asking is all that a task depends on.
type asking struct {
	model                    Model
	runtime, precision, mode string
	batch, clients           float64
}

// grounding is all that a ground depends on.
type grounding struct {
	point                    point
	runtime, precision, mode string
	batch, clients           float64
}

const (
	recent = 16 // tasks that are kept: those of one advice
	wide   = 48 // grounds that are: those of a few sizes of request, of a model and its siblings on each stack
)

// task is the task of a question, the same one for a question that was asked just before.
func (e *Evidence) task(q Question) (*task, error) {
	q, err := e.complete(q)
	if err != nil {
		return nil, err
	}
	q.Hardware = Hardware{}
	return e.tasks.Get(asking{q.Model, q.Runtime, q.Precision, q.Mode, q.Batch, q.Clients}, recent, func() *task {
		d := e.described(q.Model)
		t := &task{Evidence: e, Question: q, shape: e.shapeOf(d)}
		t.point = e.modelPoint(d, t.shape, (*dictionary).find)
		t.kin = e.kinships(t.point)
		t.ground = e.groundOf(t)
		return t
	}), nil
}

// groundOf is the ground of a task: its own, but where a model reads a number of tokens that is in no run of
// it. Those are what is asked about many sizes.
func (e *Evidence) groundOf(t *task) *ground {
	p := t.point
	if p.model < 0 && strings.HasSuffix(t.Model.Input, " tokens") {
		p = p.rounded()
	}
	return e.grounds.Get(grounding{p, t.Runtime, t.Precision, t.Mode, t.Batch, t.Clients}, wide, func() *ground {
		return &ground{Evidence: e, point: p, kin: e.kinships(p)}
	})
}

// Steps to which the figures of a model are rounded for its ground: less than the lengths over which
// likeness falls, and about twice the work.
const (
	workStep      = math.Ln2
	intensityStep = 0.5
)

// rounded is nearly the point of a model.
func (p point) rounded() point {
	p.gmacs = math.Round(p.gmacs/workStep) * workStep
	p.intensity = math.Round(p.intensity/intensityStep) * intensityStep
	return p
}

// kinships is what a model has in common with those of the cells, on whatever stack it runs.
func (e *Evidence) kinships(p point) []kinship {
	return e.kin.Beside(p, recent, func() []kinship {
		all := make([]kinship, len(e.points))
		for i := range all {
			all[i] = e.Kernel.kinship(&e.points[i], &p)
		}
		return all
	})
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
	at := target.point // as the ground has it
	at.gmacs, at.intensity = t.ground.point.gmacs, t.ground.point.intensity
	p := t.ground.process(target.Hardware, at, w)
	target.point.source = p.source
	posterior := t.posterior(p, w)
	return t.covariances(&target.point, t.kin, p.cells, w), posterior
}

// process is the cells that bear on a point of the ground, which is on some hardware.
func (g *ground) process(h Hardware, p point, w *workspace) *process {
	list := g.listFor(h.Kind, p, w)
	if p.run < 0 {
		return g.unseen.Get(h.Kind, func() *process {
			return newProcess(list.cells[:min(len(list.cells), mostUnseen)], p.source, w)
		})
	}
	return g.known.Get(h, func() *process {
		near := g.neighbours(&p, g.kin, g.candidates(list, &p, w), w)
		cells := make([]*cell, len(near))
		for i, n := range near {
			cells[i] = n.cell
		}
		// In order: whatever the question, the same cells say the same.
		slices.SortFunc(cells, func(a, b *cell) int { return cmp.Compare(a.number, b.number) })
		return newProcess(cells, p.source, w)
	})
}

func newProcess(cells []*cell, source int32, w *workspace) *process {
	w.key = w.key[:0]
	for _, c := range cells {
		w.key = binary.LittleEndian.AppendUint32(w.key, uint32(c.number))
	}
	return &process{cells, source, string(w.key)}
}

// posterior is a process conditioned on its cells, the one that is kept for whoever rests on the same.
func (e *Evidence) posterior(p *process, w *workspace) *kriging.Posterior {
	return e.processes.Beside(p.key, conditioned, func() *kriging.Posterior {
		near := w.neighbours(len(p.cells))
		for i, c := range p.cells {
			near[i].cell = c
		}
		return e.condition(near, new(kriging.Posterior), w)
	})
}

// candidates are a shortlist and every other cell of one run and runtime.
func (g *ground) candidates(s *shortlist, p *point, w *workspace) []*cell {
	w.cells = append(w.cells[:0], s.cells...)
	for _, c := range g.of(p.run, p.runtime) {
		if !s.has(c) {
			w.cells = append(w.cells, c)
		}
	}
	return w.cells
}

// listFor is the shortlist for a kind of hardware.
func (g *ground) listFor(kind string, p point, w *workspace) *shortlist {
	return g.lists.Get(kind, func() *shortlist {
		s := &shortlist{cells: g.alike(p, g.kin, g.all, listed, w), holds: make([]uint64, len(g.cells)/64+1)}
		for _, c := range s.cells {
			s.holds[c.number/64] |= 1 << (c.number % 64)
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
