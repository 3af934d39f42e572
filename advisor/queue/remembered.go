package queue

import "sync"

// remembered caches tails that are costly to compute: what was found for one quantile serves the next. The
// order of questions does not change an answer, since every search uses the same ladder of times.
type remembered struct {
	tails
	mu       sync.Mutex
	sojourns map[float64]float64 // probability of taking longer, by time
}

// remembering caches the tails that other costly tails are made of.
func remembering(t tails, parts ...tails) tails {
	for _, part := range parts {
		if _, ok := part.(*remembered); ok {
			return &remembered{tails: t}
		}
	}
	return t
}

func (r *remembered) sojourn(t float64) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p, ok := r.sojourns[t]; ok {
		return p
	}
	p := r.tails.sojourn(t)
	if r.sojourns == nil {
		r.sojourns = map[float64]float64{}
	}
	r.sojourns[t] = p
	return p
}

// roughly is the precision of a search in tails that are not more accurate.
var roughly = search{relative: 1e-4, flat: 1e-4}

// nearby is the log ratio of probabilities at which interpolation finds the quantile.
const nearby = 0.01

// quantile returns the time that a share of the requests exceeds.
func (r *remembered) quantile(share, mean float64) float64 {
	over := func(t float64) float64 { return logRatio(unit(r.sojourn(t)), share) }
	low, high := r.rungs(mean, over)
	if low.f <= 0 {
		return low.x
	}
	n := newNarrowing(low.x, high.x, low.f, high.f)
	for range 100 {
		x, ok := n.next(roughly)
		if !ok {
			break
		}
		fx := over(x)
		n.take(x, fx)
		if fx < nearby && fx > -nearby {
			x, _ = n.next(roughly)
			return x
		}
	}
	return n.a
}

// rungs returns the neighbours on the ladder 0, ½, 1, 1½, 2, 3, 4, 6, 8 … times the mean between
// which a value changes its sign.
func (r *remembered) rungs(mean float64, over func(float64) float64) (low, high sample) {
	at := func(t float64) sample { return sample{t, over(t)} }
	high = at(mean)
	for high.f > 0 {
		low, high = high, at(2*high.x)
	}
	if low.x == 0 {
		if low = at(mean / 2); low.f <= 0 {
			return at(0), low
		}
		return low, high
	}
	if middle := at((low.x + high.x) / 2); middle.f > 0 {
		low = middle
	} else {
		high = middle
	}
	return low, high
}
