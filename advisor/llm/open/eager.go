package open

import (
	"fmt"
	"math"
)

// What the host takes to launch one layer's kernels one by one, s: Llama 3.1 8B takes 8.4 ms a step on an H100
// without CUDA graphs, and 5.1 ms with them, so that its 32 layers are launched in 0.26 ms each; Qwen3 of 28 layers
// takes 10 ms (pytorch/torchtitan, pull request 2373, 2026). A layer of a mixture has half as many kernels more:
// those that choose, sort and merge what experts work on.
const (
	launchLayer   = 0.26e-3
	launchExperts = 1.5
	launchRange   = 1.4 // by which that differs with the host's processor
)

// eager is the timing of steps whose kernels are launched one by one: the host launches the next while the accelerator
// works on the last, so that the slower of the two decides.
type eager struct {
	Timing
	host float64 // s, to launch a step
}

func (e eager) within() Timing { return e.Timing }

// Prefill returns the time to read tokens, launched one by one.
func (e eager) Prefill(tokens, context float64) float64 {
	return math.Hypot(e.Timing.Prefill(tokens, context), e.host)
}

// Decode returns the time of a step, launched one by one.
func (e eager) Decode(batch, context float64) float64 {
	return math.Hypot(e.Timing.Decode(batch, context), e.host)
}

// mixed is Mixed of kernels that are launched one by one: those of a step once, whatever it does.
func (e eager) mixed(tokens, context, batch, decode float64) float64 {
	own := math.Sqrt(math.Max(0, decode*decode-e.host*e.host))
	return math.Max(0, math.Hypot(own+Mixed(e.Timing, tokens, context, batch, own), e.host)-decode)
}

// Eager returns the machine without recorded CUDA graphs, as far as its setup says so.
func (m Machine) Eager() Machine {
	if !m.Setup.Eager || m.Timing == nil {
		return m
	}
	host := launchLayer * float64(m.Setup.Shape.Layers)
	if m.Setup.Shape.Experts > 0 {
		host *= launchExperts
	}
	m.Timing = eager{m.Timing, host}
	m.Basis = unmeasured(m.Basis)
	m = m.widened(launchRange, launchRange)
	m.Warnings = append(m.Warnings[:len(m.Warnings):len(m.Warnings)], fmt.Sprintf(
		"without CUDA graphs the host launches each kernel by itself: %.1f ms a step are assumed, beside which the accelerator waits where it is faster; the range counts what is not known of that", 1e3*host))
	return m
}
