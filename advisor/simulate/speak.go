package simulate

import "math"

// speech is what the replicas of a language model have in common.
type speech struct {
	*Speaker
	clock  *clock
	floors []floor
	room   float64 // tokens of the cache
}

func newSpeech(v *Speaker, stations int) *speech {
	s := &speech{Speaker: v, clock: newClock(v.Timing, v.Requests), floors: make([]floor, stations), room: v.Cache}
	if s.room == 0 {
		s.room = math.Inf(1)
	}
	return s
}

// wants are the tokens of the cache that a request takes when it is admitted.
func (v *speech) wants(t *talk) float64 {
	if v.Evicts {
		return t.prompt
	}
	return t.prompt + float64(t.steps)*v.Accepted
}

// listen makes a request of an attempt.
func (v *speech) listen(j job, now float64) talk {
	prompt, output := float64(j.input), float64(j.output)
	return talk{
		job: j, began: now, prompt: prompt, left: math.Max(1, prompt*(1-v.PrefixHit)),
		steps: int64(math.Ceil((output - 1) / v.Accepted)),
	}
}

// admit lets requests in as long as there is room: first those that were put back.
func (e *engine) admit(at int32) {
	v, s := e.speech, &e.stations[at]
	f := &v.floors[at]
	for len(f.evicted) > 0 && f.requests() < v.Requests {
		t := f.evicted[len(f.evicted)-1]
		if need := v.wants(&t); f.reserved+need > v.room && f.requests() > 0 {
			return
		}
		f.evicted = f.evicted[:len(f.evicted)-1]
		f.seat(t, v.wants(&t))
	}
	passed := e.timers.passed()
	for s.head != s.tail && f.requests() < v.Requests {
		j := &s.ring[s.head&uint32(len(s.ring)-1)]
		if j.ticket != 0 && j.ticket < passed {
			s.head++
			s.gone--
			continue
		}
		t := v.listen(*j, e.now)
		// What alone is too much for the cache is let in when nobody else is there.
		if need := v.wants(&t); f.reserved+need > v.room && f.requests() > 0 {
			return
		}
		s.head++
		if j.ticket != 0 {
			e.timers.served(j.ticket)
		}
		e.wait(-1)
		f.seat(t, v.wants(&t))
	}
}

func (f *floor) seat(t talk, tokens float64) {
	f.reserved += tokens
	f.reading = append(f.reading, t)
}

// speak begins the next step of a replica, or its rest.
func (e *engine) speak(i int32) {
	w := &e.slots[i]
	v := e.speech
	f := &v.floors[w.station]
	e.admit(w.station)
	n := len(f.speaking)
	if n == 0 && len(f.reading) == 0 {
		e.release(i)
		return
	}
	took := 0.0
	if n > 0 {
		took = v.clock.decode(n, f.context/float64(n))
	}
	if len(f.reading) > 0 {
		took += v.read(f, math.Max(1, v.Budget-float64(n)))
	}
	took *= e.pace
	w.began = e.now
	e.log.work(took)
	e.tree.set(i, e.now+took)
}

// read lets a step read prompts, in the order in which they came, and is the time of that.
func (v *speech) read(f *floor, budget float64) float64 {
	tokens, attended := 0.0, 0.0
	for i := range f.reading {
		t := &f.reading[i]
		n := math.Min(t.left, budget)
		attended += n * (t.prompt - t.left + n/2)
		t.left -= n
		tokens, budget = tokens+n, budget-n
		if budget <= 0 {
			break
		}
	}
	return v.Timing.Prefill(tokens, attended/tokens)
}

// spoken ends a step: all who speak have their next tokens, and those whose prompts were read
// their first.
func (e *engine) spoken(i int32) {
	at := e.slots[i].station
	v := e.speech
	f := &v.floors[at]
	f.step++
	more := float64(len(f.speaking)) * v.Accepted
	f.context += more
	if v.Evicts {
		f.reserved += more
	}
	for len(f.speaking) > 0 && f.speaking[0].ends <= f.step {
		e.conclude(at, f.remove(0))
	}
	e.begun(at)
	if v.Evicts && f.reserved > v.room {
		v.evict(f)
	}
	e.speak(i)
}

// begun lets those speak whose prompts are read.
func (e *engine) begun(at int32) {
	f := &e.speech.floors[at]
	n := 0
	for n < len(f.reading) && f.reading[n].left <= 0 {
		t := f.reading[n]
		n++
		if t.spoke == 0 {
			t.spoke = e.now
		}
		if t.steps <= 0 {
			f.context += t.prompt
			e.conclude(at, t)
			continue
		}
		t.starts, t.ends = f.step, f.step+t.steps
		f.context += t.prompt
		f.push(t)
	}
	if n > 0 {
		f.reading = f.reading[:copy(f.reading, f.reading[n:])]
	}
}

// conclude answers a request.
func (e *engine) conclude(at int32, t talk) {
	v := e.speech
	f := &v.floors[at]
	written := float64(t.steps) * v.Accepted
	f.context -= t.prompt + written
	f.reserved -= t.prompt + written
	e.left(at, 1)
	if t.ticket != 0 {
		if t.ticket < e.timers.passed() {
			return // the client no longer waits
		}
		e.timers.done(t.ticket)
	}
	tpot := 0.0
	if t.output > 1 {
		tpot = (e.now - t.spoke) / float64(t.output-1)
	}
	e.log.reply(t.first, e.now-t.first, t.began-t.queued, t.spoke-t.first, tpot)
}

// evict puts the youngest back until the cache holds the rest: their keys and values are lost,
// and what they wrote is read again with their prompt (vLLM's recomputation).
func (v *speech) evict(f *floor) {
	for f.reserved > v.room && f.requests() > 1 {
		if n := len(f.reading); n > 0 {
			t := f.reading[n-1]
			f.reading = f.reading[:n-1]
			f.reserved -= t.prompt
			t.left = math.Max(1, t.prompt*(1-v.PrefixHit))
			f.evicted = append(f.evicted, t)
			continue
		}
		youngest := 0
		for i := range f.speaking {
			if f.speaking[i].queued > f.speaking[youngest].queued {
				youngest = i
			}
		}
		t := f.remove(youngest)
		done := f.step - t.starts
		held := t.prompt + float64(done)*v.Accepted
		f.context -= held
		f.reserved -= held
		t.prompt, t.left, t.steps = held, held, t.steps-done
		f.evicted = append(f.evicted, t)
	}
}

// hush ends all that a replica has in hand.
func (e *engine) hush(at int32) {
	f := &e.speech.floors[at]
	for _, list := range [][]talk{f.speaking, f.reading, f.evicted} {
		for i := range list {
			e.drop(list[i].job)
		}
		e.left(at, int32(len(list)))
	}
	*f = floor{speaking: f.speaking[:0], reading: f.reading[:0], evicted: f.evicted[:0], step: f.step}
}
