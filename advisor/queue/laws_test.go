package queue

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// laws hold for every model; slack is what the numerics may cost.
const slack = 2e-4

// anyBatch draws a batch server whose full step takes about a second.
func anyBatch(t *rapid.T) Batch {
	full := rapid.SampledFrom([]int{1, 2, 3, 7, 16, 40, 100}).Draw(t, "max batch")
	fixed := rapid.SampledFrom([]float64{0, 0.01, 0.3, 0.7, 0.95, 1}).Draw(t, "fixed share")
	time := rapid.Float64Range(0.01, 10).Draw(t, "full step")
	cv := rapid.SampledFrom([]float64{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.1, 0.1, 0.3, 1}).Draw(t, "cv")
	return Batch{Alpha: fixed * time, Beta: (1 - fixed) * time / float64(full), MaxBatch: full, CV: cv}
}

func anyPool(t *rapid.T) Pool {
	return Pool{
		Servers:     rapid.SampledFrom([]int{1, 2, 5, 12, 60, 400}).Draw(t, "servers"),
		ServiceTime: rapid.Float64Range(0.01, 10).Draw(t, "service time"),
		CV:          rapid.SampledFrom([]float64{0, 0.2, 0.7, 1, 1.5, 5}).Draw(t, "cv"),
	}
}

// steady is a batch server whose steps do not vary.
func steady(t *rapid.T) Batch {
	b := anyBatch(t)
	b.CV = 0
	return b
}

func anyServer(t *rapid.T) Server { return serverWith(t, anyBatch) }

func serverWith(t *rapid.T, batch func(*rapid.T) Batch) Server {
	var s Server = anyPool(t)
	if rapid.Bool().Draw(t, "batches") {
		s = batch(t)
	}
	if n := rapid.IntRange(1, 5).Draw(t, "replicas"); n > 1 {
		s = Balanced{s, n, rapid.Bool().Draw(t, "least loaded")}
	}
	return s
}

func anyDispersion(t *rapid.T) float64 {
	return rapid.SampledFrom([]float64{0, 1, 1, 1, 1.3, 4}).Draw(t, "dispersion")
}

func anyPercentile(t *rapid.T) float64 {
	return rapid.SampledFrom([]float64{0.9, 0.95, 0.99, 0.999}).Draw(t, "percentile")
}

// varies says whether service times vary.
func varies(s Server) bool {
	switch s := s.(type) {
	case Balanced:
		return varies(s.Server)
	case Batch:
		return s.CV > 0
	case Pool:
		return s.CV > 0
	}
	return true
}

// tolerance is the slack of a server; where service times vary tails are approximate.
func tolerance(s Server) float64 {
	if varies(s) {
		return 0.03
	}
	return slack
}

// finite fails for anything that is not a number of seconds.
func finite(t *rapid.T, what string, v ...float64) {
	for _, x := range v {
		if !(x >= 0) || math.IsInf(x, 1) {
			t.Fatalf("%s: %v", what, v)
		}
	}
}

func TestResultsAreFiniteAndLatencyGrowsWithRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d, p := anyServer(t), anyDispersion(t), anyPercentile(t)
		u := rapid.Float64Range(0, 0.985).Draw(t, "utilization")
		v := u + rapid.Float64Range(0, 0.985-u).Draw(t, "more")
		a := s.At(Load{Rate: u * s.Saturation(), Dispersion: d})
		b := s.At(Load{Rate: v * s.Saturation(), Dispersion: d})
		for _, r := range []Result{a, b} {
			if !r.Stable {
				t.Fatalf("not stable: %+v", r)
			}
			finite(t, "result", r.PWait, r.MeanWait, r.MeanSojourn, r.MeanBatch, r.SeenBatch, r.Busy, r.Quantile(p), r.WaitQuantile(p), 1-r.PWait, 1+1e-9-r.Busy)
		}
		x, y := a.Quantile(p), b.Quantile(p)
		share := tolerance(s)
		if x > y*(1+share) || a.WaitQuantile(p) > b.WaitQuantile(p)+share*y {
			t.Fatalf("%+v dispersion %v: p%g %v at %v, %v at %v", s, d, 100*p, x, u, y, v)
		}
	})
}

