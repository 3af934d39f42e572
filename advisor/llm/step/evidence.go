package step

import (
	"math"
	"slices"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// Evidence is the model of step times fitted to the measurements of language models, and the measured
// deviations from it. It is safe for concurrent use.
type Evidence struct {
	Step    Step
	Kernels Kernels
	Errors  map[string]Errors // by work and basis, by work, and of all ("")

	names  map[string]int // interned, for comparing
	series []series
	out    []Pair
	own    *calibration // by load tests of the user's replica; nil without
}

// Errors are the numbers of standard deviations below and above the prediction within which nine in ten
// held-out measurements stay (split-conformal; Lei et al. 2018).
type Errors struct {
	Low, High float64
	N         int
}

// series is what was measured of one model on one replica under one kind of load, by one
// engine in one precision.
type series struct {
	features
	partID, modelID     string // catalogue ids
	familyName          string
	engineName, useName string
	samples             []sample
}

// sample is one of its measurements: the logarithm of the time measured over that of the
// model, at a spot.
type sample struct {
	spot
	value  float64
	rows   int     // measurements behind it
	weight float64 // robust, 1 = as good as its rows
}

// Pair is a model measured on an accelerator, by their catalogue ids.
type Pair struct{ Accelerator, Model string }

// Without returns the evidence without the measurements of these pairs. The fitted step times still include
// them: those are few numbers from all measurements.
func (e *Evidence) Without(pairs ...Pair) *Evidence {
	less := *e
	less.out = append(slices.Clone(e.out), pairs...)
	return &less
}

// hides leaves out what Without was told to.
func (e *Evidence) hides(s *series) bool {
	for _, p := range e.out {
		if p.Accelerator == s.partID && p.Model == s.modelID {
			return true
		}
	}
	return false
}

// id is the number of a name; -1, which no series has, is that of names never seen.
func (e *Evidence) id(name string) int {
	if i, ok := e.names[name]; ok {
		return i
	}
	return -1
}

// featuresOf describes a setup as the kernel sees it.
func (e *Evidence) featuresOf(s *llm.Setup, h hardware, use string, bare bool) features {
	bits := s.Shape.WeightBits(s.Precision)
	f := features{
		accelerator: e.id(s.Accelerator.ID), family: e.id(h.family), model: e.id(s.Shape.Name), engine: e.id(engine.Steps(s.Engine)), use: e.id(use),
		bits: bitsClass(bits), cache: bitsClass(s.CacheBits()), mixture: s.Shape.Experts > 0, bare: bare, grouped: s.Groups > 1, layers: splitsLayers(engine.Steps(s.Engine)), gpus: math.Log(float64(max(1, s.GPUs))), shape: shapeOf(&s.Shape),
	}
	return f
}

// bitsClass is 32, 16, 8 or 4.
func bitsClass(bits float64) int8 {
	switch {
	case bits > 16:
		return 32
	case bits > 8:
		return 16
	case bits > 5:
		return 8
	}
	return 4
}

// shapeOf is the facts by which a model is like another.
func shapeOf(s *llm.Shape) [shapeFacts]float64 {
	return [shapeFacts]float64{
		math.Log(s.Params), math.Log(max(1, s.ActiveParams)), math.Log(max(1, s.KVElementsPerToken())),
		math.Log(float64(max(1, s.Layers))), math.Log(float64(max(1, s.Hidden))), math.Log(float64(max(1, s.Experts))),
	}
}

// shortest is the length below which lengths are not told apart, tokens.
const shortest = 16

func spotOf(batch, input, output float64) spot {
	return spot{math.Log(max(1, batch)), math.Log(max(shortest, input)), math.Log(max(shortest, output))}
}
