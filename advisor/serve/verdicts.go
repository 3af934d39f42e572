package serve

import (
	"math"
	"sync"

	"scaleadvise/advisor/memo"
)

// rates are the known rates of numbers of copies of one server under the same conditions.
type rates struct {
	memo.Of[int, float64] // 1/s that they sustain
	verdicts
}

// verdicts keep the rates between which it is not yet known whether numbers of copies keep their bounds. A
// lower rate never breaks a bound that a higher one keeps, so every answer settles all rates on one side of
// it.
type verdicts struct {
	mu    sync.Mutex
	known map[int]verdict
}

// verdict is what is known about a number of copies: rates, 1/s.
type verdict struct {
	held, missed         float64 // up to which misses is false, and from which it is true
	sustained, uncertain float64 // up to which sustains is true, and from which it is false
}

// now returns what is known of a number of copies.
func (v *verdicts) now(copies int) verdict {
	if known, ok := v.known[copies]; ok {
		return known
	}
	return verdict{missed: math.Inf(1), uncertain: math.Inf(1)}
}

func (v *verdicts) of(copies int) verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now(copies)
}

// learn records what was found about a number of copies.
func (v *verdicts) learn(copies int, note func(*verdict)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := v.now(copies)
	note(&now)
	if v.known == nil {
		v.known = map[int]verdict{}
	}
	v.known[copies] = now
}

// misses returns the scheduler's answer, computed only where no earlier answer settles it.
func (v *verdicts) misses(s scheduler, copies int, rate float64) bool {
	switch now := v.of(copies); {
	case rate >= now.missed:
		return true
	case rate <= now.held:
		return false
	}
	missed := s.misses(copies, rate)
	v.learn(copies, func(now *verdict) {
		if missed {
			now.missed, now.uncertain = math.Min(now.missed, rate), math.Min(now.uncertain, rate)
		} else {
			now.held = math.Max(now.held, rate)
		}
	})
	return missed
}

// sustains does the same for the scheduler's sustains.
func (v *verdicts) sustains(s scheduler, copies int, rate float64) bool {
	switch now := v.of(copies); {
	case rate <= now.sustained:
		return true
	case rate >= now.uncertain:
		return false
	}
	sustained := s.sustains(copies, rate)
	v.learn(copies, func(now *verdict) {
		if sustained {
			now.sustained, now.held = math.Max(now.sustained, rate), math.Max(now.held, rate)
		} else {
			now.uncertain = math.Min(now.uncertain, rate)
		}
	})
	return sustained
}
