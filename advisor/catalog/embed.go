package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the tables below
	"io"
	"sync"
)

// The tables as they ship. Their columns are described in doc.go; measurements.csv is
// sorted by model, so that the rows of one model can be read alone. Large tables are packed.
var (
	//go:embed data/accelerators.csv.gz
	acceleratorsPacked []byte
	//go:embed data/models.csv.gz
	modelsPacked []byte
	//go:embed data/devices.csv.gz
	devicesPacked []byte
	//go:embed data/optimizations.csv.gz
	optimizationsPacked []byte
	//go:embed data/partitions.csv.gz
	partitionsPacked []byte
	//go:embed data/processors.csv.gz
	processorsPacked []byte
	//go:embed data/node_labels.csv.gz
	nodeLabelsPacked []byte
	//go:embed data/instances.csv.gz
	instancesPacked []byte
	//go:embed data/regional.csv.gz
	regionalPacked []byte
	//go:embed data/machines.csv.gz
	machinesPacked []byte
	//go:embed data/measurements.csv.gz
	measurementsPacked []byte

	acceleratorsCSV  = unpacked(acceleratorsPacked)
	modelsCSV        = unpacked(modelsPacked)
	devicesCSV       = unpacked(devicesPacked)
	optimizationsCSV = unpacked(optimizationsPacked)
	partitionsCSV    = unpacked(partitionsPacked)
	processorsCSV    = unpacked(processorsPacked)
	nodeLabelsCSV    = unpacked(nodeLabelsPacked)
	instancesCSV     = unpacked(instancesPacked)
	regionalCSV      = unpacked(regionalPacked)
	machinesCSV      = unpacked(machinesPacked)
	measurementsCSV  = unpacked(measurementsPacked)
)

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
