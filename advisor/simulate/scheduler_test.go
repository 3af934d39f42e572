package simulate

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/llm/open"
	"scaleadvise/advisor/queue"
)

// languageModel is a simulation of one replica with an engine of little but linear steps.
func languageModel(v Scheduler, rate float64) Spec {
	return Spec{
		Fleet:   Fleet{Station: Station{MaxBatch: 1, Workers: 1}, Replicas: 1, Units: 1, Scheduler: &v},
		Traffic: Traffic{Rate: rate}, Seed: 3, Replications: 10, Length: 4000 / rate,
	}
}

func same(tokens float64) llm.Tokens { return llm.Tokens{Mean: tokens} }

// TestAlone: without company a request takes its prompt and its steps, by hand.
func TestAlone(t *testing.T) {
	s := languageModel(Scheduler{
		Timing: linear{start: 0.01, token: 1e-4, step: 0.02, request: 1e-3}, Lengths: llm.Lengths{Input: same(900), Output: same(11)},
		Accepted: 1, Requests: 8, Budget: 500, Saturation: 4,
	}, 0.01)
	r := run(t, s)
	prompt := 2*0.01 + 900*1e-4 // in two chunks
	for _, x := range []struct {
		what      string
		got, want float64
	}{{"TTFT", r.TTFT.Value, prompt}, {"TPOT", r.TPOT.Value, 0.021}, {"p50", r.P50, prompt + 10*0.021}} {
		if math.Abs(x.got-x.want) > 0.004*x.want {
			t.Errorf("%s %.5g s, by hand %.5g s", x.what, x.got, x.want)
		}
	}
}

// TestOneAtATime: a replica that takes one request at a time is M/D/1.
func TestOneAtATime(t *testing.T) {
	const service = 0.01 + 0.05 + 9*0.02
	s := languageModel(Scheduler{
		Timing: linear{start: 0.01, token: 1e-4, step: 0.02}, Lengths: llm.Lengths{Input: same(500), Output: same(10)},
		Accepted: 1, Requests: 1, Budget: 8192, Saturation: 1 / service,
	}, 0.7/service)
	s.Length *= 5
	r := run(t, s)
	want := queue.Pool{Servers: 1, ServiceTime: service}.At(queue.Load{Rate: 0.7 / service})
	inside(t, "mean wait", r.MeanWait, want.MeanWait)
	inside(t, "mean time", r.MeanSojourn, want.MeanSojourn)
	inside(t, "p99", r.P99Interval, want.Quantile(0.99))
}

// TestFormulaOfOpenLoads: the fixed point of package llm is near on the mean time of a token.
func TestFormulaOfOpenLoads(t *testing.T) {
	if testing.Short() {
		t.Skip("arithmetic that shares no memory; make test runs it")
	}
	f := seventy()
	v := *f.Scheduler
	v.Cache = 0
	m := open.Machine{Timing: v.Timing, MaxRequests: float64(v.Requests)}
	for _, rate := range []float64{4, 10} {
		r := run(t, languageModel(v, rate))
		want := m.Open(queue.Load{Rate: rate}, v.Lengths)
		if got, want := r.TPOT.Value, want.TPOT.P99; math.Abs(got-want) > 0.1*want {
			t.Errorf("at %g/s p99 of TPOT is %.4g s, by formula %.4g s", rate, got, want)
		}
	}
}

// anyBatching draws a replica that is short of cache, or not.
func anyBatching(t *rapid.T) Spec {
	v := Scheduler{
		Timing: linear{2e-3, 2e-5, 1e-10, 1e-2, 1e-4, 1e-8},
		Lengths: llm.Lengths{
			Input:  llm.Tokens{Mean: rapid.Float64Range(1, 2000).Draw(t, "input"), CV: rapid.SampledFrom([]float64{0, 1}).Draw(t, "input cv")},
			Output: llm.Tokens{Mean: rapid.Float64Range(1, 100).Draw(t, "output"), CV: rapid.SampledFrom([]float64{0, 1}).Draw(t, "output cv")},
		},
		PrefixHit: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "prefix"), Accepted: rapid.SampledFrom([]float64{1, 2.5}).Draw(t, "accepted"),
		Requests: rapid.IntRange(1, 32).Draw(t, "requests"), Budget: rapid.Float64Range(1, 4096).Draw(t, "budget"),
		Cache: rapid.SampledFrom([]float64{0, 500, 5000}).Draw(t, "cache"), Evicts: rapid.Bool().Draw(t, "evicts"), Saturation: 10,
	}
	s := languageModel(v, rapid.Float64Range(0.1, 3).Draw(t, "rate"))
	s.Fleet.Replicas, s.Fleet.ColdStart = rapid.IntRange(1, 3).Draw(t, "replicas"), 1
	s.Fleet.Balancing = rapid.SampledFrom([]Balancing{Random, RoundRobin, LeastLoaded, PowerOfTwo}).Draw(t, "balancing")
	s.Replications, s.Length, s.Seed = 1, 200/s.Traffic.Rate, rapid.Uint64().Draw(t, "seed")
	if rapid.Bool().Draw(t, "impatient") {
		s.Clients = Clients{QueueLimit: rapid.IntRange(1, 5).Draw(t, "limit"), Timeout: rapid.Float64Range(0.05, 5).Draw(t, "timeout"), Retries: rapid.IntRange(0, 2).Draw(t, "retries"), Backoff: 0.01}
	}
	if rapid.Bool().Draw(t, "eventful") {
		kind := rapid.SampledFrom([]EventKind{ReplicaLoss, RollingUpdate, SpotInterruption}).Draw(t, "kind")
		s.Events = []Event{{Kind: kind, At: s.Length * rapid.Float64Range(0, 1).Draw(t, "at"), For: s.Length / 5}}
	}
	return s
}

