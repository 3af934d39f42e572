package serve

import (
	"maps"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// offersOf lists the offers for flags, of a model that facts describe.
func offersOf(t fataler, flags map[string]string, facts *workload.ModelFacts) *offer.Offers {
	t.Helper()
	set := workload.Set{}
	for name, raw := range flags {
		if err := workload.ParseSet(name, raw, origin.Origin{Kind: origin.Flag, Name: "--" + name}, set); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	w, err := workload.Resolve(set, facts, "")
	if err != nil {
		t.Fatalf("resolve: %v", err)
	}
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatalf("catalog: %v", err)
	}
	o, err := offer.New(w, c)
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return o
}

// serversOf are the servers for flags, with the deployment that was named.
func serversOf(t fataler, flags map[string]string) *Servers {
	t.Helper()
	o := offersOf(t, flags, nil)
	return New(o, o.Starts[0], Options{Confidence: 0.9})
}

// plainOf is the server of the base, not optimized.
func plainOf(t fataler, flags map[string]string) *Server {
	t.Helper()
	s := serversOf(t, flags)
	return s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
}

// given is a deterministic service of 100 ms, one request at a time, with saturation 10/s:
// its numbers follow by hand.
func given(more map[string]string) map[string]string {
	f := map[string]string{"qps": "1", "gpu": "t4", "service_time": "100ms", "p99": "10s"}
	maps.Copy(f, more)
	return f
}

// talk are the flags of a language model.
func talk(more map[string]string) map[string]string {
	f := map[string]string{
		"qps": "12", "model": "llama-3.1-70b", "gpu": "h100", "input_tokens": "1024", "output_tokens": "256", "ttft": "500ms", "tpot": "40ms",
	}
	maps.Copy(f, more)
	return f
}
