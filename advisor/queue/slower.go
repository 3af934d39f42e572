package queue

import "math"

// service is the time of a request's own step by its batch, in full steps of the chain.
type service struct{ alpha, beta float64 }

func (s service) time(b int) float64 { return s.alpha + s.beta*float64(b) }

// times returns the same service, f times as long.
func (s service) times(f float64) service { return service{s.alpha * f, s.beta * f} }

// least returns the least batch up to full whose step takes longer than t; full where none
// below does.
func (s service) least(t float64, full int) int {
	switch {
	case s.time(1) > t:
		return 1
	case s.time(full) <= t:
		return full
	}
	return int((t-s.alpha)/s.beta) + 1
}

// slower returns the number, per length of the queue, of requests that arrive at a busy server
// and whose wait and own step together take longer than t full steps.
func (a *ages) slower(t float64, own service) float64 {
	y := t - own.time(a.full)
	if y >= a.stretch {
		return math.Max(0, a.longer(y)-a.correction(t, own))
	}
	m := moment{0, math.Max(y, 0)}
	low := a.lasting(m)
	sum := a.crowded(m, low) + a.partly(t, own, low)
	if a.worthCorrecting(t, own, sum) {
		sum += a.correction(t, own)
	}
	return sum
}

// crowded returns longer for full batches only, for moments in the step before.
func (a *ages) crowded(m moment, low []point) float64 {
	sum := 0.0
	for _, p := range low {
		law, part := a.during(m, p.length), 1-m.x/a.lasts(m, p.length)
		if part <= 0 || law.most(a.cut) < a.full {
			continue
		}
		e := a.arrivedIn(p.length)
		sum += p.mass * (part*e.partial(a.full) - a.overOfLater(e, law, part))
	}
	if len(a.over) == 0 {
		return sum
	}
	law, part := a.during(m, a.full), 1-m.x/a.stretch
	e := a.arrivedIn(a.full)
	later := a.laterOf(e, law, part)
	for l, p := range a.over {
		n := a.full - l
		sum += p * (float64(l)*e.orMore(n) + part*e.partial(n) - later.over(n))
	}
	return sum + a.rest*float64(a.full)
}

// overOfLater returns the mean of what the arrivals in a part of the time of a law exceed a full batch.
func (a *ages) overOfLater(e *excess, law counts, part float64) float64 {
	if later := law.share(part); part < 1 && later.wide() && a.cv2 > 0 {
		return later.over(a.full)
	}
	return a.laterOf(e, law, part).over(a.full)
}

// laterOf returns the law of the arrivals in a part of the time of a law.
func (a *ages) laterOf(e *excess, law counts, part float64) *excess {
	if part == 1 {
		return e
	}
	a.two.sum(law.share(part), a.cut, &a.recip)
	return &a.two
}

// partly returns the part of slower for batches that are not full and whose oldest request arrived during
// the step before.
func (a *ages) partly(t float64, own service, low []point) float64 {
	sum := 0.0
	for _, p := range low {
		sum += p.mass * a.partlyAfter(p.length, 0, t, own)
	}
	for _, p := range a.high {
		sum += p.mass * a.partlyAfter(a.full, p.length-a.full, t, own)
	}
	return sum
}

// partlyAfter returns partly after a step that took batch and left some waiting. Of n arrivals those before
// a share of the step are n times that share, in the mean.
func (a *ages) partlyAfter(batch, left int, t float64, own service) float64 {
	step, law := a.stretch*a.time(batch), a.during(moment{}, batch)
	b := max(own.least(t-step, a.full), left, 1)
	if b >= a.full || left+law.most(a.cut) < b {
		return 0
	}
	tab := a.arrivedIn(batch).table
	start, end := left+tab.first, min(a.full, left+tab.end())
	b = max(b, start)
	whole := min(own.least(t, a.full), end)
	share, slope := (step-t+own.alpha)/step, own.beta/step
	sum := 0.0
	for ; b < whole; b++ {
		sum += tab.p[b-start] * (float64(left) + float64(b-left)*(share+slope*float64(b)))
	}
	for ; b < end; b++ {
		sum += tab.p[b-start] * float64(b)
	}
	return sum
}

// worthCorrecting reports whether batches that are not full after full steps may add more
// than a few parts in 1e5 to a sum: at most those that wait a full step, times the chance
// that so few arrive meanwhile.
func (a *ages) worthCorrecting(t float64, own service, sum float64) bool {
	limit := own.least(t-a.stretch, a.full)
	if limit <= 1 || len(a.over) == 0 {
		return false
	}
	law := a.within(a.stretch)
	few := 1.0
	if gap := law.mean - float64(limit); gap > 0 {
		few = math.Exp(-gap * gap / (2 * law.mean * law.dispersion))
	}
	return few > 1e-5 && a.longerThanStep()*few > 3e-5*sum
}
