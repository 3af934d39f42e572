package report

import (
	"math"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

func TestVerbs(t *testing.T) {
	today := &advice.Today{}
	for _, c := range []struct {
		strategy  candidate.Strategy
		direction string
		optimized bool
		today     *advice.Today
		want      string
	}{
		{candidate.None, "", false, today, "Keep what runs today"},
		{candidate.None, "", false, nil, "No scaling needed"},
		{candidate.None, "", true, today, "Optimize the model, keep the hardware"},
		{candidate.Horizontal, "out", false, today, "Scale out"},
		{candidate.Horizontal, "in", true, today, "Scale in and optimize"},
		{candidate.Vertical, "up", true, today, "Scale up and optimize"},
		{candidate.Vertical, "down", false, today, "Scale down"},
		{candidate.Combined, "", false, today, "Change machine and count"},
		{candidate.Combined, "", true, today, "Change machine and count, and optimize"},
	} {
		a := &advice.Advice{Strategy: c.strategy, Direction: c.direction, Optimized: c.optimized, Today: c.today}
		if got := verb(a); got != c.want {
			t.Errorf("%s %s optimized=%t reads %q, want %q", c.strategy, c.direction, c.optimized, got, c.want)
		}
	}
}

func TestPlans(t *testing.T) {
	e := server{7, "A10", "int8", 1020, 61, 730, 1}.evaluation()
	margin := e
	margin.ExpectedReplicas, margin.ReplicasLow = 6, 5
	grouped := e
	grouped.Replicas, grouped.PerReplica, grouped.Optimizations = 2, 4, []string{"int8", "result-cache"}
	nameless := e
	nameless.AcceleratorName, nameless.Precision, nameless.Optimizations = "", "", nil
	for _, c := range []struct {
		e               candidate.Evaluation
		sentence, short string
	}{
		{e, "7 × A10, int8", "7 × A10 int8"},
		{margin, "7 (expected 6, 90 % 5–7) × A10, int8", "7 × A10 int8"},
		{grouped, "2 (expected 7, 90 % 7–7) × (4 × A10), int8, result-cache", "2 × (4 × A10) int8 + result-cache"},
		{nameless, "7 × nvidia-A10", "7 × nvidia-A10"},
		{candidate.Evaluation{}, "no plan", none},
	} {
		if got := planned(c.e, true); got != c.sentence {
			t.Errorf("planned is %q, want %q", got, c.sentence)
		}
		if got := compact(c.e); got != c.short {
			t.Errorf("compact is %q, want %q", got, c.short)
		}
	}
}

func TestMarginOnlyWhereSized(t *testing.T) {
	a := growing()
	if got := title(a); !strings.Contains(got, "7 (expected 6, 90 % 5–7) × A10") {
		t.Errorf("the margin is missing: %q", got)
	}
	a.Strategy = candidate.None
	if got := title(a); strings.Contains(got, "expected") {
		t.Errorf("nothing was sized: %q", got)
	}
}

func TestLosses(t *testing.T) {
	for _, c := range []struct {
		replicas, survives int
		want               string
	}{
		{7, 1, "survives the loss of 1 machine"}, {7, 3, "survives the loss of 3 machines"}, {1, 0, "does not survive the loss of a machine"}, {7, 0, "does not survive the loss of a machine"},
	} {
		e := candidate.Evaluation{Config: candidate.Config{Replicas: c.replicas}, SurvivesMachines: c.survives}
		if got := losses(e); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.survives, c.replicas, got, c.want)
		}
	}
}

func TestEnough(t *testing.T) {
	for _, c := range []struct {
		miss candidate.NearMiss
		want string
	}{
		{candidate.NearMiss{}, ""},
		{candidate.NearMiss{Trait: "budget", Unit: "USD/month", Value: 10000, Needed: 12000}, "Enough would be budget 12,000 USD/month instead of 10,000 USD/month."},
		{candidate.NearMiss{Trait: "max_replicas", Value: 4, Needed: 7}, "Enough would be max replicas 7 instead of 4."},
		{candidate.NearMiss{Trait: "p99", Unit: "s", Value: math.Inf(1), Needed: 0.1}, "Enough would be p99 100 ms."},
		{candidate.NearMiss{Trait: "p99", Unit: "s", Value: 0.1, Needed: math.NaN()}, ""},
	} {
		if got := enough(c.miss); got != c.want {
			t.Errorf("%+v reads %q, want %q", c.miss, got, c.want)
		}
	}
}

func TestCost(t *testing.T) {
	e := server{7, "A10", "int8", 1020, 61, 730, 1}.evaluation()
	if want := "5,110 USD a month (7 × oci VM.GPU.A10.1 on demand, 2026-07-20), 0.39 USD per million requests."; cost(e) != want {
		t.Errorf("cost is %q, want %q", cost(e), want)
	}
	e.CostPerMillionMean, e.Pricing, e.AsOf = false, "1y", ""
	if want := "5,110 USD a month (7 × oci VM.GPU.A10.1 1 year committed), 0.39 USD per million requests at the peak rate."; cost(e) != want {
		t.Errorf("cost is %q, want %q", cost(e), want)
	}
	e.Priced = false
	if got := cost(e); !strings.Contains(got, "cost is unknown") {
		t.Errorf("without a price the cost reads %q", got)
	}
}

func TestMoney(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 0.0042: "0.0042", 0.387: "0.39", 9.5: "9.50", 5110.4: "5,110", 1234567: "1,234,567"} {
		if got := money(v); got != want {
			t.Errorf("money(%v) = %s, want %s", v, got, want)
		}
	}
}

func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		value  any
		symbol string
		want   string
	}{
		{0.1, "s", "100 ms"}, {5000.0, "1/s", "5,000/s"}, {0.995, "fraction", "99.5 %"}, {2e12, "B", "2 TB"}, {int64(7), "", "7"},
		{true, "", "true"}, {"a\x1bb", "", "a\ufffdb"}, {[]string{"aws", "gcp"}, "", "aws, gcp"}, {math.NaN(), "s", none}, {math.Inf(-1), "1/s", none},
		{1e200, "1/s", "1.00e+200/s"},
	} {
		if got := quantity(c.value, c.symbol); got != c.want {
			t.Errorf("quantity(%v, %q) = %q, want %q", c.value, c.symbol, got, c.want)
		}
	}
}

func TestUntil(t *testing.T) {
	a := typical()
	a.Plan.HoldsUntil = time.Date(2027, 3, 14, 0, 0, 0, 0, time.UTC)
	if got := title(a); !strings.HasSuffix(got, "; survives the loss of 1 machine; holds until 2027-03-14.") {
		t.Errorf("the sentence is %q", got)
	}
}
