package search

import (
	"testing"

	"pgregory.net/rapid"
)

// TestBoughtPlansAreLetThrough: the machines of what is bought are expected to let the load through to their
// accelerators.
func TestBoughtPlansAreLetThrough(t *testing.T) {
	bound := 0
	rapid.Check(t, func(rt *rapid.T) {
		flags := map[string]string{
			"qps": "1", "model": "resnet50", "gpu": rapid.SampledFrom([]string{"t4", "l4", "a10", "h100"}).Draw(rt, "gpu"),
			"host_time": rapid.SampledFrom([]string{"1ms..6ms", "3ms", "0.1ms..4ms"}).Draw(rt, "host time"),
		}
		s := spaceOf(rt, flags)
		d := Demand{Peak: rapid.Float64Range(10, 60000).Draw(rt, "demand")}
		for _, a := range everyStrategy(s, d) {
			if !a.Feasible || a.Plan.HostQPS == 0 || a.Strategy == "none" && !a.Optimized {
				continue
			}
			if bound++; a.Plan.HostQPS < a.Plan.DemandQPS*(1-1e-6) {
				rt.Fatalf("%v at %g/s: %s lets %g/s through", flags, d.Peak, a.Plan.Words(), a.Plan.HostQPS)
			}
		}
	})
	if bound == 0 {
		t.Error("no plan was bound by its machines")
	}
}
