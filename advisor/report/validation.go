package report

import (
	"io"

	"scaleadvise/advisor/advice"
)

// validationFormats is the one ordered list of formats of a validation.
var validationFormats = []format[advice.Validation]{
	{"table", validationTable},
	{"json", asJSON(newValidation)},
	{"yaml", asYAML(newValidation)},
	{"markdown", validationMarkdown},
	{"csv", validationCSV},
}

// ValidationFormats lists the names of the formats of a validation, the default first.
func ValidationFormats() []string { return formatNames(validationFormats) }

// WriteValidation renders v in the named format, as Write does advice.
func WriteValidation(w io.Writer, name string, v *advice.Validation, o Options) error {
	return write(w, "validation", validationFormats, name, v, o)
}
