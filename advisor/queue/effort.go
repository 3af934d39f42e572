package queue

import "math"

// A chain whose steps vary takes work in proportion to the lengths that arrivals of a step spread over, once
// for each pair of points that stand for the steps before a batch and its own. The budget is the work that a
// solution may take: some ten milliseconds on current machines. It is counted, not timed, so that every
// machine gives the same answer.
const budget = 5120

// work returns what a solution for batches up to full takes, in lengths times pairs of points, where steps
// vary by the coefficient cv and a request's own step by own.
func work(full int, cv, own float64) float64 {
	before, mine := points(own)
	return float64(before*mine*full) * math.Min(cv, largestCV)
}

// grouping returns how many requests are counted as one at a rate, 1/s: as many as the budget demands
// of the lengths that the queue reaches there, in few sizes.
func (b Batch) grouping(own, rate float64) float64 {
	group := math.Max(1, float64(b.MaxBatch)/largestBatch)
	if b.CV < constantCV {
		return group
	}
	for arrive := math.Min(rate*b.full(), float64(b.MaxBatch)); work(1, b.CV, own)*arrive/group > budget; {
		group *= math.Sqrt2
	}
	return group
}

// coarsest is the relative excess of a group's step over one request's up to which grouping needs no remark.
const coarsest = 0.05

// Coarse says that the exact solution of a queue was too costly, and what was solved in its place.
type Coarse struct {
	Servers      int     // servers of the one queue
	MaxBatch     int     // largest batch of each server
	Counted      int     // requests that the solution counts one by one, where only the number of servers is too large
	Group        float64 // requests that are counted as one
	Work, Budget float64 // work of the exact solution and the work allowed, both in lengths of the queue × points of the step times
	Longer       float64 // relative excess of the service time of one group over that of one request
}

// Approximated returns what was solved in place of a server's own queue where the difference exceeds the
// accuracy of its tails; ok is false where it does not.
func Approximated(s Server) (c Coarse, ok bool) {
	switch s := s.(type) {
	case Batch:
		return s.coarse(s.CV)
	case Balanced:
		if shared, ok := s.shared(); ok {
			return Approximated(shared)
		}
		return Approximated(s.Server)
	case evenBatch:
		c, ok := s.together().coarse(s.one.CV)
		c.Servers, c.MaxBatch = s.n, s.one.MaxBatch
		return c, ok
	}
	return Coarse{}, false
}

func (b Batch) coarse(own float64) (c Coarse, ok bool) {
	if b.MaxBatch == 1 || !b.valid() {
		return c, false
	}
	group := b.grouping(own, b.Saturation())
	c = Coarse{Servers: 1, MaxBatch: b.MaxBatch, Counted: largestBatch, Group: group, Work: work(b.MaxBatch, b.CV, own), Budget: budget, Longer: b.Beta * (group - 1) / (b.Alpha + b.Beta)}
	return c, c.Longer > coarsest
}
