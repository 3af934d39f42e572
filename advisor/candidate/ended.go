package candidate

import (
	"fmt"

	"scaleadvise/advisor/unit"
)

// Ended says that a search spent its budget before it had looked at everything.
type Ended struct {
	Sizes int // the budget: how many sizes were evaluated
	Left  int // kinds of replica, each as one cloud rents it, that were not evaluated
}

// Words says what was done and what remains uncertain.
func (e Ended) Words() string {
	text := fmt.Sprintf("the search ended at its budget of %s sizes", unit.Format(unit.Count, float64(e.Sizes)))
	if e.Left == 0 {
		return text + "; fewer replicas may hold"
	}
	return text + fmt.Sprintf(", with %s kinds of replica not looked at; a cheaper plan may be among them", unit.Format(unit.Count, float64(e.Left)))
}
