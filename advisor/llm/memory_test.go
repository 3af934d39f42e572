package llm

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/engine"
)

func accelerator(t testing.TB, id string) catalog.Accelerator {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	a, ok := c.Accelerator(id)
	if !ok {
		t.Fatalf("no accelerator %s", id)
	}
	return a
}

// fixed are requests of one length.
func fixed(input, output float64) Lengths {
	return Lengths{Input: Tokens{Mean: input}, Output: Tokens{Mean: output}}
}

// TestWeights against what is published: checkpoints of gpt-oss (model card: 12.8 and 60.8
// GiB), of Kimi K2 Thinking, whose shape and int4 Kimi K2.5 has (about 594 GB), and plain
// multiplication.
func TestWeights(t *testing.T) {
	for _, test := range []struct {
		model, precision string
		want, tolerance  float64 // GiB
	}{
		{"gpt-oss-20b", "", 12.8, 0.05},
		{"gpt-oss-120b", "", 60.8, 0.05},
		{"gpt-oss-120b", "fp4", 60.8, 0.05},
		{"kimi-k2.5", "", 594e9 / GiB, 3},
		{"llama-3.1-70b", "bf16", 70.554e9 * 2 / GiB, 1e-9},
		{"llama-3.1-70b", "fp8", (70.554e9 + 2*128256*8192) / GiB, 1e-9}, // embeddings stay in 16 bit
		{"llama-3.2-1b", "fp8", (1.236e9 + 128256*2048) / GiB, 1e-9},     // one table: tied
		{"llama-3.1-8b", "int4", ((8.030e9-2*128256*4096)*(0.5+20./128/8) + 2*128256*4096*2) / GiB, 1e-9},
		{"deepseek-r1", "", (671.026e9 + 2*129280*7168) / GiB, 1e-9}, // released in fp8
	} {
		got, err := shape(t, test.model).WeightBytes(test.precision)
		if err != nil || math.Abs(got/GiB-test.want) > test.tolerance {
			t.Errorf("%s %s: %g GiB, %v; want %g", test.model, test.precision, got/GiB, err, test.want)
		}
	}
	if _, err := shape(t, "llama-3.1-8b").WeightBytes("int3"); err == nil || !strings.Contains(err.Error(), "expected one of bf16, fp16") {
		t.Errorf("int3: %v", err)
	}
}

func TestMemoryByHand(t *testing.T) {
	s := Setup{Shape: shape(t, "llama-3.1-70b"), Accelerator: accelerator(t, "nvidia-h100-sxm"), GPUs: 2, Precision: "fp8", Engine: "vllm"}
	m, err := s.Memory(fixed(1024, 256))
	if err != nil {
		t.Fatal(err)
	}
	perToken := 2.0 * 80 * 8 * 128 * 2
	cache := 0.92*79.65 - 1.2 - (70.554e9+2*128256*8192)/2/GiB - m.Activations
	concurrency := math.Floor(cache * GiB / (1280 * perToken / 2))
	for _, test := range []struct {
		what      string
		got, want float64
	}{
		{"bytes a token", m.KVBytesPerToken, perToken}, {"bytes a request", m.KVBytesPerRequest, 1280 * perToken},
		{"cache", m.Cache, cache}, {"concurrency", m.MaxConcurrency, concurrency}, {"request", m.Request, 1280 * perToken / 2 / GiB},
	} {
		if math.Abs(test.got/test.want-1) > 1e-9 {
			t.Errorf("%s: %g; want %g", test.what, test.got, test.want)
		}
	}
	if !m.Fits || m.Limited || m.MeanConcurrency <= m.MaxConcurrency {
		t.Errorf("%+v", m)
	}
}

