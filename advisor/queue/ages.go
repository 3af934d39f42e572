package queue

import "math"

// ages asks how old the requests of a batch are when its step starts.
//
// A batch holds the oldest min(Q, full) of the Q that wait. Those older than y arrived
// before a moment y earlier, in a step with elapsed time left after that moment; with k
// full steps between, J = left + arrivals before the moment − k·full of them are still
// there, and Q = J + arrivals since. Sums of min(J, full) over the stationary steps,
// divided by the mean batch, are tails of wait and sojourn: sums of positive terms,
// never one minus a distribution.
type ages struct {
	*lengths
	recip    reciprocals
	one, two excess
	rows     []float64
}

// longer is the number, per length of the queue, of requests that wait longer than y
// full steps, 0 ≤ y < horizon+1.
func (a *ages) longer(y float64) float64 {
	k := int(y)
	x := y - float64(k)
	sum := 0.0
	for _, p := range a.low {
		if part := 1 - x/a.time(p.length); part > 0 {
			sum += p.mass * a.taken(a.law(p.length).share(part), k)
		}
	}
	if len(a.over) == 0 {
		return sum
	}
	e := &a.one
	e.sum(a.law(a.full).share(1-x), &a.recip)
	for l, p := range a.over {
		v := e.over(k*a.full-l) - e.over((k+1)*a.full-l)
		if k == 0 {
			v = float64(l) + e.mean - e.over(a.full-l)
		}
		sum += p * v
	}
	return sum + a.rest*float64(a.full)
}

// taken is the mean of min(full, (N − k·full)⁺).
func (a *ages) taken(c counts, k int) float64 {
	v := c.mean
	if k > 0 {
		v = a.overOf(c, k*a.full)
	}
	return v - a.overOf(c, (k+1)*a.full)
}

// overOf is the mean of what a law exceeds n.
func (a *ages) overOf(c counts, n int) float64 {
	if c.reach() < n {
		return 0
	}
	a.two.sum(c, &a.recip)
	return a.two.over(n)
}

// service is the time of a request's own step, in full steps of the chain: alpha +
// beta·batch.
type service struct{ alpha, beta float64 }

func (s service) time(b int) float64 { return s.alpha + s.beta*float64(b) }

// slower is the number, per length of the queue, of requests whose wait and own step
// together take longer than t full steps.
func (a *ages) slower(t float64, own service) float64 {
	y := t - own.time(a.full)
	sum := a.idleSlower(t, own)
	if y < 1 {
		y = math.Max(y, 0)
		return sum + a.crowdedLonger(y) + a.partlyLonger(t, own) + a.correction(t, own)
	}
	return sum + math.Max(0, a.longer(y)-a.correction(t, own))
}

// idleSlower is for the requests that wake the server.
func (a *ages) idleSlower(t float64, own service) float64 {
	if a.idle == 0 || own.time(a.full) <= t {
		return 0
	}
	if a.dispersion == 1 {
		if own.time(1) > t {
			return a.idle
		}
		return 0
	}
	return a.idle * a.cluster(func(b int) bool { return own.time(b) > t })
}

// cluster is the mean of what a server takes of the cluster that wakes it, where that is
// wanted. The size is logarithmic.
func (a *ages) cluster(want func(b int) bool) float64 {
	q := 1 - 1/a.dispersion
	v := 1 / math.Log(a.dispersion)
	sum := 0.0
	below := 0.0 // probability of a smaller size
	for x := 1; x < a.full; x++ {
		v *= q
		p := v / float64(x)
		below += p
		if want(x) {
			sum += v
		}
	}
	if want(a.full) {
		sum += math.Max(0, 1-below) * float64(a.full)
	}
	return sum
}

// crowdedLonger is longer for y < 1 among full batches alone.
func (a *ages) crowdedLonger(y float64) float64 {
	sum := 0.0
	for _, p := range a.low {
		law, part := a.law(p.length), 1-y/a.time(p.length)
		if part <= 0 || law.reach() < a.full {
			continue
		}
		a.one.sum(law, &a.recip)
		sum += p.mass * (part*a.one.partial(a.full) - a.overOf(law.share(part), a.full))
	}
	if len(a.over) == 0 {
		return sum
	}
	law := a.law(a.full)
	a.one.sum(law, &a.recip)
	a.two.sum(law.share(1-y), &a.recip)
	for l, p := range a.over {
		n := a.full - l
		sum += p * (float64(l)*a.one.orMore(n) + (1-y)*a.one.partial(n) - a.two.over(n))
	}
	return sum + a.rest*float64(a.full)
}

// partlyLonger is for batches that are not full and whose oldest arrived during the step
// before.
func (a *ages) partlyLonger(t float64, own service) float64 {
	sum := 0.0
	for _, p := range a.low {
		sum += p.mass * a.partly(p.length, 0, t, own)
	}
	for _, p := range a.high {
		sum += p.mass * a.partly(a.full, p.length-a.full, t, own)
	}
	return sum
}

// partly is partlyLonger after a step that took batch and left some waiting. Of n
// arrivals those before a share of the step are n times that share, in the mean.
func (a *ages) partly(batch, left int, t float64, own service) float64 {
	step := a.time(batch)
	b := a.leastSlow(t-step, own)
	b = max(b, left, 1)
	if b >= a.full {
		return 0
	}
	law := a.law(batch)
	if left+law.reach() < b {
		return 0
	}
	tab := law.tabulate(a.rows, &a.recip)
	a.rows = tab.p
	b = max(b, left+tab.first)
	sum := 0.0
	for ; b < a.full && b-left-tab.first < len(tab.p); b++ {
		part := math.Min(1, (step-t+own.time(b))/step)
		sum += tab.p[b-left-tab.first] * (float64(left) + float64(b-left)*part)
	}
	return sum
}

// leastSlow is the least batch whose own step takes longer than t.
func (a *ages) leastSlow(t float64, own service) int {
	if own.time(1) > t {
		return 1
	}
	if own.time(a.full) <= t {
		return a.full
	}
	return int((t-own.alpha)/own.beta) + 1
}
