package simulate

import "math"

// condition is what a replica is doing.
type condition uint8

const (
	off      condition = iota // not paid
	starting                  // paid, not yet answering
	up
	draining // works off its queue, takes nothing new
	down     // broken
)

// fleet is the state of the replicas.
type fleet struct {
	units     int
	workers   int // of a station
	coldStart float64
	state     []condition
	until     []int32 // how often a replica changed: what was planned before a change is void
	asked     int64   // requests, idle ones too, since the autoscaler last looked

	paid    int
	updated float64 // s, when paid or serving last changed
	scaler  *scaling
}

func newFleet(s Spec) *fleet {
	n := s.mostReplicas()
	f := &fleet{units: s.Fleet.Units, workers: s.Fleet.Station.Workers, coldStart: s.Fleet.ColdStart, state: make([]condition, n), until: make([]int32, n)}
	for i := range s.Fleet.Replicas {
		f.state[i] = up
	}
	f.paid = s.Fleet.Replicas
	return f
}

// count is how many replicas are in a condition.
func (f *fleet) count(c condition) (n int) {
	for _, s := range f.state {
		if s == c {
			n++
		}
	}
	return n
}

// enlist makes the list of the stations that take requests anew.
func (e *engine) enlist() {
	e.live = e.live[:0]
	for r, s := range e.fleet.state {
		if s != up {
			continue
		}
		for u := range e.fleet.units {
			e.live = append(e.live, int32(r*e.fleet.units+u))
		}
	}
	if e.balancing == LeastLoaded {
		e.leastLoaded.enlist(e.live)
	}
}

// become changes what a replica does.
func (e *engine) become(replica int, c condition) {
	e.account()
	f := e.fleet
	f.state[replica] = c
	f.until[replica]++
	f.paid = len(f.state) - f.count(off)
	e.log.most = max(e.log.most, f.paid)
	e.enlist()
}

// account adds up what is paid and what serves until now.
func (e *engine) account() {
	f, w := e.fleet, &e.log.windows[e.log.current]
	span := e.now - f.updated
	f.updated = e.now
	serving := float64(len(e.live)) / float64(f.units)
	w.up += span * serving
	w.room += span * float64(len(e.live)*f.workers)
	e.log.replicas += span * float64(f.paid)
	e.log.most = max(e.log.most, f.paid)
}

// crash ends a replica with all that it holds: clients find their connection gone.
func (e *engine) crash(replica int) {
	for u := range e.fleet.units {
		s := &e.stations[replica*e.fleet.units+u]
		for k := range e.fleet.workers {
			e.abandon(s, s.first+int32(k))
		}
		e.lose(s)
	}
	e.become(replica, down)
}

// abandon stops a slot and loses its batch.
func (e *engine) abandon(s *station, i int32) {
	w := &e.slots[i]
	if at := e.tree.at[i]; math.IsInf(at, 1) {
		return
	} else if e.batching != nil {
		e.log.work(e.now - at)
		e.dropAll(w.station)
	} else if s.gathering == i {
		s.gathering = -1 // what the slot worked on before has been answered
	} else {
		e.log.work(e.now - at) // not worked after all
		for _, j := range w.jobs {
			e.drop(j)
		}
		e.left(w.station, int32(len(w.jobs)))
	}
	e.release(i)
}

// lose empties a queue.
func (e *engine) lose(s *station) {
	passed := e.timers.passed()
	lost := int32(0)
	for ; s.head != s.tail; s.head++ {
		j := s.ring[s.head&uint32(len(s.ring)-1)]
		if j.ticket != 0 && j.ticket < passed {
			continue
		}
		lost++
		e.drop(j)
	}
	s.gone = 0
	e.wait(-lost)
	if lost > 0 {
		e.left(e.slots[s.first].station, lost)
	}
}

// drop loses an attempt that a station held.
func (e *engine) drop(j job) {
	if j.ticket != 0 {
		if j.ticket < e.timers.passed() {
			return
		}
		e.timers.done(j.ticket)
	}
	if !j.idle {
		e.log.refused(j.first)
		e.again(j)
	}
}
