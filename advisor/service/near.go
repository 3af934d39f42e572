package service

import (
	"cmp"
	"math"
	"slices"
)

// How many neighbours a prediction uses: beyond these the answer no longer moves,
// and its cost grows with their cube.
const (
	nearParts      = 10 // accelerators that did the task
	nearKin        = 4  // further accelerators like the target
	nearBenchmarks = 9  // tasks by which those are compared
	nearShares     = 90
)

// named is a task by its names.
type named struct{ benchmark, model string }

// hidden is a pair of accelerator and model left out, for cross-validation.
type hidden struct{ accelerator, model string }

func (h hidden) hides(c *cell) bool {
	return h.accelerator == c.accelerator && (h.model == c.model || h.model == "")
}

// around picks the cells that a rate or a latency is predicted from: the accelerators most
// like the target's that did its task, and the tasks by which they compare with it; one
// cell of each, the nearest in time.
func around(k *RateKernel, cells []cell, out hidden, q *cell) []*cell {
	parts := partsAround(k, cells, out, q)
	tasks := tasksAround(cells, out, q, parts)
	type key struct {
		accelerator string
		task
	}
	at := map[key]int{}
	var near []*cell
	for i := range cells {
		c := &cells[i]
		if out.hides(c) || !parts[c.accelerator] || !tasks[named{c.benchmark, c.model}] {
			continue
		}
		id := key{c.accelerator, c.task}
		j, seen := at[id]
		switch {
		case !seen:
			at[id] = len(near)
			near = append(near, c)
		case math.Abs(c.year-q.year) < math.Abs(near[j].year-q.year):
			near[j] = c
		}
	}
	return near
}

// partsAround is the target, the accelerators nearest to it that did its model's work, and
// those nearest to it that did any.
func partsAround(k *RateKernel, cells []cell, out hidden, q *cell) map[string]bool {
	type part struct {
		name  string
		close float64
		did   bool
	}
	index := map[string]int{}
	var parts []part
	at, last := 0, ""
	for i := range cells {
		c := &cells[i]
		if out.hides(c) {
			continue
		}
		if c.accelerator != last { // cells of one accelerator and task stand together
			j, ok := index[c.accelerator]
			if !ok {
				j = len(parts)
				index[c.accelerator] = j
				parts = append(parts, part{name: c.accelerator, close: k.kinship(c, q)})
			}
			at, last = j, c.accelerator
		}
		parts[at].did = parts[at].did || c.model == q.model
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.close, a.close) })
	picked := map[string]bool{q.accelerator: true}
	did, kin := map[string]bool{}, 0
	for _, p := range parts {
		switch {
		case p.did && len(did) < nearParts:
			did[p.name], picked[p.name] = true, true
		case kin < nearKin:
			kin++
			picked[p.name] = true
		}
	}
	linked := linkedTo(did, cells, out, q)
	if slices.ContainsFunc(parts, func(p part) bool { return picked[p.name] && linked[p.name] }) {
		return picked
	}
	// Nothing that the target's kin ran compares them with where its model ran: those nearest to it that
	// ran what was run there as well.
	for _, p := range parts {
		if kin < 2*nearKin && !picked[p.name] && linked[p.name] {
			kin++
			picked[p.name] = true
		}
	}
	return picked
}

// linkedTo are the accelerators that ran a task, other than of the target's model, that some of those given ran,
// and are none of them.
func linkedTo(did map[string]bool, cells []cell, out hidden, q *cell) map[string]bool {
	linked := map[string]bool{}
	for i := 0; i < len(cells); {
		j, common := i, false // cells of one task stand together
		for ; j < len(cells) && cells[j].model == cells[i].model && cells[j].benchmark == cells[i].benchmark; j++ {
			c := &cells[j]
			common = common || c.model != q.model && (j == i || c.accelerator != cells[j-1].accelerator) && did[c.accelerator] && !out.hides(c)
		}
		for last := ""; common && i < j; i++ {
			if c := &cells[i]; c.accelerator != last && !did[c.accelerator] && !out.hides(c) {
				last, linked[c.accelerator] = c.accelerator, true
			}
		}
		i = j
	}
	return linked
}

// kinship is how alike two cells' hardware is.
func (k *RateKernel) kinship(a, b *cell) float64 {
	a2, b2 := cell{place: a.place}, cell{place: b.place}
	a2.model, b2.model = "a", "b"
	a2.half, b2.half = true, false
	a2.task.kind, b2.task.kind = "a", "b"
	return k.between(&a2, &b2) + k.XFamily*one(a.family == b.family) + k.XGeneration*one(a.generation == b.generation)
}

// tasksAround is the target's own task and model, and the tasks that it did, or if it did
// few, that most of its neighbours did.
func tasksAround(cells []cell, out hidden, q *cell, parts map[string]bool) map[named]bool {
	type tally struct {
		named
		own bool
		n   int
	}
	index := map[named]int{}
	var tasks []tally
	picked := map[named]bool{}
	for i := range cells {
		c := &cells[i]
		if out.hides(c) || !parts[c.accelerator] {
			continue
		}
		name := named{c.benchmark, c.model}
		if c.model == q.model {
			picked[name] = true
			continue
		}
		j, ok := index[name]
		if !ok {
			j = len(tasks)
			index[name] = j
			tasks = append(tasks, tally{named: name})
		}
		tasks[j].n++
		tasks[j].own = tasks[j].own || c.accelerator == q.accelerator
	}
	slices.SortStableFunc(tasks, func(a, b tally) int {
		return cmp.Or(cmp.Compare(one(b.own), one(a.own)), cmp.Compare(b.n, a.n))
	})
	for _, t := range tasks[:min(len(tasks), nearBenchmarks)] {
		picked[t.named] = true
	}
	return picked
}

// closest picks the share cells that tell most about the target.
func closest(k *ShareKernel, cells []cell, out hidden, q *cell) []*cell {
	type scored struct {
		at    int
		tells float64
	}
	all := make([]scored, 0, len(cells))
	for i := range cells {
		if c := &cells[i]; !out.hides(c) {
			all = append(all, scored{i, k.between(c, q)})
		}
	}
	slices.SortFunc(all, func(a, b scored) int { return cmp.Or(cmp.Compare(b.tells, a.tells), cmp.Compare(a.at, b.at)) })
	near := make([]*cell, min(len(all), nearShares))
	for i := range near {
		near[i] = &cells[all[i].at]
	}
	return near
}
