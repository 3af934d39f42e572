package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// platform is a fleet as those of companies are: most services are language models, all promise 99.9 %, some
// machines are owned and the accelerators that everybody wants are bounded by a quota.
func platform(r *rand.Rand, services, owned, quota int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "version: 1\nkind: fleet\nlimits: {cloud: aws}\npool: [{machine: p4d.24xlarge, count: %d, owned: true, cost: 6000/month}, {gpu: l4, max: %d}]\nservices:\n", owned, quota)
	for i := range services {
		workload := ""
		switch r.IntN(10) {
		case 0:
			workload = fmt.Sprintf("model: bert-large, qps: %d", 20+r.IntN(800))
		case 1:
			workload = fmt.Sprintf("model: resnet50, qps: %d", 50+r.IntN(2000))
		case 2:
			workload = fmt.Sprintf("model: whisper-large-v3, qps: %d", 1+r.IntN(3))
		case 3:
			workload = fmt.Sprintf("model: llama-3.1-70b, qps: %d, request: {tokens: 800, output_tokens: 150}", 1+r.IntN(6))
		case 4:
			workload = fmt.Sprintf("model: qwen2.5-32b, qps: %d, request: {tokens: 900, output_tokens: 200}", 1+r.IntN(8))
		default:
			workload = fmt.Sprintf("model: llama-3.1-8b, qps: %d, request: {tokens: %d, output_tokens: %d}", 1+r.IntN(30), 200+r.IntN(2000), 50+r.IntN(300))
		}
		fmt.Fprintf(&b, "  - {name: s%d, priority: %d, workload: {%s}, slo: {availability: 99.9%%}}\n", i, 1+r.IntN(3), workload)
	}
	return b.String()
}

// bought is what the JSON of a fleet says of money and machines.
type bought struct {
	Feasible   bool
	Cost       float64 `json:"cost_usd_per_month"`
	Separate   float64 `json:"separate_usd_per_month"`
	LowerBound float64 `json:"lower_bound_usd_per_month"`
	Gap        float64
	Services   []struct {
		Name  string
		Plans []struct{ Replicas int }
	}
	Machines []struct {
		Machine, Accelerator string
		Accelerators         float64
		Count                int
		Owned                bool
		Each                 float64 `json:"usd_per_month_each"`
		Hosts                []struct {
			Used     float64 `json:"used_share"`
			Services []struct {
				Name     string
				Replicas int
			}
		}
	}
}

func planned(t testing.TB, text string) bought {
	t.Helper()
	return answered[bought](t, filepath.Join(t.TempDir(), "fleet.yaml"), text)
}

// TestPlatform holds the plan of a fleet as companies have them against its limits, and its cost against the
// lower bound that it states and the sum of separate plans.
func TestPlatform(t *testing.T) {
	const owned, quota, near = 2, 12, 0.02
	text := platform(rand.New(rand.NewPCG(3, 30)), 18, owned, quota)
	b := planned(t, text)
	if !b.Feasible || b.Gap > near || b.LowerBound > b.Cost || b.Separate > 0 && b.Cost > b.Separate {
		t.Errorf("feasible %t; %.0f USD a month, at least %.0f, a gap of %.2f %%; separately %.0f", b.Feasible, b.Cost, b.LowerBound, 100*b.Gap, b.Separate)
	}
	sum, l4, mine := 0.0, 0.0, 0
	stand := map[string]int{}
	for _, m := range b.Machines {
		sum += float64(m.Count) * m.Each
		if m.Accelerator == "L4" && !m.Owned {
			l4 += float64(m.Count) * m.Accelerators
		}
		if m.Owned {
			mine += m.Count
		}
		if m.Count != len(m.Hosts) {
			t.Errorf("%d × %s, of which %d are described", m.Count, m.Machine, len(m.Hosts))
		}
		for _, h := range m.Hosts {
			if h.Used > 1+1e-9 || h.Used <= 0 {
				t.Errorf("%.4g of a %s is used", h.Used, m.Machine)
			}
			for _, s := range h.Services {
				stand[s.Name] += s.Replicas
			}
		}
	}
	if math.Abs(sum-b.Cost) > 1e-6*b.Cost || l4 > quota || mine > owned {
		t.Errorf("machines for %.2f USD a month of %.2f; %g of %d L4, %d of %d owned machines", sum, b.Cost, l4, quota, mine, owned)
	}
	for _, s := range b.Services {
		n := 0
		for _, p := range s.Plans {
			n += p.Replicas
		}
		if n == 0 || n != stand[s.Name] {
			t.Errorf("%d of %d replicas of %s stand on machines", stand[s.Name], n, s.Name)
		}
	}
}

// BenchmarkPlatform plans a hundred such services; gap% is how far the cost may be above the least.
func BenchmarkPlatform(b *testing.B) {
	gap, n := 0.0, 0
	for b.Loop() {
		gap += planned(b, platform(rand.New(rand.NewPCG(uint64(n), 100)), 100, 4, 60)).Gap
		n++
	}
	b.ReportMetric(100*gap/float64(n), "gap%")
}
