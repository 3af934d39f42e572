package open

// verified is how many tokens of a request one step of speculative decoding checks: four
// that a draft model proposed and the one after them.
const verified = 5

// speculative is the timing of steps that verify several tokens of each request: their
// arithmetic is that of as many requests, the weights and the keys and values are read once
// (Leviathan, Kalman, Matias 2023).
type speculative struct{ Timing }

func (s speculative) within() Timing { return s.Timing }

// Decode returns the time of a step that verifies tokens of batch requests.
func (s speculative) Decode(batch, context float64) float64 {
	return s.Timing.Decode(batch*verified, context/verified)
}

// Speculating returns the machine with a draft model with which a step yields this many tokens per request;
// 1 or less changes nothing.
func (m Machine) Speculating(tokens float64) Machine {
	if tokens > 1 && m.Timing != nil {
		m.Setup.Accepted = tokens
		m.Timing = speculative{m.Timing}
	}
	return m
}
