package open

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// ordinary draws a machine with requests and a kind of load as people have them.
func ordinary(r *rand.Rand) openCase {
	pick := func(v ...float64) float64 { return v[r.IntN(len(v))] }
	c := openCase{
		m: Machine{
			Timing:      linear{pick(.004, .02), pick(3e-6, 3e-5, 2.2e-4), pick(0, 1e-9, 4e-9), pick(.007, .045), pick(2e-5, 3e-4), pick(4e-8, 2e-7)},
			MaxRequests: pick(16, 64, 256, 1024),
		},
		l:    llm.Lengths{Input: llm.Tokens{Mean: pick(200, 1000, 5000, 20000), CV: pick(0, 0.3, 1, 2)}, Output: llm.Tokens{Mean: pick(20, 200, 2000), CV: pick(0, 0.3, 1, 2)}},
		load: queue.Load{Dispersion: pick(0.2, 1, 1, 4), Window: pick(0, 60)},
		n:    int(pick(1, 1, 2, 4, 16, 100)),
		even: r.IntN(2) == 0,
	}
	c.m.Timing = weighed(c.m.Timing.(linear))
	c.m.Setup.PrefixHit, c.m.Setup.Accepted = pick(0, 0.5), pick(1, 1, 2.5)
	return c
}

// mayFall is how far a time may fall where the rate rises: laws of two moments are coarse for
// the first token, where some find nothing under way and others a burst or a long prompt.
func mayFall(what string) float64 {
	switch {
	case strings.HasPrefix(what, "mean"):
		return 1e-3
	case strings.HasSuffix(what, "TTFT"), what == "p50 E2E":
		return 0.2
	}
	return 0.1
}

// TestOrdinaryRatesNeverFaster goes up the rates of many ordinary cases.
func TestOrdinaryRatesNeverFaster(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	falls, pairs := 0, 0
	for range 400 {
		c := ordinary(r)
		var last map[string]float64
		for _, u := range []float64{0.02, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99} {
			now := measures(c.at(u))
			for what, v := range last {
				pairs++
				if now[what] < v*0.99 {
					falls++
				}
				if now[what] < v*(1-mayFall(what)) {
					t.Errorf("%s falls from %g to %g up to %g of saturation: %+v", what, v, now[what], u, c)
				}
			}
			last = now
		}
	}
	if falls*500 > pairs {
		t.Errorf("%d of %d times fall", falls, pairs)
	}
}

// TestLowerRatesAreSustained asks for the bounds at rates below the one found.
func TestLowerRatesAreSustained(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	factor := func() float64 { return []float64{0, 1.2, 1.5, 5}[r.IntN(4)] }
	for range 400 {
		c := ordinary(r)
		s := c.serve()
		alone := c.at(0.01)
		b := Bounds{TTFT: factor() * alone.TTFT(0.99), TPOT: factor() * alone.TPOT(0.99), E2E: factor() * alone.Quantile(0.99)}
		rate, by := s.Sustainable(c.load, b)
		for range 4 {
			c.load.Rate = r.Float64() * rate
			if v, name := over(b.each(), s.At(c.load)); v > 0 {
				t.Errorf("%g/s of sustained %g/s by %s, %g of which misses %s: %+v", c.load.Rate, rate, by, math.Exp(v), name, c)
			}
		}
	}
}

// TestManyLevels is answers of crowds, whose levels cannot all be looked at.
func TestManyLevels(t *testing.T) {
	for _, c := range []openCase{
		{n: 10000, even: true, l: chat, load: queue.Load{Dispersion: 0.01}},
		{n: 10000, even: true, l: llm.Lengths{Input: llm.Tokens{Mean: 30, CV: 2}, Output: llm.Tokens{Mean: 10000, CV: 2}}, load: queue.Load{Dispersion: 4, Window: 60}},
		{n: 1, l: llm.Lengths{Input: llm.Tokens{Mean: 30}, Output: llm.Tokens{Mean: 10000}}},
	} {
		c.m = fast8b
		c.m.MaxRequests = 1e6
		last := 0.0
		for _, u := range []float64{0.001, 0.3, 0.9, 0.99, 0.9999} {
			a := c.at(u)
			full := u * c.m.limit()
			if !(a.MeanE2E >= last) || math.IsInf(a.MeanE2E, 1) || !(a.Requests > 0 && a.Requests < full*1.1) {
				t.Errorf("%d replicas at %g of saturation: %g s after %g s, %g requests of %g", c.n, u, a.MeanE2E, last, a.Requests, full)
			}
			last = a.MeanE2E
		}
	}
}

// TestSaturationOfManyIsNotStable: shares of a rate may round below that of one replica.
func TestSaturationOfManyIsNotStable(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		c := ordinary(r)
		c.n = 1 + r.IntN(300)
		s := c.serve()
		c.load.Rate = s.Saturation()
		below := c.load
		below.Rate = math.Nextafter(c.load.Rate, 0)
		if s.At(c.load).Stable || !s.At(below).Stable {
			t.Errorf("%d replicas: stable at %v: %t, just below: %t", c.n, c.load.Rate, s.At(c.load).Stable, s.At(below).Stable)
		}
	}
}

