package advice

import "scaleadvise/advisor/candidate"

// Disaggregation is prefill and decode on two pools of replicas beside the plan that is to stand from
// now on, at the demand of now.
type Disaggregation struct {
	Excuse *candidate.Excuse // why it cannot be; nil where the rest says how it is

	Prefill, Decode candidate.Evaluation
	KVBytes         float64 // that a request hands over, mean
	NetworkBits     float64 // 1/s, a replica's part of its machine's network
	NetworkAssumed  bool    // no source states that of the machine
	Busy            float64 // share of the busier link that the cache takes, mean
	Transfer        float64 // s, at the percentile of the bounds
	TTFT, TPOT      float64 // s, at that percentile
	USDPerMonth     float64
	Together        int     // replicas of the plan's kind that do both for the same demand
	TogetherUSD     float64 // per month, what those cost
	Pays            bool    // from some of the loads on that were tried
	PaysFromQPS     float64 // 1/s, that load
	TriedQPS        float64 // 1/s, the largest load that was tried
}
