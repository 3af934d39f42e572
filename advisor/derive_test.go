package advisor_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"scaleadvise/advisor"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/search"
)

// again computes every step from what it says it was computed from.
func again(t *testing.T, what string, steps []derivation.Step) {
	t.Helper()
	for _, s := range steps {
		values := map[string]float64{}
		for _, v := range s.Inputs {
			values[v.Name] = v.Number
			if v.Step >= s.Number {
				t.Errorf("%s: step %d (%s) uses step %d", what, s.Number, s.Result.Name, v.Step)
			}
			if v.Step == 0 && v.From == "" {
				t.Errorf("%s: %s comes from nowhere", what, v.Name)
			}
		}
		if strings.Contains(s.Note, "does not compute") {
			t.Errorf("%s: %s %s", what, s.Result.Name, s.Note)
		}
		if s.Method == "" {
			t.Errorf("%s: %s names no method", what, s.Result.Name)
		}
		formula, want := s.Formula, s.Result.Number
		if formula == "" {
			formula, want = s.Check, 1
			values[s.Result.Name] = s.Result.Number
		}
		got, err := derivation.Evaluate(formula, values, search.Functions())
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if !(math.Abs(got-want) <= 1e-9*math.Max(math.Abs(want), 1e-12)) {
			t.Errorf("%s: %s = %s gives %v, recorded was %v (from %v)", what, s.Result.Name, formula, got, want, values)
		}
	}
}

// TestStepsOfLanguageModels: what a token keeps, how many requests that admits and both times
// have steps that compute again, whatever the attention, the engine and the lengths.
func TestStepsOfLanguageModels(t *testing.T) {
	for _, c := range []map[string]string{
		{"model": "llama-3.1-70b", "kv_precision": "fp8", "tpot": "50ms"},
		{"model": "llama-3.1-70b", "engine": "trtllm", "gpus_per_replica": "8", "replicas": "2"},
		{"model": "llama-3.1-8b", "engine": "sglang", "output_tokens": "100/400/900"},
		{"model": "deepseek-r1"},
		{"model": "gpt-oss-120b"},
		{"model": "llama-3.1-70b", "burstiness": "3@1s", "qps": "40", "availability": "99.9%"},
		{"model": "llama-3.1-8b", "balancing": "least-loaded", "replicas": "4", "qps": "60"},
	} {
		flags := map[string]string{"qps": "5", "gpu": "h200", "input_tokens": "900", "output_tokens": "200", "ttft": "3s"}
		maps.Copy(flags, c)
		a, err := advisor.Advise(context.Background(), advisor.Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t), Rules: ruleSet(t)},
			advisor.Options{Now: clock, Seed: 3, Explain: true})
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		again(t, fmt.Sprint(c), a.Steps)
		for name, want := range map[string]float64{"requests_at_once": float64(a.Plan.MaxConcurrency), "ttft": a.Plan.TTFT, "tpot": a.Plan.TPOT} {
			if got, ok := quantity(a.Steps, name); !ok || got != want {
				t.Errorf("%v: the steps say %s is %v, the plan says %v", c, name, got, want)
			}
		}
	}
}

