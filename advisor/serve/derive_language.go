package serve

import (
	"math"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/unit"
)

// Sources of the methods of language models.
const (
	cacheMethod     = "a key and a value for every layer and KV head (Pope et al., Efficiently Scaling Transformer Inference, 2022)"
	pagesOfLanguage = "fixed point of continuous batching, percentiles from the chain of batch states (advisor/llm)"
)

// generates reports whether a server serves a language model.
func generates(s *Server) bool {
	_, ok := s.scheduler.(*language)
	return ok
}

// recordLanguage notes the memory of a replica of a language model and the rate it sustains,
// which is found by search on its steps.
func recordLanguage(s *Servers, r *Server, log *derivation.Log) {
	m, l := r.Memory.Tokens, r.scheduler.(*language)
	model := s.offers.Model
	log.Given(derivation.Stated("weights_gib", "weights on each accelerator", m.Weights, "GiB", "catalog: "+model.ID, model.Source))
	log.Given(derivation.Stated("usable_gib", "memory that the engine may use", m.Usable, "GiB", "catalog: "+r.Accelerator.ID, r.Accelerator.Sources))
	log.Given(derivation.Stated("activations_gib", "activations of the longest step", m.Activations, "GiB", "engine "+m.Engine.Name, ""))
	log.Step(derivation.Figure("cache_gib", "room for keys and values on each accelerator", m.Cache, "GiB"),
		"usable_gib - weights_gib - activations_gib", "what is left after weights and activations")
	recordSpread(r, log, "validation of predictions on the catalog", "")
	recordRequests(s, r, l, log)
	log.Given(derivation.Stated("server_saturation", "saturation of one replica", l.saturation(), "1/s",
		"steps of continuous batching, as many requests at once as memory and engine admit and serve most"+preempting(l), ""))
	recordServerRate(r, l, log)
}

// preempting says what a replica would serve that preempts.
func preempting(l *language) string {
	if l.machine.Unspared == 0 {
		return ""
	}
	return "; with all that the KV cache holds on average " + unit.Format(unit.Rate, l.machine.Unspared) + ", since the youngest are preempted and read again"
}

// recordServerRate notes the rate that one replica sustains within its bounds.
func recordServerRate(r *Server, l *language, log *derivation.Log) {
	one, check := byFormula(r, 1), "server_qps <= server_saturation && requests_at_once <= requests_admitted"
	q := l.at(1, one)
	for _, t := range []struct {
		name     string
		v, bound float64
	}{{"ttft", q.TTFT, l.conditions.Bounds.TTFT}, {"tpot", q.TPOT, l.conditions.Bounds.TPOT}} {
		if t.bound > 0 {
			log.Given(derivation.Stated(t.name+"_at_limit", t.name+" at the limit", t.v, "s", "the replica's queue at the rate below", ""))
			check += " && " + t.name + "_at_limit" + against(t.v, t.bound, one) + t.name + "_bound"
		}
	}
	log.Search(derivation.Figure("server_qps", "rate that one replica sustains within the bounds", one, "1/s"),
		"the largest rate at which every bound holds: prefill by operations, decode by bytes moved, all-reduce by link, a fixed time per step, in continuous batches",
		check, pagesOfLanguage)
}

// against returns the relation of a time at the limit to its bound: within it, unless no rate is sustainable
// because one request alone takes longer.
func against(time, bound, sustained float64) string {
	if sustained == 0 && time > bound {
		return " > "
	}
	return " <= "
}

// recordRequests notes what the cache of one accelerator holds, and how many requests run at once.
func recordRequests(s *Servers, r *Server, l *language, log *derivation.Log) {
	m := r.Memory.Tokens
	recordCache(s, r, log)
	tokens := recordHeld(s, r, log)
	shape := s.offers.Language.Shape
	each := shape.HeldPerGPU(tokens, r.PerReplica) / shape.Held(tokens)
	if plainCache(shape) && m.Fits && m.Engine.Requests > 0 {
		log.Given(derivation.Stated("cache_share", "share of a request's keys and values on each accelerator", each, "fraction", "plan",
			"tensor parallelism divides the KV heads; each accelerator has at least one"))
		held := math.Floor(m.Cache * (1 << 30) / (m.KVBytesPerToken * each * tokens))
		log.Step(derivation.Figure("requests_held", "requests that the memory holds", held, ""), "floor(cache_gib * 1073741824 / (kv_bytes_per_token * cache_share * tokens_held))", cacheMethod)
		log.Given(derivation.Stated("engine_requests", "most requests that the engine takes at once", float64(m.Engine.Requests), "", "engine "+m.Engine.Name, m.Engine.Title))
		log.Step(derivation.Figure("requests_admitted", "requests that memory and engine admit", m.Admitted(), ""), "min(engine_requests, max(1, requests_held))", "whichever ends first")
	} else {
		log.Given(derivation.Stated("requests_admitted", "requests that memory and engine admit", m.Admitted(), "", "memory and engine "+m.Engine.Name, "layers keep different numbers of tokens"))
	}
	log.Search(derivation.Figure("requests_at_once", "requests in flight", float64(l.open(m)), ""),
		"as many as memory and engine admit, or those with which the KV cache is seldom full, or even a full machine keeps the bound on a token, whichever sustains more",
		"requests_at_once >= 1 && requests_at_once <= requests_admitted", pagesOfLanguage)
}

