package catalog

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the tables below
	"fmt"
	"io"
)

// The tables as they ship. Their columns are described in doc.go; measurements.csv is
// sorted by model, so that the rows of one model can be read alone. What every answer reads is
// text; large tables that few read are packed.
var (
	//go:embed data/accelerators.csv
	acceleratorsCSV string
	//go:embed data/models.csv
	modelsCSV string
	//go:embed data/devices.csv
	devicesCSV string
	//go:embed data/optimizations.csv
	optimizationsCSV string
	//go:embed data/partitions.csv
	partitionsCSV string
	//go:embed data/processors.csv
	processorsCSV string
	//go:embed data/node_labels.csv
	nodeLabelsCSV string
	//go:embed data/instances.csv
	instancesCSV string
	//go:embed data/machines.csv.gz
	machinesPacked []byte
	//go:embed data/regional.csv.gz
	regionalPacked []byte
	//go:embed data/measurements.csv
	measurementsCSV string
)

// Unpack returns the text of an embedded table that is packed with gzip.
func Unpack(file string, packed []byte) (string, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return string(text), nil
}
