package advice

import "scaleadvise/advisor/candidate"

// Disaggregation compares prefill and decode on two pools of replicas with the plan to deploy now, at
// today's demand.
type Disaggregation struct {
	Excuse *candidate.Excuse // why it is not possible; nil where the other fields are set

	Prefill, Decode candidate.Evaluation
	KVBytes         float64 // KV cache that a request hands over, mean
	NetworkBits     float64 // bit/s, a replica's part of its machine's network
	NetworkAssumed  bool    // no source states the network of the machine
	Busy            float64 // share of the busier link that KV transfers take, mean
	Transfer        float64 // s, at the percentile of the bounds
	TTFT, TPOT      float64 // s, at that percentile
	USDPerMonth     float64
	Together        int     // replicas of the plan's kind that do both, for the same demand
	TogetherUSD     float64 // USD a month that those cost
	Pays            bool    // two pools cost less from one of the tried loads on
	PaysFromQPS     float64 // 1/s, that load
	TriedQPS        float64 // 1/s, the largest load that was tried
}
