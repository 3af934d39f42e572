package step

import (
	"math"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// shapesAndParts are all language models and accelerators of the catalogue with memory.
func shapesAndParts(t *testing.T) ([]llm.Shape, []catalog.Accelerator) {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var shapes []llm.Shape
	for _, m := range c.Models() {
		if s, err := llm.ShapeOf(m); err == nil && m.Kind == "llm" {
			shapes = append(shapes, s)
		}
	}
	var parts []catalog.Accelerator
	for _, a := range c.Accelerators() {
		if a.MemoryGiB > 0 {
			parts = append(parts, a)
		}
	}
	return shapes, parts
}

// latent is the part of HeldPerGPU that all heads share.
func latent(s llm.Shape, tokens float64) float64 {
	sum := 0.0
	for _, a := range s.Attention {
		if a.KVHeads == 0 {
			sum += float64(a.Layers) * a.ElementsPerToken * a.Kept(tokens)
		}
	}
	return sum
}

func TestStepsObeyTheRoofline(t *testing.T) {
	shapes, parts := shapesAndParts(t)
	e := Learn()
	rapid.Check(t, func(t *rapid.T) {
		s := llm.Setup{
			Shape: rapid.SampledFrom(shapes).Draw(t, "model"), Accelerator: rapid.SampledFrom(parts).Draw(t, "part"),
			GPUs: 1 << rapid.IntRange(0, 3).Draw(t, "log gpus"), Precision: rapid.SampledFrom([]string{"", "bf16", "fp8", "fp4", "int8", "int4"}).Draw(t, "precision"),
			Engine: rapid.SampledFrom([]string{"", "vllm", "trtllm", "sglang", "nobody's"}).Draw(t, "engine"),
		}
		input, output := rapid.Float64Range(1, 32768).Draw(t, "input"), rapid.Float64Range(1, 8192).Draw(t, "output")
		m, err := e.Machine(s, llm.Lengths{Input: llm.Tokens{Mean: input}, Output: llm.Tokens{Mean: output}})
		if err != nil {
			t.Fatal(err)
		}
		batch, context := rapid.Float64Range(1, 2048).Draw(t, "batch"), rapid.Float64Range(1, 65536).Draw(t, "context")
		h := hardwareOf(s.Accelerator)
		held := batch * (s.Shape.HeldPerGPU(context, s.GPUs) - latent(s.Shape, context)*(1-1/float64(s.GPUs))) * s.CacheBits() / 8
		rate, _ := h.rate(&s)
		// The least that any step reads is the cache, of a latent once in all (data-parallel attention), and the least that it computes is one
		// product with every active weight but the tables of embeddings.
		least := max(held/h.bandwidth, 2*batch*(s.Shape.ActiveParams-s.Shape.Embedding)/float64(s.GPUs)/rate)
		if d := m.Timing.Decode(batch, context); !(d >= least*(1-1e-9)) || math.IsInf(d, 0) {
			t.Errorf("a step of %g s is faster than the roofline, %g s", d, least)
		}
		least = 2 * input * (s.Shape.ActiveParams - s.Shape.Embedding) / float64(s.GPUs) / rate
		if p := m.Timing.Prefill(input, input/2); !(p >= least*(1-1e-9)) || math.IsInf(p, 0) {
			t.Errorf("a prompt of %g s is faster than the roofline, %g s", p, least)
		}
	})
}

func TestCorrectedStepsRise(t *testing.T) {
	shapes, parts := shapesAndParts(t)
	e := Learn()
	rapid.Check(t, func(t *rapid.T) {
		s := llm.Setup{
			Shape: rapid.SampledFrom(shapes).Draw(t, "model"), Accelerator: rapid.SampledFrom(parts).Draw(t, "part"),
			GPUs: 1 << rapid.IntRange(0, 3).Draw(t, "log gpus"), Precision: rapid.SampledFrom([]string{"bf16", "fp8", "fp4"}).Draw(t, "precision"),
			Engine: rapid.SampledFrom([]string{"vllm", "trtllm", "sglang"}).Draw(t, "engine"),
		}
		input, output := rapid.Float64Range(16, 16384).Draw(t, "input"), rapid.Float64Range(16, 4096).Draw(t, "output")
		m, err := e.Machine(s, llm.Lengths{Input: llm.Tokens{Mean: input}, Output: llm.Tokens{Mean: output}})
		if err != nil {
			t.Fatal(err)
		}
		before := 0.0
		for batch := 1.0; batch < 3000; batch *= 1.2 {
			step := m.Timing.Decode(batch, input+output/2)
			if step < before*0.995 { // between the pieces that the rise was looked for in
				t.Fatalf("a step of %g requests takes %g s, of fewer %g s", batch, step, before)
			}
			before = step
		}
	})
}

func TestMoreTakesLonger(t *testing.T) {
	shapes, parts := shapesAndParts(t)
	step := Learn().Step
	rapid.Check(t, func(t *rapid.T) {
		s := llm.Setup{Shape: rapid.SampledFrom(shapes).Draw(t, "model"), Accelerator: rapid.SampledFrom(parts).Draw(t, "part"), GPUs: 1 << rapid.IntRange(0, 3).Draw(t, "log gpus")}
		h := hardwareOf(s.Accelerator)
		k, err := clockOf(&s, h, step.of(kind{h.family, "vllm/closed", s.Shape.Experts > 0}))
		if err != nil {
			t.Fatal(err)
		}
		batch, context := rapid.Float64Range(1, 1000).Draw(t, "batch"), rapid.Float64Range(1, 30000).Draw(t, "context")
		more := rapid.Float64Range(1, 4).Draw(t, "more")
		if k.Decode(batch*more, context) < k.Decode(batch, context) || k.Decode(batch, context*more) < k.Decode(batch, context) {
			t.Error("a larger step is faster")
		}
		if k.Prefill(batch*more, context) < k.Prefill(batch, context) || k.Prefill(batch, context*more) < k.Prefill(batch, context) {
			t.Error("a larger prompt is faster")
		}
		if under, over := k.under(batch, context, 100), k.under(batch*more, context, 100); over.seconds < under.seconds*(1-1e-9) {
			t.Errorf("%g requests under way answer in %g s, %g in %g s", batch, under.seconds, batch*more, over.seconds)
		}
	})
}

// TestADecodeStepByHand works out one step of Llama 2 7B in 16 bit on an A100 by hand: the
// weights but one table of embeddings, the cache of 32 layers of 32 heads of 128, twice.
func TestADecodeStepByHand(t *testing.T) {
	a, s := known(t, "nvidia-a100-sxm-80gb", "llama-2-7b")
	var c Coefficients // every efficiency 1, every overhead 1 s
	for _, i := range []int{stepOverhead, layerOverhead, requestOverhead, contextLatency} {
		c[i] = math.Log(1e-12)
	}
	k, err := clockOf(&llm.Setup{Shape: s, Accelerator: a, GPUs: 1, Precision: "fp16"}, hardwareOf(a), c)
	if err != nil {
		t.Fatal(err)
	}
	weights := (6.738e9 - 32000*4096) * 2 / 2039e9
	cache := 8 * 1000 * 32 * 32 * 128 * 2 * 2 / 2039e9
	arithmetic := 8 * 2 * (6.738e9 - 32000*4096) / 312e12
	want := math.Hypot(weights, arithmetic) + cache
	if got := k.Decode(8, 1000); math.Abs(got-want) > 1e-3*want {
		t.Errorf("a step takes %g s; by hand it is %g s", got, want)
	}
}

func TestExpertsThatAStepReads(t *testing.T) {
	a, s := known(t, "nvidia-h100-sxm", "mixtral-8x7b")
	var c Coefficients
	k, err := clockOf(&llm.Setup{Shape: s, Accelerator: a, GPUs: 2, Precision: "fp16"}, hardwareOf(a), c)
	if err != nil {
		t.Fatal(err)
	}
	// One token passes 2 experts of 8; two tokens miss one of them with (6/8)² each.
	for tokens, share := range map[float64]float64{1: 0.25, 2: 1 - 0.5625, 1000: 1} {
		if got := (k.weights(tokens) - k.dense) / k.experts; math.Abs(got-share) > 1e-9 {
			t.Errorf("%g tokens read %g of the experts; expected %g", tokens, got, share)
		}
	}
}

func TestPCIeDoesNotScale(t *testing.T) {
	_, s := known(t, "nvidia-l40s", "llama-3.1-8b")
	speedup := func(part string) float64 {
		a, _ := known(t, part, "llama-3.1-8b")
		h := hardwareOf(a)
		var times [2]float64
		for i, gpus := range []int{1, 8} {
			step := Learn().Step
			k, err := clockOf(&llm.Setup{Shape: s, Accelerator: a, GPUs: gpus}, h, step.of(kind{h.family, "vllm/closed", false}))
			if err != nil {
				t.Fatal(err)
			}
			times[i] = k.Prefill(8192, 4096)
		}
		return times[0] / times[1]
	}
	if bus, link := speedup("nvidia-l40s"), speedup("nvidia-h100-sxm"); bus > 4 || bus > link {
		t.Errorf("8 accelerators read a prompt %.1f times as fast over PCIe and %.1f times over NVLink", bus, link)
	}
}