// TestEverySequenceEnds: every request is answered or failed, the cache is empty in the end and was
// never overfull but by one request that is larger than it.
func TestEverySequenceEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyBatching(t)
		e := newEngine(context.Background(), s, s.Length, 0, new(sheets), nil)
		e.run()
		var found tally
		for i := range e.log.cells {
			found.sum(e.log.cells[i].tally)
		}
		if found.asked() != e.asked {
			t.Fatalf("%d asked, %d accounted for", e.asked, found.asked())
		}
		for i := range e.batching.admitted {
			f := &e.batching.admitted[i]
			if n := f.requests() + len(f.preempted); n != 0 {
				t.Fatalf("%d are still there", n)
			}
			if math.Abs(f.reserved) > 1e-6 || math.Abs(f.context) > 1e-6 {
				t.Fatalf("%g tokens reserved, %g held by no sequence", f.reserved, f.context)
			}
		}
		if e.log.waiting != 0 {
			t.Fatalf("%g wait at the end", e.log.waiting)
		}
	})
}

// TestCacheIsNeverOverfull: beyond one step's tokens, unless a single request is.
func TestCacheIsNeverOverfull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyBatching(t)
		s.Fleet.Scheduler.Cache, s.Events, s.Clients = 4000, nil, Clients{}
		steps(s, 100, func(e *engine) {
			for i := range e.batching.admitted {
				f := &e.batching.admitted[i]
				if over := f.reserved - e.batching.room; over > 0 && f.requests() > 1 {
					t.Fatalf("%g tokens too many for %d requests", over, f.requests())
				}
				held := 0.0
				for k := range f.decoding {
					held += f.decoding[k].prompt + float64(f.step-f.decoding[k].starts)*e.batching.Accepted
				}
				if math.Abs(held-f.context) > 1e-6*held {
					t.Fatalf("%g tokens held, %g counted", held, f.context)
				}
			}
		})
	})
}

// TestDecodeGrid: the remembered times are those of the timing.
func TestDecodeGrid(t *testing.T) {
	timing := linear{step: 0.01, request: 1e-4, held: 1e-8}
	c := newClock(timing, 64)
	rapid.Check(t, func(t *rapid.T) {
		n, context := rapid.IntRange(1, 80).Draw(t, "batch"), rapid.Float64Range(1, 2e5).Draw(t, "context")
		if got, want := c.decode(n, context), timing.Decode(float64(n), context); math.Abs(got-want) > 1e-9*want {
			t.Fatalf("%g, want %g", got, want)
		}
	})
}

// TestMoreThanTheFormulaServes: what a formula calls overloaded and is not ends like any other run, and one that is
// goes no further than to show it.
func TestMoreThanTheFormulaServes(t *testing.T) {
	s := Spec{Fleet: seventy(), Traffic: Traffic{Rate: 12}, Goal: Goal{TTFT: 2}, Seed: 1}
	s.Fleet.Scheduler.Saturation = 11
	r, err := Run(context.Background(), s, nil)
	if err != nil || !r.Stable || r.Verdict != Holds {
		t.Errorf("%v, %v: %v", err, r.Verdict, r.Reasons)
	}
	s.Traffic.Rate = 60
	few, err := Run(context.Background(), s, nil)
	if err != nil || few.Stable || few.Requests >= r.Requests {
		t.Errorf("%v, %d requests to show what %d show of one that holds", err, few.Requests, r.Requests)
	}
}

// TestPreemptionByFormula: what a replica serves whose cache is always full, and that whose limit spares it, are those
// of the formula.
func TestPreemptionByFormula(t *testing.T) {
	timing := linear{start: 2e-3, token: 5e-5, step: 2e-2, request: 1e-4, held: 1e-8}
	for _, c := range []struct {
		lengths llm.Lengths
		cache   float64
	}{
		{llm.Lengths{Input: same(300), Output: same(500)}, 100_000},
		{llm.Lengths{Input: same(100), Output: llm.Tokens{Mean: 600, CV: 0.8}}, 60_000},
		{llm.Lengths{Input: same(1500), Output: llm.Tokens{Mean: 200, CV: 0.5}}, 60_000},
	} {
		m := open.Machine{Timing: timing, Holds: math.Floor(c.cache / c.lengths.Held())}
		m.MaxRequests = m.Holds
		spared := m.Sparing(c.lengths)
		for _, limit := range []open.Machine{m, spared} {
			want := limit.Saturation(c.lengths)
			v := Scheduler{Timing: timing, Lengths: c.lengths, Accepted: 1, Requests: 1000, Budget: 8192, Cache: c.cache, Evicts: true, Saturation: want}
			if limit.MaxRequests < m.MaxRequests {
				v.Requests = int(limit.MaxRequests)
			}
			s := languageModel(v, 1.15*want) // no more, so that sequences do not all begin together
			s.Replications = 1
			e := newEngine(context.Background(), s, 20000/want, 0, new(sheets), nil)
			e.run()
			if got := float64(e.asked) / e.now; math.Abs(got/want-1) > 0.06 {
				t.Errorf("%+v, at most %g at once: %.3g/s served, %.3g/s by formula", c.lengths, limit.MaxRequests, got, want)
			}
		}
		if spared.Unspared > 0 && spared.Saturation(c.lengths) < 1.03*m.Saturation(c.lengths) {
			t.Errorf("%+v: %.3g/s spared, %.3g/s preempted", c.lengths, spared.Saturation(c.lengths), m.Saturation(c.lengths))
		}
	}
}
