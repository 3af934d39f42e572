package search

import (
	"cmp"
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// Pools are two pools of replicas on one kind of accelerator that serve a language model: one reads prompts,
// the other generates tokens.
type Pools struct {
	Prefill, Decode candidate.Evaluation
	KVBytes         float64 // KV cache that a request hands over, mean
	Network         float64 // bytes/s, a replica's part of its machine's network
	NetworkAssumed  bool    // no source states the network of the machine
	Busy            float64 // share of the busier link that KV transfers take, mean
	Transfer        float64 // s, at the percentile of the bounds, with waiting for other transfers
	TTFT, TPOT      float64 // s, at that percentile
	USDPerMonth     float64 // both pools
	Together        int     // replicas of the plan's kind that do both phases for the same demand
	TogetherUSD     float64 // USD a month that those cost
}

// The network assumed where no source states a machine's, bit/s: an eighth of the 400 Gbit/s of
// AWS's p4d for each of eight linked accelerators or more, the least of such machines that is stated;
// half of that for each of fewer; and that of a g6e.xlarge for a machine without links.
const (
	wholeNetwork = 50e9
	partNetwork  = 25e9
	leastNetwork = 20e9
)

// filled is the most of a pool's link that transfers may take at the start of the search.
const filled = 0.8

// usedLink is the share of a network's rate that transfers reach.
const usedLink = 0.8

// Disaggregate sizes the two pools for a demand on the accelerators and in the variant of an evaluated
// plan, each with the headroom, the confidence and the losses to survive of the workload; the excuse
// says why it cannot.
//
// The time to the first token is that of prefill, the transfer of the cache and the first step of
// decode. The percentiles of the three are added, which errs on the safe side unless they rise and fall
// together (Patel et al. 2024, Splitwise; Zhong et al. 2024, DistServe). The cache is sent when the
// prompt is read, over the network between machines, even where both pools have room on one.
func Disaggregate(s *Space, e candidate.Evaluation, d Demand) (*Pools, *candidate.Excuse) {
	whole, ok := serverOf(s, e)
	if !ok || !whole.Serves() {
		return nil, &candidate.Excuse{Code: candidate.Unknown, Text: "no plan to divide"}
	}
	b := whole.Conditions.Bounds
	if b.E2E > 0 {
		return nil, &candidate.Excuse{Code: candidate.Unknown, Text: "a bound on whole answers is not divided between the pools; give --ttft and --tpot instead"}
	}
	handed, ok := serve.HandoverOf(whole)
	if !ok {
		return nil, &candidate.Excuse{Code: candidate.Unknown, Text: "only language models whose tokens are known have the two phases"}
	}
	decode, miss := cheapestPool(s, e, whole, d, func(one *serve.Server, _ offer.Hosting) *serve.Server {
		return serve.Pooled(one, serve.Decode, open.Bounds{TTFT: joining(b), TPOT: b.TPOT, Percentile: b.Percentile})
	})
	if miss != nil {
		return nil, miss
	}
	written := decode.server.At(decode.n, decode.peak())
	p := &Pools{KVBytes: handed.Bytes, TPOT: written.TPOT}
	prefill, miss := cheapestPool(s, e, whole, d, func(one *serve.Server, at offer.Hosting) *serve.Server {
		bounds := open.Bounds{Percentile: b.Percentile}
		if b.TTFT > 0 {
			link, _ := decode.link()
			own, _ := linkOf(one.Hardware, at)
			sent := handed.LongestBytes / math.Min(link, own)
			if bounds.TTFT = b.TTFT - written.TTFT - sent; bounds.TTFT <= 0 {
				late := *one
				late.Excuse = tooLongToSend(handed, written.TTFT+sent, b.TTFT)
				return &late
			}
		}
		return serve.Pooled(one, serve.Prefill, bounds)
	})
	if miss != nil {
		return nil, miss
	}
	prefill = lessOwned(prefill, decode)
	if miss := p.transfer(&prefill, &decode, handed, written.TTFT, b.TTFT); miss != nil {
		return nil, miss
	}
	if miss := withinLimits(prefill, decode); miss != nil {
		return nil, miss
	}
	p.Prefill, p.Decode = evaluate(prefill), evaluate(decode)
	p.USDPerMonth = p.Prefill.CostPerMonth + p.Decode.CostPerMonth
	if t, ok := trialOf(s, e, d); ok {
		n, _ := smallest(t)
		p.Together, p.TogetherUSD = n, t.sized(n).cost()
	}
	return p, nil
}

// joining returns the time that a request may wait for its first step of decode: the step that runs and its
// own. Without a bound on tokens it is a quarter of that on the first.
func joining(b open.Bounds) float64 {
	if b.TPOT > 0 {
		return 2 * b.TPOT
	}
	return b.TTFT / 4
}

func (t trial) link() (bytes float64, assumed bool) { return linkOf(t.server.Hardware, t.hosting) }

// linkOf returns a replica's part of its machine's network, bytes/s; assumed where no source states that.
func linkOf(hw offer.Hardware, h offer.Hosting) (bytes float64, assumed bool) {
	bits, count := h.NetworkGbps*1e9, float64(hw.PerReplica*max(h.PerInstance, 1))
	if assumed = bits <= 0; assumed {
		switch {
		case !hw.Accelerator.Linked():
			bits = leastNetwork
		case count >= 8:
			bits = wholeNetwork * count
		default:
			bits = partNetwork * count
		}
	}
	return bits / 8 * usedLink / float64(max(h.PerInstance, 1)), assumed
}

// cheapestPool returns the cheapest pool of replicas on the accelerators and in the cloud of a plan, or the
// excuse of the first that cannot be.
func cheapestPool(s *Space, e candidate.Evaluation, whole *serve.Server, d Demand, half func(*serve.Server, offer.Hosting) *serve.Server) (best trial, miss *candidate.Excuse) {
	cost := math.Inf(1)
	visit := func(h offer.Hardware) {
		if h.Accelerator.ID != whole.Accelerator.ID {
			return
		}
		one := s.Servers.Of(h, whole.Variant)
		if !one.Serves() {
			miss = cmp.Or(miss, one.Excuse)
			return
		}
		for _, at := range hostingsLike(s, h, e) {
			t := trial{space: s, server: half(one, at), hosting: at, demand: d, confidence: s.options.Confidence, anyBudget: true}
			n, ok := smallest(t)
			t.n = max(n, 1)
			switch {
			case !ok:
				miss = cmp.Or(miss, unreachable(t))
			case t.cost() < cost:
				best, cost = t, t.cost()
			}
		}
	}
	all := s.Choices()
	if !offered(all, whole.Hardware) {
		visit(whole.Hardware)
	}
	for _, h := range all {
		visit(h)
	}
	switch {
	case !math.IsInf(cost, 1):
		return best, nil
	case miss == nil:
		miss = &candidate.Excuse{Code: candidate.NoPrice, Text: "no price of its machines is known"}
	}
	return best, miss
}

// hostingsLike returns the ways to rent hardware in the cloud of an evaluated plan, which may have left
// today's.
func hostingsLike(s *Space, h offer.Hardware, e candidate.Evaluation) []offer.Hosting {
	var out []offer.Hosting
	for _, offers := range []*offer.Offers{s.Offers, offer.Everywhere(s.Offers)} {
		for _, at := range offers.Hosting(h) {
			if at.Cloud == e.Cloud {
				out = append(out, at)
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// lessOwned returns a trial without the owned hardware that another trial uses.
func lessOwned(t, other trial) trial {
	taken := min(other.n, other.hosting.Owned) * other.server.PerReplica
	t.hosting.Owned = max(t.hosting.Owned*t.server.PerReplica-taken, 0) / t.server.PerReplica
	return t
}

// transfer adds replicas to the pools until the first token comes in time although the cache is handed
// over between them: each time to the pool in which a dollar saves the most of that time.
func (p *Pools) transfer(prefill, decode *trial, handed serve.Handover, joined, bound float64) *candidate.Excuse {
	const most = 400 // steps of growth, by an eighth each once they are many
	for _, t := range []*trial{prefill, decode} {
		link, _ := t.link()
		t.n = max(t.n, int(math.Min(math.Ceil(t.peak()*handed.Bytes/(link*filled)), MaxReplicas)))
	}
	for range most {
		if p.hand(*prefill, *decode, handed, joined); bound <= 0 && !math.IsInf(p.TTFT, 1) || p.TTFT <= bound {
			return nil
		}
		if prefill.n >= MaxReplicas || decode.n >= MaxReplicas {
			break
		}
		reads, writes := grown(*prefill), grown(*decode)
		read, written := p.saved(reads, *decode, handed, joined), p.saved(*prefill, writes, handed, joined)
		switch {
		case math.Max(read, written) <= 0:
			return tooLongToSend(handed, p.TTFT, bound)
		case read*share(writes) >= written*share(reads):
			*prefill = reads
		default:
			*decode = writes
		}
	}
	return tooLongToSend(handed, p.TTFT, bound)
}

// share returns what a replica costs as its part of a machine, USD/h.
func share(t trial) float64 { return t.hosting.USDPerHour / float64(max(t.hosting.PerInstance, 1)) }

func grown(t trial) trial { return t.sized(t.n + max(t.n/8, 1)) }

// never stands for a first token that does not come, s.
const never = 1e9

// saved returns how much sooner the first token would come, s.
func (p *Pools) saved(prefill, decode trial, handed serve.Handover, joined float64) float64 {
	other := *p
	other.hand(prefill, decode, handed, joined)
	return math.Min(p.TTFT, never) - math.Min(other.TTFT, never)
}

// hand computes the transfer between two pools, and the time to the first token.
func (p *Pools) hand(prefill, decode trial, handed serve.Handover, joined float64) {
	out, assumed := prefill.link()
	in, alike := decode.link()
	p.Network, p.NetworkAssumed, p.Transfer, p.TTFT = math.Min(out, in), assumed || alike, math.Inf(1), math.Inf(1)
	p.Busy = prefill.peak() * handed.Bytes * math.Max(1/out/float64(prefill.n), 1/in/float64(decode.n))
	read := prefill.server.At(prefill.n, prefill.peak())
	if p.Busy < 1 && read.Stable {
		p.Transfer = handed.LongestBytes / p.Network / (1 - p.Busy) // links shared by what is sent at once
		p.TTFT = read.TTFT + p.Transfer + joined
	}
}

// tooLongToSend returns the excuse where the first token comes too late for the cache that is handed over.
func tooLongToSend(handed serve.Handover, took, bound float64) *candidate.Excuse {
	return candidate.Missed(candidate.Throughput, fmt.Sprintf("handing over %s of keys and values a request takes too long", unit.Format(unit.Bytes, handed.Bytes)),
		"ttft", "ms", took*1e3, bound*1e3)
}

// withinLimits returns the excuse where both pools together need more than is allowed.
func withinLimits(prefill, decode trial) *candidate.Excuse {
	if limit, n := prefill.space.Workload.MaxReplicas, prefill.n+decode.n; limit > 0 && n > limit {
		return candidate.Missed(candidate.ReplicaLimit, fmt.Sprintf("needs %d replicas in both pools, %d allowed", n, limit), "max_replicas", "", float64(limit), float64(n))
	}
	_, quota, ok := offer.Quota(prefill.space.Offers, prefill.server.Hardware)
	if n := prefill.n*prefill.server.PerReplica + decode.n*decode.server.PerReplica; ok && n > quota {
		return candidate.Missed(candidate.Quota, fmt.Sprintf("needs %d × %s in both pools, the quota is %d", n, offer.ShortName(prefill.server.Accelerator), quota),
			"quota", "", float64(quota), float64(n))
	}
	return nil
}

// DisaggregationPays returns the smallest of several multiples of a demand at which two pools cost less than
// replicas of an evaluated plan's kind that do both; ok is false where they cost less at none.
func DisaggregationPays(s *Space, e candidate.Evaluation, d Demand, multiples []float64) (multiple float64, ok bool) {
	for _, m := range multiples {
		p, miss := Disaggregate(s, e, Demand{Peak: d.Peak * m, Mean: d.Mean * m, Data: d.Data})
		if miss == nil && p.USDPerMonth < p.TogetherUSD {
			return m, true
		}
	}
	return 0, false
}
