package advice

import "scaleadvise/advisor/simulate"

// FleetSimulation is the busiest hour of a fleet, simulated with a machine lost.
type FleetSimulation struct {
	Name     string
	Holds    bool // every service that promises to survive keeps its bounds
	Services []SimulatedService
	Without  []string // services that the plan goes without
}

// SimulatedService is one service in that hour: the machine that is lost is the one with most of
// its replicas.
type SimulatedService struct {
	Name     string
	Runs     string // "2 × A10G"
	Requests string // which of its requests these serve, "" for all
	Replicas int
	Lost     int    // replicas that go with the machine
	Machine  string // type of the machine
	Promised bool   // it promises to survive that
	Result   *simulate.Result
	Reason   string // why it was not simulated
}
