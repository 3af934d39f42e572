package queue

// arrived holds the laws of the arrivals in the steps before a batch. From one question about a queue to the
// next only the time asked about changes, and these stay.
type arrived struct {
	after map[int]*excess // by the batch of the step
	held  int             // count of numbers held in after
	spare []*excess

	longer      float64 // number of requests that wait longer than the step before
	longerKnown bool
}

// mostHeld bounds the numbers that are kept for one stretch of steps: 4 MiB.
const mostHeld = 1 << 19

// forget makes room for another queue.
func (r *arrived) forget() {
	for batch, e := range r.after {
		r.spare = append(r.spare, e)
		delete(r.after, batch)
	}
	r.held, r.longerKnown = 0, false
}

// longerThanStep returns the number, per length of the queue, of requests that wait longer than the
// step before takes.
func (a *ages) longerThanStep() float64 {
	r := &a.arrived[a.stretched]
	if !r.longerKnown {
		r.longer, r.longerKnown = a.longer(a.stretch), true
	}
	return r.longer
}

// arrivedIn returns the law of the arrivals in the step before by its batch, valid until the next is
// asked for.
func (a *ages) arrivedIn(batch int) *excess {
	r := &a.arrived[a.stretched]
	if e, ok := r.after[batch]; ok {
		return e
	}
	if r.held > mostHeld {
		a.one.sum(a.during(moment{}, batch), a.cut, &a.recip)
		return &a.one
	}
	e := new(excess)
	if n := len(r.spare); n > 0 {
		e, r.spare = r.spare[n-1], r.spare[:n-1]
	}
	e.sum(a.during(moment{}, batch), a.cut, &a.recip)
	if r.after == nil {
		r.after = map[int]*excess{}
	}
	r.after[batch] = e
	r.held += 3 * len(e.p)
	return e
}
