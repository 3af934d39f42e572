package serve

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/memo"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// language serves a model that generates tokens, with continuous batching. The number of slots, which is how
// many requests run at once, is a choice: fewer slots keep the bound on the time per token, more slots
// shorten the queue.
type language struct {
	machine    open.Machine
	lengths    llm.Lengths
	conditions Conditions

	full    open.Serving          // one replica, with all slots that memory and engine admit
	fewer   func() (slots, bool)  // with as many slots as keep the bound on the time per token; false where that is all of them
	single  func() Response       // one request alone
	chosen  func() slots          // the choice
	settled atomic.Bool           // whether it has been made
	solved  memo.Of[int, float64] // 1/s that a number of copies sustains under it
}

// slots is a choice of how many requests run at once.
type slots struct {
	machine open.Machine
	serving open.Serving // one replica under the choice
	rate    float64      // 1/s that one replica sustains
}

func newLanguage(m open.Machine, lengths llm.Lengths, c Conditions) *language {
	l := &language{machine: m, lengths: lengths, conditions: c}
	l.full = l.serving(m)
	return l.ready()
}

// under returns the same scheduler under other bounds; the balancing stays.
func (l *language) under(c Conditions) *language {
	other := &language{machine: l.machine, lengths: l.lengths, conditions: c, full: l.full}
	other.ready()
	if before := l.conditions; before.load(0) == c.load(0) && before.Bounds.Percentile == c.Bounds.Percentile && before.Bounds.E2EPercentile == c.Bounds.E2EPercentile {
		other.single = l.single
	}
	return other
}

func (l *language) ready() *language {
	c := l.conditions
	l.single = sync.OnceValue(func() Response { return l.lean(l.full.At(c.load(0))) })
	l.fewer = sync.OnceValues(l.fewerSlots)
	l.chosen = sync.OnceValue(func() slots {
		defer l.settled.Store(true)
		return l.choose()
	})
	return l
}

// serving returns one replica of a machine. What it works out once serves any number and any rate.
func (l *language) serving(m open.Machine) open.Serving {
	return open.Replicas{Machine: m, N: 1, LeastLoaded: l.conditions.LeastLoaded}.Serve(l.lengths)
}

// saturation is without a bound, so with all slots.
func (l *language) saturation() float64 { return l.full.Saturation() }

// choose settles the slots: all that memory and engine admit, or those with which even a
// full batch keeps the bound on a token, whichever sustains more.
func (l *language) choose() slots {
	all := slots{l.machine, l.full, l.within(l.full)}
	fewer, ok := l.fewer()
	if !ok || steady*fewer.serving.Saturation() <= all.rate { // which bounds what they sustain
		return all
	}
	if fewer.rate = l.within(fewer.serving); fewer.rate > all.rate && l.keepsBelow(fewer.serving, fewer.rate) {
		return fewer
	}
	return all
}

// fewerSlots returns as many as keep the bound on a token even where all are taken; ok is false
// where memory and engine admit no more.
func (l *language) fewerSlots() (s slots, ok bool) {
	s.machine = l.machine
	s.machine.Serial = math.Max(s.machine.Serial, 1/l.saturation()) // no choice serves more than all slots
	s.machine.MaxRequests = l.machine.Concurrency(l.conditions.Bounds, l.lengths)
	if most := l.machine.MaxRequests; most > 0 && s.machine.MaxRequests >= most {
		return s, false
	}
	s.serving = l.serving(s.machine)
	return s, true
}

// misses reports whether every choice of slots, or the one that was made, breaks a bound at the rate.
func (l *language) misses(copies int, rate float64) bool {
	if !(rate > 0) {
		return false
	}
	kept := func(s open.Serving) bool {
		return l.conditions.Bounds.Kept(s.Copies(copies).At(l.conditions.load(rate)))
	}
	if copies > 1 && l.settled.Load() {
		return !kept(l.chosen().serving)
	}
	if kept(l.full) {
		return false
	}
	fewer, ok := l.fewer()
	return !ok || !kept(fewer.serving)
}

