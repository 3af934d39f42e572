package report

import (
	"bytes"
	"io"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// simulationFormats is the one ordered list of formats of a simulation.
var simulationFormats = []format[advice.Simulation]{
	{"table", simulationTable},
	{"json", func(w *bytes.Buffer, a *advice.Simulation, _ Options) error { return putJSON(w, newSimulation(a)) }},
	{"yaml", func(w *bytes.Buffer, a *advice.Simulation, _ Options) error { return putYAML(w, newSimulation(a)) }},
	{"markdown", simulationMarkdown},
	{"csv", simulationCSV},
}

// SimulationFormats lists the names of the formats of a simulation, the default first.
func SimulationFormats() []string { return formatNames(simulationFormats) }

// WriteSimulation renders a in the named format, as Write does advice.
func WriteSimulation(w io.Writer, name string, a *advice.Simulation, o Options) error {
	return write(w, "simulation", simulationFormats, name, a, o)
}
