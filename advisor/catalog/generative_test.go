package catalog

import "testing"

// TestReleasesOfAFamily: fine-tuned and quantized releases have the shape of their family, and
// their names say the precision of the weights.
func TestReleasesOfAFamily(t *testing.T) {
	c := shipped(t)
	for name, want := range map[string]struct{ id, precision string }{
		"QuantTrio/Qwen3-Coder-30B-A3B-Instruct-AWQ":           {"qwen3-coder-30b-a3b", "int4"},
		"ibnzterrell/Meta-Llama-3.3-70B-Instruct-AWQ-INT4":     {"llama-3.3-70b", "int4"},
		"RedHatAI/Meta-Llama-3.1-70B-Instruct-quantized.w4a16": {"llama-3.1-70b", "int4"},
		"nm-testing/Meta-Llama-3-8B-Instruct-W8A8-FP8":         {"llama-3-8b", "fp8"},
		"cyankiwi/Qwen3.6-27B-AWQ-BF16-INT4":                   {"qwen3.6-27b", "int4"},
		"OPEA/DeepSeek-R1-Distill-Qwen-32B-int4-gptq-sym-inc":  {"deepseek-r1-distill-qwen-32b", "int4"},
		"Intel/Qwen3-30B-A3B-Instruct-2507-int4-AutoRound":     {"qwen3-30b-a3b", "int4"},
		"unsloth/Llama-3.2-3B-Instruct-bnb-4bit":               {"llama-3.2-3b", "int4"},
		"amd/DeepSeek-R1-MXFP4-Preview":                        {"deepseek-r1", "fp4"},
		"nvidia/DeepSeek-R1-FP4-v2":                            {"deepseek-r1", "fp4"},
		"lukealonso/GLM-4.7-NVFP4":                             {"glm-4.7", "fp4"},
		"zai-org/GLM-4.6-FP8":                                  {"glm-4.6", "fp8"},
		"Llama-2-7B-Q4_K_M.gguf":                               {"llama-2-7b", "int4"},
		"qwen2.5:14b-instruct-q8_0":                            {"qwen2.5-14b", "int8"},
		"llama3.1:8b":                                          {"llama-3.1-8b", ""},
		"phi4:14b":                                             {"phi-4", ""},
		"deepseek-r1:32b":                                      {"deepseek-r1-distill-qwen-32b", ""},
		"/data/models/Meta-Llama-3-70B-Instruct":               {"llama-3-70b", ""},
		"NousResearch/Hermes-3-Llama-3.1-8B":                   {"llama-3.1-8b", ""},
		"gradientai/Llama-3-8B-Instruct-Gradient-1048k":        {"llama-3-8b", ""},
		"Qwen/Qwen2.5-Math-72B-Instruct":                       {"qwen2.5-72b", ""},
		"meta-llama/Llama-Guard-3-8B":                          {"llama-3.1-8b", ""},
		"Sao10K/L3.3-70B-Magnum-v4-SE":                         {"llama-3.3-70b", ""},
		"qwen3:235b-a22b-q4_K_M":                               {"qwen3-235b-a22b", "int4"},
		"qwen3:30b":                                            {"qwen3-30b-a3b", ""},
		"llama3.2":                                             {"llama-3.2-3b", ""},
		"deepseek-ai/DeepSeek-R1-0528-Qwen3-8B":                {"qwen3-8b", ""},
		"nvidia/Llama-3_3-Nemotron-Super-49B-v1_5-FP8":         {"llama-3.3-nemotron-super-49b", "fp8"},
		"mistralai/Devstral-Small-2507":                        {"devstral-small-24b", ""},
		"deepseek-ai/DeepSeek-V3.1-Terminus":                   {"deepseek-v3", ""},
		"elyza/Llama-3-ELYZA-JP-8B":                            {"llama-3-8b", ""},
		"tokyotech-llm/Llama-3.3-Swallow-70B-Instruct-v0.4":    {"llama-3.3-70b", ""},
		"stepfun-ai/step3-fp8":                                 {"step3", "fp8"},
		"openbmb/MiniCPM-V-2_6-int4":                           {"qwen2-7b", "int4"},
		"inclusionAI/Ling-1T-FP8":                              {"ling-1t", "fp8"},
		"nvidia/NVIDIA-Nemotron-Nano-9B-v2-FP8":                {"nemotron-nano-9b-v2", "fp8"},
	} {
		m, err := c.ResolveModel(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.ID != want.id {
			t.Errorf("%s has the shape of %s, not of %s", name, want.id, m.ID)
		}
		if p := NamedPrecision(name); p != want.precision {
			t.Errorf("%s has weights in %q, not in %q", name, want.precision, p)
		}
	}
}

// TestOtherSizesAreNoRelease: a name that holds that of a known model with another size, or of
// something smaller, is not that model.
func TestOtherSizesAreNoRelease(t *testing.T) {
	c := shipped(t)
	for _, name := range []string{
		"acme/OpenReasoner-Nemotron-32B", "acme/gpt2-xxl", "acme/phi-4-light", "acme/Llama-3.1-8B-to-3B", "acme/deepseek-v3-mini",
		"acme/Qwen3-Custom-77B", "nvidia/mamba2-hybrid-8b-3t-4k", "Qwen/Qwen3-ASR-1.7B", "nvidia/Llama-3.1-Minitron-8B", "acme/Custom-8B-Llama-3", "my-own-mistral", "8b", "-", "acme/phi-4-nano-edition",
		"llama-3.1-9b", "llama-3.1-10b", "llama3.1:7b", "qwen3-9b", "qwen3-31b", "gemma-2-10b", "gemma-2-8b", "phi-4-16b",
	} {
		if m, err := c.ResolveModel(name); err == nil {
			t.Errorf("%s is taken for %s", name, m.ID)
		}
	}
}

// TestFamiliesAreWide: the catalogue describes the language models that are served.
func TestFamiliesAreWide(t *testing.T) {
	n := 0
	for _, m := range shipped(t).Models() {
		if m.Kind == "llm" {
			n++
		}
	}
	if n < 250 {
		t.Errorf("%d language models", n)
	}
}
