package advisor

import (
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/simulate"
)

// TestTheLargerNumberIsUsed: where formula and simulation disagree by more than the tolerance and
// by more than chance, with a warning; where they agree nothing is touched.
func TestTheLargerNumberIsUsed(t *testing.T) {
	for _, c := range []struct {
		formula, simulated, half float64
		want                     float64
		warned                   bool
	}{
		{0.080, 0.082, 0.001, 0.080, false},
		{0.080, 0.100, 0.001, 0.100, true},
		{0.100, 0.080, 0.001, 0.100, true},
		{0.080, 0.100, 0.030, 0.080, false}, // chance
	} {
		plan := candidate.Evaluation{P99: c.formula, Latency: c.formula, P50: 0.01, Busy: 0.5}
		r := &simulate.Result{
			Verdict: simulate.Holds, P50: 0.01, Busy: 0.5,
			P99Interval: simulate.Estimate{Value: c.simulated, Low: c.simulated - c.half, High: c.simulated + c.half},
		}
		v := &advice.Verified{Plan: plan, Result: r, Errors: compared(plan, r, 0.05)}
		warnings := unconfirmed(plan, v)
		plan = corrected(plan, v)
		if plan.P99 != c.want || plan.Latency != c.want {
			t.Errorf("%+v: p99 %g, latency %g", c, plan.P99, plan.Latency)
		}
		if warned := len(warnings) > 0; warned != c.warned || warned && !strings.Contains(warnings[0], "take the larger, 100 ms") {
			t.Errorf("%+v: %q", c, warnings)
		}
	}
}

// TestUnconfirmed: a plan that the simulation does not confirm is warned of.
func TestUnconfirmed(t *testing.T) {
	plan := candidate.Evaluation{Config: candidate.Config{Replicas: 3, PerReplica: 2, Optimizations: []string{"fp8"}}, AcceleratorName: "H100"}
	r := &simulate.Result{Verdict: simulate.Fails, Reasons: []string{"96 % of the requests keep the bound, 99 % asked"}}
	warnings := unconfirmed(plan, &advice.Verified{Plan: plan, Result: r})
	if len(warnings) != 1 || !strings.Contains(warnings[0], "3 × (2 × H100) fp8: the simulation does not confirm that it holds: 96 %") {
		t.Errorf("%q", warnings)
	}
}
