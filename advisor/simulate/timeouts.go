package simulate

import "math"

// timers are the attempts whose clients wait for an answer, in the order in which they give up:
// every client waits for the same time, so that a ring keeps the order. Tickets count them, from
// 1.
type timers struct {
	ring  []timer // its length is a power of two
	first uint64  // the ticket of the next to give up
	next  uint64  // the ticket of the next to start
}

// timer is one attempt.
type timer struct {
	deadline float64
	job      job
	station  int32
	state    uint8
}

// What became of an attempt so far.
const (
	queued uint8 = iota
	serving
	answered
)

func newTimers() timers { return timers{ring: make([]timer, 64), first: 1, next: 1} }

// passed is the first ticket whose client still waits: all below have given up or were answered.
func (t *timers) passed() uint64 { return t.first }

func (t *timers) start(deadline float64, station int32, j job) (ticket uint64) {
	if t.next-t.first == uint64(len(t.ring)) {
		t.grow()
	}
	ticket = t.next
	t.next++
	*t.of(ticket) = timer{deadline, j, station, queued}
	return ticket
}

func (t *timers) grow() {
	ring := make([]timer, 2*len(t.ring))
	for n := t.first; n != t.next; n++ {
		ring[n&uint64(len(ring)-1)] = *t.of(n)
	}
	t.ring = ring
}

func (t *timers) of(ticket uint64) *timer { return &t.ring[ticket&uint64(len(t.ring)-1)] }

func (t *timers) served(ticket uint64) { t.of(ticket).state = serving }
func (t *timers) done(ticket uint64)   { t.of(ticket).state = answered }

// due is when the next client gives up that was not answered; +Inf without.
func (t *timers) due() float64 {
	for t.first != t.next && t.of(t.first).state == answered {
		t.first++
	}
	if t.first == t.next {
		return math.Inf(1)
	}
	return t.of(t.first).deadline
}

// expire lets the client whose time has come give up.
func (e *engine) expire() {
	w := *e.timers.of(e.timers.first)
	e.timers.first++
	if w.state == queued {
		s := &e.stations[w.station]
		s.gone++
		e.wait(-1)
		e.left(w.station, 1)
	}
	e.log.gaveUp(w.job.first)
	e.again(w.job)
}

// refuse turns an attempt away.
func (e *engine) refuse(j job) {
	if j.idle {
		return
	}
	e.log.refused(j.first)
	e.again(j)
}

// again lets a client that was not answered try once more, after a pause that doubles each time,
// between half of it and one and a half times it; or notes that the request failed.
func (e *engine) again(j job) {
	if j.idle {
		return
	}
	if int(j.tries) >= e.retries {
		e.log.failed(j.first)
		return
	}
	pause := e.backoff * float64(uint64(1)<<min(j.tries, 20)) * (0.5 + e.jitter.Float64())
	j.tries++
	j.ticket = 0
	e.retrying.push(e.now+pause, j)
}

// later is a heap of attempts to come.
type later struct{ heap []attempt }

type attempt struct {
	at  float64
	job job
}

// due is when the first of them comes; +Inf without.
func (l *later) due() float64 {
	if len(l.heap) == 0 {
		return math.Inf(1)
	}
	return l.heap[0].at
}

func (l *later) push(at float64, j job) {
	l.heap = append(l.heap, attempt{at, j})
	h := l.heap
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].at <= h[i].at {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

func (l *later) pop() job {
	h := l.heap
	top, n := h[0].job, len(h)-1
	h[0] = h[n]
	h = h[:n]
	for i := 0; ; {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && h[c+1].at < h[c].at {
			c++
		}
		if h[i].at <= h[c].at {
			break
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
	l.heap = h
	return top
}
