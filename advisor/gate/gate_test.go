package gate

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/plan"
)

var day = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

func finding(rule string, s advice.Severity, subject string) advice.Located {
	return advice.Located{
		Finding: advice.Finding{Rule: rule, Severity: s, Message: rule + " of " + subject, Evidence: []advice.Evidence{{Name: "demand.qps", Value: 1.0}}},
		Place:   advice.Place{File: "a.yaml", Line: 3, Column: 5}, Subject: subject,
	}
}

func checked(file, name string, findings ...advice.Located) advice.Checked {
	return advice.Checked{File: file, Name: name, Findings: findings, Figures: advice.Figures{Known: true, Replicas: 2, CapacityQPS: 800, Cost: 1000, Priced: true}}
}

func TestOutcomes(t *testing.T) {
	broken := checked("b.yaml", "", advice.Located{Finding: advice.Finding{Rule: "invalid-plan", Severity: advice.Error, Message: "empty"}})
	broken.Outcome = advice.Invalid
	for _, c := range []struct {
		name   string
		policy Policy
		plans  []advice.Checked
		want   advice.Outcome
		shown  int
	}{
		{"nothing", Policy{FailOn: advice.Error, Least: advice.Warning}, nil, advice.Passes, 0},
		{"a warning", Policy{FailOn: advice.Error, Least: advice.Warning}, []advice.Checked{checked("a", "x", finding("idle", advice.Warning, "replicas"))}, advice.Passes, 1},
		{"a warning that fails", Policy{FailOn: advice.Warning, Least: advice.Warning}, []advice.Checked{checked("a", "x", finding("idle", advice.Warning, "replicas"))}, advice.Fails, 1},
		{"an error", Policy{FailOn: advice.Error, Least: advice.Error}, []advice.Checked{checked("a", "x", finding("over-capacity", advice.Error, "replicas"), finding("idle", advice.Warning, "qps"))}, advice.Fails, 1},
		{"nothing fails", Policy{FailOn: advice.Error + 1, Least: advice.Info}, []advice.Checked{checked("a", "x", finding("over-capacity", advice.Error, "replicas"))}, advice.Passes, 1},
		{"unreadable is graver", Policy{FailOn: advice.Error, Least: advice.Info}, []advice.Checked{broken, checked("a", "x", finding("over-capacity", advice.Error, "replicas"))}, advice.Invalid, 2},
		{"unreadable even where nothing fails", Policy{FailOn: advice.Error + 1, Least: advice.Error}, []advice.Checked{broken}, advice.Invalid, 1},
	} {
		got := c.policy.Judge(c.plans)
		if n := got.Counts; got.Outcome != c.want || n.Errors+n.Warnings+n.Info != c.shown || n.Holds+n.Fails+n.Invalid != len(c.plans) {
			t.Errorf("%s: %s, counts %+v", c.name, got.Outcome, n)
		}
	}
}

func TestTotals(t *testing.T) {
	p := Policy{FailOn: advice.Error, Least: advice.Warning}
	c := p.Judge([]advice.Checked{checked("a", "x")})
	p.Add(c, []advice.Located{finding("total-cost", advice.Info, "total")})
	if c.Outcome != advice.Passes || len(c.Totals) != 0 {
		t.Errorf("what is not shown counts: %+v", c)
	}
	p.Add(c, []advice.Located{finding("total-cost", advice.Error, "total")})
	if c.Outcome != advice.Fails || c.Counts.Errors != 1 || c.Counts.Fails != 0 {
		t.Errorf("the outcome is %s, counts %+v", c.Outcome, c.Counts)
	}
	unpriced := checked("b", "y")
	unpriced.Figures.Priced = false
	if got := Cost([]advice.Checked{checked("a", "x"), unpriced, {}}); got != (advice.Total{USDPerMonth: 1000, Unpriced: 1}) {
		t.Errorf("the total is %+v", got)
	}
}

