package advisor_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
)

// TestBudgetRunway: a plan within the budget is found for every horizon before the day until when the
// budget is said to be enough, and none for one beyond it.
func TestBudgetRunway(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	// What is bought beyond what today could spare a machine at holds longer than today does.
	budgetRunway(t, c, set, map[string]string{
		"gpu": "t4", "replicas": "3", "service_time": "3ms", "p99": "500ms", "growth": "16%/month", "qps": "3", "budget": "1152/month", "allow_gpu": "t4,l4,a10",
	})
	few(t, 40)
	rapid.Check(t, func(t *rapid.T) {
		budgetRunway(t, c, set, map[string]string{
			"gpu": rapid.SampledFrom([]string{"t4", "l4", "a10"}).Draw(t, "gpu"), "replicas": fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "replicas")),
			"service_time": fmt.Sprintf("%dms", rapid.IntRange(2, 60).Draw(t, "service")), "p99": "500ms",
			"growth": fmt.Sprintf("%d%%/month", rapid.IntRange(2, 20).Draw(t, "growth")),
			"qps":    fmt.Sprint(rapid.IntRange(1, 400).Draw(t, "qps")), "budget": fmt.Sprintf("%d/month", rapid.IntRange(500, 20000).Draw(t, "budget")),
			"allow_gpu": "t4,l4,a10",
		})
	})
}

func budgetRunway(t rapid.TB, c *catalog.Catalog, set *rule.Set, flags map[string]string) {
	t.Helper()
	at := func(horizon time.Duration) *advice.Advice {
		flags["horizon"] = fmt.Sprintf("%dh", int(horizon.Hours()))
		read, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{example.Set(t, flags)}, Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		a, err := advisor.Advise(context.Background(), advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: set}, advisor.Options{Now: clock, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	const day = 24 * time.Hour
	b := at(30 * day).Affordable
	if b == nil || b.Until.IsZero() || b.Until.Before(clock.Add(10*day)) || b.Until.After(clock.Add(1200*day)) {
		return
	}
	left := b.Until.Sub(clock)
	if a := at(left - day); !a.Feasible {
		t.Fatalf("%v: %s is enough until %s, and nothing holds a day before", flags, b.Plan.Words(), b.Until)
	}
	if a := at(left + 5*day); a.Feasible && a.Plan.CostPerMonth <= b.Budget {
		t.Fatalf("%v: %s is enough until %s, and %s holds later", flags, b.Plan.Words(), b.Until, a.Plan.Words())
	} else if !a.Feasible && a.Affordable != nil && a.Affordable.Plan.Priced && a.Alternatives[0].Excuse != nil && a.Alternatives[0].Excuse.Code == candidate.Budget {
		if off := a.Affordable.Until.Sub(b.Until); off.Abs() > day {
			t.Fatalf("%v: enough until %s, asked about %s until %s", flags, b.Until, left+5*day, a.Affordable.Until)
		}
	}
}
