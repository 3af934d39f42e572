package candidate

// Placing is how replicas are put on identical machines.
type Placing struct {
	PerMachine int // replicas that one machine holds; below 1 counts as 1
	Zones      int // zones over which they are spread evenly; below 2, one machine may take as many as it holds
}

// Machines returns how many machines n replicas take; no machine is in two zones.
func (p Placing) Machines(n int) int {
	return max(divided(n, p.PerMachine), min(n, p.Zones))
}

// Fullest returns the most of n replicas that may be on one machine: as many as it holds, but no more than
// are in one zone.
func (p Placing) Fullest(n int) int {
	per := max(p.PerMachine, 1)
	if p.Zones < 2 {
		return per
	}
	return max(min(per, divided(n, p.Zones)), 1)
}

// FewestOn returns the fewest replicas that need a number of machines.
func (p Placing) FewestOn(machines int) int {
	if machines <= p.Zones {
		return machines
	}
	return (machines-1)*max(p.PerMachine, 1) + 1
}

// Spared returns the fewest replicas of which n are left after the loss of any one machine.
func (p Placing) Spared(left int) int {
	n := left + 1
	for n-p.Fullest(n) < left {
		n++
	}
	return n
}

func divided(n, by int) int {
	by = max(by, 1)
	return (n + by - 1) / by
}
