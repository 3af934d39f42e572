package step

import (
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

func known(t testing.TB, part, model string) (catalog.Accelerator, llm.Shape) {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	a, ok := c.Accelerator(part)
	if !ok {
		t.Fatalf("no accelerator %s", part)
	}
	m, ok := c.Model(model)
	if !ok {
		t.Fatalf("no model %s", model)
	}
	s, err := llm.ShapeOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return a, s
}

func BenchmarkLearn(b *testing.B) {
	for b.Loop() {
		e := &Evidence{}
		if err := e.UnmarshalJSON(coefficientsJSON); err != nil {
			b.Fatal(err)
		}
		if err := e.read(seriesTSV()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMachine(b *testing.B) {
	a, s := known(b, "nvidia-h100-sxm", "llama-3.1-70b")
	e := Learn()
	setup := llm.Setup{Shape: s, Accelerator: a, GPUs: 4, Precision: "fp8", Engine: "vllm"}
	l := llm.Lengths{Input: llm.Tokens{Mean: 1024}, Output: llm.Tokens{Mean: 256}}
	for b.Loop() {
		if _, err := e.Machine(setup, l); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	a, s := known(b, "nvidia-h100-sxm", "llama-3.1-70b")
	m, err := Learn().Machine(llm.Setup{Shape: s, Accelerator: a, GPUs: 4, Precision: "fp8"}, llm.Lengths{Input: llm.Tokens{Mean: 1024}, Output: llm.Tokens{Mean: 256}})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Timing.Decode(17, 1100)
	}
}