// sustains evaluates copies that share their load, whose limit takes several times as long to find.
func (l *language) sustains(copies int, rate float64) bool {
	if copies == 1 {
		return false
	}
	s := l.chosen().serving.Copies(copies)
	return rate <= steady*s.Saturation() && s.Sustains(l.conditions.load(rate), l.conditions.Bounds)
}

// keepsBelow reports whether the bounds hold at lower rates too. With few slots the slowest
// tokens are not those of the full batch: short answers may meet a prompt or not.
func (l *language) keepsBelow(one open.Serving, rate float64) bool {
	for _, share := range []float64{0.4, 0.6, 0.8, 0.95} {
		if !l.keeps(one.At(l.conditions.load(share * rate))) {
			return false
		}
	}
	return true
}

func (l *language) keeps(a open.Answer) bool {
	b := l.conditions.Bounds
	return (b.TTFT <= 0 || within(a.TTFT(b.Percentile), b.TTFT)) &&
		(b.TPOT <= 0 || within(a.TPOT(b.Percentile), b.TPOT)) &&
		(b.E2E <= 0 || a.Stable && within(a.Quantile(b.E2EPercentile), b.E2E))
}

// configured returns a number of copies under the choice. Beyond their sustainable rate a bound is broken in
// any case, and more slots are open.
func (l *language) configured(copies int, rate float64) (open.Machine, open.Serving) {
	c := l.chosen()
	if limit := l.sustainable(copies); rate > c.rate*float64(copies) && rate > limit {
		c = opened(l, c, copies, rate, limit)
	}
	return c.machine, c.serving.Copies(copies)
}

// opened returns a choice of slots beyond the rate that copies sustain: as many as keep the first token
// from coming later than at that limit, so that more load never makes it come sooner; all where even
// they do not, so that a rate is unstable only where no choice would help.
func opened(l *language, c slots, copies int, rate, limit float64) slots {
	p := l.conditions.Bounds.Percentile
	first := func(s open.Serving, rate float64) float64 {
		return s.Copies(copies).At(l.conditions.load(rate)).TTFT(p)
	}
	all, most := slots{l.machine, l.full, 0}, first(c.serving, limit)
	if c.machine.MaxRequests >= l.machine.MaxRequests || !(first(l.full, rate) < most) {
		return all
	}
	const exact = 1e-4
	low, high := c.machine.MaxRequests, l.machine.MaxRequests
	for high-low > exact*high {
		middle := c
		middle.machine.MaxRequests = (low + high) / 2
		if middle.serving = l.serving(middle.machine); first(middle.serving, rate) < most {
			high = middle.machine.MaxRequests
		} else {
			low, c = middle.machine.MaxRequests, middle
		}
	}
	if !(first(c.serving, rate) < math.Inf(1)) { // the few of the limit are saturated, and one more is not
		return all
	}
	return c
}

func (l *language) sustainable(copies int) float64 {
	c := l.chosen()
	if copies == 1 || !l.conditions.Pooled() {
		return c.rate * float64(copies) // each is a queue of its own, with its part of the arrivals
	}
	return l.solved.Get(copies, func() float64 { return l.within(c.serving.Copies(copies)) })
}

// within returns the rate that keeps the bounds and has a steady state.
func (l *language) within(r open.Serving) float64 {
	rate, _ := r.Sustainable(l.conditions.load(0), l.conditions.Bounds)
	return math.Min(rate, steady*r.Saturation())
}

func (l *language) at(copies int, rate float64) Response {
	_, r := l.configured(copies, rate)
	return l.response(r.At(l.conditions.load(rate)))
}

// along answers under one choice at all rates, so that a curve is that of one deployment;
// where nothing is sustained all slots are open.
func (l *language) along(copies int, rate float64) Response {
	return l.response(l.chosen().serving.Copies(copies).At(l.conditions.load(rate)))
}

