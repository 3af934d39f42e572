package search

import (
	"scaleadvise/advisor/offer"
)

// AsDeclared lists the ways to place a number of replicas of the base as they are: on each kind of
// machine with as many on one as the promise allows. unsafe reports that it allows none.
func AsDeclared(s *Space, d Demand, market Market, n int) (ways []Way, unsafe bool) {
	unsafe = s.Workload.Availability > 0
	t, ok := baseTrial(s, d, false)
	if !ok {
		return nil, false
	}
	var machines []offer.Hosting
	for _, one := range market.There {
		if one.Kind() == s.Base.Kind() {
			machines = append(machines, one.Machine)
		}
	}
	if market.rents(s.Base.Hardware) {
		machines = append(machines, offer.Machines(s.Offers, s.Base.Hardware)...)
	}
	for _, m := range machines {
		if m.PerInstance < 1 {
			continue
		}
		t.hosting = m
		w := Way{Hardware: s.Base.Hardware, Variant: t.server.Variant, Machine: m, Replicas: n, Cap: m.PerInstance}
		for _, most := range caps(t) {
			if robust(capped(t, most).sized(n)) {
				w.Cap, unsafe = most, false
				break
			}
		}
		ways = append(ways, w)
	}
	return ways, unsafe && len(ways) > 0
}
