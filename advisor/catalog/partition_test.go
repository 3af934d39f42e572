package catalog

import (
	"math"
	"slices"
	"testing"
)

// Every profile belongs to an accelerator that has MIG, and as many of the smallest fit on
// it as the catalogue says.
func TestPartitionsFitTheirAccelerators(t *testing.T) {
	c := shipped(t)
	for id, all := range partitions() {
		a, ok := c.Accelerator(id)
		if !ok {
			t.Fatalf("%s is no accelerator", id)
		}
		if a.MIGMax != 0 && all[0].PerCard != a.MIGMax {
			t.Errorf("%s: %d of %s fit, mig_max_instances is %d", id, all[0].PerCard, all[0].Profile, a.MIGMax)
		}
		for _, p := range all {
			if p.Compute*float64(p.PerCard) > 1.001 || p.Memory*float64(p.PerCard) > 1.001 {
				t.Errorf("%s: %d × %s are more than a whole one: %.3f of compute, %.3f of memory", id, p.PerCard, p.Profile, p.Compute, p.Memory)
			}
			if share := a.Share(p); share.UsableGiB > share.MemoryGiB || share.UsableGiB < 0.9*share.MemoryGiB || share.BandwidthGBs > a.BandwidthGBs {
				t.Errorf("%s %s: %.2f of %.2f GiB", id, p.Profile, share.UsableGiB, share.MemoryGiB)
			}
			if p.Source == "" || p.AsOf == "" {
				t.Errorf("%s %s has no source", id, p.Profile)
			}
		}
	}
}

func TestPartsByName(t *testing.T) {
	c := shipped(t)
	for name, id := range map[string]string{
		"h100:1g.10gb":                      "nvidia-h100-sxm:1g.10gb",
		"a100-80gb-1g.10gb":                 "nvidia-a100-sxm-80gb:1g.10gb",
		"a100:1g.10gb":                      "nvidia-a100-sxm-80gb:1g.10gb",
		"a100:1g.5gb":                       "nvidia-a100-sxm-40gb:1g.5gb",
		"a100-40gb:1g.10gb":                 "nvidia-a100-sxm-40gb:1g.10gb",
		"NVIDIA-A100-SXM4-80GB-MIG-1g.10gb": "nvidia-a100-sxm-80gb:1g.10gb",
		"NVIDIA A100-SXM4-40GB MIG 3g.20gb": "nvidia-a100-sxm-40gb:3g.20gb",
		"h200:1g.18gb":                      "nvidia-h200:1g.18gb",
		"l4:1/4":                            "nvidia-l4:1/4",
		"nvidia-a30:2g.12gb":                "nvidia-a30:2g.12gb",
		"g6f.large":                         "nvidia-l4:1/8",
		"nvidia-a100-sxm-80gb:7g.80gb":      "nvidia-a100-sxm-80gb:7g.80gb",
	} {
		a, _, err := c.ResolveAccelerator(name)
		if err != nil || a.ID != id || a.Part == nil {
			t.Errorf("%s: %s, %v; want %s", name, a.ID, err, id)
			continue
		}
		again, ok := c.Accelerator(a.ID)
		if !ok || again.UsableGiB != a.UsableGiB || again.FP16TFLOPS != a.FP16TFLOPS {
			t.Errorf("%s: not found again by its id", a.ID)
		}
		whole, _ := c.Accelerator(a.Part.Of)
		if math.Abs(a.BF16TFLOPS-whole.BF16TFLOPS*a.Part.Compute) > 1e-9 || a.MIGMax != 0 {
			t.Errorf("%s: %.1f of %.1f TFLOP/s", a.ID, a.BF16TFLOPS, whole.BF16TFLOPS)
		}
	}
	if slices.ContainsFunc(c.Accelerators(), func(a Accelerator) bool { return a.Part != nil }) {
		t.Error("parts are no rows of the table")
	}
}
