package advice

import "scaleadvise/advisor/simulate"

// FleetSimulation is the busiest hour of a fleet, simulated with a machine lost.
type FleetSimulation struct {
	Name     string
	Holds    bool // every service that promises to survive the loss keeps its bounds
	Services []SimulatedService
	Without  []string // services that have no place in the plan
}

// SimulatedService is one service in that hour: the lost machine is the one that holds most of its replicas.
type SimulatedService struct {
	Name     string
	Runs     string // "2 × A10G"
	Requests string // which of its requests these serve, "" for all
	Replicas int
	Lost     int    // replicas on the lost machine
	Machine  string // type of the machine
	Promised bool   // it promises to survive the loss
	Result   *simulate.Result
	Reason   string // why it was not simulated
}
