package offer

import (
	"math"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
)

// What drafting takes where nothing says more.
const (
	draftFixed = 1.5e-3 // s of a step, to draft and to choose: vLLM's steps with one to four drafted tokens less those of their kernels (H100 and A100, 2025)
	draftShare = 0.12   // of the model that drafts in the parameters of the other, where it is not known: 1B to 8B, 8B to 70B
)

// DraftOf returns the speculative decoding that the engine of a replica is started with.
func DraftOf(o *Offers, setup llm.Setup) open.Draft {
	s := o.Workload.LLM.Arguments.Speculation
	method, ok := s.With()
	if !ok {
		return open.Draft{}
	}
	d := open.Draft{Method: s.Method, Tokens: s.Tokens, Fixed: draftFixed, Given: s.Acceptance > 0}
	d.Low, d.Accepted, d.High = yield(method.Share[0], s.Tokens), yield(method.Share[1], s.Tokens), yield(method.Share[2], s.Tokens)
	if d.Given {
		d.Accepted = 1 + s.Tokens*s.Acceptance
		d.Low, d.High = d.Accepted, d.Accepted
	}
	switch shape, known := drafter(o); {
	case method.Lookup:
	case known:
		drafts := llm.Setup{Shape: shape, Accelerator: setup.Accelerator, GPUs: setup.GPUs, Precision: "fp16", Engine: setup.Engine, Eager: setup.Eager}
		if m, err := o.Steps.Machine(drafts, o.Language.Lengths); err == nil {
			d.Model = m.Eager().Timing
		}
	case method.Model:
		d.Share, d.Assumed = draftShare, draftShare
	default:
		d.Share = drafted(method, setup.Shape) / setup.Shape.ActiveParams
	}
	return d
}

// yield is the mean of the tokens of a step where each of the drafted ones is kept with a probability, if those
// before it were (Leviathan, Kalman, Matias 2023, equation 1).
func yield(share, tokens float64) float64 {
	return (1 - math.Pow(share, tokens+1)) / (1 - share)
}

// drafted are the parameters that a drafted token passes: layers like those of the model, or a head, and the output
// layer.
func drafted(m engine.Method, s llm.Shape) float64 {
	head := float64(s.Vocab) * float64(s.Hidden)
	if m.Layers == 0 {
		return head + float64(s.Hidden)*float64(s.Hidden)
	}
	return head + m.Layers*math.Max(0, s.ActiveParams-s.Embedding)/float64(max(s.Layers, 1))
}

// drafter is the model that drafts; known is false where none does, or where it is not known.
func drafter(o *Offers) (shape llm.Shape, known bool) {
	s := o.Workload.LLM.Arguments.Speculation
	method, _ := s.With()
	if !method.Model || s.Model == "" || o.Catalog == nil {
		return shape, false
	}
	m, err := o.Catalog.ResolveModel(s.Model)
	if err != nil {
		return shape, false
	}
	shape, err = llm.ShapeOf(m)
	return shape, err == nil
}

// drafting returns the weights of what drafts, B, in 16 bit.
func drafting(o *Offers) float64 {
	method, ok := o.Workload.LLM.Arguments.Speculation.With()
	if !ok || method.Lookup {
		return 0
	}
	if shape, known := drafter(o); known {
		return 2 * shape.Params
	}
	target := o.Language.Shape
	if method.Model {
		return 2 * draftShare * target.Params
	}
	target.ActiveParams = target.Params // all experts are kept
	heads := 1.0
	if method.Layers == 0 {
		heads = o.Workload.LLM.Arguments.Speculation.Tokens
	}
	return 2 * heads * drafted(method, target)
}