// recordHeld notes the tokens that a request keeps in the cache.
func recordHeld(s *Servers, r *Server, log *derivation.Log) float64 {
	engine, l := r.Memory.Tokens.Engine, s.offers.Language.Lengths
	tokens, prompt, title := l.Held(), recordPrompt(s, r, log), "mean tokens that a running request keeps"
	switch {
	case !engine.Evicts:
		tokens = l.Input.Mean + l.Output.Mean
		log.Step(derivation.Figure("tokens_held", "tokens that are reserved for a request", tokens, "tokens"), prompt+" + output_tokens", engine.Name+" reserves room for the whole answer")
	case tokens == l.Input.Mean+l.Output.Mean/2:
		log.Step(derivation.Figure("tokens_held", title, tokens, "tokens"), prompt+" + output_tokens / 2", "an answer is half written on average")
	default:
		log.Given(derivation.Stated("tokens_held", title, tokens, "tokens", "lengths of requests", "input and half of the output, in which long answers weigh more since they run longer"))
	}
	return tokens
}

// recordPrompt notes the tokens of a prompt where they are more than those given, and is their name.
func recordPrompt(s *Servers, r *Server, log *derivation.Log) string {
	l, name := s.offers.Language, "input_tokens"
	if l.Images.Number > 0 {
		name = recordImages(l, log)
	}
	if l.Talk.Turns > 1 {
		log.Given(derivation.Stated("turns", "turns of a conversation", float64(l.Talk.Turns), "", "--turns", ""))
		log.Step(derivation.Figure("talk_tokens", "tokens of a prompt, mean over the turns", l.Lengths.Input.Mean, "tokens"),
			"(turns + 1) / 2 * "+name+" + (turns - 1) / 2 * output_tokens", "each turn reads all turns before it")
		name = "talk_tokens"
		log.Given(derivation.Stated("prefix_found", "share of a prompt that the cache of a replica holds at 80 % of its saturation", r.scheduler.(*language).machine.Setup.PrefixHit, "fraction",
			"--think-time", "of the tokens not held by requests in flight, the most recently used (Che, Tung and Wang 2002)"))
	}
	return name
}

// recordImages notes the tokens of a prompt with images.
func recordImages(l *offer.Language, log *derivation.Log) string {
	log.Given(derivation.Stated("images", "images of a request", float64(l.Images.Number), "", "--images", ""))
	log.Given(derivation.Stated("image_tokens", "tokens of an image", l.Images.Each.Tokens, "tokens", "--image-size", l.Images.Family.Source))
	log.Step(derivation.Figure("prompt_tokens", "tokens of a prompt", l.Asked(), "tokens"), "input_tokens + images * image_tokens", "images are read as tokens")
	return "prompt_tokens"
}

// plainCache reports whether all layers keep a key and a value of each KV head for every token.
func plainCache(s llm.Shape) bool {
	a := s.Attention
	return len(a) == 1 && a[0].Window == 0 && a[0].StateBytes == 0 && a[0].KVHeads > 0
}

// recordCache notes what one token keeps.
func recordCache(s *Servers, r *Server, log *derivation.Log) {
	shape, per, model := s.offers.Language.Shape, r.Memory.Tokens.KVBytesPerToken, s.offers.Model
	result := derivation.Figure("kv_bytes_per_token", "keys and values of a token in all layers", per, "B")
	source := "catalog: " + model.ID
	if !plainCache(shape) {
		result.From, result.Reason = source, "layers differ: windows, latents or states"
		log.Given(result)
		return
	}
	a := shape.Attention[0]
	dims := a.ElementsPerToken / float64(a.KVHeads)
	log.Given(derivation.Stated("layers", "layers", float64(a.Layers), "", source, model.Source))
	log.Given(derivation.Stated("kv_heads", "heads that have keys and values", float64(a.KVHeads), "", source, model.Source))
	log.Given(derivation.Stated("key_and_value", "numbers in a key and a value of a head", dims, "", source, "twice the dimension of a head where both are as long"))
	log.Given(derivation.Stated("kv_bytes", "bytes of a number in the cache", per/shape.KVElementsPerToken(), "B", "--kv-precision", "that of the activations unless it is given"))
	log.Step(result, "layers * kv_heads * key_and_value * kv_bytes", cacheMethod)
}

// recordPooled notes the rate of several replicas of a language model that share their load: it is found by
// a search of its own, since it is not a multiple of the rate of one.
func recordPooled(log *derivation.Log, v derivation.Value, n Count) {
	log.Search(v, "the largest rate at which every bound holds, all of these replicas together: a burst spreads over them",
		v.Name+" >= 0 && "+v.Name+" <= "+n.Copies+" * server_saturation", pagesOfLanguage)
}

// recordTokenTimes notes how a language model answers at the demand. The times are read off
// a chain that has no formula: what is shown is that they keep their bounds.
func recordTokenTimes(s *Server, log *derivation.Log, r Response, saturation float64) {
	if !(r.QPS < saturation) {
		return
	}
	const steady, read = "demand < saturation_qps", "read off the chain of batch states at the demand"
	b := s.Conditions.Bounds
	for _, t := range []struct {
		name, bound string
		v, most     float64
	}{
		{"ttft", "ttft_bound", r.TTFT, b.TTFT}, {"tpot", "tpot_bound", r.TPOT, b.TPOT},
		{"p50", "", r.P50, 0}, {"p95", "", r.P95, 0}, {"p99", "", r.P99, 0},
	} {
		check := steady + " && " + t.name + " > 0"
		if t.most > 0 && t.v <= t.most {
			check = steady + " && " + t.name + " <= " + t.bound
		}
		if t.v > 0 && !math.IsInf(t.v, 0) {
			log.Search(derivation.Figure(t.name, t.name+" at the demand", t.v, "s"), read, check, pagesOfLanguage)
		}
	}
	log.Search(derivation.Figure("busy", "share of time that the accelerators work", r.Busy, "fraction"), read, steady+" && busy <= 1", pagesOfLanguage)
	log.Search(derivation.Figure("batch", "requests in a step, mean", r.Batch, ""), read, steady+" && batch <= requests_at_once", pagesOfLanguage)
}
