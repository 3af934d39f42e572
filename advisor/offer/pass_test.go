package offer

import (
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/example"
)

// TestVariantsOfAPass: today's runtime in 16 bit where there are matrix units for it; what is
// compiled counts as optimized, and integers are for those who ask for them.
func TestVariantsOfAPass(t *testing.T) {
	for _, c := range []struct {
		gpu, runtime, precision, allow string
		plain                          string
		optimized                      []string
	}{
		{"a10", "", "", "", "pytorch fp16", []string{"onnxruntime fp16", "tensorrt fp16", "torch-compile fp16"}},
		{"a10", "tensorrt", "", "", "tensorrt fp16", nil},
		{"a10", "onnxruntime", "fp32", "int8", "onnxruntime fp32", []string{"onnxruntime int8", "tensorrt fp32", "tensorrt int8"}},
		{"p4", "", "", "", "pytorch fp32", []string{"onnxruntime fp32", "tensorrt fp32"}},
		{"l40s", "", "", "", "pytorch fp16", []string{"onnxruntime fp16", "tensorrt fp16", "torch-compile fp16"}},
		{"mi300x", "", "", "", "pytorch fp16", []string{"onnxruntime fp16", "torch-compile fp16"}},
	} {
		flags := map[string]string{"qps": "1", "model": "resnet50", "gpu": c.gpu}
		for trait, text := range map[string]string{"runtime": c.runtime, "precision": c.precision, "allow_optimization": c.allow} {
			if text != "" {
				flags[trait] = text
			}
		}
		o := offersOf(t, flags)
		stacks := func(optimized bool) []string {
			var out []string
			for _, v := range o.Variants(o.Starts[0].Accelerator, optimized) {
				out = append(out, v.Runtime+" "+v.Precision)
			}
			slices.Sort(out)
			return out
		}
		if got := stacks(false); !slices.Equal(got, []string{c.plain}) {
			t.Errorf("%v: plain %q, want %q", flags, got, c.plain)
		}
		if got := stacks(true); !slices.Equal(got, c.optimized) {
			t.Errorf("%v: optimized %q, want %q", flags, got, c.optimized)
		}
		if got := o.Workload.Runtime + " " + o.Workload.Precision; got != c.plain {
			t.Errorf("%v: said to run %q, not %q", flags, got, c.plain)
		}
	}
}

// TestRequestsOfAPass: the request is the usual one of the model, or the one that was given;
// its work grows with it.
func TestRequestsOfAPass(t *testing.T) {
	for _, c := range []struct {
		model       string
		more        map[string]string
		shape       string
		least, most float64 // GMACs of all passes
	}{
		{"bert-large", nil, "384 tokens", 120, 126},
		{"bert-large", map[string]string{"input_tokens": "128"}, "128 tokens", 38, 42},
		{"resnet50", nil, "224x224", 4, 4.3},
		{"resnet50", map[string]string{"image_size": "448x448"}, "448x448", 16, 17},
		{"sd-1.5", nil, "512x512, 20 steps", 15e3, 17e3},
		{"sdxl-turbo", map[string]string{"steps": "1"}, "512x512, 1 steps", 790, 800},
		{"whisper-small", map[string]string{"audio_length_s": "60s"}, "1 min of audio", 344, 400},
		{"bge-reranker-base", map[string]string{"items": "40"}, "256 tokens, 40 items", 22, 24},
	} {
		flags := map[string]string{"qps": "1", "gpu": "a10", "model": c.model}
		for trait, text := range c.more {
			flags[trait] = text
		}
		o := offersOf(t, flags)
		work := 0.0
		for _, p := range o.Pass.Parts {
			work += p.Times * p.Model.GMACs
		}
		if o.Shape() != c.shape || work < c.least || work > c.most {
			t.Errorf("%v: %s, %g GMACs", flags, o.Shape(), work)
		}
	}
}

// TestRequestsThatDoNotFit are refused, and the message says what the model reads.
func TestRequestsThatDoNotFit(t *testing.T) {
	for _, c := range []struct{ model, trait, text, want string }{
		{"bert-large", "image_size", "224x224", "reads no images; it reads tokens: give --input-tokens"},
		{"resnet50", "audio_length_s", "30s", "reads no audio; it reads images: give --image-size"},
		{"resnet50", "steps", "30", "makes no denoising steps"},
		{"bert-large", "input_tokens", "4096", "at most 512 tokens"},
		{"resnet50", "input_tokens", "100", "reads no tokens; it reads images: give --image-size"},
		{"whisper-tiny", "input_tokens", "100", "reads no tokens; it reads audio: give --audio-length"},
		{"yolov8n", "output_tokens", "100", "writes no tokens"},
		{"resnet50", "image_size", "10x10", "10x10 is too small"},
	} {
		_, err := New(example.Workload(t, map[string]string{"qps": "1", "model": c.model, c.trait: c.text}), example.Catalog(t))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %s: %v, want %q", c.model, c.trait, err, c.want)
		}
	}
}
