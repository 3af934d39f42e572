package advisor_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/workload"
)

// TestOneDate: until when today holds is one date in the advice, in its roadmap, in a forecast and
// in a check, over random workloads: of requests, of a job over growing data beside them, and of those
// where simulations decide.
func TestOneDate(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	few(t, 40)
	rapid.Check(t, func(t *rapid.T) {
		flags := map[string]string{
			"gpu": rapid.SampledFrom([]string{"t4", "l4", "a10"}).Draw(t, "gpu"), "replicas": fmt.Sprint(rapid.IntRange(1, 12).Draw(t, "replicas")),
			"service_time": fmt.Sprintf("%dms", rapid.IntRange(2, 60).Draw(t, "service")), "p99": "500ms",
			"growth": fmt.Sprintf("%d%%/month", rapid.IntRange(1, 20).Draw(t, "growth")), "horizon": fmt.Sprintf("%dmo", rapid.IntRange(1, 36).Draw(t, "horizon")),
			"qps": fmt.Sprint(rapid.IntRange(1, 400).Draw(t, "qps")),
		}
		if a := rapid.SampledFrom([]string{"", "99%", "99.9%"}).Draw(t, "availability"); a != "" {
			flags["availability"] = a
		}
		if rapid.Bool().Draw(t, "job") {
			flags["data_size"] = fmt.Sprintf("%dGB", rapid.IntRange(100, 4000).Draw(t, "size"))
			flags["data_growth"] = fmt.Sprintf("%dGB/day", rapid.IntRange(0, 40).Draw(t, "data growth"))
			flags["job_window"], flags["job_rate"] = "6h", fmt.Sprintf("%dMB/s", rapid.IntRange(20, 200).Draw(t, "rate"))
			if rapid.Bool().Draw(t, "kept") {
				flags["retention"] = fmt.Sprintf("%dd", rapid.IntRange(10, 400).Draw(t, "retention"))
			}
		}
		switch rapid.IntRange(0, 5).Draw(t, "weak") {
		case 0:
			flags["burstiness"] = fmt.Sprintf("%d@1s", rapid.IntRange(2, 8).Draw(t, "burstiness"))
		case 1:
			flags["balancing"] = rapid.SampledFrom([]string{"least-loaded", "round-robin", "power-of-two"}).Draw(t, "balancing")
		}
		read, err := intake.Read(context.Background(), intake.Layers{Given: []workload.Set{example.Set(t, flags)}, Catalog: c})
		if err != nil {
			t.Fatal(err)
		}
		in, o := advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: set}, advisor.Options{Now: clock, Seed: 1}
		a, err := advisor.Advise(context.Background(), in, o)
		if err != nil {
			t.Fatal(err)
		}
		f, err := advisor.Forecast(context.Background(), in, advisor.Seen{}, o)
		if err != nil {
			t.Fatal(err)
		}
		checked, err := advisor.Check(context.Background(), advisor.Declared{Input: in, Proof: advisor.ProofOf(1)}, o)
		if err != nil {
			t.Fatal(err)
		}
		day := func(at time.Time) string { return at.Format(time.DateOnly) }
		until := day(a.Today.HoldsUntil)
		if day(f.Runway.Date) != until || day(checked.Figures.HoldsUntil) != until {
			t.Fatalf("%v: the advice says %s, the forecast %s, the check %s", flags, until, day(f.Runway.Date), day(checked.Figures.HoldsUntil))
		}
		if kept := a.Alternatives[0]; kept.Chosen && kept.Feasible && day(a.Plan.HoldsUntil) != until {
			t.Fatalf("%v: the plan that keeps today holds until %s, today until %s", flags, day(a.Plan.HoldsUntil), until)
		}
		horizon := read.Workload.Horizon
		if at := a.Today.HoldsUntil; a.Today.Holds && !a.Today.AtHorizon.Holds && !at.IsZero() && at.After(clock.Add(time.Duration(horizon*float64(time.Second)))) {
			t.Fatalf("%v: today does not hold at the horizon, and holds until %s", flags, until)
		}
		if a.Today.AtHorizon.Holds && !a.Today.Holds {
			t.Fatalf("%v: today holds at the horizon and not now, though demand grows", flags)
		}
	})
}

