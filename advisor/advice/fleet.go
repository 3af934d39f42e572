package advice

import (
	"time"

	"scaleadvise/advisor/candidate"
)

// Fleet is the result of planning many services together. Money is US dollars a month, rates per second,
// shares fractions of 1.
type Fleet struct {
	Name, File   string
	Now          time.Time
	Feasible     bool // every service keeps its promises
	Cost         float64
	Separate     MaybeUSD // cost of planning the services one by one, each on machines of its own
	Bound        float64  // lower bound: no plan for the same services costs less
	Gap          float64  // (Cost − Bound) ÷ Cost
	Proved       bool     // the gap is closed
	Cloud        string
	Services     []FleetService
	Machines     []FleetMachine
	Limits       []FleetLimit
	Changes      []FleetChange // each would make all services fit; the smallest first
	Looser       []FleetChange // weaker promises of services without a place that would make all fit
	Outgrown     *Outgrown     // nil where nothing grows
	Idle         []string      // owned machines that the plan does not use
	IdleMachines int           // how many
	Unsafe       []string      // services whose declared replicas do not survive the losses that they promise to
	Warnings     []string
	Assumed      []string // assumptions about the fleet, each with the way to state it
	Prices       string   // the region and the price list
}

// MaybeUSD is a sum that may not be known.
type MaybeUSD struct {
	Known bool
	USD   float64
	Why   string // it is not known
}

// FleetService is a service in the plan of a fleet.
type FleetService struct {
	Name       string
	Priority   int
	Feasible   bool
	Share      float64 // share of its demand that is carried within its promises
	DemandQPS  float64
	Plans      []FleetPlan // what it runs on: one kind of replica or several
	Cost       float64     // its share of the cost of the machines
	Alone      float64     // its cost when planned by itself; 0 where that is not known
	Excuse     *candidate.Excuse
	Reason     string // why it has no place, or carries only part of its demand
	HoldsUntil time.Time
	Losses     int // machines that it is promised to survive
	Model      string
	Today      *FleetToday // nil where it declares no deployment, or keeps it
	Coarser    []string    // optimizations of its plans that compute in fewer bits than today, and may change answers
	Full       string      // the precision without them
	Warnings   []string
}

// FleetToday is the deployment that a service declares, on machines of its own.
type FleetToday struct {
	candidate.Evaluation
	Holds bool // at the demand planned for
	Why   string
}

// FleetPlan is the replicas of one kind on one kind of machine.
type FleetPlan struct {
	candidate.Evaluation
	Requests string  // which requests they serve, "" for all
	Share    float64 // of the demand
	MostOn   int     // replicas on one machine
}

// FleetMachine is the machines of one kind that cost the same.
type FleetMachine struct {
	Machine, Cloud, Accelerator string
	Cards                       float64 // accelerators of one machine; vCPUs where there are none
	Count                       int
	Owned                       bool
	USD                         float64 // per machine
	Used                        float64 // share of their accelerators or vCPUs
	Hosts                       []FleetHost
}

// FleetHost is one machine and the replicas on it.
type FleetHost struct {
	Used   float64
	Zone   int // 0 where zones do not matter
	Placed []FleetPlaced
}

// FleetPlaced is replicas of a service on a machine.
type FleetPlaced struct {
	Service  int // index of the service
	Name     string
	Replicas int
	Cards    float64 // accelerators that they take
}

// FleetLimit is a limit of a fleet.
type FleetLimit struct {
	Limit string
	Used  float64
	Of    float64
	Unit  string  // "l4", "machine", "USD/month"
	Saves float64 // US dollars a month that one more unit saves
	Known bool    // Saves is known
	About bool    // Saves is the shadow price of the relaxation, not the result of planning again
	Binds float64 // budget below which not all services fit; 0 where that is not known
	Exact bool    // Binds is the smallest such budget; else it is only known to suffice
}

// FleetChange is a change that would make every service fit.
type FleetChange struct {
	Kind   ChangeKind
	Limit  string // the accelerator of a quota, or the machine
	Has    int    // how many there are now; 0 where nothing is counted
	Enough int
	All    []string // limits that are raised together, with the value that each needs
	Text   string
	USD    float64 // cost of the whole fleet after the change
}

// ChangeKind is the kind of a FleetChange.
type ChangeKind int

// The kinds of changes.
const (
	MoreBudget ChangeKind = iota + 1
	MoreQuota
	MoreMachines
	BeyondPool
	MoreOfAll
	LessAsked // weaker promises of services
)

// Outgrown is the first service to outgrow the fleet.
type Outgrown struct {
	Service  string
	Date     time.Time
	Next     string  // what it then needs
	Fits     bool    // it fits on what is free
	USD      float64 // USD a month that this adds
	Replicas int
}
