package gate

import (
	"errors"
	"fmt"

	"scaleadvise/advisor/advice"
)

// Faults returns one error for each plan that could not be understood; nil for none.
func Faults(c *advice.Check) error {
	var all []error
	for _, p := range c.Plans {
		if p.Outcome != advice.Invalid || len(p.Findings) == 0 {
			continue
		}
		first, more := p.Findings[0], ""
		if n := len(p.Findings) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more)", n)
		}
		all = append(all, fmt.Errorf("%s: %s%s", spot(first.Place), first.Message, more))
	}
	return errors.Join(all...)
}

func spot(p advice.Place) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}
