package rule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scaleadvise/advisor/advice"

	"scaleadvise/advisor/fact"
)

// ruleFile writes a rule with a condition; more are lines that it has besides.
func ruleFile(id, when string, more ...string) Source {
	text := fmt.Sprintf(`id: %s
title: A title
severity: warning
principles: [growth-patterns]
when: |
  %s
message: There are {plan.replicas} replicas.
why: Because.
fixtures:
  fires: [{plan.replicas: 1}]
  silent: [{plan.replicas: 2}]
%s
`, id, when, strings.Join(more, "\n"))
	return Source{id + ".yaml", []byte(text)}
}

func loadRules(tb testing.TB, files ...Source) *Set {
	tb.Helper()
	set, err := Load(files, principles)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func ids(fired []Fired) []string {
	var ids []string
	for _, f := range fired {
		ids = append(ids, f.Rule.ID)
	}
	return ids
}

func TestFixturesOfTheCorpus(t *testing.T) {
	results := loadGood(t).Test(context.Background())
	if len(results) < 9 {
		t.Errorf("%d fixtures were run", len(results))
	}
	for _, r := range results {
		if !r.OK() {
			t.Error(r)
		}
	}
}

func TestFinding(t *testing.T) {
	fired, err := loadGood(t).Evaluate(context.Background(), fact.Advise, fact.Map{
		"strongest.known": true, "strongest.accelerator": "h100-sxm", "strongest.plain_qps": 3000.0,
		"demand.plan_qps": 5000.0, "plan.replicas": 4,
	})
	if err != nil || len(fired) != 1 {
		t.Fatalf("fired %v, error %v", ids(fired), err)
	}
	want := advice.Finding{
		Rule: "vertical-limit", Severity: advice.Info, For: []string{"horizontal"}, Against: []string{"vertical"},
		Title:      "The strongest machine is not enough",
		Message:    "The strongest allowed machine, h100-sxm, sustains 3,000/s; the demand to plan for is 5,000/s.",
		Remedy:     "Share the load between 4 servers.",
		Principles: []string{"vertical-limit", "growth-patterns"},
		Evidence: []advice.Evidence{
			{Name: "strongest.accelerator", Value: "h100-sxm"},
			{Name: "strongest.plain_qps", Value: 3000.0, Unit: "1/s"},
			{Name: "demand.plan_qps", Value: 5000.0, Unit: "1/s"},
		},
	}
	if diff := cmp.Diff(want, fired[0].Finding()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTraceShowsWhatMattered(t *testing.T) {
	set := loadRules(t, ruleFile("traced",
		"plan.replicas == 0 || plan.replicas > 2 * size(plan.optimizations) && (plan.optimized ? plan.p99_ms : plan.p50_ms) > 10 || slo.zones > 1"))
	fired, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{
		"plan.replicas": int64(5), "plan.optimizations": []string{"int8", "batching"}, "plan.p50_ms": 12.5,
	})
	if err != nil || len(fired) != 1 {
		t.Fatalf("fired %v, error %v", ids(fired), err)
	}
	var got []string
	for _, part := range fired[0].Trace {
		got = append(got, part.String())
	}
	want := []string{
		"plan.replicas = 5",
		"2 * size(plan.optimizations) = 4",
		"size(plan.optimizations) = 2",
		"plan.optimizations = int8, batching",
		"plan.optimized ? plan.p99_ms : plan.p50_ms = 12.5 ms",
		"plan.optimized = false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("slo.zones was not evaluated and must be absent: -want +got:\n%s", diff)
	}
}

func TestEvidenceIsWhatTheConditionReadsWhereTheFileNamesNone(t *testing.T) {
	set := loadRules(t, ruleFile("bare", "'int8' in plan.optimizations && plan.replicas > 1"))
	fired, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{
		"plan.replicas": 2, "plan.optimizations": []string{"int8", "batching"}})
	if err != nil || len(fired) != 1 {
		t.Fatalf("fired %v, error %v", ids(fired), err)
	}
	want := []advice.Evidence{
		{Name: "plan.optimizations", Value: "int8, batching"},
		{Name: "plan.replicas", Value: int64(2)},
	}
	if diff := cmp.Diff(want, fired[0].Evidence); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestOrderIsTheFiles(t *testing.T) {
	set := loadRules(t, ruleFile("z", "plan.replicas >= 0"), ruleFile("a", "plan.replicas >= 0"), ruleFile("m", "plan.replicas < 0"))
	fired, err := set.Evaluate(context.Background(), fact.Advise, nil)
	if got := ids(fired); err != nil || !slices.Equal(got, []string{"z", "a"}) {
		t.Errorf("fired %v, error %v", got, err)
	}
}

func TestBlockingIsApart(t *testing.T) {
	set := loadGood(t)
	facts := fact.Map{"candidate.replicas": 1, "slo.availability": 0.999, "strongest.known": true, "demand.plan_qps": 1.0}
	blocking, err := set.Blocking(context.Background(), facts)
	if got := ids(blocking); err != nil || !slices.Equal(got, []string{"no-single-replica"}) {
		t.Errorf("blocked by %v, error %v", got, err)
	}
	fired, err := set.Evaluate(context.Background(), fact.Advise, facts)
	if got := ids(fired); err != nil || !slices.Equal(got, []string{"vertical-limit"}) {
		t.Errorf("fired %v, error %v", got, err)
	}
	if !set.HasBlocking() || loadRules(t, ruleFile("a", "plan.replicas > 0")).HasBlocking() {
		t.Error("HasBlocking does not say what is there")
	}
}

// Both sides of the thresholds, as close as numbers get.
func TestThresholds(t *testing.T) {
	tests := []struct {
		when string
		at   float64 // of plan.utilization
		want bool
	}{
		{"plan.utilization > 0.8", 0.8, false},
		{"plan.utilization > 0.8", math.Nextafter(0.8, 1), true},
		{"plan.utilization >= 0.8", 0.8, true},
		{"plan.utilization >= 0.8", math.Nextafter(0.8, 0), false},
		{"plan.utilization == 1", 1, true},
		{"plan.utilization == 1", math.Nextafter(1, 0), false},
		{"plan.utilization > 10", 10, false},
		{"plan.utilization > 10", math.Nextafter(10, 11), true},
	}
	for _, tt := range tests {
		set := loadRules(t, ruleFile("a", tt.when))
		fired, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{"plan.utilization": tt.at})
		if err != nil || (len(fired) == 1) != tt.want {
			t.Errorf("%s at %v: fired %v, error %v", tt.when, tt.at, ids(fired), err)
		}
	}
}

func TestFactsThatAreMistakes(t *testing.T) {
	set := loadGood(t)
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"plan.replica", 1, `unknown fact "plan.replica": did you mean plan.replicas`},
		{"plan.replicas", 1.0, "the fact plan.replicas is a whole number, not 1 (float64)"},
		{"plan.replicas", nil, "is a whole number"},
		{"plan.p99_ms", 7, "the fact plan.p99_ms is a number, not 7 (int)"},
		{"plan.p99_ms", math.NaN(), "not NaN"},
		{"plan.p99_ms", math.Inf(1), "not +Inf"},
		{"plan.optimized", "true", "is true or false"},
		{"plan.strategy", true, "is a text"},
		{"plan.optimizations", "int8", "is a list of texts"},
	}
	for _, tt := range tests {
		fired, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{tt.name: tt.value})
		if err == nil || !strings.Contains(err.Error(), tt.want) || fired != nil {
			t.Errorf("%s = %v: fired %v, error %v", tt.name, tt.value, ids(fired), err)
		}
	}
}

