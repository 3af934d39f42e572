package sight

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestPublished holds the tokens of an image against what publishers and engines say.
func TestPublished(t *testing.T) {
	for _, c := range []struct {
		model         string
		width, height int
		tokens        float64
	}{
		{"Qwen/Qwen2.5-VL-7B-Instruct", 1036, 784, 37*28 + 2},     // multiples of 28 as they are
		{"Qwen/Qwen2-VL-72B-Instruct", 28, 28, 4 + 2},             // the least: 56 x 56
		{"qwen2_5_vl", 10000, 10000, 128*128 + 2},                 // the most: 12,845,056 pixels
		{"Qwen/Qwen3-VL-30B-A3B-Instruct", 1024, 1024, 32*32 + 2}, // of 32
		{"qwen3.5-397b-a17b", 8192, 4096, 181*90 + 2},             // shrunk to 16,777,216 pixels
		{"google/gemma-3-27b-it", 4000, 3000, 258},
		{"llava-1.5-7b-hf", 640, 480, 576},
		{"mistralai/Mistral-Small-3.1-24B-Instruct-2503", 1540, 1540, 55 * 56},
		{"mistralai/Pixtral-12B-2409", 1024, 1024, 64 * 65},
		{"mistralai/Pixtral-12B-2409", 512, 512, 32 * 33},
		{"meta-llama/Llama-4-Scout-17B-16E-Instruct", 336, 336, 147},
		{"llama-4-maverick", 672, 336, 2*145 + 147},     // two tiles and the whole
		{"llama-4-maverick", 1344, 1344, 16*145 + 147},  // the most
		{"OpenGVLab/InternVL3-8B", 448, 448, 258},       // one tile
		{"OpenGVLab/InternVL3-8B", 896, 896, 5*256 + 2}, // four and the whole
		{"zai-org/GLM-4.5V", 280, 280, 102},
		{"zai-org/GLM-4.1V-9B-Thinking", 280, 280, 102},
		{"google/paligemma-3b-mix-448", 4000, 3000, 1024},
		{"openbmb/MiniCPM-V-2_6", 448, 448, 66},                         // one slice
		{"openbmb/MiniCPM-V-2_6", 1344, 1344, 10*66 + 2},                // nine and the whole
		{"openbmb/MiniCPM-o-2_6", 896, 448, 3 * 66},                     // two side by side
		{"moonshotai/Kimi-VL-A3B-Thinking-2506", 1792, 1792, 64*64 + 4}, // the most of the later one
		{"moonshotai/Kimi-VL-A3B-Instruct", 1792, 1792, 32*32 + 4},      // the most
		{"HuggingFaceTB/SmolVLM2-2.2B-Instruct", 1536, 1536, 17*83 + 4}, // 4 x 4 and the whole
		{"llava-hf/llava-v1.6-34b-hf", 672, 672, 48*49 + 576},           // 2 x 2 and the whole
		{"llava-hf/llava-v1.6-mistral-7b-hf", 1000, 250, 18*73 + 576},   // 3 x 1 without padding
		{"Qwen/QVQ-72B-Preview", 28, 28, 4 + 2},
		{"deepseek-ai/deepseek-vl2", 384, 384, 421},       // one tile and the whole
		{"deepseek-ai/deepseek-vl2", 768, 384, 211 + 406}, // 14 rows of 28 and a mark
	} {
		f, ok := Of(c.model)
		if !ok {
			t.Errorf("%s is not known to see", c.model)
			continue
		}
		if got := f.Cut(c.width, c.height).Tokens; got != c.tokens {
			t.Errorf("%s, %d x %d: %g tokens; want %g", c.model, c.width, c.height, got, c.tokens)
		}
	}
	for _, blind := range []string{"llama-3.1-8b", "qwen3-30b-a3b", "gemma-3-1b", "mistral-small-24b", "glm-4.5-air", ""} {
		if f, ok := Of(blind); ok {
			t.Errorf("%q is taken for %s", blind, f.Name)
		}
	}
}

// TestCuts: any image of any family has tokens, no more than the bounds of its processor say, and
// work of the tower that is finite and grows with the patches.
func TestCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(families).Draw(t, "family")
		side := rapid.IntRange(1, 65536)
		c := f.Cut(side.Draw(t, "width"), side.Draw(t, "height"))
		if !(c.Tokens >= 1 && c.Patches >= 1) || c.Tokens > 65536*2 || math.IsInf(f.Operations(c), 0) {
			t.Fatalf("%s: %+v", f.Name, c)
		}
		if least := 2 * f.Params * c.Patches; f.Operations(c) < least {
			t.Fatalf("%s: %g operations of at least %g", f.Name, f.Operations(c), least)
		}
	})
}

// TestTheTableIsWhole: each family says where its way of cutting is from.
func TestTheTableIsWhole(t *testing.T) {
	for _, f := range families {
		if f.Name == "" || f.Source == "" || f.Params < 1e8 || f.hidden < 500 || f.full < 1 {
			t.Errorf("%+v", f)
		}
	}
}
