package report

import (
	"errors"
	"fmt"
	"io"
	"time"

	"scaleadvise/advisor/prom"
)

// WriteQueries lists queries, each with its purpose.
func WriteQueries(w io.Writer, queries []prom.Query) error {
	var faults []error
	for i, q := range queries {
		if i > 0 {
			fmt.Fprintln(w)
		}
		_, err := fmt.Fprintf(w, "# %s\n# %s\n%s\n", q.Purpose, when(q), q.Expr)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// when says over what a query runs.
func when(q prom.Query) string {
	day := func(t time.Time) string { return t.UTC().Format("2006-01-02T15:04Z") }
	switch {
	case q.Names:
		return "names from " + day(q.Span.From) + " to " + day(q.Span.To)
	case q.Span.Step == 0:
		return "at " + day(q.Span.To)
	}
	text := fmt.Sprintf("from %s to %s, every %s", day(q.Span.From), day(q.Span.To), q.Span.Step)
	if q.Calls > 1 {
		text += fmt.Sprintf(", in %d calls", q.Calls)
	}
	return text
}
