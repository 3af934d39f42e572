package open

import (
	"fmt"
	"math"
)

// verified is how many tokens of a request one step of speculative decoding checks where nothing says how many
// are drafted: four that a draft model proposed and the one after them.
const verified = 5

// Draft is speculative decoding. The zero value is none.
type Draft struct {
	Method              string
	Tokens              float64 // drafted for a step of a request
	Low, Accepted, High float64 // tokens that a step yields: the ends of what is usual, and what is expected
	Share               float64 // time of drafting one token over that of a step without drafts
	Model               Timing  // of the model that drafts; nil for Share
	Fixed               float64 // s of a step, to draft and to choose, whatever is under way
	Given               bool    // how many are accepted was given
	Assumed             float64 // part of the parameters that a model that drafts is taken to have; 0 where it is known, or none drafts
}

// speculative is the timing of steps that verify several tokens of each request: their
// arithmetic is that of as many requests, the weights and the keys and values are read once
// (Leviathan, Kalman, Matias 2023).
type speculative struct {
	Timing
	draft Draft
}

func (s speculative) within() Timing { return s.Timing }

// Decode returns the time of a step that drafts and verifies tokens of batch requests.
func (s speculative) Decode(batch, context float64) float64 {
	d := &s.draft
	checked := d.Tokens + 1
	t := s.Timing.Decode(batch*checked, context/checked) + d.Fixed
	switch {
	case d.Model != nil:
		t += d.Tokens * d.Model.Decode(batch, context)
	case d.Share > 0:
		t += d.Tokens * d.Share * s.Timing.Decode(batch, context)
	}
	return t
}

// Speculating returns the machine with a draft model with which a step yields this many tokens per request,
// the time of drafting included; 1 or less changes nothing.
func (m Machine) Speculating(tokens float64) Machine {
	if tokens > 1 && m.Timing != nil {
		m.Setup.Accepted = tokens
		m.Timing = speculative{m.Timing, Draft{Tokens: verified - 1}}
	}
	return m
}

// Drafting returns the machine with speculative decoding as its engine is started with it.
func (m Machine) Drafting(d Draft) Machine {
	if d.Tokens <= 0 || m.Timing == nil {
		return m
	}
	m.Setup.Accepted = d.Accepted
	m.Timing = speculative{m.Timing, d}
	m.Basis = unmeasured(m.Basis)
	if d.Assumed > 0 {
		m.Warnings = append(m.Warnings[:len(m.Warnings):len(m.Warnings)], fmt.Sprintf(
			"which model drafts is not known: one with %.0f %% of the parameters is assumed (--engine-arg speculative-model=llama-3.2-1b)", 100*d.Assumed))
	}
	if d.Given {
		return m
	}
	m = m.widened(d.Accepted/d.Low, d.High/d.Accepted)
	m.Warnings = append(m.Warnings[:len(m.Warnings):len(m.Warnings)], fmt.Sprintf(
		"speculative decoding by %s with %.0f drafted tokens is assumed to yield %.1f tokens a step (%.1f to %.1f, which the range counts); state the share of drafted tokens that is kept as your engine reports it: --speculation %s:%.0f:%.0f%%",
		d.Method, d.Tokens, d.Accepted, d.Low, d.High, d.Method, d.Tokens, 100*(d.Accepted-1)/d.Tokens))
	return m
}

// widened returns the machine with a range of its rate that also counts factors by which it may be lower and higher.
func (m Machine) widened(lower, higher float64) Machine {
	m.SpreadLow = math.Exp(-math.Hypot(math.Log(m.SpreadLow), math.Log(lower)))
	m.SpreadHigh = math.Exp(math.Hypot(math.Log(m.SpreadHigh), math.Log(higher)))
	return m
}
