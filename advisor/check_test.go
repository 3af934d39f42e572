package advisor_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/workload"
)

// judge holds a declared plan against its promises. Each trait stands on a line of its own,
// in the order of the names.
func judge(t example.T, c *catalog.Catalog, set *rule.Set, traits map[string]string, scaler *plan.Autoscaler) *advice.Checked {
	t.Helper()
	layer := workload.Set{}
	for i, spec := range workload.Specs() {
		raw, given := traits[spec.Name]
		if !given {
			continue
		}
		o := origin.Origin{Kind: origin.Plan, Name: spec.PlanKey, File: "p.yaml", Line: i + 1, Column: 3}
		if err := workload.ParseSet(spec.Name, raw, o, layer); err != nil {
			t.Fatalf("%s %q: %v", spec.Name, raw, err)
		}
	}
	w, err := workload.Resolve(layer, nil, "p")
	if err != nil {
		t.Fatalf("resolve %v: %v", traits, err)
	}
	checked, err := advisor.Check(context.Background(), advisor.Declared{
		Input: advisor.Input{Workload: w, Catalog: c, Rules: set.Where((*rule.Rule).JudgesDeclared)}, File: "p.yaml", Autoscaler: scaler,
	}, advisor.Options{Now: clock, Seed: 1})
	if err != nil {
		t.Fatalf("check %v: %v", traits, err)
	}
	return checked
}

// severe lists the rules of the findings that are at least so severe.
func severe(c *advice.Checked, least advice.Severity) []string {
	var out []string
	for _, f := range c.Findings {
		if f.Severity >= least {
			out = append(out, f.Rule)
		}
	}
	return out
}

func with(traits map[string]string, more ...string) map[string]string {
	out := map[string]string{}
	for k, v := range traits {
		out[k] = v
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// Each way to break a promise is the error that says so; a plan that keeps all has none.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	good := map[string]string{"qps": "700", "gpu": "a10", "runtime": "mlperf", "replicas": "3", "model": "bert-large", "availability": "99.9%", "zones": "3"}
	for _, x := range []struct {
		name   string
		traits map[string]string
		want   string // the errors
	}{
		{"all is kept", good, ""},
		{"the load of today", with(good, "qps", "2000"), "over-capacity"},
		{"the load of the horizon", with(good, "growth", "20%/month", "horizon", "12mo"), "growth-outgrows over-capacity"},
		{"growth until a loss hurts", with(good, "growth", "5%/month", "horizon", "6mo"), "growth-outgrows redundancy"},
		{"a loss", with(good, "replicas", "2"), "redundancy"},
		{"the memory", with(good, "model", "dlrm-v2", "gpu", "t4"), "memory-limit"},
		{"one request alone", with(good, "service_time", "90ms", "p99", "40ms", "qps", "5"), "slow-alone"},
		{"the budget", with(good, "budget", "1000/month"), "over-budget"},
		{"the quota", with(good, "max_replicas", "2"), "over-quota"},
		{"the job", with(good, "data_size", "9TB", "job_window", "1h", "job_rate", "100MB/s"), "job-window"},
		{"no deployment", map[string]string{"qps": "700"}, "nothing-declared"},
		{"no load", map[string]string{"gpu": "a10"}, "nothing-declared"},
	} {
		checked := judge(t, c, set, x.traits, nil)
		got := severe(checked, advice.Error)
		slices.Sort(got)
		want := strings.Fields(x.want)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: errors %v, want %v", x.name, got, want)
		}
	}
}

func TestCheckWarns(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	good := map[string]string{"qps": "700", "gpu": "a10", "runtime": "mlperf", "replicas": "3", "model": "bert-large", "availability": "99.9%", "zones": "3"}
	for _, x := range []struct {
		name, want string
		traits     map[string]string
	}{
		{"waste", "idle", with(good, "qps", "50", "replicas", "10")},
		{"spare", "idle", with(good, "replicas", "5")},
		{"one zone", "single-zone", with(good, "zones", "1")},
		{"one replica", "single-point-of-failure", map[string]string{"qps": "300", "gpu": "a10", "runtime": "mlperf", "replicas": "1", "model": "bert-large"}},
		{"a zone nobody can lose", "zone-loss-overloads", map[string]string{"qps": "700", "gpu": "a10", "runtime": "mlperf", "replicas": "2", "zones": "2", "model": "bert-large"}},
		{"replicas unsaid", "replicas-assumed", map[string]string{"qps": "300", "gpu": "a10", "runtime": "mlperf", "model": "bert-large"}},
		{"little room", "headroom", with(good, "qps", "1100", "availability", "90%", "zones", "1")},
	} {
		if got := severe(judge(t, c, set, x.traits, nil), advice.Warning); !slices.Contains(got, x.want) {
			t.Errorf("%s: %v, want %s among them", x.name, got, x.want)
		}
	}
}

