package engine

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	var s Settings
	for _, text := range []string{"--max-num-seqs=64", "max_num_batched_tokens=16K", "gpu-memory-utilization=0.85", "max-model-len=32768"} {
		if idle, err := s.Set("vllm", text); err != nil || idle {
			t.Errorf("%s: %t, %v", text, idle, err)
		}
	}
	if want := (Settings{Requests: 64, PrefillTokens: 16384, MemoryShare: 0.85, MaxContext: 32768}); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	if idle, err := s.Set("vllm", "swap-space=4"); err != nil || !idle {
		t.Errorf("an argument without effect: %t, %v", idle, err)
	}
	for text, want := range map[string]Prefixes{
		"--no-enable-prefix-caching": DropsPrefixes, "enable_prefix_caching=true": KeepsPrefixes, "enable-prefix-caching=false": DropsPrefixes, "disable-radix-cache": DropsPrefixes,
	} {
		var s Settings
		if idle, err := s.Set("vllm", text); err != nil || idle || s.Prefixes != want {
			t.Errorf("%s: %d, %t, %v", text, s.Prefixes, idle, err)
		}
	}
	var other Settings
	if _, err := other.Set("sglang", "mem-fraction-static=0.8"); err != nil || other.MemoryShare != 0.8 {
		t.Errorf("%+v, %v", other, err)
	}
}

func TestSettingsRefuse(t *testing.T) {
	for text, want := range map[string]string{
		"max-num-seq=64":             "did you mean max-num-seqs",
		"max-num-seqs":               "needs a value",
		"max-num-seqs=many":          "a number above 0",
		"max-num-seqs=1.5":           "a whole number",
		"max-num-seqs=-1":            "a number above 0",
		"gpu-memory-utilization=92":  "from 0 to 1",
		"tensor-parallel-size=4":     "--gpus-per-replica",
		"pipeline-parallel-size=2":   "--pipeline-parallel",
		"enable-prefix-caching=so":   "true or false",
		"unheard-of-argument-name=1": "unknown argument",
	} {
		var s Settings
		if _, err := s.Set("vllm", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
	s := Settings{Requests: 8}
	if _, err := s.Set("vllm", "max-num-seqs=9"); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a second value: %v", err)
	}
}

func TestLayoutArguments(t *testing.T) {
	var s Settings
	for _, text := range []string{"--data-parallel-size=8", "enable_expert_parallel", "no-enable-chunked-prefill", "enable-dp-attention=false"} {
		if idle, err := s.Set("vllm", text); err != nil || idle {
			t.Errorf("%s: %t, %v", text, idle, err)
		}
	}
	if want := (Settings{Copies: 8, Experts: true, Prompts: Whole}); s != want {
		t.Errorf("%+v, want %+v", s, want)
	}
	for text, want := range map[string]string{
		"enable-chunked-prefill": "contradicts another", "dp-size=4": "given twice", "ep=none": "a number above 0", "enable-dp-attention=so": "true or false",
	} {
		if _, err := s.Set("vllm", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", text, err, want)
		}
	}
}

func TestSpeculationArguments(t *testing.T) {
	for text, want := range map[string]Speculation{
		`speculative-config={"method": "eagle3", "model": "a/b", "num_speculative_tokens": 3}`: {Method: "eagle3", Model: "a/b", Tokens: 3},
		`speculative_config={"model": "meta-llama/Llama-3.2-1B", "num_speculative_tokens": 5}`: {Method: "draft", Model: "meta-llama/Llama-3.2-1B", Tokens: 5},
		`speculative-config={"method": "deepseek_mtp", "num_speculative_tokens": 1}`:           {Method: "mtp", Tokens: 1},
		"--speculative-algorithm=NEXTN":    {Method: "mtp"},
		"speculative-model=[ngram]":        {Method: "ngram", Model: "[ngram]"},
		"speculative-config.method=medusa": {Method: "medusa"},
		"speculate=2":                      {Method: "ngram", Tokens: 2},
	} {
		var s Settings
		if idle, err := s.Set("vllm", text); err != nil || idle || s.Speculation != want {
			t.Errorf("%s: %+v, %t, %v; want %+v", text, s.Speculation, idle, err, want)
		}
	}
}
