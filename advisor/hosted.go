package advisor

import (
	"errors"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// comparesTokens refuses prices of tokens for a model that writes none.
func comparesTokens(q question) error {
	if !q.Workload.API.Given() || q.space.Generates() {
		return nil
	}
	return q.Workload.Fault("compare_api", errors.New("prices of tokens are compared with language models whose tokens are known; leave it out"))
}

// hosted is what a hosted API would cost for today's demand, and from which load on hosting the
// model costs less; nil where no prices were given.
func hosted(q question, a *advice.Advice) *advice.HostedAPI {
	prices := q.Workload.API
	input, output, ok := search.RequestTokens(q.space)
	if !prices.Given() || !ok {
		return nil
	}
	each := prices.PerRequest(input, output, offer.SharedPrefix(q.space.Offers))
	h := &advice.HostedAPI{Prices: prices, Mean: q.now.Mean > 0, QPS: q.now.Peak, USDPerRequest: each}
	if h.Mean {
		h.QPS = q.now.Mean
	}
	h.USDPerMonth = each * h.QPS * unit.HoursPerMonth * 3600
	if a.First.Replicas == 0 || !a.First.Priced {
		return h
	}
	h.Compared = a.Feasible
	h.Dearer = h.USDPerMonth - a.First.CostPerMonth
	h.PaysFromQPS, h.Pays = search.PaysFrom(q.space, a.First, q.now, each)
	return h
}
