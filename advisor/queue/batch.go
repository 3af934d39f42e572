package queue

import (
	"math"
	"sync"
)

// Batch is one server that forms batches: when free it takes all waiting requests, up to MaxBatch, and
// serves a batch of b in Alpha + Beta·b seconds. When none waits, the next request is served alone, at once.
type Batch struct {
	Alpha    float64 // seconds per batch, ≥ 0
	Beta     float64 // seconds per request of a batch, ≥ 0
	MaxBatch int     // ≥ 1
	CV       float64 // coefficient of variation of a step's time; 0 is constant
}

func (b Batch) valid() bool {
	return b.Alpha >= 0 && b.Beta >= 0 && b.MaxBatch >= 1 && b.CV >= 0 &&
		b.full() > 0 && !math.IsInf(b.full(), 1) && !math.IsInf(b.CV, 1)
}

// full returns the time of a full step, s.
func (b Batch) full() float64 { return b.Alpha + b.Beta*float64(b.MaxBatch) }

// Saturation returns MaxBatch over the time of a full step, requests per second.
func (b Batch) Saturation() float64 {
	if !b.valid() {
		return 0
	}
	return float64(b.MaxBatch) / b.full()
}

// At solves the batch queue under a load.
func (b Batch) At(l Load) Result {
	if b.MaxBatch == 1 {
		return b.single().At(l)
	}
	s := solvers.Get().(*solver)
	defer solvers.Put(s)
	return b.queue(b.CV, l.Rate).at(l, s)
}

// Shared returns n batch servers, of which each request joins the one with the fewest requests.
func (b Batch) Shared(n int) Server {
	if n <= 1 {
		return b
	}
	if b.MaxBatch == 1 {
		return b.single().Shared(n)
	}
	return evenBatch{b, n}
}

// single returns the server of batches of one: M/D/1 or M/G/1.
func (b Batch) single() Pool {
	return Pool{Servers: 1, ServiceTime: b.Alpha + b.Beta, CV: b.CV}
}

// queue returns the server in units of its full step, with requests counted in groups where the rate demands
// it, and with another coefficient of variation for a request's own step.
func (b Batch) queue(own, rate float64) batchQueue {
	group := b.grouping(own, rate)
	if n := int(math.Round(float64(b.MaxBatch) / group)); n < b.MaxBatch {
		group = float64(b.MaxBatch) / float64(n)
		b.Beta, b.MaxBatch = b.Beta*group, n
	}
	unit := b.full()
	alpha, beta := b.Alpha/unit, b.Beta/unit
	varying := math.Min(b.CV, largestCV)
	// What the arrivals of groups vary more than those of requests, the steps vary less, so that
	// the work of a full step varies as it does.
	cv2 := math.Max(varying*varying/2, varying*varying-(1-1/group)/float64(b.MaxBatch))
	return batchQueue{
		steps: steps{alpha: alpha, beta: beta, full: b.MaxBatch, cv2: cv2},
		unit:  unit, group: group, own: service{alpha, beta}, cv: own, chain: b.CV, before: varying, valid: b.valid(),
	}
}

// Limits beyond which the exact chain is not worth its cost. Requests of larger batches are counted in
// groups, whose size is nothing against a full step and whose Poisson arrivals are a
// little burstier than those of the requests. For burstier arrivals and more variable
// steps waits grow with the variance of what arrives in a full step, to which they are
// proportional in heavy traffic.
const (
	largestBatch      = 1 << 14
	largestDispersion = 16
	largestCV         = 1
)

// solvers keeps tables for later solutions.
var solvers = sync.Pool{New: func() any { return new(solver) }}

// batchQueue is a batch chain and the time of a request's own step.
type batchQueue struct {
	steps
	unit   float64 // seconds per full step of the chain
	group  float64 // requests that it counts as one
	own    service
	cv     float64 // of the own step
	chain  float64 // of the steps of the chain
	before float64 // of the step that a request waits for
	uneven float64 // dispersion to add for several servers
	valid  bool
}

func (q batchQueue) at(l Load, s *solver) Result {
	full := float64(q.full)
	rate := q.perStep(l)
	if !q.valid || !l.usable() || rate >= full {
		return unstable(full * q.group)
	}
	if rate <= nothingOf*full {
		alone := gamma{q.own.time(1) * q.unit, q.cv}
		return Result{Stable: true, MeanSojourn: alone.mean, MeanBatch: 1, SeenBatch: 1, tails: aloneTails{alone}}
	}
	t, d := q.tails(), q.dispersion(l)
	q.solve(rate, d, s, t)
	r := t.result()
	if d > 1 {
		l.Dispersion = 1
		r = worse(r, q.at(l, s))
	}
	return r
}

// perStep returns the load per full step, in groups.
func (q batchQueue) perStep(l Load) float64 { return l.Rate * q.unit / q.group }

// dispersion returns the part of the load's dispersion that acts on the queue, in groups: the variance of
// the arriving work stays the same (Hayward's approximation).
func (q batchQueue) dispersion(l Load) float64 {
	return math.Max(1, l.damped(q.relaxation(q.perStep(l))*q.unit)/q.group)
}

// solve fills the tails for a rate per full step.
func (q batchQueue) solve(rate, dispersion float64, s *solver, t *batchTails) {
	d := dispersion + q.uneven/q.group
	t.strain = 1
	if d > largestDispersion || q.chain > largestCV {
		asked := d + q.chain*q.chain*rate
		d = math.Min(d, largestDispersion)
		t.strain = asked / q.arrivals(rate, d, 1).dispersion
	}
	s.set(q.steps, false)
	s.solve(rate, d, &t.lengths)
	t.batch = t.batches(1)
}

// relaxation returns the relaxation time of the queue, in full steps: a step and what outlives it
// while batches are not full, and near saturation the variance of a step's net input over
// the square of its drift.
func (q batchQueue) relaxation(rate float64) float64 {
	_, persistence := q.balance(rate)
	full := float64(q.full)
	drift := full - rate
	return 1/(1-persistence) + (rate+q.cv2*rate*rate)/(drift*drift)
}
