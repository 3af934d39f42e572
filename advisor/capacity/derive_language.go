package capacity

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/llm"
)

// Sources of the methods of language models.
const (
	cacheMethod     = "a key and a value for every layer and KV head (Pope et al., Efficiently Scaling Transformer Inference, 2022)"
	pagesOfLanguage = "fixed point of continuous batching, percentiles from the chain of batch states (advisor/llm)"
)

// recordSpeaker notes the memory of a replica of a language model and the rate it sustains,
// which is found by search on its steps.
func (t trial) recordSpeaker() {
	m, talk := t.tokens, t.server.(*speaker)
	t.log.Given(stated("weights_gib", "weights on each accelerator", m.Weights, "GiB", "catalog: "+t.space.Model.ID, t.space.Model.Source))
	t.log.Given(stated("usable_gib", "memory that the engine may use", m.Usable, "GiB", "catalog: "+t.Hardware.Accelerator.ID, t.Hardware.Accelerator.Sources))
	t.log.Given(stated("activations_gib", "activations of the longest step", m.Activations, "GiB", "engine "+m.Engine.Name, ""))
	t.log.Step(figure("cache_gib", "room for keys and values on each accelerator", m.Cache, "GiB"), "usable_gib - weights_gib - activations_gib", "what is left after weights and activations")
	low, high := t.spread()
	t.log.Given(stated("capacity_low", "low end of capacity over expected", low, "", "validation of predictions on the catalog", ""))
	t.log.Given(stated("capacity_high", "high end of capacity over expected", high, "", "validation of predictions on the catalog", ""))
	t.recordRequests(talk)
	t.log.Given(stated("server_saturation", "saturation of one replica", talk.saturation(), "1/s", "steps of continuous batching, as many requests at once as memory and engine admit", ""))
	one := talk.solvedRate(t.Replica)
	q := talk.at(1, one)
	t.recordTokenTime("ttft", q.TTFT, talk.bounds.TTFT)
	t.recordTokenTime("tpot", q.TPOT, talk.bounds.TPOT)
	check := "server_qps <= server_saturation && requests_at_once <= requests_admitted"
	if talk.bounds.TTFT > 0 {
		check += " && ttft_at_limit <= ttft_bound"
	}
	if talk.bounds.TPOT > 0 {
		check += " && tpot_at_limit <= tpot_bound"
	}
	t.log.Search(figure("server_qps", "rate that one replica sustains within the bounds", one, "1/s"),
		"the largest rate at which every bound holds: prefill by operations, decode by bytes moved, all-reduce by link, a fixed time per step, in continuous batches",
		check, pagesOfLanguage)
}

// recordRequests notes what the cache of one accelerator holds, and how many requests are
// under way at once.
func (t trial) recordRequests(talk *speaker) {
	m, l := t.tokens, t.space.language.lengths
	t.recordCache()
	tokens, title := l.Held(), "tokens that a request keeps while it is under way, mean"
	switch {
	case !m.Engine.Evicts:
		tokens = l.Input.Mean + l.Output.Mean
		t.log.Step(figure("tokens_held", "tokens that are reserved for a request", tokens, "tokens"), "input_tokens + output_tokens", m.Engine.Name+" reserves room for the whole answer")
	case tokens == l.Input.Mean+l.Output.Mean/2:
		t.log.Step(figure("tokens_held", title, tokens, "tokens"), "input_tokens + output_tokens / 2", "an answer is half written on average")
	default:
		t.log.Given(stated("tokens_held", title, tokens, "tokens", "lengths of requests", "input and half of the output, in which long answers weigh more since they are under way longer"))
	}
	each := t.space.setup(t.Hardware, t.Variant).Shape.HeldPerGPU(tokens, t.PerReplica) / t.space.language.shape.Held(tokens)
	if t.plainCache() && m.Fits && m.Engine.Requests > 0 {
		t.log.Given(stated("cache_share", "share of a request's keys and values on each accelerator", each, "fraction", "plan", "tensor parallelism divides the KV heads; each accelerator has at least one"))
		held := math.Floor(m.Cache * (1 << 30) / (m.KVBytesPerToken * each * tokens))
		t.log.Step(figure("requests_held", "requests that the memory holds", held, ""), "floor(cache_gib * 1073741824 / (kv_bytes_per_token * cache_share * tokens_held))", cacheMethod)
		t.log.Given(stated("engine_requests", "most requests that the engine takes at once", float64(m.Engine.Requests), "", "engine "+m.Engine.Name, m.Engine.Title))
		t.log.Step(figure("requests_admitted", "requests that memory and engine admit", m.Admitted(), ""), "min(engine_requests, max(1, requests_held))", "whichever ends first")
	} else {
		t.log.Given(stated("requests_admitted", "requests that memory and engine admit", m.Admitted(), "", "memory and engine "+m.Engine.Name, "layers keep different numbers of tokens"))
	}
	t.log.Search(figure("requests_at_once", "requests under way at once", float64(talk.concurrency(m)), ""),
		"as many as memory and engine admit, or those with which even a full machine keeps the bound on a token, whichever sustains more",
		"requests_at_once >= 1 && requests_at_once <= requests_admitted", pagesOfLanguage)
}

