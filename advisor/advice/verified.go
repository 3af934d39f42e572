package advice

import (
	"scaleadvise.dev/scaleadvise/advisor/candidate"
	"scaleadvise.dev/scaleadvise/advisor/simulate"
)

// Verified is a plan that was simulated, beside what the formulas say of it.
type Verified struct {
	Chosen bool
	Plan   candidate.Evaluation
	Result *simulate.Result
	Errors []Compared
}
