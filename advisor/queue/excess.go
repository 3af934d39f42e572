package queue

// excess is a counting law with its upper sums.
type excess struct {
	table
	mean  float64
	above []float64 // above[i] is the probability of first+i or more
	loss  []float64 // loss[i] is the mean of what exceeds first+i
}

// sum fills the upper sums of the law.
func (e *excess) sum(c counts, cut neglect, r *reciprocals) {
	e.table = c.tabulate(e.p, cut, r)
	e.mean = c.mean
	n := len(e.p)
	if cap(e.above) < n {
		e.above, e.loss = make([]float64, n+n/2), make([]float64, n+n/2)
	}
	e.above, e.loss = e.above[:n], e.loss[:n]
	above, loss := 0.0, 0.0
	for i := n - 1; i >= 0; i-- {
		loss += above
		above += e.p[i]
		e.above[i], e.loss[i] = above, loss
	}
}

// orMore returns the probability of n or more.
func (e *excess) orMore(n int) float64 {
	switch i := n - e.first; {
	case i < 0:
		return 1
	case i >= len(e.above):
		return 0
	default:
		return e.above[i]
	}
}

// over returns the mean of what exceeds n (the stop-loss of actuaries); below 0 the mean less n.
func (e *excess) over(n int) float64 {
	switch i := n - e.first; {
	case i < 0:
		return e.mean - float64(n)
	case i >= len(e.loss):
		return 0
	default:
		return e.loss[i]
	}
}

// partial returns the mean of the count where it is n or more, 0 elsewhere.
func (e *excess) partial(n int) float64 {
	if n <= e.first {
		return e.mean
	}
	return e.over(n) + float64(n)*e.orMore(n)
}

// share returns the law of the arrivals in a part of the time.
func (c counts) share(part float64) counts {
	return counts{c.mean * part, c.dispersion}
}
