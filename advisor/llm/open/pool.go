package open

import "scaleadvise/advisor/llm"

// admission is what a step takes longer for a request that comes with its keys and values, s.
const admission = 1e-6

// writing is the timing of replicas that read no prompts: others did, and handed the cache over.
type writing struct{ Timing }

func (w writing) within() Timing { return w.Timing }

// Prefill returns the time to take in a request whose prompt is in the cache.
func (w writing) Prefill(float64, float64) float64 { return admission }

// Prefilling returns the machine with the lengths of its requests where it only reads prompts: a request
// leaves with its first token, which the prompt yields (Zhong et al. 2024, DistServe; Patel et al. 2024,
// Splitwise).
func (m Machine) Prefilling(l llm.Lengths) (Machine, llm.Lengths) {
	l.Output = llm.Tokens{Mean: 1}
	return m, l
}

// Decoding returns the machine where it only generates tokens: requests arrive with the KV cache of their
// prompts, and no prompt interrupts a step.
func (m Machine) Decoding(l llm.Lengths) (Machine, llm.Lengths) {
	const all = 1 - 1e-9 // of a prompt is there; no part of it counts towards the tokens of a step
	m.Setup.PrefixHit = all
	if m.Timing != nil {
		m.Timing = writing{m.Timing}
	}
	return m, l
}
