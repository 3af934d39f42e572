package queue

import (
	"math"
	"sync"
)

// Batch is one server that forms batches: when free it takes all that wait, up to
// MaxBatch, and serves a batch of b in Alpha + Beta·b seconds. When nothing waits the
// next request is served alone, at once.
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

// full is the time of a full step, s.
func (b Batch) full() float64 { return b.Alpha + b.Beta*float64(b.MaxBatch) }

// Saturation is MaxBatch over the time of a full step, requests per second.
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
	return b.queue().at(l, s)
}

// Shared is n batch servers on one queue.
func (b Batch) Shared(n int) Server {
	if n <= 1 {
		return b
	}
	if b.MaxBatch == 1 {
		return b.single().Shared(n)
	}
	return sharedBatch{b, n}
}

// single is the server of batches of one: M/D/1 or M/G/1.
func (b Batch) single() Pool {
	return Pool{Servers: 1, ServiceTime: b.Alpha + b.Beta, CV: b.CV}
}

// queue is the server in units of its full step.
func (b Batch) queue() batchQueue {
	unit := b.full()
	alpha, beta := b.Alpha/unit, b.Beta/unit
	return batchQueue{
		steps: steps{alpha: alpha, beta: beta, full: b.MaxBatch, cv2: b.CV * b.CV},
		unit:  unit, own: service{alpha, beta}, cv: b.CV, valid: b.valid(),
	}
}

// solvers keeps tables for the next solution.
var solvers = sync.Pool{New: func() any { return new(solver) }}

// batchQueue is a batch chain and what a request's own step takes.
type batchQueue struct {
	steps
	unit    float64 // seconds per full step of the chain
	own     service
	cv      float64 // of the own step
	servers float64 // that share the chain's steps; 0 is one
	valid   bool
}

func (q batchQueue) at(l Load, s *solver) Result {
	full := float64(q.full)
	rate := l.Rate * q.unit
	if !q.valid || !l.usable() || rate >= full {
		return unstable(full)
	}
	t := &batchTails{unit: q.unit, own: q.own}
	t.mix = mixture(q.cv)
	if rate == 0 {
		alone := gamma{q.own.time(1) * q.unit, q.cv}
		return Result{Stable: true, MeanSojourn: alone.mean, MeanBatch: 1, SeenBatch: 1, tails: aloneTails{alone}}
	}
	s.set(q.steps, false)
	s.solve(rate, l.damped(q.relaxation(rate)*q.unit), &t.lengths)
	t.cv = q.cv
	return t.result()
}

// relaxation is how long the queue remembers, in full steps: a step and what outlives it
// while batches are not full, and near saturation the variance of a step's net input over
// the square of its drift.
func (q batchQueue) relaxation(rate float64) float64 {
	_, persistence := q.balance(rate)
	full := float64(q.full)
	drift := full - rate
	return 1/(1-persistence) + (rate+q.cv2*rate*rate)/(drift*drift)
}

// aloneTails are those of a server without load.
type aloneTails struct{ gamma }

func (a aloneTails) sojourn(t float64) float64 { return a.exceeds(t) }
func (a aloneTails) wait(float64) float64      { return 0 }

// batchTails are those of a batch queue.
type batchTails struct {
	lengths
	unit  float64
	own   service
	cv    float64
	batch float64 // mean batch per length of the queue
	mix   mix
}

// result sums up the stationary queue.
func (t *batchTails) result() Result {
	l := &t.lengths
	t.batch = l.batches(1)
	steps := 1 - l.idle
	work := l.busy(1)
	cycle := work + l.idle*l.rest1()
	waiting := l.spill() + l.rate*l.busy(2)*(1+l.cv2)/2
	r := Result{Stable: true, tails: t}
	r.MeanBatch = t.batch / steps
	r.SeenBatch = l.batches(2) / t.batch
	r.Busy = work / cycle
	r.MeanWait = waiting / t.batch * t.unit
	r.MeanSojourn = r.MeanWait + t.unit*(t.own.alpha+t.own.beta*r.SeenBatch)
	r.PWait = t.wait(0)
	return r
}

// rest1 is the mean rest of an empty server, full steps: until the next cluster.
func (l *lengths) rest1() float64 {
	x := l.dispersion - 1
	if x < 1e-9 {
		return 1 / l.rate
	}
	return x / math.Log1p(x) / l.rate
}

func (t *batchTails) wait(s float64) float64 {
	a := t.ages()
	defer scratches.Put(a)
	y := s / t.unit
	h := t.horizon()
	if y > h {
		return a.longer(h) / t.batch * math.Exp(-t.slope()*(y-h))
	}
	return a.longer(y) / t.batch
}

func (t *batchTails) sojourn(s float64) float64 {
	a := t.ages()
	defer scratches.Put(a)
	y := s / t.unit
	sum := 0.0
	for i, f := range t.mix.factor {
		sum += t.mix.weight[i] * t.exceeds(a, y, service{t.own.alpha * f, t.own.beta * f})
	}
	return sum
}

func (t *batchTails) exceeds(a *ages, y float64, own service) float64 {
	last := t.horizon() + own.time(t.full)
	if y > last {
		return a.slower(last, own) / t.batch * math.Exp(-t.slope()*(y-last))
	}
	return a.slower(y, own) / t.batch
}

func (t *batchTails) ages() *ages {
	a := scratches.Get().(*ages)
	a.lengths = &t.lengths
	return a
}

var scratches = sync.Pool{New: func() any { return new(ages) }}
