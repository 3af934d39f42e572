package report

import (
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// staged is advice whose cost steps from 1,000 to 3,000 USD after two and a half months of six.
func staged() *advice.Advice {
	plan := func(usd float64, n int) candidate.Evaluation {
		return candidate.Evaluation{Config: candidate.Config{Accelerator: "l4", Replicas: n}, AcceleratorName: "L4", Hosting: candidate.Hosting{Priced: true}, CostPerMonth: usd, CapacityQPS: 100 * float64(n), LowQPS: 90 * float64(n), HighQPS: 120 * float64(n)}
	}
	var c advice.Cost
	for _, usd := range []float64{1000, 1000, 2000, 3000, 3000, 3000} {
		c.Months = append(c.Months, advice.MonthCost{USD: usd})
	}
	c.Total = advice.Summed(c.Months)
	return &advice.Advice{
		Feasible: true, Cost: c, Now: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), Workload: advice.Summary{HorizonMonths: 6, PeakQPS: 80, PlanQPS: 250},
		Today: &advice.Today{Judged: advice.Judged{Evaluation: plan(1000, 1)}},
		Roadmap: []advice.Stage{
			{Plan: plan(1000, 1), Until: unit.Month},
			{After: 2.5 * unit.Month, Until: 3.5 * unit.Month, Plan: plan(3000, 3)},
		},
	}
}

// TestCostByMonth: the months of an advice with their sum, each under its name.
func TestCostByMonth(t *testing.T) {
	c := newPageCost(staged())
	if c == nil || !strings.Contains(c.Finding, "13,000 USD over 6 months") || !strings.Contains(string(c.Drawing), `class="bars"`) {
		t.Fatalf("%+v", c)
	}
	var names []string
	for _, row := range c.Rows {
		names = append(names, row.Month)
	}
	if got := strings.Join(names, " "); got != "Nov 2026 Dec 2026 Jan 2027 Feb 2027 Mar 2027 Apr 2027" {
		t.Errorf("months %s", got)
	}
	unpriced := staged()
	unpriced.Cost = advice.Cost{}
	if newPageCost(unpriced) != nil {
		t.Error("a stage without a price is added up")
	}
}

// TestLabelsKeepApart: however many labels are asked for, those that are written do not meet.
func TestLabelsKeepApart(t *testing.T) {
	f := &frame{width: 358, height: chartTall, left: 52, right: 24, top: 24, bottom: 40, mostX: 100, mostY: 100}
	for i := range 60 {
		f.label("axis", float64(60+i*5), float64(60+i%7*9), "start", "14 × L4 fp16")
	}
	for i, a := range f.taken {
		for _, b := range f.taken[:i] {
			if a.meets(b) {
				t.Fatalf("%v meets %v", a, b)
			}
		}
		if a.x0 < 0 || a.x1 > f.width {
			t.Errorf("%v lies outside", a)
		}
	}
	if len(f.taken) < 3 || strings.Count(f.out.String(), "<text") != len(f.taken) {
		t.Errorf("%d labels", len(f.taken))
	}
}

func TestCurvePage(t *testing.T) {
	a := staged()
	a.Workload.LatencySeconds, a.Workload.Percentile = 0.08, 0.99
	a.Plan = a.Roadmap[1].Plan
	a.Plan.DemandQPS, a.Plan.P99, a.Plan.Latency = 250, 0.05, 0.05
	for i := range 12 {
		x := float64(i+1) / 12
		a.Curve = append(a.Curve, serve.Response{QPS: 300 * x, P50: 0.01 / (1.05 - x), P99: 0.02 / (1.05 - x), Latency: 0.02 / (1.05 - x)})
	}
	c := newPageCurve(a)
	if c == nil || c.Name != "p99" || !strings.Contains(string(c.Drawing), "bound 80 ms") || strings.Count(string(c.Drawing), "<svg") != 2 {
		t.Fatalf("%+v", c)
	}
	for _, row := range c.Rows {
		if row[2] == "400 ms" {
			t.Error("points far above the bound are drawn")
		}
	}
	a.Curve = a.Curve[:2]
	if newPageCurve(a) != nil {
		t.Error("two points make a curve")
	}
}

