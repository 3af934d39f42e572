package open

import (
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// Sessions describe requests that each follow an earlier one and repeat the whole conversation up to then.
type Sessions struct {
	Think   float64 // s, mean time from an answer to the next request
	Context float64 // mean tokens that a request leaves in the cache for the next
}

// usualLoad is the share of saturation at which it is reckoned what the cache still holds: that of
// a plan with the usual headroom.
const usualLoad = 0.8

// Remembering returns the machine with the share of its prompts that it finds in its prefix cache, where its
// setup has the share for an unlimited cache. Running requests take part of the tokens that the cache holds;
// the rest keeps the most recently used. A request still finds its prefix if it arrives before that rest has
// been overwritten (the characteristic time of Che, Tung and Wang 2002), the time until it arrives being
// exponential. More hits let more requests through, which overwrite the cache sooner: the fixed point lies
// between no hits and all.
func (m Machine) Remembering(l llm.Lengths, s Sessions, tokens float64) Machine {
	most := m.Setup.PrefixHit
	found := func(hit float64) float64 {
		m.Setup.PrefixHit = hit
		one := Replicas{Machine: m, N: 1}.Serve(l)
		rate := usualLoad * one.Saturation()
		rest := tokens - one.At(queue.Load{Rate: rate, Dispersion: 1}).Requests*l.Held()
		return most * s.kept(math.Max(0, rest)/(rate*s.Context))
	}
	low, high := 0.0, most
	if m.Timing == nil || most <= 0 || found(most) > most*(1-1e-3) {
		m.Setup.PrefixHit = most
		return m
	}
	for range 7 {
		if middle := (low + high) / 2; found(middle) > middle {
			low = middle
		} else {
			high = middle
		}
	}
	m.Setup.PrefixHit = low
	return m
}

// kept is the share of requests that come within a time, s.
func (s Sessions) kept(within float64) float64 {
	switch {
	case math.IsNaN(within):
		return 0
	case s.Think <= 0:
		return 1
	}
	return -math.Expm1(-within / s.Think)
}