func TestQuantilesInvertTails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d, p := anyServer(t), anyDispersion(t), anyPercentile(t)
		r := s.At(Load{Rate: rapid.Float64Range(0, 0.95).Draw(t, "utilization") * s.Saturation(), Dispersion: d})
		x := r.Quantile(p)
		if over := r.Exceeds(x * (1 + 1e-6)); over > (1-p)*(1+1e-3) {
			t.Fatalf("%+v: P(> p%g) = %v", s, 100*p, over)
		}
		if under := r.Exceeds(x * (1 - 1e-6)); under < (1-p)*(1-1e-3) {
			t.Fatalf("%+v: P(> just below p%g) = %v", s, 100*p, under)
		}
		if r.Quantile(p) != s.At(Load{Rate: 0, Dispersion: d}).Quantile(p) && x < s.At(Load{}).Quantile(0.01)*(1-1e-9) {
			t.Fatalf("%+v: p%g %v is below what one alone takes", s, 100*p, x)
		}
	})
}

// burst is a batch server whose answer is that of the clusters alone.
type burst struct{ Batch }

func (b burst) At(l Load) Result {
	q := b.queue(b.CV, l.Rate)
	t := q.tails()
	q.solve(q.perStep(l), l.Dispersion, new(solver), t)
	return t.result()
}

// TestTailsHaveTheMeans is Little's law: the mean that follows from the mean number in
// the system is the area under the tail.
func TestTailsHaveTheMeans(t *testing.T) {
	for _, c := range []struct {
		s Server
		d float64
	}{
		{Pool{1, 1, 0}, 1}, {Pool{1, 1, 0}, 4}, {Pool{3, 1, 0}, 2}, {Pool{20, 1, 0}, 1},
		{Pool{1, 1, 1}, 1}, {Pool{20, 1, 1}, 1}, {Pool{1, 1, 0.5}, 1},
		{Batch{0.3, 0.35, 2, 0}, 1}, {Batch{0, 0.125, 8, 0}, 1}, {Batch{0.5, 0.5 / 30, 30, 0}, 1},
		{Batch{0.9, 0.001, 100, 0}, 1}, {burst{Batch{1, 0, 6, 0}}, 3}, {burst{Batch{0.3, 0.7 / 100, 100, 0}}, 5},
	} {
		for _, u := range []float64{0.1, 0.7, 0.95} {
			r := c.s.At(Load{Rate: u * c.s.Saturation(), Dispersion: c.d})
			sojourn, wait := 0.0, 0.0
			const n = 700
			step := r.Quantile(0.9999) / n
			for i := range n {
				sojourn += step * r.Exceeds((float64(i)+0.5)*step)
				wait += step * r.WaitExceeds((float64(i)+0.5)*step)
			}
			if math.Abs(sojourn-r.MeanSojourn) > 4e-3*r.MeanSojourn {
				t.Errorf("%+v at %g, dispersion %g: mean sojourn %v, area %v", c.s, u, c.d, r.MeanSojourn, sojourn)
			}
			if math.Abs(wait-r.MeanWait) > 4e-3*r.MeanSojourn {
				t.Errorf("%+v at %g, dispersion %g: mean wait %v, area %v", c.s, u, c.d, r.MeanWait, wait)
			}
		}
	}
}

// sustained is Sustainable at p99 for a bound of factor times what one request alone takes.
func sustained(s Server, d, bound float64) float64 { return Sustainable(s, d, 0, bound, 0.99) }

func TestSustainableRateFollowsTheBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, d, p := anyServer(t), anyDispersion(t), anyPercentile(t)
		alone := s.At(Load{}).Quantile(p)
		bound := alone * rapid.Float64Range(0.5, 20).Draw(t, "bound over alone")
		rate := Sustainable(s, d, 0, bound, p)
		wider := Sustainable(s, d, 0, bound*rapid.Float64Range(1, 3).Draw(t, "wider"), p)
		finite(t, "rates", rate, wider, s.Saturation()-wider)
		if rate > wider*(1+tolerance(s))+1e-8*s.Saturation() {
			t.Fatalf("%+v: %v under %v, %v under more", s, rate, bound, wider)
		}
		if bound < alone*(1-1e-9) && rate != 0 {
			t.Fatalf("%+v: %v although one alone takes longer", s, rate)
		}
		if rate == 0 {
			return
		}
		if over := s.At(Load{Rate: rate, Dispersion: d}).Exceeds(bound * (1 + 1e-9)); over > (1-p)*(1+1e-3) {
			t.Fatalf("%+v: at its sustainable rate %v of the requests exceed the bound", s, over)
		}
		more := rate * 1.001
		if more < s.Saturation() {
			if over := s.At(Load{Rate: more, Dispersion: d}).Exceeds(bound); over < (1-p)*(1-1e-3) {
				t.Fatalf("%+v: above its sustainable rate only %v exceed the bound", s, over)
			}
		}
	})
}

