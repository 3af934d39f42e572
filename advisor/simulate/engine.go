package simulate

import (
	"context"
	"math"
)

// engine runs one replication. Nothing in its loop allocates once its queues have grown to
// what the run needs.
type engine struct {
	now         float64
	stations    []station
	slots       []slot
	tree        *tree // when each slot is done
	live        []int32
	leastLoaded *leastLoaded
	turn        int

	alpha, beta float64
	pace        float64
	full        int32
	maxWait     float64
	variate     gamma
	law         func(stream) float64 // of a step's time in place of the variate; nil for none
	balancing   Balancing
	idleShare   float64 // of the arrivals that are no request

	limit   int32
	timeout float64
	retries int
	backoff float64

	timers   timers
	retrying later
	agenda   agenda
	source   arrivals

	services, choices, jitter stream
	fleet                     *fleet
	batching                  *batching // of a language model
	lengths                   stream
	log                       *record
	asked                     int64
	meter                     *Meter
	ctx                       context.Context
}

// mostWaiting is how many requests may wait before a run is given up: what grows beyond has no
// steady state, or none that memory holds.
const mostWaiting = 1 << 21

// newEngine sets up a replication.
func newEngine(ctx context.Context, s Spec, length float64, replication int, on *sheets, meter *Meter) *engine {
	st := s.Fleet.Station
	work := math.Max(st.Work, 1)
	e := &engine{
		alpha: st.Alpha, beta: st.Beta, pace: 1, full: int32(st.MaxBatch), maxWait: st.MaxWait,
		variate: newGamma(st.CV), law: st.Times.law(), balancing: s.Fleet.Balancing,
		limit: int32(s.Clients.QueueLimit), timeout: s.Clients.Timeout, retries: s.Clients.Retries, backoff: s.Clients.Backoff,
		timers:   newTimers(),
		services: streamOf(s.Seed, replication, forServices), choices: streamOf(s.Seed, replication, forChoices),
		jitter: streamOf(s.Seed, replication, forRetries),
		log:    newRecord(length, &s, on), meter: meter, ctx: ctx,
	}
	if s.Traffic.Trace == nil {
		e.idleShare = 1 - 1/work
	} else {
		e.pace = work // a trace keeps its requests: each takes longer instead
		work = 1
	}
	e.source = s.Traffic.arrivals(work, streamOf(s.Seed, replication, forArrivals))
	e.lengths = streamOf(s.Seed, replication, forLengths)
	e.build(s)
	e.schedule(s)
	return e
}

// build makes the stations, those that only an autoscaler would start among them.
func (e *engine) build(s Spec) {
	n, workers := s.stations(), s.Fleet.Station.Workers
	e.stations, e.slots = make([]station, n), make([]slot, n*workers)
	e.tree, e.leastLoaded = newTree(n*workers), newLeastLoaded(n)
	for i := range e.stations {
		first := int32(i * workers)
		e.stations[i] = station{replica: int32(i / s.Fleet.Units), first: first, free: first, gathering: -1}
		for k := range workers {
			w := &e.slots[int(first)+k]
			w.station, w.next = int32(i), first+int32(k)+1
			if k == workers-1 {
				w.next = -1
			}
		}
	}
	if v := s.Fleet.Scheduler; v != nil {
		e.batching = newBatching(v, n)
	}
	e.fleet = newFleet(s)
	e.enlist()
}

// wait notes that more or fewer requests wait.
func (e *engine) wait(by int32) { e.log.wait(e.now, float64(by)) }

// often is how many requests pass between looks at what is outside, and seldom how many events: where a cache
// thrashes a request takes thousands, and the last ones are served after all have come.
const (
	often  = 1 << 14
	seldom = 1 << 17
)

// run runs the replication to its end, or until it is interrupted or swamped.
func (e *engine) run() {
	arrival := e.following()
	for events := 1; ; events++ {
		if events%seldom == 0 && e.ctx.Err() != nil {
			e.log.cutShort, e.log.backlog = true, e.log.waiting
			break
		}
		end, slot := e.tree.first()
		next := math.Min(arrival, e.aside())
		if end <= next {
			if math.IsInf(end, 1) {
				break
			}
			e.now = end
			e.complete(slot)
			continue
		}
		e.now = next
		if next < arrival {
			e.beside(next)
		} else {
			e.ask()
			if e.asked&(often-1) == 0 && e.stop() {
				break
			}
			arrival = e.following()
		}
		if math.IsInf(arrival, 1) && e.calm() {
			break
		}
	}
	e.account()
	e.meter.add(e.asked & (often - 1))
	e.log.end = e.now
}

// following is when the next request comes; +Inf after the last.
func (e *engine) following() float64 {
	at := e.source.next()
	if at < e.log.length {
		return at
	}
	e.log.backlog = e.log.waiting
	return math.Inf(1)
}

// ask lets the next request come.
func (e *engine) ask() {
	e.asked++
	j := job{first: e.now}
	if e.idleShare > 0 {
		j.idle = e.choices.Float64() < e.idleShare
	}
	if !j.idle {
		e.fleet.asked++
	}
	if e.batching != nil {
		j.input, j.cached, j.output = e.utterance()
	}
	e.arrive(j)
}

// utterance are the tokens of the request that comes: those of the trace, or drawn.
func (e *engine) utterance() (input, cached, output float32) {
	v := e.batching
	if p, ok := e.source.(*replay); ok && p.trace.Tokens() {
		input, output = float32(p.trace.input[p.n-1]), float32(p.trace.output[p.n-1])
		if v.Reuses && p.trace.reused != nil {
			return input, float32(p.trace.reused[p.n-1]), output
		}
	} else {
		input, output = whole(v.Lengths.Input.At(e.lengths.NormFloat64())), whole(v.Lengths.Output.At(e.lengths.NormFloat64()))
		if v.Longest > 0 { // what is longer is cut or refused
			output = min(output, float32(v.Longest-1))
			input = min(input, float32(v.Longest)-output)
		}
	}
	return input, min(input*float32(v.PrefixHit), input-1), output // the last token is read in any case
}

func whole(tokens float64) float32 { return float32(math.Max(1, math.Round(tokens))) }

// aside is when the next comes of what is neither an arrival nor the end of work.
func (e *engine) aside() float64 {
	next := e.agenda.due()
	if len(e.retrying.heap) > 0 {
		next = math.Min(next, e.retrying.due())
	}
	if e.timeout > 0 {
		next = math.Min(next, e.timers.due())
	}
	return next
}

// beside does it.
func (e *engine) beside(at float64) {
	switch {
	case e.retrying.due() == at:
		e.arrive(e.retrying.pop())
	case e.timeout > 0 && e.timers.due() == at:
		e.expire()
	default:
		e.act(e.agenda.pop())
	}
}

// calm reports whether no client waits for an answer.
func (e *engine) calm() bool {
	end, _ := e.tree.first()
	return math.IsInf(end, 1) && len(e.retrying.heap) == 0 && (e.timeout == 0 || math.IsInf(e.timers.due(), 1))
}

// stop looks whether the run must end before its time.
func (e *engine) stop() bool {
	e.meter.add(often)
	switch {
	case e.ctx.Err() != nil:
		e.log.cutShort = true
	case e.log.waiting > mostWaiting:
		e.log.swamped = true
	default:
		return false
	}
	e.log.backlog = e.log.waiting
	return true
}
