package simulate

import (
	"math"

	"scaleadvise/advisor/llm/open"
)

// batching is the continuous batching of all replicas of a language model.
type batching struct {
	*Scheduler
	clock    *clock
	admitted []sequences
	room     float64 // tokens of the cache
}

func newBatching(v *Scheduler, stations int) *batching {
	s := &batching{Scheduler: v, clock: newClock(v.Timing, v.Requests), admitted: make([]sequences, stations), room: v.Cache}
	if s.room == 0 {
		s.room = math.Inf(1)
	}
	return s
}

// kvTokens are the tokens of the cache that a request takes when it is admitted.
func (v *batching) kvTokens(t *sequence) float64 {
	if v.Evicts {
		return t.prompt
	}
	return t.prompt + float64(t.steps)*v.Accepted
}

// sequenceOf returns the sequence of a request.
func (v *batching) sequenceOf(j job, now float64) sequence {
	prompt, output := float64(j.input), float64(j.output)
	return sequence{
		job: j, began: now, prompt: prompt, left: math.Max(1, prompt-float64(j.cached)),
		steps: int64(math.Ceil((output - 1) / v.Accepted)),
	}
}

// admit moves waiting requests into the batch while there are slots and KV tokens: the
// preempted ones first. The next tokens of those that decode come before any of them.
func (e *engine) admit(at int32) {
	v, s := e.batching, &e.stations[at]
	f := &v.admitted[at]
	room := v.room - v.growth(f)
	for len(f.preempted) > 0 && f.requests() < v.Requests {
		t := f.preempted[len(f.preempted)-1]
		need := v.kvTokens(&t)
		if f.reserved+need > room && f.requests() > 0 {
			return
		}
		f.preempted = f.preempted[:len(f.preempted)-1]
		f.admit(t, need)
	}
	passed := e.timers.passed()
	for s.head != s.tail && f.requests() < v.Requests {
		j := &s.ring[s.head&uint32(len(s.ring)-1)]
		if j.ticket != 0 && j.ticket < passed {
			s.head++
			s.gone--
			continue
		}
		t := v.sequenceOf(*j, e.now)
		// A request too large for the KV cache is admitted once the batch is empty.
		if need := v.kvTokens(&t); f.reserved+need > room && f.requests() > 0 {
			return
		}
		s.head++
		if j.ticket != 0 {
			e.timers.served(j.ticket)
		}
		e.wait(-1)
		f.admit(t, v.kvTokens(&t))
	}
}

func (f *sequences) admit(t sequence, tokens float64) {
	f.reserved += tokens
	f.prefilling = append(f.prefilling, t)
}

// startStep begins the next step of a replica, or its rest.
func (e *engine) startStep(i int32) {
	w := &e.slots[i]
	v := e.batching
	f := &v.admitted[w.station]
	if !v.preempt(f) {
		e.admit(w.station)
	}
	n := len(f.decoding)
	if n == 0 && len(f.prefilling) == 0 {
		e.release(i)
		return
	}
	took := 0.0
	if n > 0 {
		took = v.clock.decode(n, f.context/float64(n))
	}
	if len(f.prefilling) > 0 {
		took += v.prefill(f, math.Max(1, v.Budget-float64(n)), took)
	}
	took *= e.pace
	w.began = e.now
	e.log.work(took)
	e.tree.set(i, e.now+took)
}

// prefill lets a step that decodes for some seconds read prompts, in the order in which they came, and
// is the time of that.
func (v *batching) prefill(f *sequences, budget, decode float64) float64 {
	tokens, attended := 0.0, 0.0
	for i := range f.prefilling {
		t := &f.prefilling[i]
		n := math.Min(t.left, budget)
		attended += n * (t.prompt - t.left + n/2)
		t.left -= n
		tokens, budget = tokens+n, budget-n
		if budget <= 0 {
			break
		}
	}
	return math.Max(0, open.Mixed(v.Timing, tokens, attended/tokens, float64(len(f.decoding)), decode))
}

// endStep ends a step: every decoding sequence has its next tokens, every prompt that was read
// its first.
func (e *engine) endStep(i int32) {
	at := e.slots[i].station
	v := e.batching
	f := &v.admitted[at]
	f.step++
	more := float64(len(f.decoding)) * v.Accepted
	f.context += more
	if v.Evicts {
		f.reserved += more
	}
	for len(f.decoding) > 0 && f.decoding[0].ends <= f.step {
		e.finish(at, f.remove(0))
	}
	e.startDecode(at)
	e.startStep(i)
}

// startDecode moves the sequences whose prompts are read from prefill to decode.
func (e *engine) startDecode(at int32) {
	f := &e.batching.admitted[at]
	n := 0
	for n < len(f.prefilling) && f.prefilling[n].left <= 0 {
		t := f.prefilling[n]
		n++
		if t.firstToken == 0 {
			t.firstToken = e.now
		}
		if t.steps <= 0 {
			f.context += t.prompt
			e.finish(at, t)
			continue
		}
		t.starts, t.ends = f.step, f.step+t.steps
		f.context += t.prompt
		f.push(t)
	}
	if n > 0 {
		f.prefilling = f.prefilling[:copy(f.prefilling, f.prefilling[n:])]
	}
}

// finish answers a request whose last token is out.
func (e *engine) finish(at int32, t sequence) {
	v := e.batching
	f := &v.admitted[at]
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
		tpot = (e.now - t.firstToken) / float64(t.output-1)
	}
	e.log.reply(t.first, e.now-t.first, t.began-t.queued, t.firstToken-t.first, tpot)
}

// growth is the KV tokens that the next step adds to those that decode, where none are reserved for them.
func (v *batching) growth(f *sequences) float64 {
	if v.Evicts {
		return float64(len(f.decoding)) * v.Accepted
	}
	return 0
}

// preempt returns the youngest sequences to the queue until the KV cache holds the next tokens of the rest, and
// reports whether it had to: a step that preempts admits nobody. Their output so far is read again with the prompt, of
// which the prefix cache holds what it held before (vLLM's recomputation, schedule of v1/core/sched/scheduler.py): what
// they had written is overwritten by the next tokens of those that are older.
func (v *batching) preempt(f *sequences) bool {
	some := false
	for f.reserved+v.growth(f) > v.room && f.requests() > 1 {
		some = true
		if n := len(f.prefilling); n > 0 {
			t := f.prefilling[n-1]
			f.prefilling = f.prefilling[:n-1]
			f.reserved -= t.prompt
			t.left = math.Max(1, t.prompt-float64(t.cached))
			f.preempted = append(f.preempted, t)
			continue
		}
		youngest := 0
		for i := range f.decoding {
			if f.decoding[i].queued > f.decoding[youngest].queued {
				youngest = i
			}
		}
		t := f.remove(youngest)
		done := f.step - t.starts
		held := t.prompt + float64(done)*v.Accepted
		f.context -= held
		f.reserved -= held
		t.prompt, t.left, t.steps = held, math.Max(1, held-float64(t.cached)), t.steps-done
		f.preempted = append(f.preempted, t)
	}
	return some
}

// dropAll drops every sequence of a replica, which is lost.
func (e *engine) dropAll(at int32) {
	f := &e.batching.admitted[at]
	for _, list := range [][]sequence{f.decoding, f.prefilling, f.preempted} {
		for i := range list {
			e.drop(list[i].job)
		}
		e.left(at, int32(len(list)))
	}
	*f = sequences{decoding: f.decoding[:0], prefilling: f.prefilling[:0], preempted: f.preempted[:0], step: f.step}
}
