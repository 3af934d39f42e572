package open

import (
	"fmt"
	"math"
	"testing"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// within fails unless got is at least low and at most high times want.
func within(t *testing.T, what string, got, want, low, high float64) {
	t.Helper()
	if !(got >= low*want && got <= high*want) {
		t.Errorf("%s: %.4g, simulated %.4g (%+.0f %%)", what, got, want, 100*(got/want-1))
	}
}

// TestOpenAgainstSimulation holds the formulas against continuous batching simulated step by
// step, from a third of saturation to where the limit on requests binds.
func TestOpenAgainstSimulation(t *testing.T) {
	few, many := slow70b, fast8b
	few.MaxRequests = 16
	short := llm.Tokens{Mean: 20, CV: 0.5}
	for _, c := range []struct {
		m               Machine
		input, output   llm.Tokens
		dispersion, u   float64
		ttft, tpot, e2e float64 // how far means may be off
		p99TTFT         float64
		p99TPOT         float64
	}{
		{many, llm.Tokens{Mean: 1000}, llm.Tokens{Mean: 200}, 1, 0.3, .05, .05, .05, .20, .05},
		{many, llm.Tokens{Mean: 1000}, llm.Tokens{Mean: 200}, 1, 0.8, .05, .05, .05, .25, .10},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.3, .05, .05, .05, .15, .10},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.6, .05, .05, .05, .15, .10},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.8, .05, .05, .05, .15, .20},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.9, .10, .06, .06, .25, .15},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 4, 0.5, .10, .05, .05, .15, .20},
		{many, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 4, 0.8, .10, .08, .10, .20, .20},
		{few, llm.Tokens{Mean: 1000}, llm.Tokens{Mean: 200}, 1, 0.5, .05, .05, .05, .15, .05},
		{few, llm.Tokens{Mean: 1000}, llm.Tokens{Mean: 200}, 1, 0.8, .15, .05, .05, .15, .20},
		{few, llm.Tokens{Mean: 1000}, llm.Tokens{Mean: 200}, 1, 0.95, .25, .05, .10, .35, .20},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.3, .05, .05, .05, .15, .10},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.6, .10, .05, .05, .15, .10},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.8, .15, .05, .05, .15, .10},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 1, 0.95, .35, .05, .15, .40, .15},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 4, 0.5, .20, .05, .05, .30, .15},
		{few, llm.Tokens{Mean: 1000, CV: 1}, llm.Tokens{Mean: 200, CV: 1}, 4, 0.8, .15, .06, .10, .20, .25},
		{many, llm.Tokens{Mean: 1000, CV: 1}, short, 1, 0.3, .05, .05, .05, .15, .20},
		{many, llm.Tokens{Mean: 1000, CV: 1}, short, 1, 0.6, .05, .08, .05, .15, .30},
		{few, llm.Tokens{Mean: 1000}, short, 1, 0.3, .05, .05, .05, .20, .15},
		{few, llm.Tokens{Mean: 1000}, short, 1, 0.6, .05, .10, .10, .25, .15},
	} {
		l := llm.Lengths{Input: c.input, Output: c.output}
		rate := c.u * c.m.Saturation(l)
		s := simulation{m: c.m, lengths: l, rate: rate, dispersion: c.dispersion, requests: 30000 + int(800000*math.Max(0, c.u-0.75))}.run()
		a := Replicas{Machine: c.m, N: 1}.Serve(l).At(queue.Load{Rate: rate, Dispersion: c.dispersion})
		name := fmt.Sprintf("limit %g, input %+v, output %+v, dispersion %g at %g: ", c.m.MaxRequests, c.input, c.output, c.dispersion, c.u)
		within(t, name+"mean TTFT", a.MeanTTFT, meanOf(s.ttft), 1-c.ttft, 1+c.ttft)
		within(t, name+"mean TPOT", a.MeanTPOT, meanOf(s.tpot), 1-c.tpot, 1+c.tpot)
		within(t, name+"mean E2E", a.MeanE2E, meanOf(s.e2e), 1-c.e2e, 1+c.e2e)
		within(t, name+"p99 TTFT", a.TTFT(0.99), quantileOf(s.ttft, 0.99), 1-c.p99TTFT, 1+c.p99TTFT)
		within(t, name+"p99 TPOT", a.TPOT(0.99), quantileOf(s.tpot, 0.99), 1-c.p99TPOT, 1+c.p99TPOT)
		within(t, name+"p99 E2E", a.Quantile(0.99), quantileOf(s.e2e, 0.99), 0.85, 1.15)
	}
}

// TestSaturationAgainstSimulation overloads the simulation: what it finishes is saturation.
func TestSaturationAgainstSimulation(t *testing.T) {
	for _, limit := range []float64{1, 2, 16, 256} {
		for _, l := range []llm.Lengths{chat, {Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 20, CV: 0.5}},
			{Input: llm.Tokens{Mean: 20000, CV: 0.5}, Output: llm.Tokens{Mean: 200}},
			{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 1}}} {
			m := fast8b
			m.MaxRequests = limit
			x := m.Saturation(l)
			const n = 20000
			s := simulation{m: m, lengths: l, rate: 1000 * x, dispersion: 1, requests: n}.run()
			within(t, fmt.Sprintf("limit %g, %+v", limit, l), x, n/s.e2e[len(s.e2e)-1], 0.95, 1.04)
		}
	}
}

