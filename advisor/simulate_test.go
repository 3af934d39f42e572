package advisor_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/simulate"
)

func simulation(t *testing.T, what advisor.Simulated, flags map[string]string) *advice.Simulation {
	t.Helper()
	in := advisor.Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t), Rules: ruleSet(t)}
	a, err := advisor.Simulate(context.Background(), in, advisor.Options{Now: clock, Seed: 1}, what)
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return a
}

// TestWhatIsSimulated: what was declared, where replicas of something were; else, or when asked,
// what is recommended.
func TestWhatIsSimulated(t *testing.T) {
	short := advisor.Simulated{Requests: 20_000}
	recommended := short
	recommended.Deployment = advisor.RecommendedPlan
	for _, c := range []struct {
		what     advisor.Simulated
		flags    map[string]string
		declared bool
		replicas int
	}{
		{short, map[string]string{"qps": "5000", "gpu": "a10", "replicas": "14"}, true, 14},
		{short, map[string]string{"qps": "200", "service_time": "20ms", "replicas": "8"}, true, 8},
		{recommended, map[string]string{"qps": "5000", "gpu": "a10", "replicas": "14"}, false, 0},
		{short, map[string]string{"qps": "5000", "gpu": "a10"}, false, 0},
	} {
		a := simulation(t, c.what, c.flags)
		if a.Declared != c.declared || c.replicas > 0 && a.Result.Spec.Fleet.Replicas != c.replicas {
			t.Errorf("%v: declared %v, %d replicas", c.flags, a.Declared, a.Result.Spec.Fleet.Replicas)
		}
		if !c.declared {
			want := advise(t, example.Catalog(t), ruleSet(t), c.flags)
			if a.Plan.Accelerator != want.Plan.Accelerator || a.Plan.Replicas != want.Plan.Replicas || a.Plan.Precision != want.Plan.Precision {
				t.Errorf("%v: simulated %+v, recommended %+v", c.flags, a.Plan.Config, want.Plan.Config)
			}
		}
	}
}

// TestFormulaHolds: the plan's formulas and its simulation agree on measured hardware, what a
// real server loses against the bare queue included.
func TestFormulaHolds(t *testing.T) {
	for _, flags := range []map[string]string{
		{"qps": "5000", "gpu": "a10", "runtime": "mlperf", "replicas": "14", "p99": "100ms"},
		{"qps": "400", "service_time": "9ms", "concurrency": "4", "service_cv": "0.3", "replicas": "2", "p99": "100ms"},
		{"qps": "900", "service_time": "9ms", "batch_time": "16:40ms", "max_batch": "16", "replicas": "4", "balancing": "least-loaded", "p99": "100ms"},
	} {
		a := simulation(t, advisor.Simulated{}, flags)
		if !a.Comparable || len(a.Errors) == 0 {
			t.Fatalf("%v: nothing to compare", flags)
		}
		for _, c := range a.Errors {
			if off := c.Formula/c.Simulated.Value - 1; math.Abs(off) > 0.06 {
				t.Errorf("%v: %s by formula %g, simulated %g", flags, c.Name, c.Formula, c.Simulated.Value)
			}
		}
	}
}

// TestTraceOfALanguageModel: lengths come from the trace where none were given, the rate from
// the demand where there is one.
func TestTraceOfALanguageModel(t *testing.T) {
	var text strings.Builder
	text.WriteString("arrival_s,input_tokens,output_tokens\n")
	for i := range 2000 {
		fmt.Fprintf(&text, "%g,%d,%d\n", float64(i)*0.5, 200+i%100, 20+i%10)
	}
	r, err := simulate.ReadTrace(context.Background(), strings.NewReader(text.String()), 0)
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string]string{"model": "llama-3.1-8b", "gpu": "l40s", "replicas": "2", "ttft": "2s"}
	a := simulation(t, advisor.Simulated{Recording: &r, Replications: 6}, flags)
	if a.Result.Requests != 12_000 || a.Result.Verdict != simulate.Holds || !(a.Result.TTFT99 > 0.01 && a.Result.TTFT99 < 2) {
		t.Errorf("%d requests, %s %v, TTFT %g s", a.Result.Requests, a.Result.Verdict, a.Result.Reasons, a.Result.TTFT99)
	}
	flags["qps"] = "8"
	if b := simulation(t, advisor.Simulated{Recording: &r, Replications: 6}, flags); math.Abs(b.Result.Rate-8) > 0.1 {
		t.Errorf("%g/s, want 8/s", b.Result.Rate)
	}
}

