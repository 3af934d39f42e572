package simulate

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// anySpec draws a small simulation below saturation.
func anySpec(t *rapid.T) Spec {
	s := Spec{Seed: rapid.Uint64().Draw(t, "seed"), Replications: rapid.IntRange(1, 3).Draw(t, "replications")}
	s.Fleet = Fleet{
		Replicas: rapid.IntRange(1, 6).Draw(t, "replicas"), Units: rapid.IntRange(1, 2).Draw(t, "units"),
		Balancing: rapid.SampledFrom([]Balancing{Random, RoundRobin, LeastLoaded, PowerOfTwo}).Draw(t, "balancing"),
		Zones:     3, ColdStart: 2,
		Station: Station{
			Alpha: rapid.Float64Range(0, 0.1).Draw(t, "alpha"), Beta: rapid.Float64Range(0.001, 0.05).Draw(t, "beta"),
			MaxBatch: rapid.IntRange(1, 12).Draw(t, "batch"), Workers: rapid.IntRange(1, 3).Draw(t, "workers"),
			CV:      rapid.SampledFrom([]float64{0, 0.3, 1, 1.7}).Draw(t, "cv"),
			MaxWait: rapid.SampledFrom([]float64{0, 0, 0.02}).Draw(t, "wait"),
			Work:    rapid.SampledFrom([]float64{0, 1.1}).Draw(t, "work"),
		},
	}
	s.Traffic = Traffic{
		Rate:       s.Fleet.Saturation() * rapid.Float64Range(0.05, 0.8).Draw(t, "load"),
		Dispersion: rapid.SampledFrom([]float64{1, 3}).Draw(t, "dispersion"), Window: rapid.SampledFrom([]float64{0, 0.5}).Draw(t, "window"),
	}
	s.Length = 3000 / s.Traffic.Rate
	s.Goal = Goal{Latency: 0.2, Percentile: 0.99}
	if rapid.Bool().Draw(t, "impatient") {
		s.Clients = Clients{QueueLimit: rapid.IntRange(1, 20).Draw(t, "limit"), Timeout: rapid.Float64Range(0.01, 1).Draw(t, "timeout"), Retries: rapid.IntRange(0, 3).Draw(t, "retries"), Backoff: 0.01}
	}
	if rapid.Bool().Draw(t, "eventful") {
		kind := rapid.SampledFrom(EventKinds()).Draw(t, "kind")
		s.Events = []Event{{Kind: kind, At: s.Length * rapid.Float64Range(0, 1).Draw(t, "at"), For: s.Length / 5}}
	}
	return s
}

// TestEveryRequestIsAccountedFor: what was asked was answered or failed, each once, whatever
// happens to it on its way; times are positive, and no answer is faster than its step.
func TestEveryRequestIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		length := s.Length
		e := newEngine(context.Background(), s, length, 0, new(sheets), nil)
		e.run()
		idle := int64(0)
		again := s.Traffic.arrivals(math.Max(1, s.Fleet.Station.Work), streamOf(s.Seed, 0, forArrivals))
		asked := int64(0)
		for again.next() < length {
			asked++
		}
		if e.asked != asked {
			t.Fatalf("%d arrived, %d came", asked, e.asked)
		}
		found := int64(0)
		for i := range e.log.cells {
			found += e.log.cells[i].asked()
		}
		if s.Fleet.Station.Work > 1 {
			idle = asked - found
		}
		if found+idle != asked || found == 0 {
			t.Fatalf("%d asked, %d accounted for", asked, found)
		}
		if e.log.waiting != 0 {
			t.Fatalf("%g wait at the end", e.log.waiting)
		}
		for i := range e.log.cells {
			for _, f := range e.log.cells[i].sojourns.sparse() {
				if end := edge(int(f.bucket) + 1); s.Fleet.Station.CV == 0 && end < s.Fleet.Station.Alpha+s.Fleet.Station.Beta {
					t.Fatalf("an answer in %g s, faster than a step", end)
				}
			}
		}
	})
}

// document is all that a result says.
func document(r *Result) string {
	plain := *r
	plain.runs = nil
	return fmt.Sprintf("%+v", plain)
}

