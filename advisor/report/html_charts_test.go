package report

import (
	"slices"
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
	now := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	c.Months = advice.Calendar(now, 6*unit.Month)
	for i, usd := range []float64{100, 1000, 1000, 2000, 3000, 3000, 2900} {
		c.Months[i].USD = usd
	}
	c.Total, c.Now, c.Horizon = advice.Summed(c.Months), advice.Amount{USD: 1000, Known: true}, advice.Amount{USD: 3000, Known: true}
	return &advice.Advice{
		Feasible: true, Cost: c, Now: now, Workload: advice.Summary{HorizonMonths: 6, PeakQPS: 80, PlanQPS: 250},
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
	if c == nil || !strings.Contains(c.Finding, "13,000 USD in 6 months, each month by its hours (USD/month is 730 h): from 1,000 USD/month now to 3,000 at the horizon") || !strings.Contains(string(c.Drawing), `class="bars"`) {
		t.Fatalf("%+v", c)
	}
	if got, want := strings.Join(columnOf(c.Table, 0), ", "), "from 30 Nov 2026, Dec 2026, Jan 2027, Feb 2027, Mar 2027, Apr 2027, to 31 May 2027, in total"; got != want {
		t.Errorf("months %s, want %s", got, want)
	}
	unpriced := staged()
	unpriced.Cost = advice.Cost{}
	if newPageCost(unpriced) != nil {
		t.Error("a stage without a price is added up")
	}
}

// columnOf is the text of a column of a table.
func columnOf(t *htmlTable, i int) []string {
	return each(t.Rows, func(r htmlRow) string { return r.Cells[i].Text })
}

// TestCommitmentsInTheBars: what is paid on several price lists is stacked in each month, named, and in the
// table adds up to the month.
func TestCommitmentsInTheBars(t *testing.T) {
	a := staged()
	for i := range a.Cost.Months {
		m := &a.Cost.Months[i]
		m.USD = 0
		m.Add(0, 12*unit.Month, candidate.Evaluation{CostPerMonth: 1000, Hosting: candidate.Hosting{Purchase: []candidate.Bought{{Pricing: "on-demand", CostPerMonth: 300}, {Pricing: "1y", CostPerMonth: 700}}}})
	}
	c := newPageCost(a)
	if d := string(c.Drawing); strings.Count(d, `class="bars paid0"`) != 14 || strings.Count(d, `class="bars paid1"`) != 14 || strings.Count(d, "1 year committed</text>") != 2 {
		t.Error(d)
	}
	if got := columnOf(c.Table, 1)[1] + " = " + columnOf(c.Table, 2)[1] + " + " + columnOf(c.Table, 3)[1]; got != "1,019 = 713 + 306" {
		t.Error(got)
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
	if c == nil || c.Table.Heads[2].Text != "p99" || !strings.Contains(string(c.Drawing), "bound 80 ms") || strings.Count(string(c.Drawing), "<svg") != 2 {
		t.Fatalf("%+v", c)
	}
	if slices.Contains(columnOf(c.Table, 2), "400 ms") {
		t.Error("points far above the bound are drawn")
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
	if d := string(f.Drawing); strings.Count(d, `class="dominated"`) != 2 || strings.Count(d, `class="hollow"`) != 4 || strings.Count(d, `class="chosen"`) != 2 {
		t.Error(d)
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
	if s == nil || len(s.Swings.Rows) != 2 || s.Swings.Rows[0].Cells[0].Text != "qps" || !strings.Contains(string(s.Swings.Rows[0].Cells[3].Drawing), `class="more"`) {
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