// TestVerify: the plan is simulated and stands beside the formula; nothing is unless asked.
func TestVerify(t *testing.T) {
	in := advisor.Input{Workload: example.Workload(t, map[string]string{"qps": "5000", "gpu": "a10"}), Catalog: example.Catalog(t), Rules: ruleSet(t)}
	plain, err := advisor.Advise(context.Background(), in, advisor.Options{Now: clock, Seed: 1})
	if err != nil || len(plain.Verified) > 0 {
		t.Fatalf("%v, %d simulated", err, len(plain.Verified))
	}
	a, err := advisor.Advise(context.Background(), in, advisor.Options{Now: clock, Seed: 1, Verify: true})
	if err != nil || len(a.Verified) == 0 {
		t.Fatalf("%v, %d simulated", err, len(a.Verified))
	}
	chosen := 0
	for _, v := range a.Verified {
		if v.Result.Verdict != simulate.Holds || len(v.Errors) == 0 {
			t.Errorf("%+v: %s %v", v.Plan.Config, v.Result.Verdict, v.Result.Reasons)
		}
		if v.Chosen {
			chosen++
		}
	}
	if chosen != 1 || a.Plan.Replicas != plain.Plan.Replicas || a.Plan.P99 < plain.Plan.P99 {
		t.Errorf("%d chosen, p99 %g s, without simulation %g s", chosen, a.Plan.P99, plain.Plan.P99)
	}
}

// TestWhatIsAssumedOfADay: its peak over its mean is said once, as it is used.
func TestWhatIsAssumedOfADay(t *testing.T) {
	a := simulation(t, advisor.Simulated{Diurnal: true, Day: 100}, map[string]string{"qps": "300", "service_time": "20ms", "replicas": "8"})
	said := 0
	for _, x := range a.Assumptions {
		if x.Trait == "peak_to_mean" {
			said++
			if x.Value != 3.0 || math.Abs(a.Result.Rate-100) > 5 {
				t.Errorf("assumed %v, %g/s simulated", x.Value, a.Result.Rate)
			}
		}
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
}

// TestMaxWaitWithoutBatches: a flag that changes nothing is warned of, one that does is not.
func TestMaxWaitWithoutBatches(t *testing.T) {
	for batch, want := range map[string]bool{"": true, "8": false} {
		flags := map[string]string{"qps": "100", "service_time": "20ms", "replicas": "8"}
		if batch != "" {
			flags = map[string]string{"qps": "100", "batch_time": "1:10ms,8:30ms", "max_batch": batch, "replicas": "4"}
		}
		a := simulation(t, advisor.Simulated{Requests: 2000, MaxWait: 0.002}, flags)
		if got := strings.Contains(strings.Join(a.Warnings, "\n"), "--max-wait changes nothing"); got != want {
			t.Errorf("batch %q: %q", batch, a.Warnings)
		}
	}
}

// TestNothingToSimulate: the error says why.
func TestNothingToSimulate(t *testing.T) {
	flags := map[string]string{"qps": "1", "gpu": "t4", "replicas": "1", "model": "llama-3.1-70b", "input_tokens": "100", "output_tokens": "10"}
	in := advisor.Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t), Rules: ruleSet(t)}
	if _, err := advisor.Simulate(context.Background(), in, advisor.Options{Now: clock}, advisor.Simulated{}); err == nil || !strings.Contains(err.Error(), "cannot serve") {
		t.Errorf("a model that does not fit: %v", err)
	}
}

// TestALongSimulationAgreesWithCapacity: what capacity says is sustained, which formulas and a short
// simulation settle, is near what a long simulation sees: a short one that strays does not decide.
func TestALongSimulationAgreesWithCapacity(t *testing.T) {
	for _, c := range []struct {
		flags    map[string]string
		requests int
	}{
		{map[string]string{"model": "llama-3.1-8b", "input_tokens": "3000", "output_tokens": "300", "gpu": "l40s", "ttft": "1s", "tpot": "50ms", "replicas": "1"}, 12_000},
		{map[string]string{"batch_time": "1:599us,1454:1ms", "max_batch": "1454", "service_cv": "1.34", "p99": "18.4ms", "burstiness": "749@10ms", "replicas": "1"}, 3_000_000},
	} {
		limit := sustain(t, example.Catalog(t), c.flags).SustainableQPS
		for _, far := range []struct {
			share float64
			never simulate.Verdict
		}{{0.9, simulate.Fails}, {1.12, simulate.Holds}} {
			c.flags["qps"] = fmt.Sprint(far.share * limit)
			if r := simulation(t, advisor.Simulated{Requests: float64(c.requests)}, c.flags).Result; r.Verdict == far.never {
				t.Errorf("%v sustains %g/s, and a long simulation of %g of that: %s (%+v)", c.flags, limit, far.share, r.Verdict, r.Furthest())
			}
		}
	}
}