// TestSameSeedSameBytes: on any number of cores.
func TestSameSeedSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		first, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := runtime.GOMAXPROCS(1)
		defer runtime.GOMAXPROCS(before)
		second, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := document(first), document(second); a != b {
			t.Fatalf("differ:\n%s\n%s", a, b)
		}
	})
}

// TestMoreReplicasNeverWorse: with the same arrivals, one more replica does not make the mean
// time longer by more than chance.
func TestMoreReplicasNeverWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		s.Events, s.Clients, s.Replications, s.Length = nil, Clients{}, 1, 4*s.Length
		s.Fleet.Station.MaxWait = 0 // fewer requests to a replica fill batches more slowly
		fewer, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		s.Fleet.Replicas++
		more, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if more.MeanSojourn.Value > 1.1*fewer.MeanSojourn.Value {
			t.Fatalf("%g s with %d replicas, %g s with one more", fewer.MeanSojourn.Value, s.Fleet.Replicas-1, more.MeanSojourn.Value)
		}
	})
}

// steps runs a simulation event by event and looks at it after each.
func steps(s Spec, requests float64, look func(*engine)) {
	e := newEngine(context.Background(), s, requests/s.Traffic.Rate, 0, new(sheets), nil)
	for arrival := e.following(); !math.IsInf(arrival, 1); look(e) {
		if end, slot := e.tree.first(); end <= arrival {
			e.now = end
			e.complete(slot)
		} else {
			e.now = arrival
			e.ask()
			arrival = e.following()
		}
	}
}

// TestFirstComeFirstServed: at a station no request is taken before one that came earlier.
func TestFirstComeFirstServed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		s.Events, s.Clients = nil, Clients{}
		last, seen := make([]float64, s.stations()), make([]float64, s.stations()*s.Fleet.Station.Workers)
		steps(s, 300, func(e *engine) {
			for i := range e.slots {
				w := &e.slots[i]
				if w.began == seen[i] {
					continue
				}
				seen[i] = w.began
				for _, j := range w.jobs {
					if j.queued < last[w.station] {
						t.Fatalf("one of %g s is taken after one of %g s", j.queued, last[w.station])
					}
				}
				if n := len(w.jobs); n > 0 {
					last[w.station] = w.jobs[n-1].queued
				}
			}
		})
	})
}

// TestWorkIsConserved: without a wait for batches no worker rests while somebody waits.
func TestWorkIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anySpec(t)
		s.Fleet.Station.MaxWait, s.Events, s.Clients = 0, nil, Clients{}
		steps(s, 300, func(e *engine) {
			for i := range e.stations {
				if st := &e.stations[i]; st.waiting() > 0 && st.free >= 0 {
					t.Fatalf("%d wait at a station with a free worker", st.waiting())
				}
			}
		})
	})
}

// TestACrashLosesABatchOnce: of a replica that is lost while one worker works and another waits for a
// batch to fill, the batch that the other answered before is not lost again.
func TestACrashLosesABatchOnce(t *testing.T) {
	s := Spec{Seed: 0x89, Replications: 1, Length: 100, Goal: Goal{Latency: 0.2, Percentile: 0.99}}
	s.Fleet = Fleet{Replicas: 1, Units: 1, Balancing: Random, Zones: 1, ColdStart: 2,
		Station: Station{Alpha: 0.02, Beta: 0.004, MaxBatch: 7, Workers: 3, MaxWait: 0.02}}
	s.Traffic = Traffic{Rate: 0.75 * s.Fleet.Saturation(), Dispersion: 3}
	for at := 10.; at < 90; at += 0.37 {
		s.Events = append(s.Events, Event{Kind: "replica-loss", At: at, For: 0.1})
	}
	e := newEngine(context.Background(), s, s.Length, 0, new(sheets), nil)
	e.run()
	found := int64(0)
	for i := range e.log.cells {
		found += e.log.cells[i].asked()
	}
	if found != e.asked {
		t.Errorf("%d asked, %d accounted for", e.asked, found)
	}
}
