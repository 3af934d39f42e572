package derivation

import (
	"fmt"
	"math"
)

// accuracy is how near a step must come to its result when it is computed again.
const accuracy = 1e-9

// Verified returns all steps, in order, each computed again from what it names. One that
// gives another result carries a note that says so.
func (l *Log) Verified(more map[string]Function) []Step {
	steps := l.Steps()
	for i := range steps {
		if err := steps[i].Verify(more); err != nil {
			steps[i].Note = "does not compute again: " + err.Error()
		}
	}
	return steps
}

// Verify computes the step again from its inputs: the formula must give the result, or the
// check of a search must hold.
func (s Step) Verify(more map[string]Function) error {
	values := make(map[string]float64, len(s.Inputs)+1)
	for _, v := range s.Inputs {
		values[v.Name] = v.Number
	}
	formula, want := s.Formula, s.Result.Number
	if formula == "" {
		formula, want = s.Check, 1
		values[s.Result.Name] = s.Result.Number
	}
	got, err := Evaluate(formula, values, more)
	switch {
	case err != nil:
		return err
	case got == want || math.Abs(got-want) <= accuracy*math.Max(math.Abs(want), 1e-12):
		return nil
	case s.Formula == "":
		return fmt.Errorf("%s does not hold", formula)
	}
	return fmt.Errorf("%s gives %g, not %g", formula, got, want)
}
