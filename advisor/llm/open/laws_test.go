package open

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// openCase is a machine with requests and a kind of load, drawn at random.
type openCase struct {
	m    Machine
	l    llm.Lengths
	load queue.Load
	n    int
	even bool
}

func drawOpen(t *rapid.T) openCase {
	scale := func(name string, low, high float64) float64 {
		return math.Exp(rapid.Float64Range(math.Log(low), math.Log(high)).Draw(t, name))
	}
	tokens := func(name string, high float64) llm.Tokens {
		return llm.Tokens{Mean: scale(name, 2, high), CV: rapid.SampledFrom([]float64{0, 0.3, 1, 2}).Draw(t, name+" cv")}
	}
	c := openCase{
		m: Machine{
			Timing: linear{
				scale("start", 1e-4, 0.05), scale("token", 1e-6, 1e-3), scale("attention", 1e-11, 1e-8),
				scale("step", 1e-3, 0.1), scale("request", 1e-7, 1e-3), scale("held", 1e-10, 1e-6),
			},
			MaxRequests: scale("limit", 1, 2000),
		},
		l:    llm.Lengths{Input: tokens("input", 30000), Output: tokens("output", 3000)},
		load: queue.Load{Dispersion: scale("dispersion", 1, 20), Window: rapid.SampledFrom([]float64{0, 1, 60}).Draw(t, "window")},
		n:    rapid.SampledFrom([]int{1, 2, 16}).Draw(t, "replicas"),
		even: rapid.Bool().Draw(t, "least-loaded"),
	}
	c.m.Timing = weighed(c.m.Timing.(linear))
	c.m.Setup.Accepted = rapid.SampledFrom([]float64{0, 1, 2.5}).Draw(t, "accepted")
	c.m.Setup.PrefixHit = rapid.SampledFrom([]float64{0, 0.5, 0.95}).Draw(t, "prefix hit")
	return c
}

// weighed is a timing in which reading prompts begins with no more than a step that decodes: both read
// the weights.
func weighed(t linear) linear {
	t.start = min(t.start, t.step)
	return t
}

func (c openCase) serve() Serving {
	return Replicas{Machine: c.m, N: c.n, LeastLoaded: c.even}.Serve(c.l)
}

func (c openCase) at(u float64) Answer {
	s := c.serve()
	c.load.Rate = u * s.Saturation()
	return s.At(c.load)
}

// measures are all the times of a response.
func measures(a Answer) map[string]float64 {
	r := a.Response()
	return map[string]float64{
		"mean TTFT": r.MeanTTFT, "mean TPOT": r.MeanTPOT, "mean E2E": r.MeanE2E, "mean wait": a.MeanWait,
		"p50 TTFT": r.TTFT.P50, "p90 TTFT": r.TTFT.P90, "p95 TTFT": r.TTFT.P95, "p99 TTFT": r.TTFT.P99,
		"p50 TPOT": r.TPOT.P50, "p90 TPOT": r.TPOT.P90, "p95 TPOT": r.TPOT.P95, "p99 TPOT": r.TPOT.P99,
		"p50 E2E": r.E2E.P50, "p90 E2E": r.E2E.P90, "p95 E2E": r.E2E.P95, "p99 E2E": r.E2E.P99,
	}
}

func TestOpenLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		u := rapid.Float64Range(0, 0.999).Draw(t, "utilization")
		a := c.at(u)
		if !a.Stable {
			t.Fatalf("not stable at %g of saturation", u)
		}
		for what, v := range measures(a) {
			if !(v >= 0) || math.IsInf(v, 1) {
				t.Fatalf("%s is %v", what, v)
			}
		}
		r := a.Response()
		for _, q := range []Quantiles{r.TTFT, r.TPOT, r.E2E} {
			const near = 1 + 1e-5
			if !(q.P50 <= q.P90*near && q.P90 <= q.P95*near && q.P95 <= q.P99*near) {
				t.Fatalf("quantiles out of order: %+v", r)
			}
		}
		if !(a.PWait >= 0 && a.PWait <= 1+1e-9 && a.Busy >= 0 && a.Busy <= 1+1e-9) || a.Requests > c.m.limit()*(1+1e-9) {
			t.Fatalf("a share or a number of requests beyond its end: %+v", a)
		}
	})
}

// TestMoreRateNeverFaster is the law that more load lowers no time.
func TestMoreRateNeverFaster(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		if c.m.MaxRequests < 4 || c.l.Output.Mean < 8 {
			t.Skip("few tokens or requests: laws of two moments are coarse")
		}
		low := rapid.Float64Range(0, 0.99).Draw(t, "low")
		high := rapid.Float64Range(low, 0.999).Draw(t, "high")
		less, more := measures(c.at(low)), measures(c.at(high))
		for what, v := range less {
			slack := 0.2 // laws matched by two moments
			if strings.HasPrefix(what, "mean") {
				slack = 0.01
			}
			if more[what] < v*(1-slack)-1e-12 {
				t.Fatalf("%s falls from %g to %g between %g and %g of saturation", what, v, more[what], low, high)
			}
		}
	})
}

func TestLargerLimitNeverSaturatesSooner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		x := c.serve().Saturation()
		c.m.MaxRequests *= rapid.Float64Range(1, 10).Draw(t, "more")
		if y := c.serve().Saturation(); y < x*(1-1e-12) {
			t.Fatalf("saturation falls from %g to %g with limit %g", x, y, c.m.MaxRequests)
		}
	})
}

func TestStableBelowSaturationOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		x := c.serve().Saturation()
		at := func(rate float64) bool {
			c.load.Rate = rate
			return c.serve().At(c.load).Stable
		}
		if !at(x*(1-1e-9)) || at(x*(1+1e-9)) {
			t.Fatalf("stable at %g: %t; above: %t", x, at(x*(1-1e-9)), at(x*(1+1e-9)))
		}
	})
}

// TestSustainableKeepsBounds asks at the rate found, and just above it.
func TestSustainableKeepsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		s := c.serve()
		alone := s.At(queue.Load{Dispersion: c.load.Dispersion, Window: c.load.Window})
		factor := func(name string) float64 {
			return rapid.SampledFrom([]float64{0, 0.9, 1.3, 3}).Draw(t, name)
		}
		b := Bounds{
			TTFT: factor("ttft") * alone.TTFT(0.99), TPOT: factor("tpot") * alone.TPOT(0.99),
			E2E: factor("e2e") * alone.Quantile(0.99), Percentile: 0.99, E2EPercentile: 0.99,
		}
		rate, by := s.Sustainable(c.load, b)
		c.load.Rate = rate
		if rate > 0 && rate < s.Saturation() && !b.Kept(s.At(c.load)) {
			t.Fatalf("at %g, limited by %s, a bound is missed", rate, by)
		}
		if c.load.Rate = rate * 1.001; by != BySaturation && rate > 0 && b.Kept(s.At(c.load)) {
			t.Fatalf("just above %g, limited by %s, all bounds are kept", rate, by)
		}
	})
}

func TestKneeLiesBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		s := c.serve()
		x, knee := s.Saturation(), s.Knee(c.load)
		if !(knee > lowLoad*x && knee < x) {
			t.Fatalf("knee %g of saturation %g", knee, x)
		}
		c.load.Rate = lowLoad * x
		twice := 2 * s.At(c.load).MeanTTFT
		c.load.Rate = knee
		if got := s.At(c.load).MeanTTFT; knee < 0.999*x && math.Abs(got/twice-1) > 0.05 {
			t.Fatalf("TTFT %g at the knee, twice its low value is %g", got, twice)
		}
	})
}
