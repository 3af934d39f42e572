package search

import (
	"context"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/workload"
)

// spaceOf makes a space of flags over the embedded catalog.
func spaceOf(t example.T, flags map[string]string, scaling ...workload.ScalePoint) *Space {
	t.Helper()
	w := example.Workload(t, flags)
	w.Service.Scaling = scaling
	o, err := offer.New(w, example.Catalog(t))
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return New(o, Options{Confidence: 0.9, Seed: 1})
}

// given is a deterministic service of 100 ms, one at a time, with saturation 10/s: every
// number of the plan follows by hand.
func given(t example.T, more map[string]string) *Space {
	return spaceOf(t, example.Fixed(more))
}

// everyStrategy searches all strategies, plain and optimized.
func everyStrategy(s *Space, d Demand) []candidate.Alternative {
	var all []candidate.Alternative
	for _, strategy := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			all = append(all, Cheapest(context.Background(), s, Query{Strategy: strategy, Optimized: optimized, Demand: d}))
		}
	}
	return all
}
