package workload

import (
	"slices"
	"testing"
)

func TestGenerates(t *testing.T) {
	w := resolve(t, "qps=5 model=some-llm input_tokens=1024 output_tokens=256")
	before := slices.Clone(w.Traits)
	copied := *w
	copied.Generates()
	if copied.Latency != 0 || copied.has("p99") || copied.LLM.Engine != "vllm" || copied.LLM.KVPrecision != "fp16" {
		t.Errorf("latency %v, p99 kept: %v, %+v", copied.Latency, copied.has("p99"), copied.LLM)
	}
	if w.Latency != 0.1 || len(before) != len(w.Traits) || before[0].Spec.Name != w.Traits[0].Spec.Name {
		t.Error("the copy changed the workload it was made of")
	}
	again := copied
	again.Generates()
	if len(again.Traits) != len(copied.Traits) {
		t.Errorf("%d traits, %d after the second time", len(copied.Traits), len(again.Traits))
	}
	place := func(r Resolved) int {
		return slices.IndexFunc(specs, func(s Spec) bool { return s.Name == r.Spec.Name })
	}
	if !slices.IsSortedFunc(copied.Traits, func(a, b Resolved) int { return place(a) - place(b) }) {
		t.Error("the traits left the order of the table")
	}
}

func TestGeneratesKeepsABoundThatWasGiven(t *testing.T) {
	w := resolve(t, "qps=5 model=some-llm p99=20s engine=sglang kv_precision=fp8")
	w.Generates()
	if w.Latency != 20 || w.LLM.Engine != "sglang" || w.LLM.KVPrecision != "fp8" {
		t.Errorf("latency %v, %+v", w.Latency, w.LLM)
	}
}