func TestDivisionByZeroNamesTheRule(t *testing.T) {
	set := loadRules(t,
		ruleFile("divides", "demand.plan_qps / plan.replicas > 10"),
		ruleFile("guarded", "plan.replicas > 0 && demand.plan_qps / plan.replicas > 10"),
		ruleFile("sound", "demand.plan_qps > 10"))
	fired, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{"demand.plan_qps": 50.0})
	if err == nil || !strings.Contains(err.Error(), "divides.yaml:6:19: the rule divides cannot be evaluated: division by zero; guard the division with plan.replicas > 0 && before it") {
		t.Errorf("error %v", err)
	}
	if got := ids(fired); !slices.Equal(got, []string{"sound"}) {
		t.Errorf("fired %v", got)
	}
	results := set.Test(context.Background())
	if results[0].OK() || results[1].Err != nil {
		t.Errorf("results %v", results)
	}
}

// Nothing bounds the lists that a caller gives, so the cost limit must.
func TestCostLimit(t *testing.T) {
	set := loadRules(t, ruleFile("loops", "plan.optimizations.all(o, size(o) > 0)"))
	list := make([]string, 100_000)
	for i := range list {
		list[i] = fmt.Sprint(i)
	}
	_, err := set.Evaluate(context.Background(), fact.Advise, fact.Map{"plan.optimizations": list})
	if err == nil || !strings.Contains(err.Error(), "loops.yaml:6:3: the rule loops cannot be evaluated: it takes more than 20000 steps; make the condition simpler") {
		t.Errorf("error %v", err)
	}
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := loadGood(t).Evaluate(ctx, fact.Advise, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestFailingFixtureShowsValues(t *testing.T) {
	file := ruleFile("wrong", "plan.replicas > 1")
	results := loadRules(t, file).Test(context.Background())
	want := []string{
		"wrong.yaml:10: wrong stays silent, but the fixture wants otherwise: plan.replicas = 1; fix the condition or the fixture",
		"wrong.yaml:11: wrong fires, but the fixture wants otherwise: plan.replicas = 2; fix the condition or the fixture",
	}
	for i, r := range results {
		if r.OK() || r.String() != want[i] {
			t.Errorf("got %v\nwant %s", r, want[i])
		}
	}
	if len(results) != len(want) {
		t.Errorf("%d results", len(results))
	}
}

func TestMerge(t *testing.T) {
	base := loadGood(t)
	merged, err := Merge(base, []Source{ruleFile("mine", "plan.replicas > 0")})
	if err != nil {
		t.Fatal(err)
	}
	n := len(base.Rules())
	if got := merged.Rules(); len(got) != n+1 || got[n].ID != "mine" {
		t.Errorf("%d rules, the last %s", len(got), got[len(got)-1].ID)
	}
	_, err = Merge(base, []Source{{"mine/vertical-limit.yaml", ruleFile("vertical-limit", "plan.replicas > 0").Text}})
	const want = `mine/vertical-limit.yaml:1:1: the id "vertical-limit" is already taken by vertical-limit.yaml; give one of the two another id`
	if err == nil || err.Error() != want {
		t.Errorf("error %v", err)
	}
	if _, found := base.Rule("mine"); found {
		t.Error("the base has changed")
	}
}

func TestSetsAreShared(t *testing.T) {
	set := loadGood(t)
	facts := fact.Map{"strongest.known": true, "strongest.plain_qps": 3000.0, "demand.plan_qps": 5000.0}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if fired, err := set.Evaluate(context.Background(), fact.Advise, facts); err != nil || len(fired) != 1 {
				t.Errorf("fired %v, error %v", ids(fired), err)
			}
		})
	}
	wg.Wait()
}
