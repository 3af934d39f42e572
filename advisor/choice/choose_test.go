package choice

import (
	"math"
	"testing"

	"scaleadvise/advisor/candidate"
)

// nearCost is the Policy.Near of these tests.
const nearCost = 0.05

// plan is one alternative in a table of tests.
type plan struct {
	strategy  candidate.Strategy
	optimized bool
	cost      float64 // USD a month; 0: no price is known
	replicas  int
	changes   int
	survives  int
	instances int
	excuse    *candidate.Excuse
	blocked   string
}

func (p plan) alternative() candidate.Alternative {
	e := &candidate.Evaluation{
		Config:  candidate.Config{Replicas: p.replicas, Accelerator: "a10"},
		Hosting: candidate.Hosting{Instances: p.instances, Priced: p.cost > 0},
		Changes: p.changes, SurvivesMachines: p.survives, CostPerMonth: p.cost, CarriesQPS: 150, DemandQPS: 100,
	}
	a := candidate.Alternative{Strategy: p.strategy, Optimized: p.optimized, Feasible: p.excuse == nil, Plan: e, Excuse: p.excuse, BlockedBy: p.blocked}
	if p.excuse != nil && p.excuse.Code == candidate.NoVariant {
		a.Plan = nil
	}
	return a
}

func alternatives(plans ...plan) []candidate.Alternative {
	var out []candidate.Alternative
	for _, p := range plans {
		out = append(out, p.alternative())
	}
	return out
}

func missed(code string, value, needed float64) *candidate.Excuse {
	return &candidate.Excuse{Code: code, Text: code, NearMiss: candidate.NearMiss{Trait: "capacity_qps", Value: value, Needed: needed}}
}

var (
	tooSlow = missed(candidate.Throughput, 50, 100)
	slower  = missed(candidate.Throughput, 20, 100)
	none    = plan{strategy: candidate.None, cost: 700, replicas: 1, instances: 1, excuse: tooSlow}
	holding = plan{strategy: candidate.None, cost: 700, replicas: 4, instances: 4}
	// edge is the largest cost that counts as near 1,000 USD.
	edge = 1000 * (1 + nearCost)
)

