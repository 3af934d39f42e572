package queue

import "math"

// ages computes how old the requests of a batch are when its step starts.
//
// A batch holds the oldest min(Q, full) of the Q that wait. Those older than y arrived
// before the moment y earlier. If k full steps lie between, J = what the step of that
// moment left + its arrivals before the moment − k·full of them are still there, and
// Q = J + arrivals since. Sums of min(J, full) over the stationary steps, divided by the
// mean batch, are tails of wait and sojourn: sums of positive terms, never one minus a
// distribution.
type ages struct {
	*lengths
	solution  uint64    // which the tables are of
	stretch   float64   // length of the step before the batch over its mean
	stretched int       // index of that stretch
	arrived   []arrived // by stretch
	cut       neglect   // probability that tables neglect
	few       neglect   // the same for the smallest sums

	recip       reciprocals
	one, two    excess
	early, late table
	row         []float64
	before      []float64
	panel       mesh
	recent      []point
	line        lagrange
}

// of sets the queue whose ages are computed. Small batches afford more digits; with varying steps fewer
// digits are accurate.
func (a *ages) of(l *lengths) *ages {
	const small = 16
	a.lengths, a.stretch = l, 1
	if a.solution != l.solution {
		a.solution = l.solution
		for i := range a.arrived {
			a.arrived[i].forget()
		}
	}
	a.cut, a.few = faint, rough
	switch {
	case l.cv2 > 0:
		a.cut = rough
	case l.full <= small:
		a.cut, a.few = tiny, tiny
	}
	return a
}

// stretchedBy makes the step before the batch the i-th of the stretches, f times its mean.
func (a *ages) stretchedBy(i int, f float64) {
	for len(a.arrived) <= i {
		a.arrived = append(a.arrived, arrived{})
	}
	a.stretched, a.stretch = i, f
}

// moment is a moment before the start of a batch's step: x after the start of what is
// left of its own step, with k full steps between.
type moment struct {
	k int
	x float64
}

// ago returns the moment y earlier.
func (a *ages) ago(y float64) moment {
	if y < a.stretch {
		return moment{0, y}
	}
	whole := math.Floor(y - a.stretch)
	return moment{1 + int(whole), y - a.stretch - whole}
}

// lasts returns the length of the moment's step if it started with q waiting.
func (a *ages) lasts(m moment, q int) float64 {
	if m.k == 0 {
		return a.stretch * a.time(q)
	}
	return a.time(q)
}

// during returns the law of the arrivals in that step.
func (a *ages) during(m moment, q int) counts {
	if m.k == 0 {
		return a.within(a.stretch * a.time(q))
	}
	return a.law(q)
}

// within returns the law of the arrivals in a given time.
func (a *ages) within(time float64) counts {
	return counts{a.rate * time, a.dispersion}
}

// longer returns the number, per length of the queue, of requests that wait longer than y
// full steps, 0 ≤ y < horizon+1.
func (a *ages) longer(y float64) float64 {
	m := a.ago(y)
	sum := 0.0
	for _, p := range a.lasting(m) {
		if part := 1 - m.x/a.lasts(m, p.length); part > 0 {
			sum += p.mass * a.taken(a.during(m, p.length).share(part), m.k)
		}
	}
	if len(a.over) == 0 {
		return sum
	}
	part := 1 - m.x/a.lasts(m, a.full)
	e := &a.one
	e.sum(a.during(m, a.full).share(part), a.cut, &a.recip)
	for l, p := range a.over {
		v := e.over(m.k*a.full-l) - e.over((m.k+1)*a.full-l)
		if m.k == 0 {
			v = float64(l) + e.mean - e.over(a.full-l)
		}
		sum += p * v
	}
	return sum + a.rest*float64(a.full)
}

// lasting returns points for the lengths below full whose steps reach back to the moment. The function that
// the ages sum is zero below that length and has a kink there, so the points end at it.
func (a *ages) lasting(m moment) []point {
	if len(a.low) == 0 || m.x < a.lasts(m, a.low[0].length) || a.beta == 0 {
		return a.low
	}
	a.recent = a.recent[:0]
	from := int((m.x/a.lasts(m, a.full)-a.alpha)/a.beta) + 1
	last := a.low[len(a.low)-1].length
	if from >= last {
		return a.recent
	}
	const least = 12
	a.panel.layPanel(from, last, max(1, min(third(a.law(last)), (last-from)/least)))
	cell := 0 // the low points on either side of q
	for i, q := range a.panel.x {
		for a.low[cell+1].length < q {
			cell++
		}
		w := a.panel.w[i]
		if q == a.full {
			w = a.panel.below
		}
		p := a.lowAt(q, cell)
		a.recent = append(a.recent, point{q, p, p * w})
	}
	return a.recent
}

// lowAt returns the probability of a length between low points cell and cell+1, by
// interpolation.
func (a *ages) lowAt(q, cell int) float64 {
	for _, p := range a.low[cell : cell+2] {
		if p.length == q {
			return p.p
		}
	}
	first, n := centred(cell, 0, len(a.low)-1)
	near := a.low[first : first+n]
	a.line.n = n
	for k, p := range near {
		a.line.x[k] = p.length
	}
	a.line.prepare()
	v := 0.0
	for k, w := range a.line.at(q) {
		v += w * near[k].p
	}
	return math.Max(0, v)
}

// taken returns the mean of min(full, (N − k·full)⁺).
func (a *ages) taken(c counts, k int) float64 {
	least, most := k*a.full, (k+1)*a.full
	if k > 0 && c.most(a.cut) < least {
		return 0
	}
	if a.cv2 > 0 && c.wide() {
		return c.over(least) - c.over(most)
	}
	if k == 0 && c.most(a.cut) < most {
		return c.mean
	}
	a.two.sum(c, a.cut, &a.recip)
	return a.two.over(least) - a.two.over(most)
}
