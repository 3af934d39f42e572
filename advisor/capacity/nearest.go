package capacity

import "scaleadvise/advisor/candidate"

// nearer reports whether miss a is nearer to holding than miss b: it failed a later
// test, or the same test by less, or as closely at a lower cost.
func nearer(a trial, ea *candidate.Excuse, b trial, eb *candidate.Excuse) bool {
	if c := candidate.CompareMisses(ea, eb); c != 0 {
		return c < 0
	}
	return a.cost(a.n) < b.cost(b.n)
}
