package serve

import (
	"gonum.org/v1/gonum/mathext"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
)

// Pool is one half of a disaggregated service: replicas that only prefill, or only decode.
type Pool int

// The two pools.
const (
	Prefill Pool = iota
	Decode
)

// Pooled returns the server with replicas that only do one half of the work, with bounds of their own; the
// excuse says why that is impossible. For decode, the time to the first token runs from a request's arrival
// with its cache to its next token.
func Pooled(s *Server, p Pool, bounds open.Bounds) *Server {
	other := *s
	whole, ok := s.scheduler.(*language)
	if !ok {
		return &other
	}
	m, lengths := halved(p, whole.machine, whole.lengths)
	c := s.Conditions
	c.Bounds = bounds
	l := newLanguage(m, lengths, c)
	other.Conditions, other.scheduler, other.rates, other.corrections = c, l, new(rates), nil
	other.Alone = l.alone().Latency
	if e := s.Excuse; e == nil || e.Code == candidate.SlowAlone {
		other.Excuse = tokensTooSlow(&other, l.alone())
	}
	return &other
}

func halved(p Pool, m open.Machine, l llm.Lengths) (open.Machine, llm.Lengths) {
	if p == Decode {
		return m.Decoding(l)
	}
	return m.Prefilling(l)
}

// Handover is what a request transfers from one pool to the other.
type Handover struct {
	Bytes        float64 // mean size of the KV cache
	LongestBytes float64 // size at the percentile of the bound on the time to the first token
}

// HandoverOf returns what prefill hands over to decode; ok is false for a model without tokens.
func HandoverOf(s *Server) (h Handover, ok bool) {
	l, ok := s.scheduler.(*language)
	if !ok {
		return Handover{}, false
	}
	setup, input := l.machine.Setup, l.lengths.Input
	held := func(tokens float64) float64 {
		return setup.Shape.Held(tokens)*setup.CacheBits()/8 + setup.Shape.StateBytes()
	}
	return Handover{held(input.Mean), held(input.At(mathext.NormalQuantile(shareOf(l.conditions.Bounds.Percentile))))}, true
}

// shareOf returns the percentile of the bounds on tokens.
func shareOf(percentile float64) float64 {
	if percentile > 0 && percentile < 1 {
		return percentile
	}
	return 0.99
}
