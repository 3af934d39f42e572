package open

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// TestPoolsAgainstSimulation has one replica read prompts alone, and another write tokens alone.
func TestPoolsAgainstSimulation(t *testing.T) {
	few := slow70b
	few.MaxRequests = 16
	for _, m := range []Machine{fast8b, few} {
		for _, u := range []float64{0.3, 0.8} {
			reader, prompts := m.Prefilling(chat)
			rate := u * reader.Saturation(prompts)
			s := simulation{m: reader, lengths: prompts, rate: rate, dispersion: 1, requests: 40000}.run()
			a := Replicas{Machine: reader, N: 1}.Serve(prompts).At(queue.Load{Rate: rate})
			name := fmt.Sprintf("limit %g at %g: ", m.MaxRequests, u)
			within(t, name+"p99 TTFT of prompts alone", a.TTFT(0.99), quantileOf(s.ttft, 0.99), 0.8, 1.3)

			writer, tokens := m.Decoding(chat)
			rate = u * writer.Saturation(tokens)
			s = simulation{m: writer, lengths: tokens, rate: rate, dispersion: 1, requests: 40000}.run()
			a = Replicas{Machine: writer, N: 1}.Serve(tokens).At(queue.Load{Rate: rate})
			within(t, name+"mean TPOT of tokens alone", a.MeanTPOT, meanOf(s.tpot), 0.95, 1.05)
			within(t, name+"p99 TPOT of tokens alone", a.TPOT(0.99), quantileOf(s.tpot, 0.99), 0.9, 1.1)
		}
	}
}

// TestPoolsCarryMore: a machine that does one half of the work alone carries at least as many requests
// as one that does both, and a token is not later.
func TestPoolsCarryMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		reader, prompts := c.m.Prefilling(c.l)
		writer, tokens := c.m.Decoding(c.l)
		both := c.m.Saturation(c.l)
		for what, alone := range map[string]float64{"prompts": reader.Saturation(prompts), "tokens": writer.Saturation(tokens)} {
			if alone < both*0.97 { // two tokens of a long prompt: steps that read it in parts are counted whole
				t.Fatalf("%s alone saturate at %g/s, with the rest at %g/s", what, alone, both)
			}
		}
		load := queue.Load{Rate: 0.5 * both}
		one := Replicas{Machine: writer, N: 1}.Serve(tokens).At(load)
		with := Replicas{Machine: c.m, N: 1}.Serve(c.l).At(load)
		if one.MeanTPOT > with.MeanTPOT*(1+1e-6) {
			t.Fatalf("tokens alone take %g s, with prompts between them %g s", one.MeanTPOT, with.MeanTPOT)
		}
	})
}

// TestPoolsOfNothing: without a timing there is nothing to do one half of.
func TestPoolsOfNothing(t *testing.T) {
	m, l := Machine{}.Decoding(llm.Lengths{Input: llm.Tokens{Mean: 1}, Output: llm.Tokens{Mean: 2}})
	if got := m.Saturation(l); got != 0 {
		t.Errorf("a machine without times saturates at %g/s", got)
	}
}
