package open

// What steps take longer whose weights of four bits are not unpacked by Marlin's kernels: vLLM's first kernels for
// AWQ against Marlin's on the same weights, Llama 3.1 70B on an A100 and on an RTX 3090 Ti at 1, 10 and 50 requests
// at once, are 1.08 to 2.38 times as slow (vLLM, pull request 6612, 2024). Of other layouts no such pair is known.
const (
	plainSlower = 1.48 // geometric mean
	plainRange  = 1.61 // from there to the slowest
)

// unpacking is the timing of steps whose weights are unpacked by slower kernels.
type unpacking struct{ Timing }

func (u unpacking) within() Timing { return u.Timing }

// Prefill returns the time to read tokens.
func (u unpacking) Prefill(tokens, context float64) float64 {
	return plainSlower * u.Timing.Prefill(tokens, context)
}

// Decode returns the time of a step.
func (u unpacking) Decode(batch, context float64) float64 {
	return plainSlower * u.Timing.Decode(batch, context)
}

// Unpacking returns the machine with slower kernels for weights of four bits, as far as its setup says so.
func (m Machine) Unpacking() Machine {
	if !m.Setup.Plain || m.Timing == nil {
		return m
	}
	m.Timing = unpacking{m.Timing}
	m.Basis = unmeasured(m.Basis)
	m = m.widened(plainRange, plainRange)
	m.Warnings = append(m.Warnings[:len(m.Warnings):len(m.Warnings)],
		"the kernels for this layout of four-bit weights were not measured: steps are taken to be slower than those of AWQ and GPTQ in Marlin's kernels, by as much as earlier kernels for the same weights; the range counts what is not known of that")
	return m
}