func TestSelection(t *testing.T) {
	for _, c := range []struct {
		s    Selection
		want string
	}{{Selection{}, "a b"}, {Selection{Only: []string{"a"}}, "a"}, {Selection{Not: []string{"a"}}, "b"}, {Selection{Only: []string{"a"}, Not: []string{"a"}}, ""}} {
		var got []string
		for _, rule := range []string{"a", "b"} {
			if c.s.Allows(rule) {
				got = append(got, rule)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v allows %v", c.s, got)
		}
	}
}

// An entry counts to the last moment of its day, and not a moment longer.
func TestIgnore(t *testing.T) {
	entry := func(rule string, until time.Time) plan.Ignore {
		return plan.Ignore{Rule: rule, Reason: "because", Until: until, Origin: origin.Origin{Line: 7}}
	}
	end := day.AddDate(0, 0, 1)
	for _, c := range []struct {
		name    string
		entries []plan.Ignore
		rules   Selection
		now     time.Time
		left    int
		stale   string
	}{
		{"none", nil, Selection{}, day, 1, ""},
		{"for ever", []plan.Ignore{entry("idle", time.Time{})}, Selection{}, day, 0, ""},
		{"its last moment", []plan.Ignore{entry("idle", day)}, Selection{}, end.Add(-1), 0, ""},
		{"the moment after", []plan.Ignore{entry("idle", day)}, Selection{}, end, 1, "idle 1 "},
		{"ten days after", []plan.Ignore{entry("idle", day)}, Selection{}, end.AddDate(0, 0, 10), 1, "idle 11 "},
		{"another rule", []plan.Ignore{entry("single-zone", time.Time{})}, Selection{}, day, 1, "single-zone 0 "},
		{"a rule that takes no part", []plan.Ignore{entry("single-zone", time.Time{})}, Selection{Not: []string{"single-zone"}}, day, 1, ""},
		{"an expired one beside one that counts", []plan.Ignore{entry("idle", day), entry("idle", time.Time{})}, Selection{}, end, 0, "idle 1 "},
	} {
		p := checked("a", "x", finding("idle", advice.Warning, "replicas"))
		stale := ""
		for _, s := range Ignore(&p, c.entries, c.rules, c.now) {
			stale += fmt.Sprintf("%s %d ", s.Rule, s.Days)
		}
		if len(p.Findings) != c.left || len(p.Suppressed) != 1-c.left || stale != c.stale {
			t.Errorf("%s: %d left, %d suppressed, stale %q", c.name, len(p.Findings), len(p.Suppressed), stale)
		}
	}
}

// What a baseline was written of does not count any more; everything else does.
func TestBaselineRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		first := rapid.SliceOfN(rapid.SampledFrom(rules), 0, 6).Draw(rt, "before")
		more := rapid.SliceOfN(rapid.SampledFrom(rules), 0, 3).Draw(rt, "more")
		p := Policy{FailOn: advice.Warning, Least: advice.Info}
		var file bytes.Buffer
		if err := WriteBaseline(&file, p.Judge(plansOf(first))); err != nil {
			rt.Fatal(err)
		}
		b, err := ReadBaseline(context.Background(), &file)
		if err != nil {
			rt.Fatal(err)
		}
		p.Baseline = b
		again := p.Judge(plansOf(first))
		if again.Outcome != advice.Passes || again.Counts.Baseline != len(first) || b.Gone(again) != 0 {
			rt.Errorf("of %v again: %s, counts %+v, %d gone", first, again.Outcome, again.Counts, b.Gone(again))
		}
		grown := p.Judge(plansOf(append(append([]string{}, first...), more...)))
		if n := grown.Counts; n.Baseline != len(first) || n.Warnings != len(more) {
			rt.Errorf("%v and %v more: counts %+v", first, more, n)
		}
	})
}

var rules = []string{"idle", "single-zone", "headroom"}

func plansOf(names []string) []advice.Checked {
	var found []advice.Located
	for i, name := range names {
		f := finding(name, advice.Warning, "replicas")
		f.Place.Line, f.Message = i, fmt.Sprint(i) // what changes with every edit
		found = append(found, f)
	}
	return []advice.Checked{checked("a.yaml", "x", found...)}
}

