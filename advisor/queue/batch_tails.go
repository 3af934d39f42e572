package queue

import (
	"math"
	"sync"
)

// aloneTails are those of a server without load.
type aloneTails struct{ gamma }

func (a aloneTails) sojourn(t float64) float64 { return a.exceeds(t) }
func (a aloneTails) wait(float64) float64      { return 0 }

// batchTails are those of a batch queue.
type batchTails struct {
	lengths
	unit    float64 // seconds per full step of the chain
	group   float64 // requests that it counts as one
	asked   float64 // before rounding
	strain  float64 // factor of the waits over the chain's
	own     service
	cv      float64 // of the own step
	batch   float64 // mean batch per length of the queue
	stretch mix     // of the step before
	factor  mix     // of the own step
}

// tails makes empty tails for the queue. A few points for the step before a batch and for
// its own carry the moments that matter; the own step of a request that finds the server
// idle, where nothing else smooths them, is taken exactly.
func (q batchQueue) tails() *batchTails {
	before, own := points(q.cv)
	return &batchTails{
		unit: q.unit, group: q.group, strain: 1, own: q.own, cv: q.cv,
		stretch: gauss(q.before, before), factor: gauss(q.cv, own),
	}
}

// points returns how many points represent the step before a batch, and how many its own step.
func points(cv float64) (before, own int) {
	switch {
	case cv >= 0.6:
		return 4, 5
	case cv >= 0.2:
		return 3, 5
	}
	return 2, 4
}

// result sums up the stationary queue.
func (t *batchTails) result() Result {
	l := &t.lengths
	work := l.busy(1)
	waiting := l.spill() + l.rate*l.busy(2)*(1+l.cv2)/2
	r := Result{Stable: true, tails: t}
	if t.cv > 0 {
		r.tails = &remembered{tails: t}
	}
	seen := l.batches(2) / t.batch
	r.MeanBatch = t.batch / (1 - l.idle) * t.group
	r.SeenBatch = seen * t.group
	r.Busy = work / (work + l.idle*l.pause())
	r.MeanWait = waiting / t.batch * t.unit * t.strain
	r.MeanSojourn = r.MeanWait + t.unit*t.own.alpha + t.unit*t.own.beta*seen
	r.PWait = unit(t.wait(0))
	return r
}

// scratches keeps tables for later questions.
var scratches = sync.Pool{New: func() any { return new(ages) }}

func (t *batchTails) wait(s float64) float64 {
	y, h := s/(t.unit*t.strain), t.horizon()
	fall := 1.0
	if y > h {
		y, fall = h, math.Exp(-t.slope()*(y-h))
	}
	a := scratches.Get().(*ages)
	defer scratches.Put(a)
	a.of(&t.lengths)
	sum := 0.0
	for i, f := range t.stretch.factor {
		a.stretchedBy(i, f)
		sum += t.stretch.weight[i] * a.longer(y)
	}
	return fall * sum / t.batch
}

func (t *batchTails) sojourn(s float64) float64 {
	a := scratches.Get().(*ages)
	defer scratches.Put(a)
	a.of(&t.lengths)
	y := s / t.unit
	sum := t.atOnce(y)
	for i, f := range t.stretch.factor {
		a.stretchedBy(i, f)
		for k, g := range t.factor.factor {
			sum += t.stretch.weight[i] * t.factor.weight[k] * t.slower(a, y/t.strain, t.own.times(g/t.strain))
		}
	}
	return sum / t.batch
}

// slower extends ages.slower beyond its horizon.
func (t *batchTails) slower(a *ages, y float64, own service) float64 {
	last := t.horizon() + own.time(t.full)
	if y > last {
		return a.slower(last, own) * math.Exp(-t.slope()*(y-last))
	}
	return a.slower(y, own)
}

// atOnce returns the number, per length of the queue, of requests that wake the server and
// whose step takes longer than y. The size of their cluster is logarithmic.
func (t *batchTails) atOnce(y float64) float64 {
	if t.idle == 0 {
		return 0
	}
	slow := func(b int) float64 { return gamma{t.own.time(b), t.cv}.exceeds(y) }
	if t.dispersion == 1 {
		return t.idle * slow(1)
	}
	v := 1 / math.Log(t.dispersion)
	sum, below := 0.0, 0.0
	for x := 1; x < t.full && v > tiny.part; x++ {
		v *= 1 - 1/t.dispersion // x times the probability of x
		below += v / float64(x)
		sum += v * slow(x)
	}
	return t.idle * (sum + math.Max(0, 1-below)*float64(t.full)*slow(t.full))
}

// worse returns the slower of two answers in every respect. Requests that come together are
// also served together, which helps a batch server with little to do; a stream burstier
// than Poisson is not taken to be easier for that.
func worse(a, b Result) Result {
	a.PWait = math.Max(a.PWait, b.PWait)
	a.MeanWait = math.Max(a.MeanWait, b.MeanWait)
	a.MeanSojourn = math.Max(a.MeanSojourn, b.MeanSojourn)
	a.tails = remembering(worseTails{a.tails, b.tails}, a.tails, b.tails)
	return a
}

type worseTails struct{ a, b tails }

func (w worseTails) sojourn(t float64) float64 { return math.Max(w.a.sojourn(t), w.b.sojourn(t)) }
func (w worseTails) wait(t float64) float64    { return math.Max(w.a.wait(t), w.b.wait(t)) }
