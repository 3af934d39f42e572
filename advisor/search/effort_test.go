package search

import (
	"context"
	"strings"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
)

// TestBudgetOfASearch: a search ends at its budget and says what it left out; with the usual one it
// looks at all there is, and what is found within any budget holds.
func TestBudgetOfASearch(t *testing.T) {
	s := spaceOf(t, example.Fixed(map[string]string{"qps": "900"}))
	q := Query{Strategy: candidate.Horizontal, Demand: Demand{Peak: 900}}
	full := Cheapest(context.Background(), s, q)
	if full.Ended != nil || !full.Feasible {
		t.Fatalf("%+v", full)
	}
	for sizes := 1; sizes <= 64; sizes *= 2 {
		q.Sizes = sizes
		a := Cheapest(context.Background(), s, q)
		switch {
		case a.Ended == nil && a.Plan.Replicas != full.Plan.Replicas:
			t.Errorf("%d sizes: %d replicas without a word, %d with all", sizes, a.Plan.Replicas, full.Plan.Replicas)
		case a.Ended != nil && !strings.Contains(a.Ended.Words(), "budget"):
			t.Errorf("%d sizes: %q", sizes, a.Ended.Words())
		case a.Feasible && a.Cost() < full.Cost():
			t.Errorf("%d sizes: cheaper than the cheapest", sizes)
		}
	}
	q.Sizes = 1
	if a := Cheapest(context.Background(), s, q); a.Ended == nil || a.Plan == nil && a.Excuse == nil {
		t.Errorf("one size: %+v", a)
	}
}