// What the remedy names is enough: with that many replicas nothing about the load fails.
func TestCheckRemedyPasses(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	ofLoad := []string{"over-capacity", "growth-outgrows", "redundancy", "sized-for-uncertainty"}
	rapid.Check(t, func(rt *rapid.T) {
		traits := map[string]string{
			"model": rapid.SampledFrom([]string{"bert-large", "resnet-50"}).Draw(rt, "model"), "gpu": rapid.SampledFrom([]string{"a10", "l4", "t4", "h100"}).Draw(rt, "gpu"),
			"qps": fmt.Sprint(rapid.IntRange(5, 8000).Draw(rt, "qps")), "replicas": fmt.Sprint(rapid.IntRange(1, 6).Draw(rt, "replicas")),
			"growth": rapid.SampledFrom([]string{"0%/month", "8%/month", "-5%/month"}).Draw(rt, "growth"), "horizon": "6mo",
		}
		if rapid.Bool().Draw(rt, "available") {
			traits["availability"], traits["zones"] = "99.9%", rapid.SampledFrom([]string{"1", "3"}).Draw(rt, "zones")
		}
		before := judge(rt, c, set, traits, nil)
		enough := before.Figures.Enough
		if enough == 0 {
			return
		}
		after := judge(rt, c, set, with(traits, "replicas", fmt.Sprint(enough)), nil)
		for _, name := range severe(after, advice.Error) {
			if slices.Contains(ofLoad, name) {
				rt.Errorf("%v: %d replicas are said to be enough and fail %s", traits, enough, name)
			}
		}
		fails := slices.ContainsFunc(severe(before, advice.Error), func(name string) bool { return slices.Contains(ofLoad, name) })
		if fails != (before.Figures.Replicas < enough) {
			rt.Errorf("%v: fails %v, %d replicas declared, %d needed", traits, fails, before.Figures.Replicas, enough)
		}
	})
}

// A check and an advice of the same deployment see the same figures.
func TestCheckAgreesWithAdvice(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	for _, traits := range []map[string]string{
		{"qps": "900", "gpu": "a10", "replicas": "2", "growth": "8%/month", "horizon": "6mo", "availability": "99.9%"},
		{"qps": "40", "gpu": "t4", "replicas": "3", "service_time": "85ms", "p99": "400ms"},
		{"qps": "4000", "gpu": "l4", "replicas": "12", "burstiness": "2@1s"},
	} {
		checked, a := judge(t, c, set, traits, nil), advise(t, c, set, traits)
		if f, today := checked.Figures, a.Today; f.CapacityQPS != today.CapacityQPS || f.Cost != today.CostPerMonth || f.Grows && !f.HoldsUntil.Equal(today.HoldsUntil) {
			t.Errorf("%v: check %+v, advice %v/s %v USD until %v", traits, f, today.CapacityQPS, today.CostPerMonth, today.HoldsUntil)
		}
	}
}

