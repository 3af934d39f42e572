package search

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// PaysFrom returns the least mean rate, 1/s, from which an evaluated plan, sized for that rate
// with the same peak over the mean, costs no more than a price per request, US dollars; ok is
// false where it never does.
//
// The search is a fixed-point iteration: a plan for no load costs something, that money buys a rate of
// requests from the API, for which the plan may have to be larger, and so on. The fixed point is the least
// rate.
func PaysFrom(s *Space, e candidate.Evaluation, d Demand, usdPerRequest float64) (qps float64, ok bool) {
	t, known := trialOf(s, e, d)
	if !known || !t.server.Serves() || !(usdPerRequest > 0) || !(d.Peak > 0) {
		return 0, false
	}
	ratio := 1.0
	if d.Mean > 0 {
		ratio = d.Peak / d.Mean
	}
	const most = 100 // of steps: each is the last, or makes the plan larger
	for range most {
		t.demand = Demand{Peak: qps * ratio, Mean: qps, Data: d.Data}
		n, held := smallest(t)
		if !held {
			return 0, false
		}
		rate := t.sized(n).cost() / (usdPerRequest * unit.HoursPerMonth * 3600)
		if math.IsInf(rate, 1) {
			return 0, false
		}
		if rate <= qps {
			return rate, true
		}
		qps = rate
	}
	return 0, false
}
