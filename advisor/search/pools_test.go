package search

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// TestPoolsKeepTheBounds: both pools carry the load with what is left free, the network carries the
// cache, the bounds hold, and the costs add up.
func TestPoolsKeepTheBounds(t *testing.T) {
	spaces := map[string]*Space{}
	var names []string
	for _, one := range [][3]string{{"llama-3.1-8b", "l40s", "1"}, {"llama-3.1-70b", "h100", "4"}, {"qwen3-30b-a3b", "a100-sxm-80gb", "2"}} {
		for _, input := range []string{"500", "6000", "300/2000/9000"} {
			names = append(names, one[0]+" "+input)
			spaces[one[0]+" "+input] = spaceOf(t, map[string]string{
				"qps": "1", "model": one[0], "gpu": one[1], "gpus_per_replica": one[2], "input_tokens": input, "output_tokens": "200",
				"ttft": "1s", "tpot": "30ms", "availability": "99%",
			})
		}
	}
	divided := 0
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "space")
		s := spaces[name]
		d := Demand{Peak: math.Exp(rapid.Float64Range(0, 5).Draw(t, "log rate"))}
		plan := Cheapest(context.Background(), s, Query{Strategy: candidate.Combined, Optimized: true, Demand: d}).Plan
		p, miss := Disaggregate(s, *plan, d)
		if miss != nil {
			if miss.Text == "" {
				t.Fatalf("%s at %v/s: an excuse without words", name, d.Peak)
			}
			return
		}
		divided++
		b := serve.ConditionsOf(s.Offers).Bounds
		if p.TTFT > b.TTFT || p.TPOT > b.TPOT || p.TTFT <= p.Transfer {
			t.Errorf("%s at %v/s: first token %v s, %v s of it the transfer, %v s a token", name, d.Peak, p.TTFT, p.Transfer, p.TPOT)
		}
		for what, e := range map[string]candidate.Evaluation{"prefill": p.Prefill, "decode": p.Decode} {
			if e.Accelerator != plan.Accelerator || e.Cloud != plan.Cloud {
				t.Errorf("%s runs on %s of %s, the plan on %s of %s", what, e.Accelerator, e.Cloud, plan.Accelerator, plan.Cloud)
			}
			if e.CapacityQPS < d.Peak/(1-s.Workload.Headroom)*(1-1e-9) {
				t.Errorf("%s carries %v/s of %v/s with %v free", what, e.CapacityQPS, d.Peak, s.Workload.Headroom)
			}
		}
		if !(p.Busy > 0 && p.Busy < 1) {
			t.Errorf("the cache takes %v of a link", p.Busy)
		}
		if sum := p.Prefill.CostPerMonth + p.Decode.CostPerMonth; sum != p.USDPerMonth {
			t.Errorf("pools of %v USD cost %v", sum, p.USDPerMonth)
		}
	})
	if divided == 0 {
		t.Error("no plan was divided into two pools")
	}
}
