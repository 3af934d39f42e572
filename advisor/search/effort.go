package search

import (
	"cmp"

	"scaleadvise/advisor/candidate"
)

// mostAsked is the number of sizes that one search may evaluate: a search over everything that clouds rent
// evaluates about a thousand. It is counted, not timed, so that every machine gives the same answer.
const mostAsked = 4_000

// effort is what a search has spent of its budget. A nil effort counts nothing.
type effort struct{ asked, most int }

// effort returns what a query allows.
func (q Query) effort() *effort { return &effort{most: cmp.Or(q.Sizes, mostAsked)} }

func (e *effort) spend() {
	if e != nil {
		e.asked++
	}
}

func (e *effort) spent() bool { return e != nil && e.asked >= e.most }

// ended says where a search ended before all was looked at; nil where it did not.
func (f *found) ended(left int) *candidate.Ended {
	if !f.effort.spent() {
		return nil
	}
	return &candidate.Ended{Sizes: f.effort.most, Left: left}
}
