package catalog

import _ "embed" // the tables below

// The tables as they ship. Their columns are described in doc.go; measurements.csv is
// sorted by model, so that the rows of one model can be read alone.
var (
	//go:embed data/accelerators.csv
	acceleratorsCSV string
	//go:embed data/instances.csv
	instancesCSV string
	//go:embed data/models.csv
	modelsCSV string
	//go:embed data/measurements.csv
	measurementsCSV string
	//go:embed data/optimizations.csv
	optimizationsCSV string
)
