package advisor_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/workload"
)

// TestOneDate: until when today holds is one date in the advice, in its roadmap, in a forecast and
// in a check, over random workloads: of requests, of a job over growing data beside them, and of those
// where simulations decide.
func TestOneDate(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
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
