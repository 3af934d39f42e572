package fleet

import "math"

// Problem is a fleet to plan. Money is US dollars a month.
type Problem struct {
	Machines []Machine
	Services []Service
	Quotas   []Quota
	Budget   float64 // 0 for none
}

// Machine is a kind of machine: what one holds, and how many there are.
type Machine struct {
	Name   string
	Cards  float64 // accelerators; of a machine without them vCPUs
	Memory float64 // memory of the accelerators, in accelerators; of a machine without them GiB, 0 where unknown
	Carded bool    // a part of an accelerator must lie on a single one
	Stocks []Stock // by cost, owned machines first
}

// Stock is a number of machines of a kind at one price.
type Stock struct {
	USD   float64 // USD a month of one, where it is used
	Most  int     // how many there are; Unlimited for any number
	Owned bool
	Quota int // index of the quota that its accelerators count against; -1 for none
}

// Unlimited is the size of a stock without a limit.
const Unlimited = math.MaxInt32

// Quota bounds the accelerators of several kinds of machine together.
type Quota struct {
	Name string
	Most int // accelerators
}

// Service is one service with the ways in which it may run.
type Service struct {
	Name    string
	Options []Option
}

// Option is one way to run a service: all of its parts. An option without parts leaves the service out.
type Option struct {
	Parts []Part
	USD   float64 // USD a month beyond the machines
	Label int     // for the caller's use
}

// Part is replicas on one kind of machine.
type Part struct {
	Machine  int
	Replicas int
	Need     Need // needs of one replica
	Cap      int  // most replicas of the service on one machine, so that losing it is survived
}

// Need is what one replica takes of a machine.
type Need struct {
	Cards  float64 // whole accelerators, or a share of one; vCPUs
	Memory float64 // as Machine.Memory is counted
	Slice  string  // how the accelerator is divided, "" for whole ones: accelerators divided differently are not shared
}

// Machines returns the fewest machines that the replicas need.
func (p Part) Machines() int { return (p.Replicas + p.Cap - 1) / p.Cap }

// Placement is the replicas of a part on one machine.
type Placement struct {
	Service, Part, Replicas int
}

// Host is one machine in use.
type Host struct {
	Machine, Stock int
	Placed         []Placement
}

// Solution is the plan that was found.
type Solution struct {
	Choice []int // index of the option of each service
	Hosts  []Host
	Cost   float64
	Bound  float64     // lower bound: no solution costs less
	Proved bool        // the gap is closed: no solution is cheaper by more than Tolerance
	Limits []float64   // by quota: US dollars a month that one more accelerator saves in the relaxation
	Stocks [][]float64 // by machine and stock: US dollars a month that one more machine saves there
	Nodes  int         // nodes of the search
}

// Gap returns how far the bound lies below the cost, as a share of the cost; 0 where the cost is 0.
func (s *Solution) Gap() float64 {
	if s.Cost <= 0 {
		return 0
	}
	return math.Max(0, (s.Cost-s.Bound)/s.Cost)
}