func TestChoose(t *testing.T) {
	usual := Policy{Near: nearCost}
	for _, c := range []struct {
		name      string
		policy    Policy
		all       []plan
		index     int
		criterion Criterion
		margin    float64
	}{
		{"what holds stays, although another is cheaper", usual,
			[]plan{holding, {strategy: candidate.Vertical, cost: 300, replicas: 1}}, 0, TodayHolds, 0.5},
		{"fewer replicas hold and save", usual,
			[]plan{holding, {strategy: candidate.Horizontal, cost: 175, replicas: 1}}, 1, ScaleIn, 0.75},
		{"fewer replicas hold and no price is known", usual,
			[]plan{{strategy: candidate.None, replicas: 4}, {strategy: candidate.Horizontal, replicas: 3}}, 1, ScaleIn, 0.25},
		{"fewer replicas save nothing on the same machines", usual,
			[]plan{holding, {strategy: candidate.Horizontal, cost: 700, replicas: 2}}, 0, TodayHolds, 0.5},
		{"an optimized scale-in is no scale-in", usual,
			[]plan{holding, {strategy: candidate.Horizontal, optimized: true, cost: 175, replicas: 1}}, 0, TodayHolds, 0.5},
		{"cost alone", Policy{CostOnly: true, Near: nearCost},
			[]plan{holding, {strategy: candidate.Vertical, cost: 350, replicas: 1, changes: 1}}, 1, Cheapest, 1},
		{"nothing runs today, so cost decides", Policy{NoToday: true, Near: nearCost},
			[]plan{holding, {strategy: candidate.Vertical, cost: 350, replicas: 1, changes: 1}}, 1, Cheapest, 1},
		{"nothing runs today, and the base is the cheapest", Policy{NoToday: true, Near: nearCost},
			[]plan{{strategy: candidate.None, cost: 100, replicas: 1}, {strategy: candidate.Horizontal, cost: 200, replicas: 2, changes: 1}}, 0, Cheapest, 1},
		{"only one holds", usual,
			[]plan{none, {strategy: candidate.Vertical, cost: 5000, changes: 1}}, 1, OnlyOne, 0},
		{"the cheapest", usual,
			[]plan{none, {strategy: candidate.Vertical, cost: 1500, changes: 1}, {strategy: candidate.Horizontal, cost: 1000, changes: 1}}, 2, Cheapest, 0.5},
		{"at the same cost, fewer changes is still the cheapest", usual,
			[]plan{none, {strategy: candidate.Vertical, cost: 1000, changes: 2}, {strategy: candidate.Horizontal, cost: 1000, changes: 1}}, 2, Cheapest, 0},
		{"fewer changes at the edge of nearly the same cost", usual,
			[]plan{none, {strategy: candidate.Horizontal, cost: edge, changes: 1}, {strategy: candidate.Combined, cost: 1000, changes: 2}}, 1, FewerChanges, nearCost},
		{"just beyond the edge cost decides", usual,
			[]plan{none, {strategy: candidate.Horizontal, cost: math.Nextafter(edge, math.Inf(1)), changes: 1}, {strategy: candidate.Combined, cost: 1000, changes: 2}}, 2, Cheapest, nearCost},
		{"just before the edge changes decide", usual,
			[]plan{none, {strategy: candidate.Horizontal, cost: math.Nextafter(edge, 0), changes: 1}, {strategy: candidate.Combined, cost: 1000, changes: 2}}, 1, FewerChanges, nearCost},
		{"as few changes, more survived", usual,
			[]plan{none, {strategy: candidate.Vertical, cost: 1000, changes: 2}, {strategy: candidate.Combined, cost: 1020, changes: 2, survives: 1}}, 2, MoreRedundancy, 0.02},
		{"a wider sense of near", Policy{Near: 0.5},
			[]plan{none, {strategy: candidate.Horizontal, cost: 1400, changes: 1}, {strategy: candidate.Combined, cost: 1000, changes: 2}}, 1, FewerChanges, 0.4},
		{"without a price nothing is cheap", usual,
			[]plan{none, {strategy: candidate.Vertical, changes: 2}, {strategy: candidate.Horizontal, changes: 1}}, 2, FewerChanges, 0},
		{"without a price redundancy decides between equal changes", usual,
			[]plan{none, {strategy: candidate.Vertical, changes: 1}, {strategy: candidate.Horizontal, changes: 1, survives: 2}}, 2, MoreRedundancy, 0},
		{"a known price beats an unknown one", usual,
			[]plan{none, {strategy: candidate.Vertical, changes: 1}, {strategy: candidate.Combined, cost: 9000, changes: 3}}, 2, Cheapest, 0},
		{"nothing holds: the nearest miss", usual,
			[]plan{{strategy: candidate.None, excuse: slower}, {strategy: candidate.Vertical, excuse: tooSlow}, {strategy: candidate.Horizontal, excuse: missed(candidate.NoVariant, 0, 0)}},
			1, NothingHolds, 1},
		{"nothing holds: a later test is nearer", usual,
			[]plan{none, {strategy: candidate.Horizontal, excuse: missed(candidate.Budget, 10, 1000)}}, 1, NothingHolds, 99},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Choose(alternatives(c.all...), c.policy)
			if d.Index != c.index || d.Criterion != c.criterion || math.Abs(d.Margin-c.margin) > 1e-9 {
				t.Errorf("chose %d by %s, margin %g; want %d by %s, %g", d.Index, d.Criterion, d.Margin, c.index, c.criterion, c.margin)
			}
		})
	}
}

