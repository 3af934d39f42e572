package step

import (
	"math"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// ran reports whether a run of an engine on an accelerator is known.
func (e *Evidence) ran(engine, accelerator int) bool {
	for i := range e.series {
		if x := &e.series[i]; x.engine == engine && x.features.accelerator == accelerator && !e.hides(x) {
			return true
		}
	}
	return false
}

// measuredElse is a setup with the default engine where that was measured on the accelerator and the setup's own was
// not: what its runs there say is all that is known, and an engine is not faster for lack of runs.
func (e *Evidence) measuredElse(s *llm.Setup) (llm.Setup, bool) {
	part, own := e.id(s.Accelerator.ID), e.id(engine.Steps(s.Engine))
	if engine.Steps(s.Engine) == engine.Default || e.own != nil || e.ran(own, part) || !e.ran(e.id(engine.Default), part) {
		return llm.Setup{}, false
	}
	other := *s
	other.Engine = engine.Default
	return other, true
}

// hold slows the steps of an engine that was not measured on an accelerator to those of the default one, where they
// came out faster.
func (e *Evidence) hold(k *Clock, s *llm.Setup, l llm.Lengths) {
	other, ok := e.measuredElse(s)
	if !ok {
		return
	}
	m, err := e.Machine(other, l)
	if err != nil {
		return
	}
	input, context := max(1, l.Input.Mean), l.Input.Mean+l.Output.Mean/2
	reading := max(m.Timing.Prefill(input, input/2), k.Prefill(input, input/2))
	for i := range k.correction {
		batch := math.Pow(4, float64(i))
		k.correction[i] += max(0, math.Log(m.Timing.Decode(batch, context)/k.Decode(batch, context)))
	}
	k.reading += math.Log(reading / k.Prefill(input, input/2))
}

// atLeast is the level of the times of a load over the model's, as a logarithm, at least that of the default engine where
// the question's own was not measured on the accelerator.
func (e *Evidence) atLeast(level float64, q *Question, o outcome, replicas float64) float64 {
	other, ok := e.measuredElse(&q.Setup)
	if !ok {
		return level
	}
	their := *q
	their.Setup = other
	h := hardwareOf(other.Accelerator)
	k, err := clockOf(&other, h, e.Step.of(their.kind(h)))
	if err != nil {
		return level
	}
	bare := k.ask(&their, replicas)
	f := e.featuresOf(&other, h, their.use(), false)
	c := e.around(&f, spotOf(bare.batch, q.Input, q.Output), false, hiding{series: e.hides})
	bare, at := k.corrected(&their, bare, c, replicas)
	return max(level, c.at(&at)+math.Log(bare.seconds/o.seconds))
}
