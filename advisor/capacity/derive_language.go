package capacity

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
	t.log.Given(stated("requests_at_once", "requests under way at once", float64(talk.concurrency(m)), "", "memory, engine and the bound on a token", ""))
	t.log.Given(stated("server_saturation", "saturation of one replica", talk.saturation(), "1/s", "steps of continuous batching, as many requests at once as memory and engine admit", ""))
	one := talk.solvedRate(t.Replica)
	q := talk.at(1, one)
	t.recordTokenTime("ttft", q.TTFT, talk.bounds.TTFT)
	t.recordTokenTime("tpot", q.TPOT, talk.bounds.TPOT)
	check := "server_qps <= server_saturation"
	if talk.bounds.TTFT > 0 {
		check += " && ttft_at_limit <= ttft_bound"
	}
	if talk.bounds.TPOT > 0 {
		check += " && tpot_at_limit <= tpot_bound"
	}
	t.log.Search(figure("server_qps", "rate that one replica sustains within the bounds", one, "1/s"),
		"the largest rate at which every bound holds: prefill by operations, decode by bytes moved, all-reduce by link, a fixed time per step, in continuous batches",
		check, "fixed point of continuous batching, percentiles from the chain of batch states (advisor/llm)")
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
