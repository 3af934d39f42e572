package queue

import "math"

// inquire keeps one solver and one set of tails for all loads.
func (b Batch) inquire(bound, share float64) inquiry {
	q := b.queue(b.CV, 0)
	if b.MaxBatch == 1 || !q.valid {
		return plain(b, bound)
	}
	s, t := solvers.Get().(*solver), q.tails()
	exact := exactly
	if b.CV > 0 {
		exact = varyingly
	}
	alone := gamma{b.Alpha + b.Beta, b.CV}
	exceeds := func(l Load) float64 {
		if group := b.grouping(b.CV, l.Rate); group != t.asked {
			q = b.queue(b.CV, l.Rate)
			t = q.tails()
			t.asked = group
		}
		rate := q.perStep(l)
		switch {
		case !l.usable() || rate >= float64(q.full):
			return 1
		case rate <= nothingOf*float64(q.full):
			return alone.exceeds(bound)
		}
		q.solve(rate, 1, s, t)
		p := unit(t.sojourn(bound))
		if d := q.dispersion(l); d > 1 {
			q.solve(rate, d, s, t)
			p = math.Max(p, unit(t.sojourn(bound)))
		}
		return p
	}
	return inquiry{
		exceeds: exceeds, guess: q.guess(bound/q.unit, share) * q.group / q.unit, exact: exact,
		close: func() { solvers.Put(s) },
	}
}

// guess returns roughly the rate at which a share of the sojourns is longer than t. Below
// saturation a sojourn is what is left of one step and all of the next; the two together
// are taken as normal. Near saturation the tail falls by e at every 2·(full − rate)
// arrivals that a wait allows.
func (q batchQueue) guess(t, share float64) float64 {
	full := float64(q.full)
	lo, hi := 0.0, full
	for range 25 {
		rate := (lo + hi) / 2
		if q.tooLong(rate, t, share) {
			hi = rate
		} else {
			lo = rate
		}
	}
	if t > 1.9 {
		return math.Min(lo, full*math.Max(0.5, 1+math.Log(share)/(2*full*(t-1.6))))
	}
	return lo
}

func (q batchQueue) tooLong(rate, t, share float64) bool {
	size, persistence := q.balance(rate)
	size = math.Max(1, size)
	step := q.alpha + q.beta*size
	sd := q.beta * math.Sqrt(2*size*(1+persistence)/(1-persistence*persistence))
	gap := t - 2*step
	if sd == 0 {
		return -gap > share*step
	}
	z := gap / sd
	excess := sd * (math.Exp(-z*z/2)/math.Sqrt(2*math.Pi) - z*math.Erfc(z/math.Sqrt2)/2)
	return excess > share*step
}
