package choice

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"scaleadvise/advisor/candidate"
)

// eight draws the eight alternatives: few distinct values, so that ties are common.
func eight(t *rapid.T) []candidate.Alternative {
	var out []candidate.Alternative
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			p := plan{
				strategy: s, optimized: optimized,
				cost:     rapid.SampledFrom([]float64{0, 700, 720, 735, 736, 1000, 1049, 1050, 1051, 4000}).Draw(t, "cost"),
				replicas: rapid.IntRange(1, 4).Draw(t, "replicas"), changes: rapid.IntRange(0, 2).Draw(t, "changes"),
				survives: rapid.IntRange(0, 2).Draw(t, "survives"), instances: rapid.IntRange(1, 3).Draw(t, "instances"),
			}
			if rapid.Bool().Draw(t, "fails") {
				code := rapid.SampledFrom([]string{candidate.NoVariant, candidate.Memory, candidate.Throughput, candidate.Budget}).Draw(t, "code")
				p.excuse = missed(code, float64(rapid.IntRange(1, 99).Draw(t, "value")), 100)
			}
			out = append(out, p.alternative())
		}
	}
	return out
}

// TestCriterionIsTrue: whatever is chosen holds where anything does, and the numbers bear
// the criterion out.
func TestCriterionIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := eight(t)
		p := Policy{CostOnly: rapid.Bool().Draw(t, "cost only"), Near: rapid.SampledFrom([]float64{0, nearCost, 0.2}).Draw(t, "near")}
		d := Choose(all, p)
		if diff := gocmp.Diff(all[d.Index], d.Alternative); diff != "" || len(d.Against) != len(all) {
			t.Fatalf("not one of the eight: %s", diff)
		}
		if bears := claims()[d.Criterion]; bears == nil || !bears(all, d, p) {
			t.Fatalf("%s is not true of %d", d.Criterion, d.Index)
		}
		if d.Margin < 0 || d.Criterion != NothingHolds && !d.Feasible {
			t.Fatalf("%s with margin %g, feasible %v", d.Criterion, d.Margin, d.Feasible)
		}
	})
}

// claims are what each criterion says of the numbers.
func claims() map[Criterion]func([]candidate.Alternative, Decision, Policy) bool {
	others := func(all []candidate.Alternative, d Decision) []candidate.Alternative {
		return slices.DeleteFunc(slices.Delete(slices.Clone(all), d.Index, d.Index+1), func(a candidate.Alternative) bool { return !a.Feasible })
	}
	near := func(all []candidate.Alternative, d Decision, p Policy) (rivals []candidate.Alternative, within bool) {
		lowest := slices.MinFunc(others(all, d), func(a, b candidate.Alternative) int { return cmp.Compare(a.Cost(), b.Cost()) })
		for _, a := range others(all, d) {
			if a.Cost() <= min(lowest.Cost(), d.Cost())*(1+p.Near) {
				rivals = append(rivals, a)
			}
		}
		return rivals, d.Cost() <= lowest.Cost()*(1+p.Near) && len(rivals) > 0
	}
	return map[Criterion]func([]candidate.Alternative, Decision, Policy) bool{
		TodayHolds: func(_ []candidate.Alternative, d Decision, p Policy) bool {
			return d.Strategy == candidate.None && !d.Optimized && !p.CostOnly
		},
		ScaleIn: func(all []candidate.Alternative, d Decision, p Policy) bool {
			today := all[0]
			return d.Strategy == candidate.Horizontal && !d.Optimized && !p.CostOnly && today.Feasible && d.Plan.Replicas < today.Plan.Replicas &&
				(!d.Plan.Priced || d.Cost() < today.Cost())
		},
		OnlyOne: func(all []candidate.Alternative, d Decision, _ Policy) bool { return len(others(all, d)) == 0 },
		Cheapest: func(all []candidate.Alternative, d Decision, _ Policy) bool {
			return d.Plan.Priced && !slices.ContainsFunc(others(all, d), func(a candidate.Alternative) bool { return a.Cost() < d.Cost() })
		},
		FewerChanges: func(all []candidate.Alternative, d Decision, p Policy) bool {
			rivals, within := near(all, d, p)
			return within && !slices.ContainsFunc(rivals, func(a candidate.Alternative) bool { return a.Plan.Changes < d.Plan.Changes })
		},
		MoreRedundancy: func(all []candidate.Alternative, d Decision, p Policy) bool {
			rivals, within := near(all, d, p)
			return within && !slices.ContainsFunc(rivals, func(a candidate.Alternative) bool {
				return a.Plan.Changes < d.Plan.Changes || a.Plan.Changes == d.Plan.Changes && a.Plan.MayLose() > d.Plan.MayLose()
			})
		},
		Unknown: func(all []candidate.Alternative, d Decision, _ Policy) bool {
			return !d.Feasible && d.Strategy == candidate.None && (d.Excuse.Code == candidate.Unknown || d.Excuse.Code == candidate.Measured)
		},
		NothingHolds: func(all []candidate.Alternative, d Decision, _ Policy) bool {
			return !d.Feasible && len(others(all, d)) == 0 && !slices.ContainsFunc(all, func(a candidate.Alternative) bool {
				return a.Plan != nil && a.Excuse != nil && d.Plan != nil && candidate.CompareMisses(a.Excuse, d.Excuse) < 0
			})
		},
	}
}

// TestChoiceDependsOnTheAlternativesAlone: the same alternatives give the same decision,
// and are left as they are.
func TestChoiceDependsOnTheAlternativesAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := eight(t)
		before := slices.Clone(all)
		p := Policy{Near: nearCost}
		first, again := Choose(all, p), ChooseUnder(all, slices.Clone(all), p)
		if diff := gocmp.Diff(first, again); diff != "" {
			t.Fatalf("another decision: %s", diff)
		}
		if diff := gocmp.Diff(before, all); diff != "" {
			t.Fatalf("the alternatives were changed: %s", diff)
		}
	})
}

// TestLosersHaveTheirReason: each that lost has something against it; a failure is never
// answered by a criterion, nor one that holds by a code.
func TestLosersHaveTheirReason(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := eight(t)
		d := Choose(all, Policy{Near: nearCost})
		for i, x := range d.Against {
			isCriterion := slices.Contains(Criteria(), Criterion(x.By))
			switch {
			case x.By == "":
				t.Fatalf("nothing speaks against %d", i)
			case i == d.Index && x.By != d.By():
				t.Fatalf("the chosen one is decided by %s, the choice by %s", x.By, d.By())
			case i != d.Index && (x.Excuse == nil || x.Excuse.Text == ""):
				t.Fatalf("%d has no excuse", i)
			case i != d.Index && x.By != candidate.Unknown && isCriterion != all[i].Feasible:
				t.Fatalf("%d, feasible %v, lost by %s", i, all[i].Feasible, x.By)
			}
		}
	})
}

// TestFreerChoiceCostsNoMore: going by cost alone never costs more than keeping what holds,
// apart from what counts as near.
func TestFreerChoiceCostsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := eight(t)
		kept, free := Choose(all, Policy{Near: nearCost}), Choose(all, Policy{Near: nearCost, CostOnly: true})
		if kept.Feasible != free.Feasible || kept.Feasible && free.Cost() > kept.Cost()*(1+nearCost) {
			t.Fatalf("%g by cost alone, %g otherwise", free.Cost(), kept.Cost())
		}
	})
}
