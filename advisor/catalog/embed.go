package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the tables below
	"io"
	"sync"
)

// The tables as they ship. Their columns are described in doc.go; measurements.csv is
// sorted by model, so that the rows of one model can be read alone. What every answer reads is
// text; large tables that few read are packed.
var (
	//go:embed data/accelerators.csv
	acceleratorsText string
	//go:embed data/models.csv
	modelsText string
	//go:embed data/devices.csv
	devicesText string
	//go:embed data/optimizations.csv
	optimizationsText string
	//go:embed data/partitions.csv
	partitionsText string
	//go:embed data/processors.csv
	processorsText string
	//go:embed data/node_labels.csv
	nodeLabelsText string
	//go:embed data/instances.csv
	instancesText string
	//go:embed data/machines.csv
	machinesText string
	//go:embed data/regional.csv.gz
	regionalPacked []byte
	//go:embed data/measurements.csv
	measurementsText string

	acceleratorsCSV  = plain(acceleratorsText)
	modelsCSV        = plain(modelsText)
	devicesCSV       = plain(devicesText)
	optimizationsCSV = plain(optimizationsText)
	partitionsCSV    = plain(partitionsText)
	processorsCSV    = plain(processorsText)
	nodeLabelsCSV    = plain(nodeLabelsText)
	instancesCSV     = plain(instancesText)
	machinesCSV      = plain(machinesText)
	regionalCSV      = unpacked(regionalPacked)
	measurementsCSV  = plain(measurementsText)
)

// plain is the text of a table that ships as it is.
func plain(text string) func() string { return func() string { return text } }

// unpacked is the text of a packed table, unpacked when it is first asked for. One that is broken
// ends early, and its last row does not parse.
func unpacked(packed []byte) func() string {
	return sync.OnceValue(func() string {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return ""
		}
		text, _ := io.ReadAll(r)
		return string(text)
	})
}
