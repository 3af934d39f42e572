package prom

import (
	"errors"
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/unit"
)

// usualQueries is about how many queries reading a service with its history takes.
const usualQueries = 120

// SlowError reports that the time was up before all was read.
type SlowError struct {
	Answered int // queries
	err      error
}

func (e *SlowError) Error() string { return e.err.Error() }

// Unwrap returns the fault itself.
func (e *SlowError) Unwrap() error { return e.err }

// TooSlow says how far reading came within a time, and about how long all of it takes.
func TooSlow(err error, timeout time.Duration) string {
	within := unit.Format(unit.Duration, timeout.Seconds())
	var slow *SlowError
	if !errors.As(err, &slow) || slow.Answered == 0 || slow.Answered >= usualQueries {
		return "no answer within " + within + "; allow more time (--timeout), or ask for less (--history, --selector)"
	}
	minutes := math.Ceil(timeout.Minutes() * usualQueries / float64(slow.Answered))
	return fmt.Sprintf("not all was read within %s: %s of about %d queries were answered, so that all may take about %.0f min; allow that (--timeout %.0fm), or ask for less (--history, --selector)",
		within, unit.Format(unit.Count, float64(slow.Answered)), usualQueries, minutes, minutes)
}
