package open

// reading is the timing of prompts that take more operations to read than the decoder's alone: a
// vision tower works on their images in the same steps.
type reading struct {
	Timing
	factor float64
}

func (r reading) within() Timing { return r.Timing }

// Prefill returns the time to read tokens as if there were more of them, with the same attention in total.
func (r reading) Prefill(tokens, context float64) float64 {
	return r.Timing.Prefill(tokens*r.factor, context/r.factor)
}

// unmeasured is the basis of a machine of which something was added that no measurement had.
func unmeasured(basis string) string {
	if basis == "measured" {
		return "transferred"
	}
	return basis
}

// Reading returns the machine with prompts that take this many times the operations of the decoder
// alone; 1 or less changes nothing.
func (m Machine) Reading(factor float64) Machine {
	if factor > 1 && m.Timing != nil {
		m.Timing = reading{m.Timing, factor}
		m.Basis = unmeasured(m.Basis)
	}
	return m
}
