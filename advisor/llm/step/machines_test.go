package step

import (
	"testing"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// TestMachinesGain: a replica over several machines carries nearly as many times more where enough requests are under way in
// it, by a pipeline and by data-parallel groups alike, and never more than the cache that they gain explains.
func TestMachinesGain(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	part, _, err := c.ResolveAccelerator("h200")
	if err != nil {
		t.Fatal(err)
	}
	model, err := c.ResolveModel("deepseek-r1")
	if err != nil {
		t.Fatal(err)
	}
	shape, err := llm.ShapeOf(model)
	if err != nil {
		t.Fatal(err)
	}
	l := llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 500}}
	e := Learn()
	rate := func(s llm.Setup, requests int) float64 {
		s.Shape, s.Accelerator, s.Precision, s.Engine, s.Requests = shape, part, "fp8", "vllm", requests
		m, err := e.Machine(s, l)
		if err != nil {
			t.Fatal(err)
		}
		return m.Saturation(l)
	}
	const each = 256 // requests under way on a machine, which the cache of one holds
	for _, n := range []int{2, 4, 8} {
		piped := rate(llm.Setup{GPUs: 8, Stages: n}, n*each) / rate(llm.Setup{GPUs: 8}, each)
		if piped < 0.6*float64(n) || piped > 1.1*float64(n) {
			t.Errorf("a pipeline over %d machines carries %.3g times as much", n, piped)
		}
		apart := rate(llm.Setup{GPUs: 8 * n, Groups: 8 * n, Machines: n}, each) / rate(llm.Setup{GPUs: 8, Groups: 8}, each)
		if apart < 0.5*float64(n) || apart > 2*float64(n) {
			t.Errorf("groups over %d machines carry %.3g times as much", n, apart)
		}
		if near := rate(llm.Setup{GPUs: 8 * n, Groups: 8 * n}, each); near <= rate(llm.Setup{GPUs: 8 * n, Groups: 8 * n, Machines: n}, each) {
			t.Errorf("%d machines are no faster where their links are one domain", n)
		}
	}
}
