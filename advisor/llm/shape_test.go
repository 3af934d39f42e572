package llm

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
)

// shape is that of a model of the catalogue.
func shape(t testing.TB, id string) Shape {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	m, ok := c.Model(id)
	if !ok {
		t.Fatalf("no model %s", id)
	}
	s, err := ShapeOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestHeld: elements of KV cache against sums written out by hand.
func TestHeld(t *testing.T) {
	for _, test := range []struct {
		model  string
		tokens float64
		want   float64
	}{
		{"llama-2-7b", 1, 2 * 32 * 32 * 128},                          // multi-head
		{"llama-3.1-70b", 1000, 1000 * 2 * 80 * 8 * 128},              // grouped
		{"falcon-180b", 1, 2 * 80 * 8 * 64},                           // heads of 64, 8 of 232
		{"qwen3-30b-a3b", 1, 2 * 48 * 4 * 128},                        // heads wider than hidden ÷ heads
		{"deepseek-v3", 1, 61 * (512 + 64)},                           // one latent, not two
		{"kimi-k2.5", 10, 10 * 61 * (512 + 64)},                       //
		{"decilm-7b", 1, 2 * 128 * 67},                                // 4, 2 and 1 heads by layer
		{"mistral-7b-v0.1", 4096, 4096 * 2 * 32 * 8 * 128},            // at its window
		{"mistral-7b-v0.1", 32768, 4096 * 2 * 32 * 8 * 128},           // past it: no more
		{"gemma-2-9b", 8192, (21*8192 + 21*4096) * 2 * 8 * 256},       // every other layer
		{"gemma-3-27b", 131072, (10*131072 + 52*1024) * 2 * 16 * 128}, // 1 of 6 global
		{"gemma-3-27b", 1000, 62 * 1000 * 2 * 16 * 128},               // within every window
		{"gpt-oss-120b", 10000, (18*10000 + 18*128) * 2 * 8 * 64},     //
		{"qwen3.5-397b-a17b", 5000, 15 * 5000 * 2 * 2 * 256},          // 45 of 60 layers keep none
		{"llama-4-scout", 100000, (12*100000 + 36*8192) * 2 * 8 * 128},
		{"phi-3-mini-4k", 4000, 32 * 2047 * 2 * 32 * 96},
		{"opt-6.7b", 1, 2 * 32 * 4096},
	} {
		if got := shape(t, test.model).Held(test.tokens); got != test.want {
			t.Errorf("%s, %g tokens: %g elements; want %g", test.model, test.tokens, got, test.want)
		}
	}
}

// TestState: a gated delta net keeps 64 heads of 128 × 128 in fp32 and three positions of a
// convolution over keys, queries and values in 16 bit.
func TestState(t *testing.T) {
	want := 45.0 * (64*128*128*4 + 3*(2*16*128+64*128)*2)
	if got := shape(t, "qwen3.5-397b-a17b").StateBytes(); got != want {
		t.Errorf("%g bytes; want %g", got, want)
	}
	if got := shape(t, "llama-3.1-8b").StateBytes(); got != 0 {
		t.Errorf("llama keeps a state of %g bytes", got)
	}
}

func TestHeldPerGPU(t *testing.T) {
	for _, test := range []struct {
		model string
		gpus  int
		want  float64 // share of what one token keeps
	}{
		{"llama-3.1-70b", 2, 1. / 2}, {"llama-3.1-70b", 8, 1. / 8}, {"llama-3.1-70b", 16, 1. / 8}, // copies past 8 KV heads
		{"qwen3-235b-a22b", 8, 1. / 4}, {"deepseek-r1", 8, 1}, // a latent is kept whole
		{"decilm-7b", 2, (7*2 + 14 + 11) / 67.}, // 4 → 2, 2 → 1, 1 → 1 heads
	} {
		s := shape(t, test.model)
		if got := s.HeldPerGPU(1, test.gpus) / s.KVElementsPerToken(); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%s on %d: %g of it each; want %g", test.model, test.gpus, got, test.want)
		}
	}
}

// TestEveryModelHasAShape: and its KV cache is the one that the catalogue states.
func TestEveryModelHasAShape(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range c.Models() {
		if m.Kind != "llm" {
			if _, err := ShapeOf(m); err == nil || !strings.Contains(err.Error(), "not a language model") {
				t.Errorf("%s: %v", m.ID, err)
			}
			continue
		}
		n++
		s, err := ShapeOf(m)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := s.KVElementsPerToken(); math.Abs(got-m.KVElementsPerToken) > 1e-9*got {
			t.Errorf("%s: %g elements a token, the catalogue says %g", m.ID, got, m.KVElementsPerToken)
		}
		if s.ExpertParams+s.Embedding > s.Params || s.ActiveParams > s.Params || s.Experts > 0 && s.ExpertParams < s.Params/2 {
			t.Errorf("%s: %+v does not add up", m.ID, s)
		}
	}
	if n < 37 {
		t.Errorf("%d models", n)
	}
}

func TestMissingFacts(t *testing.T) {
	for want, m := range map[string]catalog.Model{
		"its layers":                  {Name: "x", Kind: "llm", ParamsB: 7},
		"its attention heads":         {Name: "x", ParamsB: 7, Layers: 32, Hidden: 4096},
		"its KV heads":                {Name: "x", ParamsB: 7, Layers: 32, Hidden: 4096, Heads: 32},
		"its parameters":              {Name: "x", Layers: 32, Hidden: 4096, Heads: 32, KVHeads: 8},
		"the size of its experts":     {Name: "x", ParamsB: 7, Layers: 32, Hidden: 4096, Heads: 32, KVHeads: 8, Experts: 8},
		"more than its 2 layers":      {Name: "x", ParamsB: 7, Layers: 2, Hidden: 64, Heads: 4, KVHeads: 1, SlidingWindow: 9, WindowLayers: 3},
		"write heads*layers":          {Name: "x", ParamsB: 7, Layers: 2, Hidden: 64, Heads: 4, KVHeadsByLayer: []string{"4*x"}},
		"heads*layers@tokens":         {Name: "x", ParamsB: 7, Layers: 2, Hidden: 64, Heads: 4, KVHeadsByLayer: []string{"4*2@none"}},
		"kv_heads_by_layer has 3 lay": {Name: "x", ParamsB: 7, Layers: 2, Hidden: 64, Heads: 4, KVHeadsByLayer: []string{"4*3"}},
	} {
		if _, err := ShapeOf(m); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

// TestHeldGrows: more tokens never keep less, more accelerators never keep more each, and
// together never less than the whole.
func TestHeldGrows(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.SampledFrom(c.Models()).Filter(func(m catalog.Model) bool { return m.Kind == "llm" }).Draw(t, "model")
		s, err := ShapeOf(m)
		if err != nil {
			t.Fatal(err)
		}
		tokens, gpus := rapid.Float64Range(1, 1e6).Draw(t, "tokens"), rapid.IntRange(1, 16).Draw(t, "gpus")
		whole, each := s.Held(tokens), s.HeldPerGPU(tokens, gpus)
		if s.Held(tokens*1.5) < whole || each > whole || each*float64(gpus) < whole*(1-1e-12) {
			t.Fatalf("%s: %g tokens keep %g, %g on each of %d; half as many again keep %g", m.ID, tokens, whole, each, gpus, s.Held(tokens*1.5))
		}
	})
}
