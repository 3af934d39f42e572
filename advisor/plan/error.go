package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one fault of a plan file with its place. Line and Column are 1-based, 0 for a fault of the whole
// file.
type Error struct {
	File         string
	Line, Column int
	Message      string
	Err          error // the cause, where there is one
}

// Error renders "plan.yaml:12:8: message".
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Unwrap returns the fault behind the message, such as a *unit.Error.
func (e *Error) Unwrap() error { return e.Err }

// Errors are all faults of a file, sorted by place.
type Errors []*Error

// Error renders one fault a line.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single fault.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// shown is the most faults of one file that are worth reading.
const shown = 20

// sorted orders the faults by place and leaves out what would not be read.
func (e Errors) sorted() Errors {
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(e) <= shown {
		return e
	}
	rest := &Error{File: e[0].File, Message: fmt.Sprintf("and %d more errors", len(e)-shown)}
	return append(slices.Clip(e[:shown]), rest)
}

// SeveralError returns the fault of a file with several plans where only one is allowed.
func SeveralError(file string, documents []Document) error {
	var names []string
	for _, d := range documents {
		names = append(names, d.Name)
	}
	return fmt.Errorf("%s: holds %d plans (%s), and advise takes one at a time; put the one you mean into a file of its own",
		file, len(documents), strings.Join(names, ", "))
}