func TestFingerprints(t *testing.T) {
	of := func(file, name string, f advice.Located) string {
		p := checked(file, name, f)
		fingerprint(&p)
		return p.Findings[0].Fingerprint
	}
	base := finding("idle", advice.Warning, "replicas")
	moved, other, elsewhere := base, base, base
	moved.Place.Line, moved.Message, moved.Severity = 99, "other numbers", advice.Error
	other.Rule, elsewhere.Subject = "headroom", "gpu"
	want := of("a", "x", base)
	if got := of("a", "x", moved); got != want || len(want) != 32 {
		t.Errorf("moved: %s, want %s", got, want)
	}
	for name, got := range map[string]string{"rule": of("a", "x", other), "subject": of("a", "x", elsewhere), "file": of("b", "x", base), "name": of("a", "y", base), "parts": of("ax", "", base)} {
		if got == want {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}

// A baseline that was written under the former id of a rule still covers its findings.
func TestBaselineKnowsFormerIDs(t *testing.T) {
	before := plansOf([]string{"no-room", "no-room"})
	fingerprint(&before[0])
	b := &Baseline{known: map[string]bool{}}
	for _, f := range before[0].Findings {
		b.known[f.Fingerprint] = true
	}
	for name, renamed := range map[string]map[string]string{"renamed": {"no-room": "headroom"}, "another": {"no-zone": "headroom"}} {
		p := Policy{FailOn: advice.Error, Baseline: b, Renamed: renamed}
		plans := plansOf([]string{"headroom", "headroom", "headroom"})
		p.Judge(plans)
		if got, want := len(plans[0].Suppressed), map[string]int{"renamed": 2, "another": 0}[name]; got != want {
			t.Errorf("%s: %d findings are suppressed, want %d", name, got, want)
		}
	}
}

func TestBadBaselines(t *testing.T) {
	for text, want := range map[string]string{
		"": "not a baseline", "[]": "not a baseline", "{}": `its schema is ""`, `{"schema": "urn:scaleadvise:advice:v2"}`: "urn:scaleadvise:advice:v2",
		strings.Repeat(" ", largestBaseline+1): "larger than 16 MiB; this is not a baseline",
	} {
		if _, err := ReadBaseline(context.Background(), strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// A stricter policy never lets pass what a milder one fails.
func TestStricterNeverPassesMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		severities := rapid.SliceOfN(rapid.SampledFrom([]advice.Severity{advice.Info, advice.Warning, advice.Error}), 0, 4).Draw(rt, "severities")
		judged := func(failOn advice.Severity) advice.Outcome {
			var found []advice.Located
			for i, s := range severities {
				found = append(found, finding(fmt.Sprint("r", i), s, ""))
			}
			return Policy{FailOn: failOn, Least: advice.Info}.Judge([]advice.Checked{checked("a", "x", found...)}).Outcome
		}
		if judged(advice.Error) == advice.Fails && judged(advice.Warning) != advice.Fails || judged(advice.Warning) == advice.Fails && judged(advice.Info) != advice.Fails {
			rt.Errorf("%v", severities)
		}
	})
}

func TestCompare(t *testing.T) {
	base := func() *Base {
		return &Base{Name: "main", Plans: []advice.Checked{
			checked("a.yaml", "kept", finding("idle", advice.Warning, "replicas"), finding("headroom", advice.Warning, "replicas")),
			checked("old/b.yaml", "moved", finding("idle", advice.Warning, "replicas")), checked("c.yaml", "gone", finding("idle", advice.Warning, "replicas")),
			checked("d.yaml", "")}}
	}
	p := Policy{FailOn: advice.Warning, Least: advice.Warning, Base: base()}
	after := []advice.Checked{
		checked("a.yaml", "kept", finding("idle", advice.Warning, "replicas"), finding("single-zone", advice.Warning, "zones")),
		checked("b.yaml", "moved", finding("idle", advice.Warning, "replicas")), checked("e.yaml", "new"), checked("d.yaml", ""),
	}
	after[0].Figures.Cost, after[0].Figures.Replicas = 1500, 3
	c := p.Judge(after)
	if got := []advice.Outcome{after[0].Outcome, after[1].Outcome, after[2].Outcome, c.Outcome}; !cmp.Equal(got, []advice.Outcome{advice.Fails, advice.Passes, advice.Passes, advice.Fails}) {
		t.Errorf("outcomes %v", got)
	}
	x := c.Comparison
	if x.New != 1 || x.Old != 2 || x.Gone != 2 || c.Counts.New != 1 || len(x.Plans) != 5 {
		t.Errorf("%d new, %d old, %d gone, %d deltas", x.New, x.Old, x.Gone, len(x.Plans))
	}
	want := advice.Sum{Plans: 4, Replicas: 9, CapacityQPS: 3200, Cost: 4500}
	if x.After != want || x.Before.Cost != 4000 {
		t.Errorf("before %+v, after %+v", x.Before, x.After)
	}
	changed := 0
	for _, d := range x.Plans {
		if d.Changed() {
			changed++
		}
	}
	if changed != 3 { // the one that costs more, the new one, the one that is gone
		t.Errorf("%d plans changed", changed)
	}
	same := Policy{FailOn: advice.Warning, Least: advice.Warning, Base: base()}.Judge(base().Plans)
	if same.Outcome != advice.Passes || same.Comparison.New != 0 || same.Comparison.Gone != 0 || same.Comparison.Before != same.Comparison.After {
		t.Errorf("against itself: %s %+v", same.Outcome, same.Comparison)
	}
}
