package candidate

import (
	"fmt"

	"scaleadvise/advisor/unit"
)

// Ended says that a search spent its budget before it had looked at all there is.
type Ended struct {
	Sizes int // how often it asked what a size sustains: the budget
	Left  int // kinds of replica, each as one cloud rents it, that it did not look at
}

// Words says what was done and what remains unsure.
func (e Ended) Words() string {
	text := fmt.Sprintf("the search ended at its budget of %s sizes", unit.Format(unit.Count, float64(e.Sizes)))
	if e.Left == 0 {
		return text + "; fewer replicas may hold"
	}
	return text + fmt.Sprintf(", with %s kinds of replica not looked at; a cheaper plan may be among them", unit.Format(unit.Count, float64(e.Left)))
}