// TestOneTokenThatVaries: none has less than one token, so one in the mean is one for all.
func TestOneTokenThatVaries(t *testing.T) {
	for _, cv := range []float64{0.3, 1, 2} {
		l := llm.Lengths{Input: llm.Tokens{Mean: 500}, Output: llm.Tokens{Mean: 1, CV: cv}}
		r := fast8b.Open(queue.Load{Rate: 0.5 * fast8b.Saturation(l)}, l)
		same := l
		same.Output.CV = 0
		if want := fast8b.Open(queue.Load{Rate: 0.5 * fast8b.Saturation(same)}, same); r.TPOT != (Quantiles{}) || math.Abs(r.E2E.P99/want.E2E.P99-1) > 1e-3 {
			t.Errorf("one token, CV %g: %+v, want %+v", cv, r, want)
		}
	}
}

// TestEvenArrivalsAgainstSimulation has requests come at the same distance.
func TestEvenArrivalsAgainstSimulation(t *testing.T) {
	for _, m := range []Machine{fast8b, slow70b} {
		m.MaxRequests = 16
		for _, l := range []llm.Lengths{chat, {Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200}}} {
			for _, u := range []float64{0.6, 0.9} {
				rate := u * m.Saturation(l)
				s := simulation{m: m, lengths: l, rate: rate, even: true, requests: 40000}.run()
				a := Replicas{Machine: m, N: 1}.At(queue.Load{Rate: rate, Dispersion: 1e-3}, l)
				within(t, "mean TTFT", a.MeanTTFT, meanOf(s.ttft), 0.9, 1.2)
				within(t, "p99 TTFT", a.TTFT(0.99), quantileOf(s.ttft, 0.99), 0.8, 1.25)
				within(t, "p99 TPOT", a.TPOT(0.99), quantileOf(s.tpot, 0.99), 0.9, 1.1)
				within(t, "p99 E2E", a.Quantile(0.99), quantileOf(s.e2e, 0.99), 0.9, 1.1)
			}
		}
	}
}

// TestWaitsForRoomAgainstSimulation: of many that share steps, of few, and behind long prompts.
func TestWaitsForRoomAgainstSimulation(t *testing.T) {
	for _, c := range []struct {
		limit float64
		l     llm.Lengths
		u     float64
		high  float64 // how far the 99th percentile may be above
	}{
		{256, llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200, CV: 1}}, 0.95, 1.7},
		{64, llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200, CV: 1}}, 0.9, 1.3},
		{64, llm.Lengths{Input: llm.Tokens{Mean: 1000, CV: 1}, Output: llm.Tokens{Mean: 200}}, 0.9, 1.3},
		{16, llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 200, CV: 1}}, 0.9, 1.3},
	} {
		m := fast8b
		m.MaxRequests = c.limit
		rate := c.u * m.Saturation(c.l)
		s := simulation{m: m, lengths: c.l, rate: rate, requests: 150000}.run()
		a := Replicas{Machine: m, N: 1}.At(queue.Load{Rate: rate}, c.l)
		within(t, "mean TTFT", a.MeanTTFT, meanOf(s.ttft), 0.85, 1.15)
		within(t, "p99 TTFT", a.TTFT(0.99), quantileOf(s.ttft, 0.99), 0.8, c.high)
	}
}

// TestWavesAgainstSimulation: bursts that last many steps, some with more prompts than are read meanwhile.
func TestWavesAgainstSimulation(t *testing.T) {
	many := slow70b
	many.MaxRequests = 256
	for _, c := range []struct {
		m         Machine
		waves     int
		excess, u float64
	}{{fast8b, 2, 4, 0.5}, {fast8b, 8, 4, 0.7}, {many, 2, 3, 0.4}, {many, 6, 3, 0.6}} {
		one := Replicas{Machine: c.m, N: 1}.Serve(chat)
		rate := c.u * one.Saturation()
		window := float64(c.waves) * c.excess / rate // in which counts vary so
		s := simulation{m: c.m, lengths: chat, rate: rate, requests: 60000, waves: c.waves, window: window}.run()
		a := one.At(queue.Load{Rate: rate, Dispersion: 1 + c.excess, Window: window})
		name := fmt.Sprintf("shape %d, excess %g, load %g: ", c.waves, c.excess, c.u)
		within(t, name+"p50 TTFT", a.TTFT(0.5), quantileOf(s.ttft, 0.5), 0.8, 1.25)
		within(t, name+"p99 TTFT", a.TTFT(0.99), quantileOf(s.ttft, 0.99), 0.75, 1.3)
		within(t, name+"p99 TPOT", a.TPOT(0.99), quantileOf(s.tpot, 0.99), 0.8, 1.15)
	}
}
