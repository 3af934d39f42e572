package step

import "fmt"

// hostWork is what the host is assumed to take for a request, s: to receive it, turn text into tokens and schedule it,
// which a server does one after the other. No source states it. No replica was measured at more than mostMeasured
// requests a second, with 128 tokens in and out (NVIDIA/TensorRT-LLM, docs/source/performance: Qwen3 30B-A3B on a B200).
const (
	hostWork     = 1e-3
	mostMeasured = 311
)

// hosts is the time that the host takes for the prompts of a step that reads tokens, where it is known how many tokens
// of a prompt there are to read.
func (k *Clock) hosts(tokens float64) float64 {
	if k.alone <= 0 {
		return 0
	}
	return tokens / k.alone * hostWork
}

// hosted is the warning that the host decides, not the accelerator; "" where reading a prompt takes longer.
func (k *Clock) hosted() string {
	if many := 16 * k.alone; k.alone <= 0 || k.Prefill(many, k.alone) > k.hosts(many) {
		return ""
	}
	return fmt.Sprintf("reading a prompt takes the accelerator less than the %g ms that the host is assumed to take for a request (HTTP, tokenizing, scheduling), which bound the rate; no replica is known to have been measured above %d requests/s, so load-test one",
		1e3*hostWork, mostMeasured)
}
