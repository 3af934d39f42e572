package choice

import (
	"testing"

	"scaleadvise/advisor/candidate"
)

// ranged is an alternative with a basis and the low end of its capacity over the expected.
func ranged(p plan, basis string, low float64) candidate.Alternative {
	a := p.alternative()
	a.Plan.Basis, a.Plan.LowShare = basis, low
	return a
}

// TestMeasuredBeatsPredicted: a predicted plan must save more of the cost than its capacity may
// fall short of what is expected.
func TestMeasuredBeatsPredicted(t *testing.T) {
	for _, c := range []struct {
		cost, low, known float64
		policy           Policy
		index            int
		criterion        Criterion
	}{
		{600, 0.5, 0.98, Policy{}, 1, MeasuredOverPredicted},
		{400, 0.5, 0.98, Policy{}, 2, Cheapest},
		{600, 0.7, 0.98, Policy{}, 2, Cheapest},
		{600, 0.5, 0.98, Policy{CostOnly: true}, 2, Cheapest},
		{600, 0.5, 0.45, Policy{}, 2, Cheapest}, // measured in another shape, and known no better
		{600, 0.5, 0.55, Policy{}, 1, MeasuredOverPredicted},
		{600, 0.5, 0, Policy{}, 1, MeasuredOverPredicted},
	} {
		all := []candidate.Alternative{
			none.alternative(),
			ranged(plan{strategy: candidate.Horizontal, cost: 1000, changes: 1}, "given", c.known),
			ranged(plan{strategy: candidate.Combined, cost: c.cost, changes: 2}, "transferred", c.low),
		}
		d := Choose(all, c.policy)
		if d.Index != c.index || d.Criterion != c.criterion {
			t.Errorf("predicted for %g with %g of what is expected, against 1,000 measured: chose %d by %s", c.cost, c.low, d.Index, d.Criterion)
		}
		if c.criterion == MeasuredOverPredicted && d.Against[2].Excuse.Text != "0.60 × the cost, predicted only" {
			t.Errorf("against the predicted plan spoke %+v", d.Against[2].Excuse)
		}
	}
}

// TestLeaves: today's cloud is left for what was measured and saves enough, else what staying
// costs is the criterion.
func TestLeaves(t *testing.T) {
	p := Policy{Near: 0.05, Leave: 0.25}
	here := Choose([]candidate.Alternative{none.alternative(), ranged(plan{strategy: candidate.Horizontal, cost: 1000, changes: 1}, "transferred", 0.5)}, p)
	kept := Choose([]candidate.Alternative{ranged(holding, "measured", 1)}, p)
	for _, c := range []struct {
		name   string
		here   Decision
		cost   float64
		basis  string
		leaves bool
		after  Criterion
	}{
		{"measured and much cheaper", here, 700, "measured", true, StaysHere},
		{"measured and not enough cheaper", here, 800, "measured", false, StaysHere},
		{"predicted and much cheaper", here, 300, "transferred", false, StaysHere},
		{"hardly cheaper", here, 980, "measured", false, OnlyOne},
		{"today holds", kept, 100, "measured", false, TodayHolds},
	} {
		away := ranged(plan{strategy: candidate.Combined, cost: c.cost}, c.basis, 0.5)
		if got := Leaves(c.here, away, p); got != c.leaves {
			t.Errorf("%s: leaves %v", c.name, got)
		}
		if got := StayedFor(c.here, []candidate.Alternative{c.here.Alternative, c.here.Alternative}, away, p).Criterion; got != c.after {
			t.Errorf("%s: decided by %s, want %s", c.name, got, c.after)
		}
	}
}

// TestCheaperThanToday is said of what was measured and saves enough.
func TestCheaperThanToday(t *testing.T) {
	all := []candidate.Alternative{
		ranged(holding, "measured", 1),
		ranged(plan{strategy: candidate.Vertical, cost: 300}, "measured", 1),
		ranged(plan{strategy: candidate.Combined, cost: 100}, "transferred", 1),
		ranged(plan{strategy: candidate.Horizontal, cost: 690}, "measured", 1),
	}
	p := Policy{Leave: 0.25}
	if got := Cheaper(Choose(all, p), all, p); got == nil || got.CostPerMonth != 300 {
		t.Errorf("what would do for less is %+v", got)
	}
	if got := Cheaper(Choose(all[:1], p), all[:1], p); got != nil {
		t.Errorf("nothing else holds, but %+v is named", got)
	}
}
