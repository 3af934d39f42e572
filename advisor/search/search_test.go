package search

import (
	"maps"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// spaceOf makes a space of flags over the embedded catalog.
func spaceOf(t fataler, flags map[string]string, scaling ...workload.ScalePoint) *Space {
	t.Helper()
	set := workload.Set{}
	for name, raw := range flags {
		if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	w, err := workload.Resolve(set, nil, "")
	if err != nil {
		t.Fatalf("resolve: %v", err)
	}
	w.Service.Scaling = scaling
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatalf("catalog: %v", err)
	}
	o, err := offer.New(w, c)
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return New(o, Options{Confidence: 0.9, Seed: 1})
}

// given is a deterministic service of 100 ms, one at a time, with saturation 10/s: every
// number of the plan follows by hand.
func given(t fataler, more map[string]string) *Space {
	f := map[string]string{"qps": "1", "gpu": "t4", "service_time": "100ms", "p99": "10s"}
	maps.Copy(f, more)
	return spaceOf(t, f)
}

// talk are the flags of a language model.
func talk(more map[string]string) map[string]string {
	f := map[string]string{
		"qps": "12", "model": "llama-3.1-70b", "gpu": "h100", "input_tokens": "1024", "output_tokens": "256", "ttft": "500ms", "tpot": "40ms",
	}
	maps.Copy(f, more)
	return f
}

// everyStrategy searches all strategies, plain and optimized.
func everyStrategy(s *Space, d Demand) []candidate.Alternative {
	var all []candidate.Alternative
	for _, strategy := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			all = append(all, Cheapest(s, Query{Strategy: strategy, Optimized: optimized, Demand: d}))
		}
	}
	return all
}
