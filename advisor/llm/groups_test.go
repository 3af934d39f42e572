package llm

import (
	"math"
	"testing"
)

// TestGroupsByHand holds the memory of data-parallel attention against a multiplication: all weights
// but the experts on each accelerator of a group of one, an eighth of the experts, and the latent of
// one eighth of the requests.
func TestGroupsByHand(t *testing.T) {
	s := Setup{Shape: shape(t, "deepseek-r1"), Accelerator: accelerator(t, "nvidia-h200"), GPUs: 8, Precision: "fp8", Engine: "vllm", Groups: 8}
	m, err := s.Memory(fixed(1024, 256))
	if err != nil {
		t.Fatal(err)
	}
	total, err := s.Shape.WeightBytes("fp8")
	if err != nil {
		t.Fatal(err)
	}
	experts := 3.0 * 256 * 7168 * 2048 * 58
	if want := (total - experts + experts/8) / GiB; math.Abs(m.Weights/want-1) > 1e-9 {
		t.Errorf("weights %g GiB, want %g", m.Weights, want)
	}
	if want := 8 * math.Floor(m.Cache*GiB/(1280*61*(512+64)*2)); m.MaxConcurrency != want {
		t.Errorf("%g requests at once, want %g", m.MaxConcurrency, want)
	}
	s.Groups = 3 // does not divide the accelerators: none
	apart, _ := s.Memory(fixed(1024, 256))
	if s.Groups = 0; apart.Weights >= m.Weights {
		t.Errorf("three groups on eight accelerators: %g GiB of weights", apart.Weights)
	}
}
