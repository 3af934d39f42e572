package forward

import "scaleadvise/advisor/kriging"

// task is a question about any hardware, with the cells that bear on it.
type task struct {
	*Evidence
	Question
	shape shape
	kinds map[string]*shortlist // by kind of hardware
}

// shortlist is the cells most alike to a task wherever they ran.
type shortlist struct {
	cells  []*cell
	holds  map[*cell]bool
	unseen *process // what they say of hardware that no run was on
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
)

func (e *Evidence) task(q Question) (*task, error) {
	q, err := e.complete(q)
	if err != nil {
		return nil, err
	}
	return &task{Evidence: e, Question: q, shape: e.shapeOf(describe(q.Model)), kinds: map[string]*shortlist{}}, nil
}

// on predicts the task on one part.
func (t *task) on(h Hardware) (Prediction, error) {
	q := t.Question
	q.Hardware = t.running(h, q.Runtime)
	target, err := t.target(q)
	if err != nil {
		return Prediction{}, err
	}
	list := t.listFor(target)
	if target.run >= 0 {
		near := t.neighbours(&target.point, t.candidates(list, &target.point))
		return t.predict(target, near, t.condition(near)), nil
	}
	if list.unseen == nil {
		list.unseen = t.unseen(list.cells)
	}
	return t.predict(target, t.covariances(&target.point, list.unseen.cells), list.unseen.posterior), nil
}

// unseen conditions on the cells most alike, whatever hardware is asked about.
func (t *task) unseen(cells []*cell) *process {
	cells = cells[:min(len(cells), mostUnseen)]
	near := make([]neighbour, len(cells))
	for i, c := range cells {
		near[i].cell = c
	}
	return &process{cells, t.condition(near)}
}

// candidates are a shortlist and every other cell of one run and runtime.
func (t *task) candidates(s *shortlist, p *point) []*cell {
	list := s.cells[:len(s.cells):len(s.cells)]
	for _, c := range t.byRun[[2]int32{p.run, p.runtime}] {
		if !s.holds[c] {
			list = append(list, c)
		}
	}
	return list
}

// listFor is the shortlist for a kind of hardware.
func (t *task) listFor(target *target) *shortlist {
	kind := target.Hardware.Kind
	if s, ok := t.kinds[kind]; ok {
		return s
	}
	s := &shortlist{cells: t.alike(target.point, t.all, listed), holds: map[*cell]bool{}}
	for _, c := range s.cells {
		s.holds[c] = true
	}
	t.kinds[kind] = s
	return s
}

// alike are the cells that would be most alike if they had run on the hardware asked about.
func (e *Evidence) alike(p point, cells []*cell, n int) []*cell {
	near := make([]neighbour, len(cells))
	for i, c := range cells {
		p.run, p.device, p.peak, p.bandwidth, p.rated = c.run, c.device, c.peak, c.bandwidth, c.rated
		near[i] = neighbour{c, e.Kernel.between(&c.point, &p)}
	}
	near = largest(near, n)
	list := make([]*cell, len(near))
	for i, x := range near {
		list[i] = x.cell
	}
	return list
}