// TestFront: no point on the front is beaten by another in cost and in latency.
func TestFront(t *testing.T) {
	a := staged()
	a.Workload.LatencySeconds, a.Workload.Percentile = 0.08, 0.99
	sized := func(n int, usd, latency float64) candidate.Evaluation {
		e := a.Roadmap[1].Plan
		e.Replicas, e.CostPerMonth, e.Latency, e.P99, e.Utilization = n, usd, latency, latency, 0.5
		return e
	}
	a.Plan = sized(3, 3000, 0.05)
	a.Larger = []candidate.Evaluation{sized(4, 4000, 0.03), sized(5, 5000, 0.06), sized(6, 6000, 0.02)}
	f := newPageFront(a)
	if f == nil {
		t.Fatal("no front")
	}
	best := map[string]bool{}
	for _, p := range f.Rows {
		best[p.Cost] = p.best
	}
	if !best["3,000"] || !best["4,000"] || best["5,000"] || !best["6,000"] {
		t.Errorf("%+v", f.Rows)
	}
	if !strings.Contains(f.Finding, "1,000 USD a month more buy 30 ms instead of 50 ms") {
		t.Error(f.Finding)
	}
}

func TestSensitivityPage(t *testing.T) {
	a := staged()
	a.Plan = a.Roadmap[1].Plan
	at := func(usd float64) advice.Decided {
		e := a.Plan
		e.CostPerMonth = usd
		return advice.Decided{Feasible: true, Plan: e}
	}
	a.WhatIf = &advice.WhatIf{Asked: 40, Swings: []advice.Swing{
		{Of: advice.Varied{Name: "p99", Unit: "s"}, At: [2]advice.Decided{at(3000), at(3000)}},
		{Of: advice.Varied{Name: "growth", Unit: "1/month"}, At: [2]advice.Decided{at(2900), at(3200)}},
		{Of: advice.Varied{Name: "qps", Unit: "1/s"}, Low: advice.Value{Number: 64}, High: advice.Value{Number: 96}, At: [2]advice.Decided{at(2000), at(4000)}},
	}}
	s := newPageSensitivity(a)
	if s == nil || len(s.Swings) != 2 || s.Swings[0].Name != "qps" || !strings.Contains(string(s.Swings[0].Bar), `class="more"`) {
		t.Fatalf("%+v", s)
	}
	a.WhatIf = &advice.WhatIf{}
	if newPageSensitivity(a) != nil {
		t.Error("nothing was asked, and something is shown")
	}
}

// TestDemandWithItsRange: a growth given as a range is a band around the demand, and is named as one; what
// belongs to the horizon says so.
func TestDemandWithItsRange(t *testing.T) {
	a := staged()
	if c := newPageChart(a); strings.Contains(string(c.Drawing), `class="likely"`) || strings.Contains(c.Finding, "(") {
		t.Errorf("a range of an exact demand: %s", c.Finding)
	}
	a.Workload.Peaks = [2]unit.Interval{unit.Exact(80), {Mid: 250, Low: 200, High: 320}}
	a.Workload.GrowthPerMonth, a.Workload.Growth = 0.21, unit.Interval{Mid: 0.21, Low: 0.16, High: 0.26}
	c := newPageChart(a)
	if !strings.Contains(string(c.Drawing), `class="likely"`) || !strings.Contains(c.Finding, "250/s (200/s to 320/s)") {
		t.Errorf("no range: %s", c.Finding)
	}
	if got := growth(a.Workload); !strings.Contains(got, "16 % to 26 % a month") {
		t.Error(got)
	}
	plan := a.Roadmap[1].Plan
	a.Elsewhere = &advice.Elsewhere{Plan: plan, Saves: 1000}
	if got := strings.Join(elsewhere(a), ", "); !strings.Contains(got, "3,000 USD/month at the horizon (saves 25 %)") {
		t.Error(got)
	}
}
