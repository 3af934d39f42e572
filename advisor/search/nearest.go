package search

import "scaleadvise/advisor/candidate"

// missed is a trial that does not hold, and why.
type missed struct {
	trial  trial
	excuse *candidate.Excuse
}

// nearer reports whether miss a is nearer to holding than miss b: it failed a later test, or
// the same test by less, or as closely at a lower cost.
func nearer(a, b missed) bool {
	if c := candidate.CompareMisses(a.excuse, b.excuse); c != 0 {
		return c < 0
	}
	return a.trial.cost() < b.trial.cost()
}

// explained returns the excuse in words, with what else fails where that is asked too.
func (m missed) explained(all bool) *candidate.Excuse {
	e := *m.excuse
	if found := judge(m.trial); found != nil && e.Text == "" {
		e = *found
	}
	if all {
		e.Also = alsoFails(m.trial, m.excuse)
	}
	return &e
}
