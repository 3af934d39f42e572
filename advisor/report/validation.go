package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// validationFormat is one way to render a validation.
type validationFormat struct {
	name  string
	write func(*bytes.Buffer, *advice.Validation, Options) error
}

// validationFormats is the one ordered list of formats of a validation.
var validationFormats = []validationFormat{
	{"table", validationTable},
	{"json", validationJSON},
	{"yaml", validationYAML},
	{"markdown", validationMarkdown},
	{"csv", validationCSV},
}

// ValidationFormats lists the names of the formats of a validation, the default first.
func ValidationFormats() []string {
	return each(validationFormats, func(f validationFormat) string { return f.name })
}

// WriteValidation renders v in the named format. Nothing is written unless the whole report
// could be made. It returns an error for an unknown format, for a nil validation, and whatever
// the writer returns.
func WriteValidation(w io.Writer, name string, v *advice.Validation, o Options) error {
	if v == nil {
		return errors.New("there is no validation to report")
	}
	for _, f := range validationFormats {
		if f.name != name {
			continue
		}
		var out bytes.Buffer
		if err := f.write(&out, v, o); err != nil {
			return fmt.Errorf("%s report: %w", name, err)
		}
		_, err := out.WriteTo(w)
		return err
	}
	return fmt.Errorf("unknown format %q; use one of %s", name, strings.Join(ValidationFormats(), ", "))
}
