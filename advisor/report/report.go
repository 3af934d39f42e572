package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// Options are the properties of the place where a report is shown. Only the
// table format reads them.
type Options struct {
	Width   int  // columns available; 0 when unknown
	Color   bool // escape codes are welcome
	ASCII   bool // only ASCII in what the report itself says
	Explain bool // every finding with its evidence and its principle, not only those that decide
}

// format is one way to render advice.
type format struct {
	name  string
	write func(*bytes.Buffer, *advice.Advice, Options) error
}

// formats is the one ordered list of formats.
var formats = []format{
	{"table", writeTable},
	{"json", writeJSON},
	{"yaml", writeYAML},
	{"markdown", writeMarkdown},
	{"csv", writeCSV},
}

// Formats lists the names of the formats, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write renders a in the named format. Nothing is written unless the whole
// report could be made. It returns an error for an unknown format, for a nil
// advice, and whatever the writer returns.
func Write(w io.Writer, name string, a *advice.Advice, o Options) error {
	if a == nil {
		return errors.New("there is no advice to report")
	}
	for _, f := range formats {
		if f.name != name {
			continue
		}
		var out bytes.Buffer
		if err := f.write(&out, a, o); err != nil {
			return fmt.Errorf("%s report: %w", name, err)
		}
		_, err := out.WriteTo(w)
		return err
	}
	return fmt.Errorf("unknown format %q; use one of %s", name, strings.Join(Formats(), ", "))
}
