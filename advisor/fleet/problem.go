package fleet

import "math"

// Problem is a fleet to be planned. Money is US dollars a month.
type Problem struct {
	Machines []Machine
	Services []Service
	Quotas   []Quota
	Budget   float64 // 0 for none
}

// Machine is a kind of machine: what one of them holds, and how many there are.
type Machine struct {
	Name   string
	Cards  float64 // accelerators; of a machine without them vCPUs
	Memory float64 // of the accelerators, in accelerators; of a machine without them GiB, 0 where it is unknown
	Carded bool    // parts of an accelerator lie on one of them
	Stocks []Stock // by cost, what is owned first
}

// Stock is some machines of a kind.
type Stock struct {
	USD   float64 // one, a month, where it is used
	Most  int     // how many there are; Unlimited for as many as are wanted
	Owned bool
	Quota int // that its cards count against; -1 for none
}

// Unlimited is a stock that can always be added to.
const Unlimited = math.MaxInt32

// Quota bounds the cards of several kinds of machine together.
type Quota struct {
	Name string
	Most int // cards
}

// Service is one service with the ways in which it may run.
type Service struct {
	Name    string
	Options []Option
}

// Option is one way to run a service: all of its parts. One without parts is to go without.
type Option struct {
	Parts []Part
	USD   float64 // beside the machines
	Label int     // the caller's
}

// Part is replicas on one kind of machine.
type Part struct {
	Machine  int
	Replicas int
	Need     Need // of one replica
	Cap      int  // most replicas of the service on one machine, so that losing it is survived
}

// Need is what one replica takes of a machine.
type Need struct {
	Cards  float64 // whole accelerators, or a share of one; vCPUs
	Memory float64 // as Machine.Memory is counted
	Slice  string  // how the card is divided, "" for whole ones: cards divided in different ways are different cards
}

// Machines returns the fewest machines that the replicas stand on.
func (p Part) Machines() int { return (p.Replicas + p.Cap - 1) / p.Cap }

// Placement is replicas of a part on one machine.
type Placement struct {
	Service, Part, Replicas int
}

// Host is one machine in use.
type Host struct {
	Machine, Stock int
	Placed         []Placement
}

// Solution is what was found.
type Solution struct {
	Choice []int // option by service
	Hosts  []Host
	Cost   float64
	Bound  float64     // no solution costs less
	Proved bool        // the gap is closed: none is cheaper by more than Tolerance
	Limits []float64   // by quota: US dollars a month that one more card saves in the relaxation
	Stocks [][]float64 // by machine and stock: what one more of it saves there
	Nodes  int         // of the search
}

// Gap is how far the bound lies below the cost, as a share of the cost; 0 where it is 0.
func (s *Solution) Gap() float64 {
	if s.Cost <= 0 {
		return 0
	}
	return math.Max(0, (s.Cost-s.Bound)/s.Cost)
}
