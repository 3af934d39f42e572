package queue

import (
	"sort"
	"sync"
)

// remembered are tails that are costly to work out: the probabilities found for one quantile
// narrow the search for the next.
type remembered struct {
	tails
	mu       sync.Mutex
	sojourns []tailPoint // by time
}

// tailPoint is a time and the probability of taking longer.
type tailPoint struct{ t, p float64 }

func (r *remembered) sojourn(t float64) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := sort.Search(len(r.sojourns), func(i int) bool { return r.sojourns[i].t >= t })
	if i < len(r.sojourns) && r.sojourns[i].t == t {
		return r.sojourns[i].p
	}
	p := r.tails.sojourn(t)
	r.sojourns = append(r.sojourns, tailPoint{})
	copy(r.sojourns[i+1:], r.sojourns[i:])
	r.sojourns[i] = tailPoint{t, p}
	return p
}

// around returns known times with more and with less than a probability of taking longer, as
// near as they are known; the second is at least a scale beyond the first where none is.
func (r *remembered) around(p, scale float64) (low, high float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := sort.Search(len(r.sojourns), func(i int) bool { return r.sojourns[i].p <= p })
	if i > 0 {
		low = r.sojourns[i-1].t
	}
	if i < len(r.sojourns) {
		return low, r.sojourns[i].t
	}
	return low, low + scale
}