func TestSpeculationAndCachedPrefixAgainstSimulation(t *testing.T) {
	m := fast8b
	m.Setup.Accepted, m.Setup.PrefixHit = 2.5, 0.6
	rate := 0.7 * m.Saturation(chat)
	s := simulation{m: m, lengths: chat, rate: rate, dispersion: 1, requests: 40000}.run()
	r := m.Open(queue.Load{Rate: rate}, chat)
	within(t, "mean TTFT", r.MeanTTFT, meanOf(s.ttft), 0.93, 1.07)
	within(t, "mean TPOT", r.MeanTPOT, meanOf(s.tpot), 0.93, 1.07)
	within(t, "p99 TTFT", r.TTFT.P99, quantileOf(s.ttft, 0.99), 0.8, 1.2)
	within(t, "p99 E2E", r.E2E.P99, quantileOf(s.e2e, 0.99), 0.85, 1.15)
}

// TestLeastLoadedAgainstSimulation has each request join the replica with the fewest.
func TestLeastLoadedAgainstSimulation(t *testing.T) {
	for _, dispersion := range []float64{1, 4} {
		m := slow70b
		m.MaxRequests = 16
		serving := Replicas{Machine: m, N: 4, LeastLoaded: true}.Serve(chat)
		rate := 0.8 * serving.Saturation()
		s := simulation{m: m, lengths: chat, rate: rate, dispersion: dispersion, requests: 60000, replicas: 4}.run()
		a := serving.At(queue.Load{Rate: rate, Dispersion: dispersion})
		name := fmt.Sprintf("dispersion %g: ", dispersion)
		within(t, name+"mean TTFT", a.MeanTTFT, meanOf(s.ttft), 0.75, 1.3)
		within(t, name+"mean TPOT", a.MeanTPOT, meanOf(s.tpot), 0.93, 1.07)
		within(t, name+"p99 E2E", a.Quantile(0.99), quantileOf(s.e2e, 0.99), 0.85, 1.2)
	}
}

func TestRandomBalancingIsThinning(t *testing.T) {
	load := queue.Load{Rate: 8, Dispersion: 5}
	got := Replicas{Machine: fast8b, N: 4}.Serve(chat).At(load)
	want := Replicas{Machine: fast8b, N: 1}.Serve(chat).At(queue.Load{Rate: 2, Dispersion: 2})
	if got.TTFT(0.99) != want.TTFT(0.99) || got.MeanE2E != want.MeanE2E || got.QPS != 8 {
		t.Errorf("four at random: p99 TTFT %v, one with a quarter %v; %v/s", got.TTFT(0.99), want.TTFT(0.99), got.QPS)
	}
}

func TestOverload(t *testing.T) {
	x := slow70b.Saturation(chat)
	for _, rate := range []float64{x, 2 * x, math.Inf(1), math.NaN()} {
		r := slow70b.Open(queue.Load{Rate: rate}, chat)
		if r.Stable || !math.IsInf(r.TTFT.P50, 1) || !math.IsInf(r.MeanE2E, 1) || math.IsInf(r.TPOT.P99, 1) || r.QPS != x {
			t.Errorf("at %g of %g/s: %+v", rate, x, r)
		}
	}
	if r := slow70b.Open(queue.Load{Rate: math.Nextafter(x, 0)}, chat); !r.Stable || math.IsInf(r.TTFT.P99, 1) {
		t.Errorf("just below saturation: %+v", r)
	}
}

func TestNonsense(t *testing.T) {
	for _, c := range []struct {
		m Machine
		l llm.Lengths
	}{
		{Machine{}, chat}, {fast8b, llm.Lengths{}}, {fast8b, llm.Lengths{Input: llm.Tokens{Mean: 100}, Output: llm.Tokens{Mean: math.Inf(1)}}},
		{fast8b, llm.Lengths{Input: llm.Tokens{Mean: 100, CV: math.NaN()}, Output: llm.Tokens{Mean: 100}}},
	} {
		r := c.m.Open(queue.Load{Rate: 1}, c.l)
		if r.Stable || c.m.Saturation(c.l) != 0 || !math.IsInf(r.TPOT.P99, 1) {
			t.Errorf("%+v: %+v", c.l, r)
		}
	}
}

// TestAlone: a request that has the machine for itself takes its prompt and its steps.
func TestAlone(t *testing.T) {
	l := llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200}}
	r := fast8b.Open(queue.Load{}, l)
	first := fast8b.Timing.Prefill(1000, 500)
	step := fast8b.Timing.Decode(1, 1100)
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"mean TTFT", r.MeanTTFT, first}, {"p99 TTFT", r.TTFT.P99, first},
		{"TPOT", r.MeanTPOT, step}, {"p99 TPOT", r.TPOT.P99, step},
		{"E2E", r.MeanE2E, first + 199*step}, {"p50 E2E", r.E2E.P50, first + 199*step},
	} {
		if math.Abs(c.got/c.want-1) > 1e-5 {
			t.Errorf("%s alone: %v, want %v", c.what, c.got, c.want)
		}
	}
}

// TestOneToken: requests that write one token are done with the first.
func TestOneToken(t *testing.T) {
	l := llm.Lengths{Input: llm.Tokens{Mean: 500, CV: 0.5}, Output: llm.Tokens{Mean: 1}}
	rate := 0.5 * fast8b.Saturation(l)
	r := fast8b.Open(queue.Load{Rate: rate}, l)
	s := simulation{m: fast8b, lengths: l, rate: rate, dispersion: 1, requests: 40000}.run()
	within(t, "mean TTFT", r.MeanTTFT, meanOf(s.ttft), 0.85, 1.15)
	within(t, "p99 TTFT", r.TTFT.P99, quantileOf(s.ttft, 0.99), 0.8, 1.25)
	if r.MeanTPOT != 0 || r.TPOT.P99 != 0 || r.MeanE2E != r.MeanTTFT {
		t.Errorf("one token: %+v", r)
	}
}