// TestTooLittle: what lacks is said, and is what the parts say.
func TestTooLittle(t *testing.T) {
	s := Setup{Shape: shape(t, "llama-3.1-70b"), Accelerator: accelerator(t, "nvidia-h100-sxm"), GPUs: 1, Precision: "bf16"}
	m, err := s.Memory(fixed(1024, 256))
	if err != nil || m.Fits || m.Deficit < 55 || m.Deficit > 65 || m.MaxConcurrency != 0 || m.Cache > 0 {
		t.Errorf("%+v, %v", m, err)
	}
	if want := m.Weights + m.Activations + m.Request - m.Usable; math.Abs(m.Deficit-want) > 1e-9 {
		t.Errorf("deficit %g; want %g", m.Deficit, want)
	}
	for precision, want := range map[string]string{"int3": "precision"} {
		s.KVPrecision = precision
		if _, err := s.Memory(fixed(1, 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", precision, err)
		}
	}
	s.Engine = "nobody's"
	if _, err := s.Memory(fixed(1, 1)); err == nil || !strings.Contains(err.Error(), "expected one of vllm, trtllm, sglang") {
		t.Errorf("%v", err)
	}
}

// TestEngines: the defaults that their documentation states.
func TestEngines(t *testing.T) {
	for _, test := range []struct {
		engine, gpu      string
		requests, tokens float64
	}{
		{"", "nvidia-h100-sxm", 1024, 8192}, {"vllm", "nvidia-a100-sxm-80gb", 256, 2048}, {"vllm", "nvidia-l4", 256, 2048}, {"vllm", "amd-mi300x", 1024, 16384},
		{"trtllm", "nvidia-l4", 2048, 8192}, {"sglang", "nvidia-a10g", 2048, 4096}, {"sglang", "nvidia-b200", 2048, 16384}, {"sglang", "nvidia-h200", 2048, 8192},
	} {
		e, err := EngineOf(test.engine, accelerator(t, test.gpu))
		if err != nil || float64(e.Requests) != test.requests || e.PrefillTokens != test.tokens || test.engine != "" && e.Name != test.engine {
			t.Errorf("%s on %s: %+v, %v", test.engine, test.gpu, e, err)
		}
	}
	for _, name := range engine.Names() {
		if e, err := EngineOf(name, catalog.Accelerator{}); err != nil || e.Name != name || e.Title == "" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
}

func TestDeviceGiB(t *testing.T) {
	// Totals that software prints: A10 23028 MiB, A40 44.6, A100 39.5 and 79.25, H200 139.8.
	for id, want := range map[string]float64{
		"nvidia-h100-sxm": 79.65, "nvidia-a10": 22.5, "nvidia-a40": 44.6, "nvidia-a100-sxm-40gb": 39.5, "nvidia-a100-sxm-80gb": 79.25, "nvidia-h200": 139.8,
	} {
		if got := DeviceGiB(accelerator(t, id)); math.Abs(got/want-1) > 0.01 {
			t.Errorf("%s: %g GiB; want %g", id, got, want)
		}
	}
}

func TestValidTP(t *testing.T) {
	for model, want := range map[string][]int{
		"llama-3.1-70b": {1, 2, 4, 8, 16}, "qwen2.5-7b": {1, 2, 4}, // 28 heads
		"phi-4": {1, 2}, "falcon-180b": {1, 2, 4, 8}, "deepseek-r1": {1, 2, 4, 8, 16}, "decilm-7b": {1, 2, 4, 8, 16},
	} {
		if got := ValidTP(shape(t, model), 16); !slices.Equal(got, want) {
			t.Errorf("%s: %v; want %v", model, got, want)
		}
	}
	if got := ValidTP(shape(t, "llama-3.1-8b"), 6); !slices.Equal(got, []int{1, 2, 4}) {
		t.Errorf("up to 6: %v", got)
	}
}

func TestPrecisions(t *testing.T) {
	llama, oss := shape(t, "llama-3.1-8b"), shape(t, "gpt-oss-20b")
	for _, test := range []struct {
		gpu   string
		shape Shape
		want  string
	}{
		{"nvidia-t4", llama, "fp16 int8 int4"},
		{"nvidia-a100-sxm-80gb", llama, "bf16 int8 int4"},
		{"nvidia-a100-sxm-80gb", oss, "bf16 int8 fp4 int4"},
		{"nvidia-h100-sxm", llama, "bf16 fp8 int8 int4"},
		{"nvidia-b200", llama, "bf16 fp8 int8 fp4 int4"},
		{"nvidia-h200-nvl", llama, "bf16 fp8 int8 int4"},
		{"nvidia-p40", llama, "fp16 int8 int4"}, // no source states its rates
	} {
		a := accelerator(t, test.gpu)
		if got := strings.Join(Precisions(a, test.shape), " "); got != test.want {
			t.Errorf("%s: %s; want %s", test.gpu, got, test.want)
		}
		for _, p := range Precisions(a, test.shape) {
			if !Runs(p, a, test.shape) {
				t.Errorf("%s: %s does not run", test.gpu, p)
			}
		}
	}
	if Runs("bf16", accelerator(t, "nvidia-t4"), llama) || Runs("fp4", accelerator(t, "nvidia-h100-sxm"), llama) || !Runs("fp16", accelerator(t, "nvidia-h100-sxm"), llama) {
		t.Error("bf16 on a T4, fp4 on an H100, or no fp16 there")
	}
	for precision, want := range map[string]float64{"bf16": 989.5e12, "fp8": 1979e12, "int4": 989.5e12, "fp4": 989.5e12, "": 989.5e12, "fp32": 67e12} {
		if got := Compute(precision, accelerator(t, "nvidia-h100-sxm")); got != want {
			t.Errorf("%s: %g", precision, got)
		}
	}
}

// TestMemoryLaws over every model, accelerator, size, precision and engine.
func TestMemoryLaws(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		model := rapid.SampledFrom(c.Models()).Filter(func(m catalog.Model) bool { return m.Kind == "llm" }).Draw(t, "model")
		shape, err := ShapeOf(model)
		if err != nil {
			t.Fatal(err)
		}
		s := Setup{
			Shape: shape, Accelerator: rapid.SampledFrom(c.Accelerators()).Draw(t, "accelerator"), GPUs: 1 << rapid.IntRange(0, 4).Draw(t, "doublings"),
			Precision: rapid.SampledFrom([]string{"", "bf16", "fp8", "int8", "int4", "fp4"}).Draw(t, "precision"), Engine: rapid.SampledFrom(engine.Names()).Draw(t, "engine"),
			KVPrecision: rapid.SampledFrom([]string{"", "fp8"}).Draw(t, "cache"),
		}
		input, output := rapid.Float64Range(1, 1e5).Draw(t, "input"), rapid.Float64Range(1, 1e4).Draw(t, "output")
		m := memory(t, s, input, output)
		if sum := m.Weights + m.Activations + m.Cache + m.Reserve; math.Abs(sum-m.Device) > 1e-6 || m.Fits != (m.Deficit <= 0) {
			t.Fatalf("%+v: the parts are %g GiB", m, sum)
		}
		if m.Fits != (m.MaxConcurrency >= 1) || m.MaxConcurrency > float64(m.Engine.Requests) || m.MeanConcurrency < m.MaxConcurrency {
			t.Fatalf("%+v", m)
		}
		if longer := memory(t, s, input*2, output); longer.MaxConcurrency > m.MaxConcurrency || longer.KVBytesPerRequest < m.KVBytesPerRequest {
			t.Fatalf("twice the input: %+v after %+v", longer, m)
		}
		s.GPUs *= 2
		if more := memory(t, s, input, output); more.Weights > m.Weights || more.Request > m.Request {
			t.Fatalf("twice the accelerators: %+v after %+v", more, m)
		}
	})
}

func memory(t *rapid.T, s Setup, input, output float64) Memory {
	m, err := s.Memory(fixed(input, output))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []float64{m.Usable, m.Cache, m.Deficit, m.KVBytesPerToken, m.MaxTokens, m.MaxConcurrency} {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			t.Fatalf("%+v", m)
		}
	}
	return m
}
