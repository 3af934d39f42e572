package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
)

// Options are the properties of the output device, which the table format reads, and the run that made the
// report, which documents name.
type Options struct {
	Run     *Run
	Width   int  // columns available; 0 when unknown
	Color   bool // escape codes are allowed
	ASCII   bool // the report's own texts are ASCII only
	All     bool // every alternative, not only those with something to say
	Plain   bool // one fact per line, nothing side by side
	Explain bool // every finding with its evidence and its principle, not only those that decide
}

// format is one way to render what was concluded: advice, a capacity, a validation.
type format[T any] struct {
	name  string
	write func(*bytes.Buffer, *T, Options) error
}

// formats is the one ordered list of formats of advice.
var formats = []format[advice.Advice]{
	{"table", writeTable},
	{"json", asJSON(newDocument)},
	{"yaml", asYAML(newDocument)},
	{"markdown", writeMarkdown},
	{"csv", writeCSV},
	{"html", writeHTML},
	{"plain", writePlain},
}

// Formats lists the names of the formats, the default first.
func Formats() []string { return formatNames(formats) }

// Write renders a in the named format. Nothing is written unless the whole
// report could be made. It returns an error for an unknown format, for a nil
// advice, and whatever the writer returns.
func Write(w io.Writer, name string, a *advice.Advice, o Options) error {
	return write(w, "advice", formats, name, a, o)
}

func formatNames[T any](all []format[T]) []string {
	return each(all, func(f format[T]) string { return f.name })
}

// write renders x by the one of all that is named; what says what x is.
func write[T any](w io.Writer, what string, all []format[T], name string, x *T, o Options) error {
	if x == nil {
		return fmt.Errorf("there is no %s to report", what)
	}
	for _, f := range all {
		if f.name != name {
			continue
		}
		var out bytes.Buffer
		if err := f.write(&out, x, o); err != nil {
			return fmt.Errorf("%s report: %w", name, err)
		}
		_, err := out.WriteTo(w)
		return err
	}
	return fmt.Errorf("unknown format %q; use one of %s", name, strings.Join(formatNames(all), ", "))
}