// A finding stands where the trait stands that it is about.
func TestCheckPlaces(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	lines := map[string]int{}
	for i, s := range workload.Specs() {
		lines[s.Name] = i + 1
	}
	checked := judge(t, c, set, map[string]string{"qps": "2000", "gpu": "a10", "replicas": "2", "model": "bert-large", "availability": "99.9%", "growth": "8%/month", "horizon": "1mo", "budget": "100/month"}, nil)
	want := map[string]string{"over-capacity": "replicas", "single-zone": "availability", "over-budget": "replicas"}
	for _, f := range checked.Findings {
		if trait, ok := want[f.Rule]; ok {
			delete(want, f.Rule)
			if f.Place.Line != lines[trait] || f.Subject != trait || f.Place.File != "p.yaml" || f.Place.Column != 3 {
				t.Errorf("%s stands at %+v (%s), want the line of %s", f.Rule, f.Place, f.Subject, trait)
			}
		}
		for _, e := range f.Evidence {
			if e.Origin == "" {
				t.Errorf("%s: %s has no origin", f.Rule, e.Name)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

func bound(v float64, line int) plan.Bound {
	return plan.Bound{Value: v, Given: true, Origin: origin.Origin{Kind: origin.Plan, File: "hpa.yaml", Line: line, Column: 1}}
}

func TestCheckAutoscaler(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	traits := map[string]string{"qps": "1500", "gpu": "a10", "replicas": "8", "model": "bert-large", "cold_start": "3min"}
	one := judge(t, c, set, traits, nil).Figures.CapacityQPS / 8
	for _, x := range []struct {
		name, want string // warnings and errors of the autoscaler
		more       []string
		scaler     plan.Autoscaler
	}{
		{"sane", "", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3)}},
		{"past the knee", "hpa-target", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(math.Nextafter(one, math.Inf(1)), 3)}},
		{"at the knee", "hpa-target", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(one, 3)}},
		{"over the quota", "hpa-max-over-quota", []string{"max_replicas", "6"}, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Concurrency}},
		{"below redundancy", "hpa-min", []string{"availability", "99.9%", "zones", "3"}, plan.Autoscaler{Min: bound(1, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3)}},
		{"single", "hpa-min", nil, plan.Autoscaler{Min: bound(1, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3)}},
		{"to zero", "hpa-scales-to-zero", nil, plan.Autoscaler{Min: bound(0, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3)}},
		{"crossed", "hpa-fixed", nil, plan.Autoscaler{Min: bound(9, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3)}},
		{"on the processor", "hpa-wrong-signal", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.CPU, Target: bound(0.7, 3)}},
		{"too many at once", "hpa-target", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Concurrency, Target: bound(1000, 3)}},
		{"few at once", "", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Concurrency, Target: bound(1, 3)}},
		{"a busy server without batches", "hpa-target", []string{"service_time", "20ms", "p99", "60ms", "qps", "40"}, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Accelerator, Target: bound(0.95, 3)}},
		{"a quiet one", "", []string{"service_time", "20ms", "p99", "60ms", "qps", "40"}, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Accelerator, Target: bound(0.2, 3)}},
		{"slower than the ramp", "hpa-slower-than-ramp", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3), Ramp: bound(0.5/180, 4), Delay: 30}},
		{"a ramp that fits", "", nil, plan.Autoscaler{Min: bound(2, 1), Max: bound(8, 2), Signal: plan.Rate, Target: bound(0.7*one, 3), Ramp: bound(0.3/210, 4), Delay: 30}},
	} {
		checked := judge(t, c, set, with(traits, x.more...), &x.scaler)
		got := slices.DeleteFunc(severe(checked, advice.Warning), func(name string) bool { return !strings.HasPrefix(name, "hpa-") })
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: %v, want %q", x.name, got, x.want)
		}
		for _, f := range checked.Findings {
			if strings.HasPrefix(f.Rule, "hpa-") && f.Severity >= advice.Warning && f.Place.File != "hpa.yaml" {
				t.Errorf("%s: %s stands at %+v", x.name, f.Rule, f.Place)
			}
		}
	}
}

// What only a comparison of strategies tells takes no part in a check, and the other way
// round no advice shows what only a check says.
func TestCheckRulesAreApart(t *testing.T) {
	set := ruleSet(t)
	declared := set.Where((*rule.Rule).JudgesDeclared)
	for _, id := range []string{"turning-users-away", "nothing-holds", "cheaper-plan", "roadmap", "combine-and-optimize"} {
		if _, ok := declared.Rule(id); ok {
			t.Errorf("%s takes part", id)
		}
	}
	for _, id := range []string{"over-capacity", "single-zone", "headroom", "growth-outgrows", "hpa-max-over-quota"} {
		if _, ok := declared.Rule(id); !ok {
			t.Errorf("%s takes no part", id)
		}
	}
	a := advise(t, example.Catalog(t), set, map[string]string{"qps": "900", "gpu": "a10", "replicas": "2", "growth": "8%/month", "horizon": "6mo", "availability": "99.9%", "zones": "3"})
	for _, f := range a.Findings {
		r, _ := set.Rule(f.Rule)
		if slices.ContainsFunc(r.Reads(), func(name string) bool { return name == "hpa.given" }) && f.Rule != "idle" && f.Rule != "over-quota" {
			t.Errorf("advice says %s", f.Rule)
		}
	}
}

