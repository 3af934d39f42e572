package serve

import (
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/workload"
)

// offersOf lists the offers for flags, of a model that facts describe.
func offersOf(t example.T, flags map[string]string, facts *workload.ModelFacts) *offer.Offers {
	t.Helper()
	o, err := offer.New(example.Described(t, flags, facts), example.Catalog(t))
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return o
}

// serversOf are the servers for flags, with the deployment that was named.
func serversOf(t example.T, flags map[string]string) *Servers {
	t.Helper()
	o := offersOf(t, flags, nil)
	return New(o, o.Starts[0], Options{Confidence: 0.9})
}

// plainOf is the server of the base, not optimized.
func plainOf(t example.T, flags map[string]string) *Server {
	t.Helper()
	s := serversOf(t, flags)
	return s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
}