// TestOneDateOfHistory: the same holds of a load that was seen, lately or long ago, growing by shares or
// by amounts, with an exceptional last day or without.
func TestOneDateOfHistory(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	few(t, 40) // each fits a forecast to weeks of hours
	carried, linear := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		end := clock.Add(-time.Duration(rapid.SampledFrom([]int{0, 12, 24 * 9, 24 * 40}).Draw(t, "hours ago")) * time.Hour)
		text := history(end, rapid.IntRange(22, 60).Draw(t, "days"), rapid.Float64Range(0, 0.02).Draw(t, "a day"), rapid.Bool().Draw(t, "linear"), rapid.SampledFrom([]float64{1, 1, 2.5}).Draw(t, "last day"))
		seen, err := prom.ObserveFile(context.Background(), strings.NewReader(text), "history.json", nil, prom.Options{Now: clock})
		if err != nil {
			t.Fatal(err)
		}
		read, err := intake.Read(context.Background(), intake.Layers{Catalog: c, Observed: seen, Given: []workload.Set{example.Set(t, map[string]string{
			"gpu": "l4", "replicas": fmt.Sprint(rapid.IntRange(1, 12).Draw(t, "replicas")), "service_time": "20ms", "p99": "500ms",
			"horizon": fmt.Sprintf("%dmo", rapid.IntRange(1, 12).Draw(t, "horizon")),
		})}})
		if err != nil {
			t.Fatal(err)
		}
		in, o := advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: set}, advisor.Options{Now: clock, Seed: 1, Explain: true}
		a, err := advisor.Advise(context.Background(), in, o)
		if err != nil {
			t.Fatal(err)
		}
		f, err := advisor.Forecast(context.Background(), in, advisor.Seen{History: forecast.History{Step: seen.Demand.Step.Seconds(), Values: seen.Demand.Values}, End: end}, o)
		if err != nil {
			t.Fatal(err)
		}
		checked, err := advisor.Check(context.Background(), advisor.Declared{Input: in, Proof: advisor.ProofOf(1)}, o)
		if err != nil {
			t.Fatal(err)
		}
		if f.Refused != "" {
			return
		}
		near := func(at time.Time) bool { // seconds of rounding; a load that ended within the hour counts as now's
			d := at.Sub(a.Today.HoldsUntil)
			return at.IsZero() == a.Today.HoldsUntil.IsZero() && d < time.Minute && d > -time.Minute
		}
		if past := !f.Runway.Date.IsZero() && !f.Runway.Date.After(clock); !past && !near(f.Runway.Date) || !near(checked.Figures.HoldsUntil) {
			t.Fatalf("the advice says %s, the forecast %s, the check %s", a.Today.HoldsUntil, f.Runway.Date, checked.Figures.HoldsUntil)
		}
		for _, s := range a.Steps {
			if strings.HasPrefix(s.Note, "does not compute again") {
				t.Fatalf("%s = %s: %s", s.Result.Name, s.Formula, s.Note)
			}
			if s.Result.Name == "peak" && strings.Contains(s.Formula, "peak_seen") {
				carried++
			}
			if strings.Contains(s.Formula, "growth_seen") {
				linear++
			}
		}
		if end.Equal(clock) && a.Workload.PeakQPS != read.Workload.Peak.Mid {
			t.Fatalf("a load of now is %g/s, and counts as %g/s", read.Workload.Peak.Mid, a.Workload.PeakQPS)
		}
	})
	if carried == 0 || linear == 0 {
		t.Errorf("%d loads that were seen long ago were carried to now, %d formulas of growth by the same amount", carried, linear)
	}
}

// history is the answer of a query_range: hours of a daily wave that grows, by the same amount a day
// or by the same share, and a last day some times as high.
func history(end time.Time, days int, growth float64, linear bool, last float64) string {
	var b strings.Builder
	for i := range days * 24 {
		age := float64(days*24-1-i) / 24
		level := math.Exp(-growth * age)
		if linear {
			level = math.Max(1-growth*age, 0.05)
		}
		if age < 1 {
			level *= last
		}
		v := 100 * level * (1 + 0.4*math.Sin(2*math.Pi*float64(i%24)/24)) * (1 + 0.02*math.Sin(float64(i*i)))
		fmt.Fprintf(&b, ",[%d,\"%g\"]", end.Add(-time.Duration(days*24-1-i)*time.Hour).Unix(), v)
	}
	return `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[` + b.String()[1:] + `]}]}}`
}

// TestOutdated: a load that was seen long ago is not taken for today's without a word.
func TestOutdated(t *testing.T) {
	w := *example.Workload(t, map[string]string{"qps": "100", "gpu": "l4", "service_time": "5ms"})
	for days, want := range map[int]bool{0: false, 6: false, 40: true} {
		w.SeenUntil = clock.Add(-time.Duration(days) * 24 * time.Hour)
		a, err := advisor.Advise(context.Background(), advisor.Input{Workload: &w, Catalog: example.Catalog(t), Rules: ruleSet(t)}, advisor.Options{Now: clock, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		if got := slices.ContainsFunc(a.Cautions, func(s string) bool { return strings.HasPrefix(s, "the load that was seen ends on ") }); got != want {
			t.Errorf("%d days: %v", days, a.Cautions)
		}
	}
}
