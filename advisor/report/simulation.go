package report

import (
	"io"

	"scaleadvise/advisor/advice"
)

// simulationFormats is the one ordered list of formats of a simulation.
var simulationFormats = []format[advice.Simulation]{
	{"table", simulationTable},
	{"json", asJSON(newSimulation)},
	{"yaml", asYAML(newSimulation)},
	{"markdown", simulationMarkdown},
	{"csv", simulationCSV},
}

// SimulationFormats lists the names of the formats of a simulation, the default first.
func SimulationFormats() []string { return formatNames(simulationFormats) }

// WriteSimulation renders a in the named format, as Write does advice.
func WriteSimulation(w io.Writer, name string, a *advice.Simulation, o Options) error {
	return write(w, "simulation", simulationFormats, name, a, o)
}
