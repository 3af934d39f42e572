package open

import (
	"fmt"
	"math"

	"scaleadvise/advisor/llm"
)

// What is left of the rate of a replica whose requests pass LoRA adapters: the median and the ends
// of seven pairs of measurements with and without them (vLLM 0.6.3 and 0.6.5 on an A100, LoRAX on
// an L40S, vLLM of 2025 on a TPU v6e, vLLM on Kunlun; 2024-03 to 2025-05). Their arithmetic is below
// a hundredth; what costs is that each layer starts more and smaller kernels.
const adaptedLow, adapted, adaptedHigh = 0.50, 0.665, 0.92

// adapting is the timing of steps whose requests pass adapters.
type adapting struct {
	Timing
	number float64
	each   float64 // s, to read one of them
}

func (a adapting) within() Timing { return a.Timing }

// Prefill returns the time to read tokens, with the cost of adapters.
func (a adapting) Prefill(tokens, context float64) float64 {
	return a.Timing.Prefill(tokens, context)/adapted + a.each
}

// Decode returns the time of a step, with the cost of adapters, including reading those of its requests.
func (a adapting) Decode(batch, context float64) float64 {
	return a.Timing.Decode(batch, context)/adapted + a.each*math.Min(a.number, batch)
}

// Adapting returns the machine with LoRA adapters over which its requests spread evenly; none
// changes nothing. bandwidth is that of the memory of an accelerator, B/s.
func (m Machine) Adapting(a llm.Adapters, bandwidth float64) Machine {
	if a.Number < 1 || m.Timing == nil || !(bandwidth > 0) {
		return m
	}
	m.Timing = adapting{m.Timing, float64(a.Number), m.Setup.Shape.AdapterBytes(a.Rank, m.Setup.GPUs) / bandwidth}
	m.Basis = unmeasured(m.Basis)
	m = m.widened(adapted/adaptedLow, adaptedHigh/adapted)
	m.Warnings = append(m.Warnings[:len(m.Warnings):len(m.Warnings)], fmt.Sprintf(
		"LoRA adapters were measured to leave %.0f to %.0f %% of the rate, with a median of %.0f %%; the range counts that", 100*adaptedLow, 100*adaptedHigh, 100*adapted))
	return m
}