func TestAgainst(t *testing.T) {
	noVariant := missed(candidate.NoVariant, 0, 0)
	d := Choose(alternatives(
		none,
		plan{strategy: candidate.None, optimized: true, excuse: noVariant},
		plan{strategy: candidate.Vertical, cost: 2500, changes: 1},
		plan{strategy: candidate.Vertical, optimized: true, cost: 1000, changes: 3},
		plan{strategy: candidate.Horizontal, cost: 1020, changes: 1, survives: 1},
		plan{strategy: candidate.Horizontal, optimized: true, changes: 2},
		plan{strategy: candidate.Combined, cost: 1020, changes: 1},
		plan{strategy: candidate.Combined, optimized: true, excuse: missed(candidate.Blocked, 0, 0), blocked: "no-move"},
	), Policy{Near: nearCost})
	for i, want := range []struct{ by, text string }{
		{candidate.Throughput, candidate.Throughput},
		{candidate.NoVariant, candidate.NoVariant},
		{"cheapest", "2.5 × the cost"},
		{"fewer-changes", "0.98 × the cost, more change"},
		{"fewer-changes", ""},
		{"cheapest", "its price is unknown"},
		{"more-redundancy", "same cost, a failure takes more of it"},
		{"no-move", candidate.Blocked},
	} {
		got := d.Against[i]
		text := ""
		if got.Excuse != nil {
			text = got.Excuse.Text
		}
		if got.By != want.by || text != want.text {
			t.Errorf("against %d spoke %q, %q; want %q, %q", i, got.By, text, want.by, want.text)
		}
	}
}

func TestAgainstWhatHoldsToday(t *testing.T) {
	d := Choose(alternatives(
		holding,
		plan{strategy: candidate.None, optimized: true, cost: 700, changes: 1},
		plan{strategy: candidate.Vertical, cost: 350, changes: 1},
		plan{strategy: candidate.Combined, changes: 1},
		plan{strategy: candidate.Horizontal, cost: 1400, replicas: 8, changes: 1},
	), Policy{Near: nearCost})
	for i, want := range []string{"", "same cost, and today holds", "0.50 × the cost, but today holds (--objective cost)", "today holds; no price to compare", "2.0 × the cost"} {
		got := d.Against[i]
		if got.By != string(TodayHolds) || i > 0 && got.Excuse.Text != want || i == 0 && got.Excuse != nil {
			t.Errorf("against %d spoke %q, %+v; want today-holds, %q", i, got.By, got.Excuse, want)
		}
	}
}

// TestRuleThatChangedTheChoice: a rule is named where it kept the choice from what it
// would have been, and only there.
func TestRuleThatChangedTheChoice(t *testing.T) {
	cheap, costly := plan{strategy: candidate.Vertical, cost: 1000, replicas: 1, changes: 1}, plan{strategy: candidate.Horizontal, cost: 2000, replicas: 3, changes: 1}
	forbidden := cheap
	forbidden.excuse, forbidden.blocked = missed(candidate.Blocked, 0, 0), "two-at-least"
	larger := cheap
	larger.replicas, larger.cost, larger.blocked = 2, 1500, "two-at-least"
	irrelevant := costly
	irrelevant.blocked = "two-at-least"
	for _, c := range []struct {
		name      string
		all, free []plan
		by        string
		index     int
	}{
		{"another strategy", []plan{none, forbidden, costly}, []plan{none, cheap, costly}, "two-at-least", 2},
		{"another size", []plan{none, larger, costly}, []plan{none, cheap, costly}, "two-at-least", 1},
		{"a loser's other candidate", []plan{none, cheap, irrelevant}, []plan{none, cheap, costly}, "cheapest", 1},
	} {
		all := alternatives(c.all...)
		if !Blocked(all) {
			t.Errorf("%s: nothing is said to be blocked", c.name)
		}
		d := ChooseUnder(all, alternatives(c.free...), Policy{Near: nearCost})
		if d.By() != c.by || d.Index != c.index || d.Against[d.Index].By != c.by {
			t.Errorf("%s: %d decided by %s, want %d by %s", c.name, d.Index, d.By(), c.index, c.by)
		}
	}
	if Blocked(alternatives(none, cheap)) {
		t.Error("something is said to be blocked")
	}
}

func TestWords(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Criteria() {
		w := c.Words()
		if w == string(c) || seen[w] || len(w) > 24 {
			t.Errorf("%s is called %q", c, w)
		}
		seen[w] = true
	}
	if got := FewerChanges.Because(0.0128); got != "fewer changes, 1.3 % above the cheapest" {
		t.Error(got)
	}
	if got := Cheapest.Because(0.5); got != Cheapest.Words() {
		t.Error(got)
	}
}