func (l *language) end() float64 { return l.chosen().serving.Saturation() }

// alone returns the times of one request alone, which are the same for any number of slots.
func (l *language) alone() Response { return l.single() }

func (l *language) response(a open.Answer) Response {
	r := l.lean(a)
	r.PWait, r.Batch, r.Busy, r.OutputTokens = a.PWait, a.Requests, a.Busy, a.QPS*l.lengths.Output.Mean
	return r.timed(a, l.conditions.Bounds.E2EPercentile)
}

// lean returns the part of a response that bounds apply to.
func (l *language) lean(a open.Answer) Response {
	b := l.conditions.Bounds
	r := Response{Stable: a.Stable, TTFT: a.TTFT(b.Percentile), TPOT: a.TPOT(b.Percentile), Latency: math.Inf(1)}
	if a.Stable {
		r.Latency = a.Quantile(b.E2EPercentile)
	}
	return r
}

// open returns how many slots are open.
func (l *language) open(m llm.Memory) int {
	if most := l.chosen().machine.MaxRequests; most > 0 {
		return int(most)
	}
	return int(m.Admitted())
}

// cannotRun returns the excuse where hardware or engine lack what the variant needs.
func cannotRun(setup llm.Setup) *candidate.Excuse {
	name := offer.ShortName(setup.Accelerator)
	switch {
	case !llm.RunsOn(setup.Engine, setup.Accelerator):
		return &candidate.Excuse{Code: candidate.CannotRun, Text: cmp.Or(setup.Engine, engine.Default) + " does not run on " + name}
	case setup.Integers && setup.Accelerator.FP4TFLOPS > 0 && setup.Accelerator.Vendor == "nvidia" && engine.Steps(setup.Engine) == "vllm":
		return &candidate.Excuse{Code: candidate.CannotRun, Text: "vLLM has no kernels for activations in int8 on " + name} // docs.vllm.ai, quantization/int8: below compute capability 10
	case engine.Lacks(setup.Engine, setup.Precision) && setup.Shape.Released != "mxfp4":
		return &candidate.Excuse{Code: candidate.CannotRun, Text: setup.Engine + " has no weights in " + setup.Precision}
	case !llm.Runs(setup.Precision, setup.Accelerator, setup.Shape) && !llm.Unpacked(setup.Engine, setup.Precision, setup.Accelerator):
		return &candidate.Excuse{Code: candidate.CannotRun, Text: name + " does not compute in " + setup.Precision}
	case setup.KVPrecision != "" && setup.CacheBits() <= 8 && !engine.ShrinksCache(setup.Engine, setup.Accelerator.Vendor):
		return &candidate.Excuse{Code: candidate.CannotRun, Text: cmp.Or(setup.Engine, engine.Default) + " keeps no KV cache in " + setup.KVPrecision + " on " + name}
	}
	return nil
}

// lacksMemory returns the excuse where the weights and what they need do not fit.
func lacksMemory(m offer.Memory, onEach bool) *candidate.Excuse {
	text := fmt.Sprintf("needs %s GiB, %s GiB usable", digits(m.Needed), digits(m.Usable))
	if onEach {
		text += " on each"
	}
	if a := m.Tokens.Adapters; a > 0 {
		text += fmt.Sprintf(", %s GiB of it LoRA adapters", digits(a))
	}
	return candidate.Missed(candidate.Memory, text, "memory", "GiB", m.Usable, m.Needed)
}

