package advice

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/simulate"
)

// Verified is a plan that was simulated, compared with what the formulas predict for it.
type Verified struct {
	Chosen bool
	Plan   candidate.Evaluation
	Result *simulate.Result
	Errors []Compared
}