func TestStaleTotalsAndNames(t *testing.T) {
	set, ctx := ruleSet(t).Where((*rule.Rule).JudgesDeclared), context.Background()
	stale := func(days int) []advice.Located {
		found, err := advisor.Stale(ctx, set, []gate.Stale{{Ignore: plan.Ignore{Rule: "idle", Reason: "because", Until: clock, Origin: origin.Origin{File: "p.yaml", Line: 9, Column: 3}}, Days: days}})
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	for days, want := range map[int]string{0: "ignore-stale", 3: "ignore-stale"} {
		if got := stale(days); len(got) != 1 || got[0].Rule != want || got[0].Place.Line != 9 {
			t.Errorf("%d days: %+v", days, got)
		}
	}
	for _, x := range []struct {
		l    advisor.Limits
		want string
	}{
		{advisor.Limits{}, ""}, {advisor.Limits{Cost: 20000}, ""}, {advisor.Limits{Cost: math.Nextafter(20000, 0)}, "total-cost"},
		{advisor.Limits{IncreaseLimited: true, Increase: 0.25, Before: advice.Total{USDPerMonth: 16000}}, ""},
		{advisor.Limits{IncreaseLimited: true, Increase: 0.24, Before: advice.Total{USDPerMonth: 16000}}, "total-cost"},
		{advisor.Limits{Increase: 0.24, Before: advice.Total{USDPerMonth: 16000}}, ""},
		{advisor.Limits{IncreaseLimited: true, Increase: 0.24}, ""},
	} {
		found, err := advisor.Totals(ctx, set, advice.Total{USDPerMonth: 20000}, x.l)
		got := ""
		for _, f := range found {
			got += f.Rule
		}
		if err != nil || got != x.want {
			t.Errorf("%+v: %q, %v", x.l, got, err)
		}
	}
	found, err := advisor.SameName(ctx, set, advice.Checked{File: "p.yaml", Name: "shop", Line: 4}, 2, "a.yaml:1")
	if err != nil || len(found) != 1 || found[0].Rule != "duplicate-name" || found[0].Place.Line != 4 {
		t.Errorf("%+v, %v", found, err)
	}
}

// Who measured the service need not name the machine: its replicas are judged by what one
// carried, and no price is made up for them.
func TestCheckMeasuredOnAnUnnamedMachine(t *testing.T) {
	c, set := example.Catalog(t), ruleSet(t)
	service := map[string]string{"qps": "200", "p99": "50ms", "service_time": "10ms", "replicas": "4"}
	held := judge(t, c, set, service, nil)
	if len(severe(held, advice.Error)) > 0 || held.Figures.Priced || !held.Figures.Known || held.Figures.CapacityQPS < 200 || held.Figures.CapacityQPS > 400 {
		t.Errorf("4 replicas of 100/s at 200/s: %v, %+v", severe(held, advice.Error), held.Figures)
	}
	if got := severe(held, advice.Warning); slices.Contains(got, "price-unknown") {
		t.Errorf("a price is missed that nobody asked for: %v", got)
	}
	service["budget"] = "500/month"
	if got := severe(judge(t, c, set, service, nil), advice.Warning); !slices.Contains(got, "price-unknown") {
		t.Errorf("a budget that cannot be judged is skipped: %v", got)
	}
	service["replicas"] = "1"
	if got := severe(judge(t, c, set, service, nil), advice.Error); !slices.Equal(got, []string{"over-capacity"}) {
		t.Errorf("1 replica of 100/s at 200/s: %v", got)
	}
	delete(service, "service_time")
	if got := severe(judge(t, c, set, service, nil), advice.Error); !slices.Equal(got, []string{"nothing-declared"}) {
		t.Errorf("neither a machine nor a measurement: %v", got)
	}
}