// TestStepsComputeAgain: whatever the workload, each recorded step gives its result again
// from its recorded inputs, and the results are those of the plan.
func TestStepsComputeAgain(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	pick := func(words ...string) string { return words[rng.IntN(len(words))] }
	for n := range 15 {
		flags := []string{"qps", fmt.Sprintf("%.1f", 1+rng.ExpFloat64()*4000)}
		add := func(name string, values ...string) {
			if v := pick(values...); v != "" {
				flags = append(flags, name, v)
			}
		}
		add("gpu", "", "t4", "a10", "l4", "h100", "l40s")
		add("replicas", "", "2", "7")
		add("p99", "", "15ms", "60ms", "400ms")
		add("availability", "", "99.9%", "99.99%")
		add("zones", "", "3")
		add("balancing", "", "", "least-loaded")
		add("burstiness", "", "", "1.5@1s")
		switch rng.IntN(4) {
		case 0:
			flags = append(flags, "service_time", pick("9ms", "4ms"), "service_cv", pick("0", "0.5"), "concurrency", pick("1", "4"))
		case 1:
			flags = append(flags, "replica_qps", "400..600", "service_time", "12ms")
		case 2:
			flags = append(flags, "model", "llama-3.1-8b", "input_tokens", "800", "output_tokens", "150", "ttft", "500ms")
			flags[1] = fmt.Sprintf("%.1f", 1+rng.ExpFloat64()*10)
		default:
			add("model", "bert-large", "resnet50", "dlrm-v2-99", "rnnt", "retinanet")
		}
		if rng.IntN(2) == 0 {
			flags = append(flags, "growth", pick("8%/month", "5%/month..12%/month"), "horizon", "9mo")
		}
		given := map[string]string{}
		for i := 0; i < len(flags); i += 2 {
			given[flags[i]] = flags[i+1]
		}
		a, err := advisor.Advise(context.Background(), advisor.Input{Workload: example.Workload(t, given), Catalog: example.Catalog(t), Rules: ruleSet(t)},
			advisor.Options{Now: clock, Seed: 3, Explain: true})
		if err != nil {
			t.Fatalf("%v: %v", flags, err)
		}
		what := fmt.Sprintf("%d %v", n, flags)
		again(t, what, a.Steps)
		for name, want := range map[string]float64{
			"capacity_qps": a.Plan.CapacityQPS, "replicas": float64(a.Plan.Replicas), "capacity_after_losses": a.Plan.AfterLossesQPS,
			"cost_usd_per_month": a.Plan.CostPerMonth, "p99": a.Plan.P99, "saturation_qps": a.Plan.SaturationQPS, "utilization": a.Plan.Utilization,
			"carries_qps": a.Plan.CarriesQPS, "demand": a.Plan.DemandQPS, "cost_usd_per_million_requests": a.Plan.CostPerMillion, "busy": a.Plan.Busy,
		} {
			if got, ok := quantity(a.Steps, name); ok && math.Abs(got-want) > 1e-12*math.Abs(want) {
				t.Errorf("%s: the steps say %s is %v, the plan says %v", what, name, got, want)
			} else if !ok && a.Feasible && !strings.HasPrefix(name, "cost_") {
				t.Errorf("%s: no step gives %s", what, name)
			}
		}
	}
}

// quantity is a result or an input that the steps name.
func quantity(steps []derivation.Step, name string) (float64, bool) {
	for _, s := range steps {
		for _, v := range append(s.Inputs, s.Result) {
			if v.Name == name {
				return v.Number, true
			}
		}
	}
	return 0, false
}

// TestStepsOfACapacity: what one deployment sustains is derived too, without a demand as well.
func TestStepsOfACapacity(t *testing.T) {
	for _, given := range []map[string]string{
		{"gpu": "a10", "model": "bert-large", "p99": "80ms"},
		{"gpu": "l4", "replicas": "3", "model": "resnet50", "p99": "20ms", "qps": "2000"},
		{"service_time": "9ms", "concurrency": "4", "p99": "50ms"},
		{"batch_time": "16:85ms", "service_time": "20ms", "p99": "300ms", "balancing": "least-loaded", "replicas": "4", "gpu": "t4"},
	} {
		c, err := advisor.Capacity(context.Background(), advisor.Input{Workload: example.Workload(t, given), Catalog: example.Catalog(t)}, advisor.Options{Now: clock, Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprint(given)
		again(t, what, c.Steps)
		if got, ok := quantity(c.Steps, "capacity_qps"); !ok || got != c.SustainableQPS {
			t.Errorf("%s: the steps say %v (%v), the answer %v", what, got, ok, c.SustainableQPS)
		}
	}
}
