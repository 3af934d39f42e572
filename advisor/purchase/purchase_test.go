package purchase

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawnTerms(t *rapid.T) Terms {
	price := func(name string, low, high float64) float64 {
		if rapid.Bool().Draw(t, "has "+name) {
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		return 0
	}
	terms := Terms{
		Committed: price("commitment", 0.3, 0.9), OnDemand: price("on demand", 0.5, 1.5), Spot: price("spot", 0.1, 1.2),
		CommittedList: OneYear, Base: rapid.Float64Range(0, 1).Draw(t, "base"),
	}
	if terms.Spot > 0 {
		terms.SpotShare = rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "share")
	}
	if terms.Committed == 0 && terms.OnDemand == 0 {
		terms.SpotShare, terms.Spot = 1, 0.4
	}
	return terms
}

// Every machine stands on one line, the lines add up to the cost, and one more machine never costs
// less.
func TestLinesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms, n := drawnTerms(t), rapid.IntRange(0, 300).Draw(t, "machines")
		machines, seen := 0, map[string]bool{}
		for _, l := range terms.Lines(n) {
			if seen[l.Pricing] || l.Machines < 1 || l.Each <= 0 || math.Abs(l.Hourly-l.Each*float64(l.Machines)) > 1e-9 {
				t.Fatalf("%+v: %+v", terms, l)
			}
			machines, seen[l.Pricing] = machines+l.Machines, true
		}
		if machines != n || math.Abs(Sum(terms.Lines(n))-terms.Hourly(n)) > 1e-9 {
			t.Fatalf("%+v: %d machines in %+v, %g an hour", terms, n, terms.Lines(n), terms.Hourly(n))
		}
		if terms.Spot <= math.Min(terms.OnDemand, terms.Committed) && terms.Hourly(n+1) < terms.Hourly(n)-1e-9 {
			t.Fatalf("%+v: %d cost %g, one more %g", terms, n, terms.Hourly(n), terms.Hourly(n+1))
		}
		if terms.Hourly(n) < float64(n)*terms.Least()-1e-9 {
			t.Fatalf("%+v: %d cost %g, less than the lowest price", terms, n, terms.Hourly(n))
		}
	})
}

// Machines that follow the day cost no more on demand than all day, a commitment is bought just for
// those that run longer than the break-even, and costs no more than paying them by the hour.
func TestElastic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := drawnTerms(t)
		running := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 40).Draw(t, "running")
		slices.Sort(running)
		slices.Reverse(running)
		lines := terms.Elastic(running)
		machines := 0
		for _, l := range lines {
			machines += l.Machines
			if l.Pricing == OneYear && terms.OnDemand > 0 && running[l.Machines-1] < terms.BreakEven()-1e-9 {
				t.Fatalf("%+v: commits to one that runs %g, pays from %g", terms, running[l.Machines-1], terms.BreakEven())
			}
		}
		if machines != len(running) {
			t.Fatalf("%d of %d machines", machines, len(running))
		}
		if byTheHour := terms; terms.OnDemand > 0 {
			byTheHour.Committed = 0
			if Sum(lines) > Sum(byTheHour.Elastic(running))+1e-9 {
				t.Fatalf("%+v: commitments raise the cost", terms)
			}
		}
	})
}

// By hand: 10 machines, of which half may be spot; 3 of the other 5 are needed from the first day on.
func TestByHand(t *testing.T) {
	terms := Terms{Committed: 0.6, CommittedList: OneYear, OnDemand: 1, Spot: 0.3, SpotShare: 0.5, Base: 0.6}
	want := []Line{{OneYear, 3, 1.8, 0.6}, {OnDemand, 2, 2, 1}, {Spot, 5, 1.5, 0.3}}
	got := terms.Lines(10)
	for i, l := range want {
		if len(got) != 3 || got[i].Pricing != l.Pricing || got[i].Machines != l.Machines || math.Abs(got[i].Hourly-l.Hourly) > 1e-12 {
			t.Fatalf("%+v", got)
		}
	}
	if b := terms.BreakEven(); b != 0.6 {
		t.Errorf("a commitment pays from %g of the hours", b)
	}
}
