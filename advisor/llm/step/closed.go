package step

import (
	"math"

	"scaleadvise/advisor/engine"
	"scaleadvise/advisor/llm"
)

// holds is how many requests of these tokens the caches of all accelerators hold, at least
// 1; a latent is on one of them alone, see held.
func (k *Clock) holds(tokens float64) float64 {
	n := float64(k.gpus)
	each := (k.shape.HeldPerGPU(tokens, k.gpus)-k.latent*tokens*(1-1/n))*k.bytes + k.shape.StateBytes()/n
	each /= k.stages
	if each <= 0 {
		return math.Inf(1)
	}
	return max(1, k.room/each)
}

// together is a batch of requests that start together and of which the last ends it: their
// prompts, then a step for each token at half the output's length, in as many rounds as the
// cache makes of them.
func (k *Clock) together(n, input, output float64) outcome {
	first := k.reads(n*input, input/2) + k.prompt
	if output <= 1 {
		return outcome{first, n, first}
	}
	batch := min(n, k.holds(input+output))
	steps := output * k.decodes(batch, input+output/2) * max(1, n/batch)
	return outcome{first + steps, batch, first}
}

// cycle is the time of a step when n requests are under way: each token of theirs brings
// the output's part of the other ones' prompts, which the stages of a pipeline read at once.
func (k *Clock) cycle(n, input, output float64) float64 {
	tokens := max(0, n-1) * input / output / k.stages
	return k.decodes(n, input+output/2) + k.prompts(tokens, input/2) + tokens*k.token
}

// under is a load of n requests under way at all times, of which those that find no room in
// the cache wait.
func (k *Clock) under(n, input, output float64) outcome {
	batch := min(n, k.holds(input+output/2))
	served := output*k.cycle(batch, input, output) + k.prompt + k.reads(input, input/2)
	all := served * max(1, n/batch)
	first := k.prompt + k.reads(input, input/2) + k.waits*math.Pow(max(0, batch-1), k.power)*k.prompts(input, input/2)
	return outcome{all, batch, min(first, served*mostFirst) + all - served}
}

// mostFirst is the largest share of a request's time that passes before its first token,
// waiting for room left out.
const mostFirst = 0.9

// full is the load at which the engine admits all that the cache holds; its seconds are
// those of a token of the whole system.
func (k *Clock) full(input, output, replicas float64) outcome {
	batch := max(1, min(k.holds(input+output), k.most))
	return outcome{seconds: k.cycle(batch, input, output) / batch / replicas, batch: batch}
}

// mostArriving are the requests in flight in a run at open load where nothing is known of
// the engine: max_num_seqs of vLLM on most parts.
const mostArriving = 256

// admittedBy is how many requests an engine has under way at once unless it is told otherwise.
func admittedBy(s *llm.Setup, h hardware) float64 {
	e, err := engine.Named(s.Engine)
	if err != nil {
		return mostArriving
	}
	return max(mostArriving, float64(e.On(s.Accelerator.Name, h.memory/llm.GiB).Requests))
}

// arriving is a load of rate requests a second on steps that take a multiple of the model's: as many
// are under way as arrive while one is served (Little 1961), the more the slower the steps. Its
// seconds are the model's between two tokens of a request with so many under way.
func (k *Clock) arriving(rate, input, output, multiple float64) outcome {
	return k.inBalance(input, output, func(o outcome, _ float64) float64 { return rate * multiple * o.seconds })
}

// seen is the same where the time between two tokens was measured, s, and says itself how many are
// under way.
func (k *Clock) seen(rate, input, output, between float64) outcome {
	return k.inBalance(input, output, func(o outcome, cycle float64) float64 { return rate * between * o.seconds / cycle })
}

// inBalance finds how many requests are under way where as many come as leave: come says how many
// arrive while one is served, from the load of a number under way and the time of its step.
func (k *Clock) inBalance(input, output float64, come func(o outcome, cycle float64) float64) outcome {
	low, high := 1.0, max(1, min(k.holds(input+output/2), k.admits))
	for range 50 {
		n := (low + high) / 2
		if come(k.under(n, input, output), k.cycle(n, input, output)) > n {
			low = n
		} else {
			high = n
		}
	}
	n := (low + high) / 2
	o := k.under(n, input, output)
	return outcome{k.cycle(n, input, output), n, o.first}
}