// digits are three of a number, or all before its point.
func digits(v float64) string {
	if v >= 1000 {
		return unit.Format(unit.Count, math.Round(v))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}

// serveLanguage finds what serves a language model, or the excuse.
func (s *Servers) serveLanguage(r *Server) *candidate.Excuse {
	setup := s.offers.Setup(r.Hardware, r.Variant)
	memory, err := s.offers.Memory(r.Hardware, r.Variant)
	if err != nil {
		return &candidate.Excuse{Code: candidate.Unknown, Text: err.Error()}
	}
	r.Memory = memory
	if e := cannotRun(setup); e != nil {
		return e
	}
	if !memory.Fits {
		return lacksMemory(memory, r.PerReplica > 1)
	}
	l, err := s.language(setup, r.Variant)
	if err != nil {
		return &candidate.Excuse{Code: candidate.Unknown, Text: err.Error()}
	}
	m := l.machine
	r.scheduler, r.Copies = l, 1
	r.Service = service.Model{
		Basis: m.Basis, MaxBatch: int(m.MaxRequests), SpreadLow: m.SpreadLow, SpreadHigh: m.SpreadHigh,
		Precision: r.Variant.Precision, Warnings: m.Warnings, Sources: m.Sources,
	}
	r.Alone = l.alone().Latency
	return tokensTooSlow(r, l.alone())
}

// language returns what serves a setup of the model under a variant.
func (s *Servers) language(setup llm.Setup, v offer.Variant) (*language, error) {
	lengths := s.offers.Language.Lengths
	return s.known.language(languageKeyOf(s.offers, setup, v, s.conditions), func() (*language, error) {
		m, err := s.offers.Steps.Machine(setup, lengths)
		if err != nil {
			return nil, err
		}
		m = m.Reading(setup.Reading)
		if s.offers.Steps.Tests() == "" { // load tests ran with all of these
			m = m.Adapting(setup.Adapters, setup.Accelerator.BandwidthGBs*1e9).Unpacking().Eager().Drafting(offer.DraftOf(s.offers, setup))
		}
		m = m.Speculating(v.Accepted)
		if m, err = s.sparing(m, setup); err != nil {
			return nil, err
		}
		if e, err := llm.EngineOf(setup.Engine, setup.Accelerator); err == nil && e.Expects {
			m.Unspared = 0 // it spares itself
		}
		return newLanguage(m, lengths, s.conditions), nil
	})
}

// sparing returns a machine with the prefixes that it finds of earlier turns, and as many requests at once as
// serve most. What it finds is that of the requests that are let in, whoever limits them.
func (s *Servers) sparing(m open.Machine, setup llm.Setup) (open.Machine, error) {
	lengths, talk := s.offers.Language.Lengths, s.offers.Language.Talk
	memory, err := setup.Memory(lengths)
	if err != nil {
		return m, err
	}
	remembering := func(m open.Machine) open.Machine {
		if talk.Turns > 1 {
			m = m.Remembering(lengths, talk.Sessions, memory.MaxTokens)
		}
		m.Host = s.offers.Host.Delay()
		return m
	}
	spared := remembering(m).Sparing(lengths)
	if spared.Unspared > 0 && talk.Turns > 1 {
		m.MaxRequests = spared.MaxRequests
		m = remembering(m)
		m.Unspared = spared.Unspared
		return m, nil
	}
	return spared, nil
}

// tokensTooSlow returns the excuse where one request alone breaks a bound.
func tokensTooSlow(s *Server, alone Response) *candidate.Excuse {
	b, slow := s.Conditions.Bounds, slowness(s)
	for _, one := range []struct {
		trait, what string
		took, bound float64
	}{
		{"ttft_alone", "first token", alone.TTFT, b.TTFT},
		{"tpot_alone", "each token", alone.TPOT, b.TPOT},
		{"latency_alone", "an answer", alone.Latency, b.E2E},
	} {
		if took := one.took * slow; !within(took, one.bound) {
			return candidate.Missed(candidate.SlowAlone, fmt.Sprintf("%s alone up to %s, the bound is %s", one.what,
				unit.Format(unit.Duration, took), unit.Format(unit.Duration, one.bound)), one.trait, "ms", took*1e3, one.bound*1e3)
		}
	}
	return nil
}
