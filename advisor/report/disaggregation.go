package report

import (
	"fmt"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// apart is what prefill and decode on two pools would take, in parts; none where it was not asked for.
func apart(a *advice.Advice) []string {
	d := a.Apart
	switch {
	case d == nil:
		return nil
	case d.Excuse != nil:
		return []string{"prefill and decode in two pools: " + line(d.Excuse.Text)}
	}
	network := unit.Format(unit.Number, rounded(d.NetworkBits/1e9, fewDigits)) + " Gbit/s"
	if d.NetworkAssumed {
		network += " (assumed: no source states the network of " + line(d.Decode.InstanceType) + ")"
	}
	return []string{
		fmt.Sprintf("prefill on %s, decode on %s: %s USD/month", pool(d.Prefill, a.First), pool(d.Decode, a.First), money(d.USDPerMonth)),
		againstTogether(a, d),
		fmt.Sprintf("first token %s, %s a token", duration(rounded(d.TTFT, fewDigits)), duration(rounded(d.TPOT, fewDigits))),
		fmt.Sprintf("%s of KV cache a request, in %s over %s", unit.Format(unit.Bytes, rounded(d.KVBytes, fewDigits)), duration(rounded(d.Transfer, fewDigits)), network),
		"predicted, not simulated",
	}
}

// pool is one of the pools, on the accelerators of the plan.
func pool(e, plan candidate.Evaluation) string {
	e.AcceleratorName = plan.AcceleratorName
	return fmt.Sprintf("%d × %s", e.Replicas, hardware(e))
}

// againstTogether is what the pools cost beside replicas that do both.
func againstTogether(a *advice.Advice, d *advice.Disaggregation) string {
	together := fmt.Sprintf("%d × %s doing both, %s", d.Together, hardware(a.First), money(d.TogetherUSD))
	switch {
	case money(d.USDPerMonth) == money(d.TogetherUSD):
		return "costs as much as " + together
	case d.USDPerMonth < d.TogetherUSD:
		return "saves " + used(1-d.USDPerMonth/d.TogetherUSD) + " beside " + together
	}
	text := "costs " + used(d.USDPerMonth/d.TogetherUSD-1) + " more than " + together
	if d.Pays {
		return text + "; pays from " + rate(rounded(d.PaysFromQPS, fewDigits))
	}
	return text + "; does not pay up to " + rate(rounded(d.TriedQPS, fewDigits))
}

// disaggregationDoc is prefill and decode on two pools of replicas. Fields are null where the excuse
// says why there is nothing.
type disaggregationDoc struct {
	Excuse         *string  `json:"excuse"`
	Prefill        *poolDoc `json:"prefill"`
	Decode         *poolDoc `json:"decode"`
	KVBytes        *float64 `json:"kv_bytes_per_request"`
	NetworkGbps    *float64 `json:"network_gbps"` // a replica's part of its machine's network
	NetworkAssumed bool     `json:"network_assumed"`
	NetworkBusy    *float64 `json:"network_busy"` // share of the busier link that KV transfers take
	TransferMS     *float64 `json:"transfer_ms"`
	TTFTMS         *float64 `json:"ttft_ms"`
	TPOTMS         *float64 `json:"tpot_ms"`
	Cost           *float64 `json:"cost_usd_per_month"`
	TogetherCost   *float64 `json:"together_cost_usd_per_month"` // cost of replicas that do both, for the same load
	TogetherNumber *int     `json:"together_replicas"`
	PaysFromQPS    *float64 `json:"pays_from_qps"` // one of the loads that were tried; null where it pays at none
}

// poolDoc is one of the pools.
type poolDoc struct {
	Replicas               int      `json:"replicas"`
	Accelerator            string   `json:"accelerator"`
	AcceleratorsPerReplica int      `json:"accelerators_per_replica"`
	InstanceType           string   `json:"instance_type"`
	Instances              int      `json:"instances"`
	CapacityQPS            *float64 `json:"capacity_qps"`
	Cost                   *float64 `json:"cost_usd_per_month"`
}

func newDisaggregation(d *advice.Disaggregation) *disaggregationDoc {
	if d == nil {
		return nil
	}
	if d.Excuse != nil {
		text := line(d.Excuse.Text)
		return &disaggregationDoc{Excuse: &text}
	}
	doc := &disaggregationDoc{
		Prefill: newPool(d.Prefill), Decode: newPool(d.Decode), KVBytes: number(d.KVBytes),
		NetworkGbps: number(d.NetworkBits / 1e9), NetworkAssumed: d.NetworkAssumed, NetworkBusy: number(d.Busy), TransferMS: millis(d.Transfer),
		TTFTMS: millis(d.TTFT), TPOTMS: millis(d.TPOT), Cost: number(d.USDPerMonth), TogetherCost: number(d.TogetherUSD), TogetherNumber: &d.Together,
	}
	if d.Pays {
		doc.PaysFromQPS = number(d.PaysFromQPS)
	}
	return doc
}

func newPool(e candidate.Evaluation) *poolDoc {
	return &poolDoc{
		Replicas: e.Replicas, Accelerator: clean(e.Accelerator), AcceleratorsPerReplica: e.PerReplica, InstanceType: clean(e.InstanceType),
		Instances: e.Instances, CapacityQPS: number(e.CapacityQPS), Cost: number(e.CostPerMonth),
	}
}
