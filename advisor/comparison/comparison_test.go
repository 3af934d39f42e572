package comparison

import (
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

func advised(replicasGiven bool) *advice.Advice {
	a := &advice.Advice{
		Feasible: true,
		Plan:     candidate.Evaluation{Config: candidate.Config{Accelerator: "l4", Replicas: 7}},
		Today:    &advice.Today{AtHorizon: advice.Judged{Evaluation: candidate.Evaluation{Config: candidate.Config{Accelerator: "t4", Replicas: 2}}, Excuse: &candidate.Excuse{Code: candidate.Throughput}}},
		Traits:   []advice.Trait{{Name: "qps", Value: 900.0, Unit: "1/s"}, {Name: "gpu", Value: "t4"}},
	}
	if replicasGiven {
		a.Traits = append(a.Traits, advice.Trait{Name: "replicas", Value: 2.0})
	}
	return a
}

// TestOf: the deployment is compared where its replicas were given, else what is recommended.
func TestOf(t *testing.T) {
	if side := Of("declared", advised(true)); !side.Declared || side.Holds || side.Plan.Accelerator != "t4" || side.Excuse == nil {
		t.Errorf("declared: %+v", side)
	}
	if side := Of("recommended", advised(false)); side.Declared || !side.Holds || side.Plan.Accelerator != "l4" || side.Excuse != nil {
		t.Errorf("recommended: %+v", side)
	}
	assumed := advised(true)
	assumed.Assumptions = []advice.Assumption{{Trait: "replicas"}}
	if side := Of("assumed", assumed); side.Declared {
		t.Error("replicas that are assumed declare nothing")
	}
}

// TestDifferences: only what is not the same on all sides, with nothing where a side lacks it.
func TestDifferences(t *testing.T) {
	one, other := Of("a", advised(true)), Of("b", advised(false))
	other.Traits = []advice.Trait{{Name: "qps", Value: 900.0, Unit: "1/s"}, {Name: "gpu", Value: "l4"}, {Name: "p99", Value: 0.1, Unit: "s"}}
	got := Compare([]advice.Side{one, other}).Differences
	want := []advice.Difference{
		{Trait: "gpu", Values: []any{"t4", "l4"}}, {Trait: "replicas", Values: []any{2.0, nil}}, {Trait: "p99", Unit: "s", Values: []any{nil, 0.1}},
	}
	if len(got) != len(want) {
		t.Fatalf("differences are %+v", got)
	}
	for i := range want {
		if got[i].Trait != want[i].Trait || got[i].Values[0] != want[i].Values[0] || got[i].Values[1] != want[i].Values[1] {
			t.Errorf("difference %d is %+v, want %+v", i, got[i], want[i])
		}
	}
	if same := Compare([]advice.Side{one, one}).Differences; same != nil {
		t.Errorf("a plan differs from itself in %+v", same)
	}
}
