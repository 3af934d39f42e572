package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// capacityFormats is the one ordered list of formats of a capacity.
var capacityFormats = []struct {
	name  string
	write func(*bytes.Buffer, *advice.Capacity, Options) error
}{
	{"table", capacityTable},
	{"json", capacityJSON},
	{"yaml", capacityYAML},
	{"markdown", capacityMarkdown},
	{"csv", capacityCSV},
}

// CapacityFormats lists the names of the formats of a capacity, the default first.
func CapacityFormats() []string {
	names := make([]string, len(capacityFormats))
	for i, f := range capacityFormats {
		names[i] = f.name
	}
	return names
}

// WriteCapacity renders a in the named format, as Write does advice.
func WriteCapacity(w io.Writer, name string, a *advice.Capacity, o Options) error {
	if a == nil {
		return errors.New("there is no capacity to report")
	}
	for _, f := range capacityFormats {
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
	return fmt.Errorf("unknown format %q; use one of %s", name, strings.Join(CapacityFormats(), ", "))
}