// plainCache reports whether all layers keep a key and a value of each KV head for every token.
func (t trial) plainCache() bool {
	a := t.space.language.shape.Attention
	return len(a) == 1 && a[0].Window == 0 && a[0].StateBytes == 0 && a[0].KVHeads > 0
}

// recordCache notes what one token keeps.
func (t trial) recordCache() {
	shape, per := t.space.language.shape, t.tokens.KVBytesPerToken
	result := figure("kv_bytes_per_token", "keys and values of a token in all layers", per, "B")
	source := "catalog: " + t.space.Model.ID
	if !t.plainCache() {
		result.From, result.Reason = source, "layers differ: windows, latents or states"
		t.log.Given(result)
		return
	}
	a := shape.Attention[0]
	dims := a.ElementsPerToken / float64(a.KVHeads)
	t.log.Given(stated("layers", "layers", float64(a.Layers), "", source, t.space.Model.Source))
	t.log.Given(stated("kv_heads", "heads that have keys and values", float64(a.KVHeads), "", source, t.space.Model.Source))
	t.log.Given(stated("key_and_value", "numbers in a key and a value of a head", dims, "", source, "twice the dimension of a head where both are as long"))
	t.log.Given(stated("kv_bytes", "bytes of a number in the cache", per/shape.KVElementsPerToken(), "B", "--kv-precision", "that of the activations unless it is given"))
	t.log.Step(result, "layers * kv_heads * key_and_value * kv_bytes", cacheMethod)
}

// recordSpoken notes how a language model answers at the demand. The times are read off a
// chain that has no formula: what is shown is that they keep their bounds.
func (t trial) recordSpoken(e *candidate.Evaluation, b llm.Bounds) {
	steady := "demand < saturation_qps"
	if !(e.DemandQPS < e.SaturationQPS) {
		return
	}
	bounded := func(name string, v, most float64, bound string) {
		check := steady + " && " + name + " > 0"
		if most > 0 && v <= most {
			check = steady + " && " + name + " <= " + bound
		}
		if v > 0 && !math.IsInf(v, 0) {
			t.log.Search(figure(name, name+" at the demand", v, "s"), "read off the chain of batch states at the demand", check, pagesOfLanguage)
		}
	}
	bounded("ttft", e.TTFT, b.TTFT, "ttft_bound")
	bounded("tpot", e.TPOT, b.TPOT, "tpot_bound")
	bounded("p50", e.P50, 0, "")
	bounded("p95", e.P95, 0, "")
	bounded("p99", e.P99, 0, "")
	t.log.Search(figure("busy", "share of time that the accelerators work", e.Busy, "fraction"), "read off the chain of batch states at the demand", steady+" && busy <= 1", pagesOfLanguage)
	t.log.Search(figure("batch", "requests in a step, mean", e.MeanBatch, ""), "read off the chain of batch states at the demand", steady+" && batch <= requests_at_once", pagesOfLanguage)
}

// recordTokenTime notes a time at the limit, where it is bounded.
func (t trial) recordTokenTime(name string, v, bound float64) {
	if bound > 0 {
		t.log.Given(stated(name+"_at_limit", name+" at the limit", v, "s", "the replica's queue at the rate below", ""))
	}
}

// solvedRate is the rate that one replica sustains.
func (t *speaker) solvedRate(r *Replica) float64 {
	if !r.space.bounded() {
		return t.saturation()
	}
	return r.solve(1)
}