func TestSustainableRateFallsWithBurstiness(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := serverWith(t, steady)
		bound := s.At(Load{}).Quantile(0.99) * rapid.Float64Range(1.1, 10).Draw(t, "bound over alone")
		d := rapid.SampledFrom([]float64{1, 1.2, 2, 5}).Draw(t, "dispersion")
		calm, burst := sustained(s, d, bound), sustained(s, d*rapid.Float64Range(1, 3).Draw(t, "burst"), bound)
		share := 5 * slack
		if varies(s) {
			share = 0.1 // the tails of varying steps are not exact
		}
		if burst > calm*(1+share) {
			t.Fatalf("%+v under %v: %v calm, %v in bursts", s, bound, calm, burst)
		}
	})
}

func TestSustainableRateFallsWithServiceTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBatch(t)
		bound := b.At(Load{}).Quantile(0.99) * rapid.Float64Range(1, 8).Draw(t, "bound over alone")
		slower := b
		slower.Alpha *= rapid.Float64Range(1, 1.5).Draw(t, "alpha")
		slower.Beta *= rapid.Float64Range(1, 1.5).Draw(t, "beta")
		fast, slow := sustained(b, 1, bound), sustained(slower, 1, bound)
		if slow > fast*(1+10*tolerance(b)) {
			t.Fatalf("%+v sustains %v, %+v %v", b, fast, slower, slow)
		}
	})
}

func TestVariabilityNeverHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Float64Range(0, 0.9).Draw(t, "utilization")
		cv := rapid.Float64Range(0, 0.8).Draw(t, "cv")
		more := cv + rapid.Float64Range(0.05, 0.4).Draw(t, "more")
		var a, b Server
		if rapid.Bool().Draw(t, "batches") {
			x := anyBatch(t)
			x.CV = cv
			y := x
			y.CV = more
			a, b = x, y
		} else {
			x := anyPool(t)
			x.CV = cv
			y := x
			y.CV = more
			a, b = x, y
		}
		p, q := a.At(Load{Rate: u * a.Saturation()}), b.At(Load{Rate: u * b.Saturation()})
		if x, y := p.Quantile(0.99), q.Quantile(0.99); x > y*1.02 {
			t.Fatalf("%+v: p99 %v, %+v %v", a, x, b, y)
		}
		if p.MeanWait > q.MeanWait*(1+slack)+1e-12 {
			t.Fatalf("%+v: mean wait %v, %+v %v", a, p.MeanWait, b, q.MeanWait)
		}
	})
}

func TestMoreReplicasNeverWaitLonger(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one, d, p := anyServer(t), anyDispersion(t), anyPercentile(t)
		n := rapid.IntRange(1, 12).Draw(t, "n")
		rate := rapid.Float64Range(0.01, 0.95).Draw(t, "utilization") * float64(n) * one.Saturation()
		least := rapid.Bool().Draw(t, "least loaded replicas")
		a := Balanced{one, n, least}.At(Load{Rate: rate, Dispersion: d})
		b := Balanced{one, n + rapid.IntRange(1, 3).Draw(t, "more"), least}.At(Load{Rate: rate, Dispersion: d})
		if x, y := a.Quantile(p), b.Quantile(p); y > x*(1+tolerance(one)) {
			t.Fatalf("%d × %+v: p%g %v, with more %v", n, one, 100*p, x, y)
		}
	})
}

func TestTimesScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, f := steady(t), rapid.Float64Range(1e-6, 1e6).Draw(t, "factor")
		slow := Batch{b.Alpha * f, b.Beta * f, b.MaxBatch, 0}
		rate := rapid.Float64Range(0.01, 0.95).Draw(t, "utilization") * b.Saturation()
		x := b.At(Load{Rate: rate, Dispersion: 1.5}).Quantile(0.99)
		y := slow.At(Load{Rate: rate / f, Dispersion: 1.5}).Quantile(0.99)
		if math.Abs(y-f*x) > 1e-6*f*x {
			t.Fatalf("%+v: p99 %v, times %v it is %v", b, x, f, y)
		}
	})
}

func TestSameInputsSameOutputs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := serverWith(t, steady)
		d := anyDispersion(t)
		load := Load{Rate: rapid.Float64Range(0.01, 0.95).Draw(t, "utilization") * s.Saturation(), Dispersion: d}
		a, q := s.At(load).Quantile(0.99), Sustainable(s, d, 0, 5, 0.95)
		Sustainable(anyPool(t), 2, 0, 3, 0.9) // leaves other tables behind
		if b, r := s.At(load).Quantile(0.99), Sustainable(s, d, 0, 5, 0.95); a != b || q != r {
			t.Fatalf("%+v: %v then %v, %v then %v", s, a, b, q, r)
		}
	})
}
