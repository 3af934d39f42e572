package advisor_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

func inputOf(t example.T, flags map[string]string) advisor.Input {
	t.Helper()
	read, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{example.Set(t, flags)}, Catalog: example.Catalog(t)})
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return advisor.Input{Workload: read.Workload, Catalog: read.Catalog}
}

func capacityOf(t example.T, flags map[string]string) *advice.Capacity {
	t.Helper()
	a, err := advisor.Capacity(context.Background(), inputOf(t, flags), advisor.Options{Now: clock, Seed: 1, Known: &solved})
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return a
}

// few has a law tried on fewer cases, where none was asked for on the command line.
func few(t *testing.T, checks int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if err := flag.Set(f.Name, strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = flag.Set(f.Name, f.DefValue) })
}

// chats are language models drawn at random, without bounds.
func chats(t *rapid.T) map[string]string {
	return map[string]string{
		"model": rapid.SampledFrom([]string{"llama-3.1-8b", "qwen3-30b-a3b"}).Draw(t, "model"), "gpu": rapid.SampledFrom([]string{"l40s", "h100"}).Draw(t, "gpu"),
		"input_tokens": fmt.Sprint(rapid.IntRange(100, 3000).Draw(t, "in")), "output_tokens": fmt.Sprint(rapid.IntRange(20, 400).Draw(t, "out")),
	}
}

// TestSaturationKnowsNoBound: at which rate work piles up does not depend on what was promised.
func TestSaturationKnowsNoBound(t *testing.T) {
	few(t, 8)
	rapid.Check(t, func(t *rapid.T) {
		flags := chats(t)
		free := capacityOf(t, flags).SaturationQPS
		flags["ttft"], flags["tpot"] = fmt.Sprintf("%dms", rapid.IntRange(100, 5000).Draw(t, "ttft")), fmt.Sprintf("%dms", rapid.IntRange(20, 300).Draw(t, "tpot"))
		if bound := capacityOf(t, flags).SaturationQPS; math.Abs(bound/free-1) > 1e-9 {
			t.Fatalf("%v: saturates at %g/s with bounds, at %g/s without", flags, bound, free)
		}
	})
}

// TestFirstTokensComeNoSoonerUnderLoad: under bursts too.
func TestFirstTokensComeNoSoonerUnderLoad(t *testing.T) {
	few(t, 4)
	rapid.Check(t, func(t *rapid.T) {
		flags := chats(t)
		flags["ttft"], flags["tpot"] = "1s", "100ms"
		flags["burstiness"] = fmt.Sprintf("%d@1s", rapid.IntRange(1, 8).Draw(t, "dispersion"))
		most, before := capacityOf(t, flags).SaturationQPS, 0.0
		for share := 0.1; share < 0.95; share += 0.4 {
			flags["qps"] = fmt.Sprintf("%.6g", share*most)
			at := capacityOf(t, flags)
			if ttft := at.Point.TTFT; at.Point.Stable && ttft < before*(1-0.2) { // as much as laws of two moments may, see package open
				t.Fatalf("%v: p99 TTFT falls from %g to %g s", flags, before, ttft)
			}
			before = at.Point.TTFT
		}
	})
}

// TestJustTheLimitHolds: what capacity says is sustained holds when it is asked about, and a little
// more does not.
func TestJustTheLimitHolds(t *testing.T) {
	few(t, 30)
	rapid.Check(t, func(t *rapid.T) {
		flags := map[string]string{
			"gpu": "t4", "service_time": fmt.Sprintf("%dms", rapid.IntRange(2, 60).Draw(t, "service")), "p99": "300ms",
			"replicas": fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "replicas")), "service_cv": rapid.SampledFrom([]string{"0", "0.5", "1"}).Draw(t, "cv"),
		}
		limit := capacityOf(t, flags).SustainableQPS
		verdictAt := func(rate float64) advice.Verdict {
			flags["qps"] = fmt.Sprint(rate)
			return capacityOf(t, flags).Verdict
		}
		if v := verdictAt(limit * (1 - 1e-9)); v != advice.Holds {
			t.Fatalf("%v: sustains %g/s, and there it is %v", flags, limit, v)
		}
		if v := verdictAt(limit * 1.01); v == advice.Holds {
			t.Fatalf("%v: sustains %g/s, and more holds", flags, limit)
		}
	})
}

// TestAMillionCostsByTheSameMoment: the cost of a million requests is the cost of a month over the
// requests of a month at the mean of the moment that the plan is sized for.
func TestAMillionCostsByTheSameMoment(t *testing.T) {
	few(t, 20)
	set := ruleSet(t)
	rapid.Check(t, func(t *rapid.T) {
		growth := rapid.IntRange(0, 15).Draw(t, "growth")
		months := rapid.IntRange(1, 12).Draw(t, "months")
		qps, ratio := rapid.IntRange(20, 2000).Draw(t, "qps"), rapid.IntRange(1, 5).Draw(t, "peak to mean")
		in := inputOf(t, map[string]string{
			"gpu": "l4", "service_time": "5ms", "p99": "100ms", "growth": fmt.Sprintf("%d%%/month", growth), "horizon": fmt.Sprintf("%dmo", months),
			"qps": fmt.Sprint(qps), "peak_to_mean": fmt.Sprint(ratio), "cloud": "aws",
		})
		in.Rules = set
		a, err := advisor.Advise(context.Background(), in, advisor.Options{Now: clock, Seed: 1, Known: &solved})
		if err != nil {
			t.Fatal(err)
		}
		if p := a.Plan; p.Priced && p.CostPerMillion > 0 {
			mean := float64(qps) * math.Pow(1+float64(growth)/100, float64(months))
			want := p.CostPerMonth / (mean * unit.HoursPerMonth * 3600) * 1e6
			if math.Abs(p.CostPerMillion/want-1) > 1e-6 {
				t.Fatalf("%g USD a million, %g at the mean of the horizon", p.CostPerMillion, want)
			}
		}
	})
}
