package simulate

import "math"

// job is a request on its way.
type job struct {
	first  float64 // s, when its client first asked
	queued float64 // s, when this attempt came
	ticket uint64  // of its timer; 0 without one
	input  float32 // tokens, of a language model
	cached float32 // tokens of the input that the prefix cache holds
	output float32
	tries  uint8 // attempts before this one
	idle   bool  // work that is no request: see Station.Work
}

// station is the state of one server: a queue, and workers that are the slots from first on.
type station struct {
	ring       []job // its length is a power of two
	head, tail uint32
	gone       int32 // requests of the ring whose clients gave up
	replica    int32
	first      int32
	free       int32 // the first of the free slots, -1 without
	gathering  int32 // the slot that waits for a batch to fill, -1 without
}

// slot is a worker: the batch it works on and since when.
type slot struct {
	jobs    []job
	began   float64
	station int32
	next    int32 // the next free slot of the station, -1 at the end
}

// waiting is how many requests wait.
func (s *station) waiting() int32 { return int32(s.tail-s.head) - s.gone }

// push puts a request into the queue.
func (s *station) push(j job) {
	if int(s.tail-s.head) == len(s.ring) {
		s.grow()
	}
	s.ring[s.tail&uint32(len(s.ring)-1)] = j
	s.tail++
}

func (s *station) grow() {
	ring := make([]job, max(16, 2*len(s.ring)))
	n := uint32(0)
	for i := s.head; i != s.tail; i++ {
		ring[n] = s.ring[i&uint32(len(s.ring)-1)]
		n++
	}
	s.ring, s.head, s.tail = ring, 0, n
}

// arrive brings an attempt to a station.
func (e *engine) arrive(j job) {
	if len(e.live) == 0 {
		e.refuse(j)
		return
	}
	at := e.choose()
	s := &e.stations[at]
	if s.free < 0 && e.limit > 0 && s.waiting() >= e.limit {
		e.refuse(j)
		return
	}
	j.queued = e.now
	if e.timeout > 0 && !j.idle {
		j.ticket = e.timers.start(e.now+e.timeout, at, j)
	}
	s.push(j)
	e.wait(1)
	e.came(at)
	if s.gathering >= 0 {
		if s.waiting() >= e.full {
			e.begin(s.gathering)
		}
	} else if s.free >= 0 {
		e.engage(s)
	}
}

// engage lets the first free slot of a station begin a batch, or wait for it to fill.
func (e *engine) engage(s *station) {
	i := s.free
	s.free = e.slots[i].next
	if e.batching != nil {
		e.startStep(i)
		return
	}
	e.occupy(i)
}

// occupy begins a batch on a slot or lets it wait for one; an empty queue frees the slot.
func (e *engine) occupy(i int32) {
	s := &e.stations[e.slots[i].station]
	if e.maxWait > 0 {
		s.skip(e.timers.passed())
		if n := s.waiting(); n > 0 && n < e.full {
			if s.gathering >= 0 {
				e.release(i)
				return
			}
			due := s.ring[s.head&uint32(len(s.ring)-1)].queued + e.maxWait
			if due > e.now {
				s.gathering = i
				e.tree.set(i, due)
				return
			}
		}
	}
	e.begin(i)
}

// skip drops requests at the head of the queue whose clients gave up.
func (s *station) skip(passed uint64) {
	for s.gone > 0 && s.head != s.tail {
		if j := &s.ring[s.head&uint32(len(s.ring)-1)]; j.ticket == 0 || j.ticket >= passed {
			return
		}
		s.head++
		s.gone--
	}
}

// begin takes up to a full batch off the queue and works on it.
func (e *engine) begin(i int32) {
	w := &e.slots[i]
	s := &e.stations[w.station]
	if s.gathering == i {
		s.gathering = -1
	}
	w.jobs = w.jobs[:0]
	mask, passed := uint32(len(s.ring)-1), e.timers.passed()
	for s.head != s.tail && int32(len(w.jobs)) < e.full {
		j := &s.ring[s.head&mask]
		s.head++
		if j.ticket != 0 && j.ticket < passed {
			s.gone--
			continue
		}
		if j.ticket != 0 {
			e.timers.served(j.ticket)
		}
		w.jobs = append(w.jobs, *j)
	}
	n := len(w.jobs)
	if n == 0 {
		e.release(i)
		return
	}
	e.wait(-int32(n))
	w.began = e.now
	took := (e.alpha + e.beta*float64(n)) * e.pace
	if e.law != nil {
		took *= e.law(e.services)
	} else if e.variate.cv > 0 {
		took *= e.variate.draw(e.services)
	}
	e.log.work(took)
	e.tree.set(i, e.now+took)
}

// release makes a slot free.
func (e *engine) release(i int32) {
	w := &e.slots[i]
	s := &e.stations[w.station]
	w.next, s.free = s.free, i
	w.jobs = w.jobs[:0]
	e.tree.set(i, math.Inf(1))
}

// complete ends the batch of a slot, or its wait for one.
func (e *engine) complete(i int32) {
	if e.batching != nil {
		e.endStep(i)
		return
	}
	w := &e.slots[i]
	s := &e.stations[w.station]
	if s.gathering == i {
		e.begin(i)
		return
	}
	passed := e.timers.passed()
	for k := range w.jobs {
		j := &w.jobs[k]
		if j.idle {
			continue
		}
		if j.ticket != 0 {
			if j.ticket < passed {
				continue // the client no longer waits
			}
			e.timers.done(j.ticket)
		}
		e.log.answer(j.first, e.now-j.first, w.began-j.queued)
	}
	e.left(w.station, int32(len(w.jobs)))
	if s.head == s.tail {
		e.release(i)
		return
	}
	e.occupy(i)
}
