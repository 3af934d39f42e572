package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

// decided is an advice to go from two A10 to a plan.
func decided(s candidate.Strategy, direction string, plan candidate.Evaluation) *advice.Advice {
	today := server{2, "A10", "fp16", 533, 61, 730, 1}.evaluation()
	return &advice.Advice{
		Strategy: s, Direction: direction, Optimized: len(plan.Optimizations) > 0, Feasible: true, Plan: plan, First: plan,
		Today: &advice.Today{Judged: advice.Judged{Evaluation: today, Holds: true}},
	}
}

func TestTitle(t *testing.T) {
	today := server{2, "A10", "fp16", 533, 61, 730, 1}.evaluation()
	compiled := server{2, "A10", "fp16", 900, 61, 730, 1}.evaluation()
	compiled.Optimizations = []string{"tensorrt"}
	eight := server{8, "A10", "fp16", 533, 61, 730, 1}.evaluation()
	stronger := server{2, "H100", "fp8", 7160, 29, 2920, 1}.evaluation()
	cpu := server{5, "x", "", 121, 81, 130, 1}.evaluation()
	cpu.PerReplica, cpu.AcceleratorName, cpu.InstanceType = 4, "vCPU Sapphire Rapids", "c7i.xlarge"
	for _, c := range []struct {
		a    *advice.Advice
		want string
	}{
		{decided(candidate.None, "", today), "Keep 2 × A10."},
		{decided(candidate.None, "", compiled), "Keep 2 × A10 and serve with TensorRT."},
		{decided(candidate.Horizontal, "out", eight), "Scale out to 8 × A10."},
		{decided(candidate.Horizontal, "in", compiled), "Scale in to 2 × A10 with TensorRT."},
		{decided(candidate.Vertical, "up", stronger), "Take 2 × H100 in fp8 instead of 2 × A10."},
		{decided(candidate.Combined, "", cpu), "Take 5 × c7i.xlarge instead of 2 × A10."},
		{&advice.Advice{Feasible: true, Plan: stronger, First: stronger}, "Take 2 × H100 in fp8."},
	} {
		if got := title(c.a); got != c.want {
			t.Errorf("title is %q, want %q", got, c.want)
		}
	}
}

func TestTitleSaysWhatFollows(t *testing.T) {
	if got, want := title(growing()), "Scale out to 7 × A10 in int8 now, 13 by June 2027."; got != want {
		t.Errorf("title is %q, want %q", got, want)
	}
	a := growing()
	a.Roadmap[0].Strategy, a.Roadmap[0].Optimized, a.First = candidate.None, false, a.Today.Evaluation
	if got, want := title(a), "Keep 1 × A10 until January 2027, then scale out to 9 × A10 in int8."; got != want {
		t.Errorf("title is %q, want %q", got, want)
	}
}

// The headline never quotes the price of the horizon as that of now.
func TestPrice(t *testing.T) {
	known := func(usd float64) advice.Amount { return advice.Amount{USD: usd, Known: true} }
	for _, c := range []struct {
		cost advice.Cost
		want string
	}{
		{advice.Cost{Now: known(2580), Horizon: known(5000), Today: known(1032), Change: known(1548)}, "now 2,580 USD/month (today 1,032, +1,548)"},
		{advice.Cost{Now: known(1032), Horizon: known(1032), Today: known(3096), Change: known(-2064)}, "1,032 USD/month (today 3,096, −2,064)"},
		{advice.Cost{Now: known(1536), Horizon: known(1536), Today: known(1536), Change: known(0)}, "1,536 USD/month, unchanged"},
		{advice.Cost{Now: known(1536), Horizon: known(1536)}, "1,536 USD/month"},
		{advice.Cost{}, "price not known"},
	} {
		a := typical()
		a.Cost = c.cost
		if got := price(a); got != c.want {
			t.Errorf("price is %q, want %q", got, c.want)
		}
	}
	a := infeasible()
	if got := price(a); got != "" {
		t.Errorf("what does not hold has a price: %q", got)
	}
}

