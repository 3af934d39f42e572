package serve

import (
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/service"
)

// Replica describes one replica at a load, for a simulation event by event.
type Replica struct {
	Service  service.Model // service model of one copy
	Copies   int
	Scaled   float64     // share of the replicas' throughput that the scalability law leaves; 1 without one
	Beside   float64     // s of a request's latency on the machine outside the accelerator
	Language *Generation // nil for a model without tokens
}

// Generation is how one replica of a language model serves.
type Generation struct {
	Machine open.Machine
	Lengths llm.Lengths
	Memory  llm.Memory
	Slots   int // most running requests, as memory and engine admit or as the bounds require
}

// Replica describes each of n replicas at a rate; ok is false where nothing serves.
func (s *Servers) Replica(r *Server, n int, rate float64) (v Replica, ok bool) {
	if !r.Serves() {
		return Replica{}, false
	}
	v = Replica{Service: s.Explained(r, n), Copies: r.Copies, Scaled: r.scaled(n), Beside: r.Conditions.Beside}
	if l, generates := r.scheduler.(*language); generates {
		m, _ := l.configured(n, rate)
		v.Language = &Generation{Machine: m, Lengths: l.lengths, Memory: r.Memory.Tokens, Slots: r.Memory.Tokens.Engine.Requests}
		if most := int(m.MaxRequests); most > 0 && float64(most) < r.Memory.Tokens.Admitted() {
			v.Language.Slots = most
		}
	}
	return v, true
}

// Slots returns how many requests run at once on one replica; 0 for a model without tokens.
func (s *Server) Slots() int {
	if l, ok := s.scheduler.(*language); ok {
		return l.open(s.Memory.Tokens)
	}
	return 0
}

// Tokens describes a replica of a language model, for rules and reports. Times are seconds, at the
// percentile of their bounds; those of one request alone are at the slow end of the prediction, where the
// bounds are checked.
type Tokens struct {
	TTFTAlone, TPOTAlone float64
	KVBytesPerToken      float64
	KVGiBPerRequest      float64 // of a request of mean length, on all accelerators of the replica together
	KVGiB                float64 // room for the KV cache on each accelerator
	Concurrency          int     // most running requests
	Admitted             int     // as many as memory and engine admit
	Room                 int     // as many as memory holds
	ByMemory             bool    // memory limits Concurrency, not the engine
	PrefixHit            float64 // share of prompts that it finds in its cache
	Preempting           float64 // see Preempting
	Knee                 float64 // 1/s of n replicas, where the mean time to the first token is twice that of low load
}

// Preempting returns the rate, 1/s, at which n replicas of a language model saturate where the engine's own limit on
// requests at once is left as it is, so that the KV cache fills and requests are preempted; 0 where that is not why
// the limit is lowered.
func Preempting(s *Server, n int) float64 {
	l, ok := s.scheduler.(*language)
	if !ok || l.chosen().machine.MaxRequests < l.machine.MaxRequests {
		return 0
	}
	return float64(n*s.Copies) * l.machine.Unspared * s.scaled(n)
}

// Tokens describes n replicas of a language model.
func (s *Server) Tokens(n int) Tokens {
	m := s.Memory.Tokens
	out := Tokens{
		KVBytesPerToken: m.KVBytesPerToken, KVGiBPerRequest: m.KVBytesPerRequest / (1 << 30), KVGiB: math.Max(m.Cache, 0),
		PrefixHit: PrefixHit(s), Concurrency: int(m.Admitted()), Admitted: int(m.Admitted()), Room: int(m.Room), ByMemory: !m.Limited,
	}
	if l, serves := s.scheduler.(*language); serves {
		c, alone, slow := l.chosen(), l.alone(), slowness(s)
		if most := int(l.machine.MaxRequests); most > 0 && l.machine.Unspared == 0 {
			out.Admitted = most
		}
		out.Concurrency = l.open(m)
		out.ByMemory = !m.Limited && out.Concurrency >= out.Admitted
		out.TTFTAlone, out.TPOTAlone = alone.TTFT*slow, alone.TPOT*slow
		out.Preempting = Preempting(s, n)
		out.Knee = c.serving.Copies(n).Knee(l.conditions.load(0))
	}
	return out
}
