package report

import (
	"io"

	"scaleadvise/advisor/advice"
)

// capacityFormats is the one ordered list of formats of a capacity.
var capacityFormats = []format[advice.Capacity]{
	{"table", capacityTable},
	{"json", asJSON(newCapacity)},
	{"yaml", asYAML(newCapacity)},
	{"markdown", capacityMarkdown},
	{"csv", capacityCSV},
	{"html", asDocument(capacityPage)},
}

// CapacityFormats lists the names of the formats of a capacity, the default first.
func CapacityFormats() []string { return formatNames(capacityFormats) }

// WriteCapacity renders a in the named format, as Write does advice.
func WriteCapacity(w io.Writer, name string, a *advice.Capacity, o Options) error {
	return write(w, "capacity", capacityFormats, name, a, o)
}
