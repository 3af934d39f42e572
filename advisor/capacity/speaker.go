package capacity

import (
	"cmp"
	"fmt"
	"math"
	"sync"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// speaker serves a model that writes tokens. How many requests it works on at once is a
// choice: fewer keep the bound on the time of a token, more keep requests from waiting.
type speaker struct {
	machine llm.Machine
	lengths llm.Lengths
	bounds  llm.Bounds
	w       *workload.Workload

	all  llm.Serving   // one, with as many requests at once as there may be
	lone func() Answer // one request alone

	once    sync.Once // the choice
	limited llm.Machine
	serving llm.Serving // one, under it
	best    float64     // 1/s that one sustains under it

	solved sync.Map // 1/s that so many copies sustain under it, by their number
}

// serveLanguage finds the machine of a replica, or the excuse.
func (r *Replica) serveLanguage() *candidate.Excuse {
	s := r.space
	setup := s.setup(r.Hardware, r.Variant)
	memory, err := setup.Memory(s.language.lengths)
	if err != nil {
		return &candidate.Excuse{Code: candidate.NoMeasurement, Text: err.Error()}
	}
	r.weights, r.usable, r.tokens = memory.Weights, memory.Usable, memory
	switch {
	case !llm.RunsOn(setup.Engine, r.Accelerator):
		return &candidate.Excuse{Code: candidate.CannotRun, Text: cmp.Or(setup.Engine, engine.Default) + " does not run on " + ShortName(r.Accelerator)}
	case !llm.Runs(r.Variant.Precision, r.Accelerator, s.language.shape):
		return &candidate.Excuse{Code: candidate.CannotRun, Text: ShortName(r.Accelerator) + " does not compute in " + r.Variant.Precision}
	case !memory.Fits:
		return r.lacks(memory)
	}
	talk, err := s.options.Known.speaker(s.speakerKey(setup, r.Variant), func() (*speaker, error) {
		m, err := s.language.evidence.Machine(setup, s.language.lengths)
		if err != nil {
			return nil, err
		}
		return newSpeaker(m.Speculating(r.Variant.accepted), s.language.lengths, s.tokenBounds(), s.Workload), nil
	})
	if err != nil {
		return &candidate.Excuse{Code: candidate.NoMeasurement, Text: err.Error()}
	}
	m := talk.machine
	r.server, r.units = talk, 1
	r.Service = service.Model{
		Basis: m.Basis, MaxBatch: int(m.MaxRequests), SpreadLow: m.SpreadLow, SpreadHigh: m.SpreadHigh,
		Precision: r.Variant.Precision, Warnings: m.Warnings, Sources: m.Sources,
	}
	r.alone = r.server.alone()
	return r.server.slow(r)
}

func newSpeaker(m llm.Machine, lengths llm.Lengths, bounds llm.Bounds, w *workload.Workload) *speaker {
	t := &speaker{machine: m, lengths: lengths, bounds: bounds, w: w}
	t.all = t.serve(m)
	t.lone = sync.OnceValue(func() Answer { return t.answer(t.all.At(t.load(0))) })
	return t
}

// serve is one replica of a machine. What it works out once serves any number and any rate.
func (t *speaker) serve(m llm.Machine) llm.Serving {
	return llm.Replicas{Machine: m, N: 1, LeastLoaded: t.w.LeastLoaded}.Serve(t.lengths)
}

// lacks is the excuse of a replica whose memory does not hold the weights and one request.
func (r *Replica) lacks(m llm.Memory) *candidate.Excuse {
	need := m.Usable + m.Deficit
	text := fmt.Sprintf("needs %.3g GiB, %.3g GiB usable", need, m.Usable)
	if r.PerReplica > 1 {
		text += " on each"
	}
	return excuse(candidate.Memory, text, "memory", "GiB", m.Usable, need)
}

func (s *Space) tokenBounds() llm.Bounds {
	w := s.Workload
	return llm.Bounds{TTFT: w.LLM.TTFT, TPOT: w.LLM.TPOT, Percentile: w.LLM.Percentile, E2E: w.Latency, E2EPercentile: s.percentile()}
}

// saturation is without a bound, so with as many at once as there may be.
func (t *speaker) saturation() float64 { return t.all.Saturation() }

// choose settles how many requests are under way at once: as many as memory and engine
// admit, or those with which even a full machine keeps the bound on a token, whichever
// sustains more.
func (t *speaker) choose() {
	t.once.Do(func() {
		t.limited, t.serving, t.best = t.machine, t.all, t.within(t.all)
		fewer := t.machine
		fewer.MaxRequests = t.machine.Concurrency(t.bounds, t.lengths)
		if most := t.machine.MaxRequests; most > 0 && fewer.MaxRequests >= most {
			return
		}
		one := t.serve(fewer)
		if qps := t.within(one); qps > t.best && t.keepsBelow(one, qps) {
			t.limited, t.serving, t.best = fewer, one, qps
		}
	})
}

// keepsBelow reports whether the bounds hold at lower rates too. With few requests at once the
// slowest tokens are not those of the fullest machine: short answers may meet a prompt or not.
func (t *speaker) keepsBelow(r llm.Serving, rate float64) bool {
	for _, share := range []float64{0.4, 0.6, 0.8, 0.95} {
		if !t.keeps(t.answer(r.At(t.load(share * rate)))) {
			return false
		}
	}
	return true
}

// replicas are copies under the choice. Beyond what they sustain a bound is broken in any
// case, and all that memory and engine admit are let in: the rate is then unstable only where
// no choice would help.
func (t *speaker) replicas(copies int, rate float64) (llm.Machine, llm.Serving) {
	t.choose()
	if rate > t.best*float64(copies) && rate > t.sustainable(copies) {
		return t.machine, t.all.Copies(copies)
	}
	return t.limited, t.serving.Copies(copies)
}

func (t *speaker) load(rate float64) queue.Load {
	return queue.Load{Rate: rate, Dispersion: t.w.Dispersion, Window: t.w.Window}
}

func (t *speaker) sustainable(copies int) float64 {
	t.choose()
	if copies == 1 || !t.w.LeastLoaded && t.w.Dispersion == 1 {
		return t.best * float64(copies) // each is a queue of its own, with its part of the arrivals
	}
	if qps, known := t.solved.Load(copies); known {
		return qps.(float64)
	}
	qps := t.within(t.serving.Copies(copies))
	t.solved.Store(copies, qps)
	return qps
}

// within is the rate of so many replicas that keeps the bounds and has a steady state.
func (t *speaker) within(r llm.Serving) float64 {
	qps, _ := r.Sustainable(t.load(0), t.bounds)
	return math.Min(qps, steady*r.Saturation())
}

func (t *speaker) at(copies int, rate float64) Answer {
	_, r := t.replicas(copies, rate)
	return t.answer(r.At(t.load(rate)))
}

// along answers under one choice at all rates, so that a curve is that of one deployment; where
// nothing is sustained the choice is all that memory and engine admit.
func (t *speaker) along(copies int, rate float64) Answer {
	t.choose()
	return t.answer(t.serving.Copies(copies).At(t.load(rate)))
}

func (t *speaker) end() float64 {
	t.choose()
	return t.serving.Saturation()
}

func (t *speaker) answer(a llm.Answer) Answer {
	return Answer{
		Stable: a.Stable, PWait: a.PWait, MeanBatch: a.Requests, Busy: a.Busy,
		TTFT: a.TTFT(t.bounds.Percentile), TPOT: a.TPOT(t.bounds.Percentile), OutputTokens: a.QPS * t.lengths.Output.Mean,
		quantile: a.Quantile, wait: a.WaitQuantile,
	}
}

func (t *speaker) keeps(q Answer) bool {
	b := t.bounds
	return !(b.TTFT > 0 && q.TTFT > b.TTFT) && !(b.TPOT > 0 && q.TPOT > b.TPOT) && !(b.E2E > 0 && q.Quantile(b.E2EPercentile) > b.E2E)
}

// alone is the time of one request alone from its arrival to its last token. However many
// there may be at once makes no difference to it.
func (t *speaker) alone() float64 { return t.lone().Quantile(t.bounds.E2EPercentile) }

// slow is the excuse where one request alone breaks a bound.
func (t *speaker) slow(r *Replica) *candidate.Excuse {
	q, b := t.lone(), t.bounds
	for _, one := range []struct {
		trait, what string
		took, bound float64
	}{
		{"ttft_alone", "first token", q.TTFT, b.TTFT},
		{"tpot_alone", "each token", q.TPOT, b.TPOT},
		{"latency_alone", "an answer", q.Quantile(b.E2EPercentile), b.E2E},
	} {
		if took := one.took * r.slowness(); one.bound > 0 && took > one.bound {
			return excuse(candidate.SlowAlone, fmt.Sprintf("%s alone up to %s, the bound is %s", one.what,
				unit.Format(unit.Duration, took), unit.Format(unit.Duration, one.bound)), one.trait, "ms", took*1e3, one.bound*1e3)
		}
	}
	return nil
}

// concurrency is how many requests it works on at once.
func (t *speaker) concurrency(m llm.Memory) int {
	t.choose()
	if t.limited.MaxRequests > 0 {
		return int(t.limited.MaxRequests)
	}
	return int(m.Admitted())
}

// Tokens is what a replica of a language model is and does, for rules and reports. Times are
// seconds, at the percentile of their bounds; those alone are at the slow end of what is
// predicted, as the bounds are held against them.
type Tokens struct {
	TTFTAlone, TPOTAlone float64
	KVBytesPerToken      float64
	KVGiBPerRequest      float64 // of mean length, on all accelerators of the replica together
	KVGiB                float64 // room for keys and values on each accelerator
	Concurrency          int     // requests at once
	ByMemory             bool    // memory sets that number, not the engine
	Knee                 float64 // 1/s of all base replicas, where the mean time to the first token is twice that of low load
}

// BaseTokens describes a base replica; ok is false for a model without tokens and where
// nothing serves.
func (s *Space) BaseTokens() (Tokens, bool) {
	if !s.generates() {
		return Tokens{}, false
	}
	t, ok := s.baseTrial(Demand{}, false)
	if !ok {
		return Tokens{}, false
	}
	m := t.tokens
	out := Tokens{
		KVBytesPerToken: m.KVBytesPerToken, KVGiBPerRequest: m.KVBytesPerRequest / (1 << 30), KVGiB: math.Max(m.Cache, 0),
		Concurrency: int(m.Admitted()), ByMemory: !m.Limited,
	}
	if talk, serves := t.server.(*speaker); serves {
		q := talk.lone()
		talk.choose()
		out.Concurrency, out.ByMemory = talk.concurrency(m), !m.Limited && talk.limited.MaxRequests >= m.Admitted()
		out.TTFTAlone, out.TPOTAlone = q.TTFT*t.slowness(), q.TPOT*t.slowness()
		out.Knee = talk.serving.Copies(t.n).Knee(talk.load(0))
	}
	return out, true
}
