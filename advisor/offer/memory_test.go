package offer

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/workload"
)

// TestClassicMemory: 10 GiB of weights need a tenth more and half a GiB, 11.5 in all.
func TestClassicMemory(t *testing.T) {
	on := func(usable float64) Memory {
		return classicMemory(10, Hardware{Accelerator: catalog.Accelerator{UsableGiB: usable}, PerReplica: 4})
	}
	if m := on(24); m.Needed != 11.5 || m.Weights != 10 || !m.Fits {
		t.Errorf("%+v, want 11.5 GiB needed", m)
	}
	if !on(11.5).Fits || on(math.Nextafter(11.5, 0)).Fits {
		t.Error("the limit is not at what is needed")
	}
	nominal := classicMemory(10, Hardware{Accelerator: catalog.Accelerator{MemoryGiB: 16}, PerReplica: 1})
	if math.Abs(nominal.Usable-14.56) > 1e-9 {
		t.Errorf("of 16 GiB %v are usable, want 91 %%", nominal.Usable)
	}
	if m := classicMemory(0, Hardware{}); m.Needed != 0 || !m.Fits {
		t.Errorf("%+v: unknown weights are no reason against", m)
	}
}

// TestWeightsFollowThePrecision: a model of 20 billion parameters, by hand.
func TestWeightsFollowThePrecision(t *testing.T) {
	facts := &workload.ModelFacts{Name: "mine", Kind: "encoder", Params: 20e9}
	o, err := New(example.Described(t, map[string]string{"qps": "1", "gpu": "a10", "service_time": "9ms"}, facts), example.Catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	for precision, bytes := range map[string]float64{"": 2, "fp32": 4, "fp16": 2, "bf16": 2, "int8": 1, "fp8": 1, "int4": 0.5} {
		m, _ := o.Memory(o.Starts[0].Hardware, Variant{Precision: precision})
		if want := 20e9 * bytes / (1 << 30); math.Abs(m.Weights-want) > 1e-9 || BytesPerParameter(precision) != bytes {
			t.Errorf("%q: %v GiB, want %v", precision, m.Weights, want)
		}
	}
	facts.Memory = 3 << 30
	stated, err := New(example.Described(t, map[string]string{"qps": "1", "gpu": "a10", "service_time": "9ms"}, facts), example.Catalog(t))
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := stated.Memory(o.Starts[0].Hardware, Variant{Precision: "fp32"}); m.Weights != 3 {
		t.Errorf("%v GiB, want the 3 that were stated", m.Weights)
	}
}

// TestLanguageMemoryLaws: more accelerators hold less each, fewer bits need less, and what
// fits one split fits every larger one.
func TestLanguageMemoryLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := offersOf(t, example.Chat(map[string]string{
			"model": rapid.SampledFrom([]string{"llama-3.1-8b", "llama-3.1-70b", "qwen3-32b", "mixtral-8x7b"}).Draw(t, "model"),
			"gpu":   rapid.SampledFrom([]string{"l40s", "a100", "h100", "mi300x"}).Draw(t, "gpu"),
		}))
		a := o.Starts[0].Accelerator
		memory := func(g int, precision string) Memory {
			m, err := o.Memory(Hardware{a, g}, Variant{Precision: precision})
			if err != nil {
				t.Fatalf("%v", err)
			}
			return m
		}
		for _, g := range []int{1, 2, 4} {
			one, two := memory(g, "fp16"), memory(2*g, "fp16")
			if two.Weights >= one.Weights || one.Fits && !two.Fits {
				t.Errorf("%d accelerators hold %v GiB each (%v), %d hold %v (%v)", g, one.Weights, one.Fits, 2*g, two.Weights, two.Fits)
			}
			if low := memory(g, "fp8"); low.Weights >= one.Weights || low.Needed >= one.Needed {
				t.Errorf("fp8 needs %v GiB, fp16 %v", low.Needed, one.Needed)
			}
			if one.Fits != (one.Needed <= one.Usable) {
				t.Errorf("%v of %v GiB, fits: %v", one.Needed, one.Usable, one.Fits)
			}
		}
	})
}
