package advisor_test

import (
	"maps"
	"math/rand/v2"
	"strconv"
	"testing"

	"scaleadvise/advisor/example"
)

// TestEagerIsNeverFaster: launching kernels one by one takes at least as long as replaying recorded ones,
// whatever bounds there are and whatever a simulation says.
func TestEagerIsNeverFaster(t *testing.T) {
	c := example.Catalog(t)
	models := []map[string]string{
		{"model": "llama-3.1-8b", "gpu": "h100"}, {"model": "llama-3.1-8b", "gpu": "l4"}, {"model": "llama-3.2-1b", "gpu": "a100"},
		{"model": "llama-3.1-70b", "gpu": "h100", "gpus_per_replica": "4"}, {"model": "qwen3-30b-a3b", "gpu": "h100"},
	}
	const draws = 12 // each is two answers, and most are simulated
	random := rand.New(rand.NewPCG(1, 2))
	for range draws {
		flags := maps.Clone(models[random.IntN(len(models))])
		flags["input_tokens"], flags["output_tokens"] = strconv.Itoa(50+random.IntN(4000)), strconv.Itoa(20+random.IntN(800))
		flags["engine"] = []string{"vllm", "sglang"}[random.IntN(2)]
		if ms := []int{0, 200, 1000, 2000}[random.IntN(4)]; ms > 0 {
			flags["ttft"] = strconv.Itoa(ms) + "ms"
		}
		if random.IntN(4) == 0 {
			flags["tpot"] = "50ms"
		}
		recorded := sustain(t, c, flags)
		flags["engine_arg"] = map[string]string{"vllm": "enforce-eager", "sglang": "disable-cuda-graph"}[flags["engine"]]
		if eager := sustain(t, c, flags); eager.SustainableQPS > recorded.SustainableQPS*(1+1e-6) || eager.SaturationQPS > recorded.SaturationQPS*(1+1e-6) {
			t.Errorf("%v sustains %g/s of %g/s, with recorded graphs %g/s of %g/s", flags, eager.SustainableQPS, eager.SaturationQPS, recorded.SustainableQPS, recorded.SaturationQPS)
		}
	}
}