func TestServing(t *testing.T) {
	a := typical()
	if got, want := serving(a), "5,000 req/s at p99 61 ms (bound 100 ms, assumed), 30 % free (90 % range: 22 to 36 %). Survives 1 machine."; got != want {
		t.Errorf("serving is %q, want %q", got, want)
	}
	a.First.LowQPS = 4000
	a.First.SurvivesMachines = 0
	if got, want := serving(a), "5,000 req/s at p99 61 ms (bound 100 ms, assumed), 30 % free (90 % range: none to 36 %). Survives no failed machine."; got != want {
		t.Errorf("serving is %q, want %q", got, want)
	}
	b := tokens()
	if got, want := serving(b), "5,000 req/s: first token 61 ms (bound 500 ms), 6.1 ms a token (bound 40 ms), p99. 30 % free (90 % range: 22 to 36 %). Survives 1 machine."; got != want {
		t.Errorf("serving is %q, want %q", got, want)
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{shortRate(6831, 2), "6.8k"}, {shortRate(13120, 2), "13k"}, {shortRate(594, 2), "590"}, {shortRate(4.31, 2), "4.3"}, {shortRate(999.7, 3), "1.00k"},
		{requests(1312, 2), "1,300 req/s"}, {requests(0.0001, 0), "8.64/day"}, {wholePercent(0.9991), "over 99"}, {wholePercent(0.38), "38"}, {multiple(6.69), "6.7"}, {multiple(103), "100"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
	// No end of a range is rounded onto its middle.
	e := candidate.Evaluation{CapacityQPS: 3600, LowQPS: 3560, HighQPS: 3650}
	if got := digitsWithin(e); got != moreDigits {
		t.Errorf("%d digits", got)
	}
}

// The steps are few, the first and the last among them, and years are named where they change.
func TestSteps(t *testing.T) {
	a := growing()
	a.Cost.Total = advice.Amount{USD: 77380, Known: true}
	if got, want := way(a), []string{"7 × A10 now · 9 from 1 January 2027 · 13 from 1 June; 12 months cost 77,380 USD"}; !slices.Equal(got, want) {
		t.Errorf("steps are %q, want %q", got, want)
	}
	for n := 14; n < 20; n++ {
		stage := a.Roadmap[2]
		stage.Date, stage.Plan.Replicas = stage.Date.AddDate(0, n-13, 0), n
		a.Roadmap = append(a.Roadmap, stage)
	}
	got := way(a)[0]
	for _, want := range []string{"7 × A10 now", "…", "19 from 1 December", "(9 steps: --all)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

// Where what runs today holds, only what costs less is worth a line.
func TestKeptTodayFolds(t *testing.T) {
	a := typical()
	a.Strategy, a.Optimized, a.Criterion, a.DecidedBy = candidate.None, false, choice.TodayHolds, string(choice.TodayHolds)
	a.First, a.Plan = a.Today.Evaluation, a.Today.Evaluation
	for i := range a.Alternatives {
		a.Alternatives[i].Chosen = i == 0
		a.Alternatives[i].Feasible = true
	}
	if rows, _ := rowsOf(a, false); len(rows) != 0 {
		t.Errorf("%d rows, none costs less", len(rows))
	}
	if rows, _ := rowsOf(a, true); len(rows) != 8 {
		t.Errorf("%d rows of all", len(rows))
	}
}

func TestOldPricesAreCalledOld(t *testing.T) {
	a := typical()
	a.Cost.Age, a.Cost.Stale = 122, true
	if got := prices(a)[0]; !strings.Contains(got, "2026-07-20 (122 days old)") {
		t.Errorf("prices read %q", got)
	}
	if got := staleness(a.Cost); len(got) != 1 || !strings.Contains(got[0], "122 days before this run") {
		t.Errorf("warned %q", got)
	}
	a.Now = time.Time{}
}
