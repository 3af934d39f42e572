package llm

import "math"

// Closed is how the machine answers so many requests under way at all times, each followed
// by the next: continuous batching in which every step gives a token to each request and the
// prompts of those that came fall into the steps of the others. Requests beyond MaxRequests
// wait. Times are means, and stand for all percentiles.
func (m Machine) Closed(concurrency float64, l Lengths) Response {
	input, output, ok := m.lengths(l)
	if !ok || !(concurrency > 0) || math.IsInf(concurrency, 1) {
		return Response{}
	}
	n := max(1, concurrency)
	batch := min(n, m.limit())
	alone := m.Timing.Prefill(input, input/2)
	more := max(0, m.Timing.Prefill(2*input, input/2)-alone)
	step := m.Timing.Decode(batch, input+output/2) + (batch-1)/output*more
	served := alone + output*step
	waits, power := usualWaits, usualPower
	if k, ok := m.Timing.(*Clock); ok {
		waits, power = k.waits, k.power
		served += k.prompt
		alone += k.prompt
	}
	all := served * n / batch
	first := min(alone+waits*math.Pow(batch-1, power)*more, served*mostFirst) + all - served
	return steady(Response{QPS: n / all, Requests: batch, MeanTTFT: first, MeanTPOT: (all - first) / output, MeanE2E: all})
}

// What stands for the waiting of prompts where no fit says: about what was fitted.
const usualWaits, usualPower = 1.5, 0.67

// Static is how the machine answers batches that start together, the next when the last
// token of one is out, in as many rounds as memory makes of them.
func (m Machine) Static(batch float64, l Lengths) Response {
	input, output, ok := m.lengths(l)
	if !ok || !(batch > 0) || math.IsInf(batch, 1) {
		return Response{}
	}
	n := max(1, batch)
	held := min(n, m.limit())
	first := m.Timing.Prefill(n*input, input/2)
	each := m.Timing.Decode(held, input+output/2) * n / held
	all := first + output*each
	return steady(Response{QPS: n / all, Requests: held, MeanTTFT: first, MeanTPOT: each, MeanE2E: all})
}

// lengths are the means of input and output as a step model needs them.
func (m Machine) lengths(l Lengths) (input, output float64, ok bool) {
	input, output = max(1, l.Input.Mean*(1-m.Setup.PrefixHit)), max(1, l.Output.Mean/max(1, m.Setup.Accepted))
	return input, output, m.Timing != nil && !math.IsInf(input+output, 1) && !math.IsNaN(l.Input.Mean+l.Output.Mean)
}

// steady completes a response whose times do not vary.
func steady(r Response) Response {
	same := func(v float64) Quantiles { return Quantiles{v, v, v, v} }
	r.Stable, r.Busy = true, 1
	r.TTFT, r.TPOT, r.E2E = same(r.MeanTTFT), same(r.MeanTPOT), same(r.MeanE2E)
	return r
}
