package advice

import (
	"time"

	"scaleadvise/advisor/candidate"
)

// Fleet is what came of planning many services together. Money is US dollars a month, rates per
// second, fractions fractions.
type Fleet struct {
	Name, File   string
	Now          time.Time
	Feasible     bool // every service runs as it promises
	Cost         float64
	Separate     MaybeUSD // each service by itself, one after the other, on machines of its own
	Bound        float64  // no plan for the same services costs less
	Gap          float64  // of Cost
	Proved       bool     // the gap is closed
	Cloud        string
	Services     []FleetService
	Machines     []FleetMachine
	Limits       []FleetLimit
	Changes      []FleetChange // each would make all services fit; the least first
	Looser       []FleetChange // what less asked of the services that go without would do so
	Outgrown     *Outgrown     // nil where nothing grows
	Idle         []string      // owned machines that are not needed
	IdleMachines int           // how many
	Unsafe       []string      // services whose declared replicas do not survive the losses that they promise to
	Warnings     []string
	Assumed      []string // what was assumed of the fleet, with how to say it
	Prices       string   // where, and on which list
}

// MaybeUSD is a sum that may not be known.
type MaybeUSD struct {
	Known bool
	USD   float64
	Why   string // it is not known
}

// FleetService is a service of a fleet.
type FleetService struct {
	Name       string
	Priority   int
	Feasible   bool
	Share      float64 // of its demand that is carried as promised
	DemandQPS  float64
	Plans      []FleetPlan // what it runs on: one kind of replica or several
	Cost       float64     // its part of the machines
	Alone      float64     // what it would cost by itself; 0 where that is not known
	Excuse     *candidate.Excuse
	Reason     string // why it goes without, or with less
	HoldsUntil time.Time
	Losses     int // machines that it is promised to survive
	Model      string
	Warnings   []string
}

// FleetPlan is replicas of one kind on one kind of machine.
type FleetPlan struct {
	candidate.Evaluation
	Requests string  // which requests they serve, "" for all
	Share    float64 // of the demand
	MostOn   int     // replicas on one machine
}

// FleetMachine is machines of one kind that cost the same.
type FleetMachine struct {
	Machine, Cloud, Accelerator string
	Cards                       float64 // accelerators of one; vCPUs where there are none
	Count                       int
	Owned                       bool
	USD                         float64 // one
	Used                        float64 // share of their accelerators or vCPUs
	Hosts                       []FleetHost
}

// FleetHost is one machine and what stands on it.
type FleetHost struct {
	Used   float64
	Zone   int // 0 where zones play no part
	Placed []FleetPlaced
}

// FleetPlaced is replicas of a service on a machine.
type FleetPlaced struct {
	Service  int // its place among the services
	Name     string
	Replicas int
	Cards    float64 // that they take
}

// FleetLimit is what bounds a fleet.
type FleetLimit struct {
	Limit string
	Used  float64
	Of    float64
	Unit  string  // "l4", "machine", "USD/month"
	Saves float64 // US dollars a month that one more saves
	Known bool    // Saves was found
	About bool    // it is a price of the relaxation, and not what planning again came to
	Binds float64 // of a budget: below it not all services fit; 0 where that is not known
	Exact bool    // Binds is the least, and not only enough
}

// FleetChange is a change that would make every service fit.
type FleetChange struct {
	Kind   ChangeKind
	Limit  string // the accelerator of a quota, or the machine
	Has    int    // of what it counts; 0 where it counts nothing
	Enough int
	All    []string // limits that are changed together, with what each would have to be
	Text   string
	USD    float64 // what all of it costs then
}

// ChangeKind is what a change changes.
type ChangeKind int

// The kinds of changes.
const (
	MoreBudget ChangeKind = iota + 1
	MoreQuota
	MoreMachines
	BeyondPool
	MoreOfAll
	LessAsked // of services
)

// Outgrown is what grows out of a fleet first.
type Outgrown struct {
	Service  string
	Date     time.Time
	Next     string  // what it needs then
	Fits     bool    // in what is free
	USD      float64 // what that costs more
	Replicas int
}
