package advisor

import (
	"errors"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/search"
)

// dividesPhases refuses two pools for a model that has no two phases.
func dividesPhases(q question) error {
	if !q.Workload.LLM.Disaggregate || q.space.Generates() {
		return nil
	}
	return q.Workload.Fault("disaggregate", errors.New("only language models whose tokens are known have prefill and decode; leave it out"))
}

// larger are the multiples of the load at which it is asked whether two pools pay that do not yet:
// the more replicas, the less is lost to a last one that is half idle.
var larger = []float64{2, 4, 8, 16, 32}

// disaggregated is what prefill and decode on two pools would take for the demand of now; nil where it
// was not asked for.
func disaggregated(q question, a *advice.Advice) *advice.Disaggregation {
	if !q.Workload.LLM.Disaggregate {
		return nil
	}
	if a.First.Replicas == 0 || !a.First.Priced {
		return &advice.Disaggregation{Excuse: &candidate.Excuse{Code: candidate.Unknown, Text: "no plan with a price to compare with"}}
	}
	d := &advice.Disaggregation{TriedQPS: q.now.Peak * larger[len(larger)-1]}
	p, miss := search.Disaggregate(q.space, a.First, q.now)
	if miss != nil {
		d.Excuse = miss
		return d
	}
	d.Prefill, d.Decode, d.KVBytes, d.Transfer = p.Prefill, p.Decode, p.KVBytes, p.Transfer
	d.NetworkBits, d.NetworkAssumed, d.Busy = p.Network*8, p.NetworkAssumed, p.Busy
	d.TTFT, d.TPOT, d.USDPerMonth = p.TTFT, p.TPOT, p.USDPerMonth
	d.Together, d.TogetherUSD = p.Together, p.TogetherUSD
	if d.Pays, d.PaysFromQPS = p.USDPerMonth < p.TogetherUSD, q.now.Peak; !d.Pays {
		var multiple float64
		multiple, d.Pays = search.DisaggregationPays(q.space, a.First, q.now, larger)
		d.PaysFromQPS *= multiple
	}
	return d
}
