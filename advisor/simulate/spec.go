package simulate

import (
	"fmt"
	"math"
)

// Spec is what to simulate. Times are seconds, rates per second.
type Spec struct {
	Fleet   Fleet
	Traffic Traffic
	Clients Clients
	Events  []Event
	Scaler  *Scaler // nil for a fixed number of replicas
	Goal    Goal

	// Length is how long requests arrive in each replication; 0 chooses it so that the answer is precise
	// enough. A scenario has its own: see Spec.Scenario.
	Length       float64
	Replications int  // 0 chooses the number
	Whole        bool // the run is judged from its first request on, like a scenario
	Seed         uint64

	// Budget limits the cost of a run, in requests of an ordinary model. A request of a language model, or a
	// step of it, counts as several. It is not a time, so the answer is the same on every machine. 0 is no
	// limit.
	Budget float64
}

// Station is one server: its workers take up to MaxBatch requests each from one queue and
// serve a batch of b in Alpha + Beta·b.
type Station struct {
	Alpha, Beta float64 // s per step, s per request of it
	MaxBatch    int
	CV          float64 // of a step's time, which is gamma distributed; 0 is constant
	Times       Times   // law of a step's time about its mean; the zero value is gamma with CV
	Workers     int     // steps in parallel
	MaxWait     float64 // s that a free worker waits for a batch to fill
	Beside      float64 // s that every request takes outside the queue and the step

	// Work is the work of one request in requests of the bare queue: what a real server loses against it. 1
	// loses nothing.
	Work float64
}

// Times is a distribution of times with mean 1. The zero value is none.
type Times struct {
	Lognormal float64   // coefficient of variation
	Pareto    float64   // shape, above 2
	Seen      []float64 // observed values, drawn at random
}

// Saturation returns the largest throughput of the station, 1/s.
func (s Station) Saturation() float64 {
	full := s.Alpha + s.Beta*float64(s.MaxBatch)
	return float64(s.MaxBatch) * float64(s.Workers) / full
}

// Balancing is how a request chooses its station.
type Balancing string

// The ways of balancing.
const (
	Random      Balancing = "random"
	RoundRobin  Balancing = "round-robin"
	LeastLoaded Balancing = "least-loaded"
	PowerOfTwo  Balancing = "power-of-two" // the less loaded of two chosen at random
)

// Fleet is what serves: replicas of one or more identical stations each.
type Fleet struct {
	Station   Station
	Scheduler *Scheduler // for a language model, in place of the station
	Replicas  int
	Units     int // stations of one replica
	Balancing Balancing
	Zones     int     // zones over which replicas are spread evenly
	ColdStart float64 // s from starting a replica to its first answer
}

// Saturation returns the largest throughput of all replicas, 1/s.
func (f Fleet) Saturation() float64 {
	if f.Scheduler != nil {
		return float64(f.Replicas*f.Units) * f.Scheduler.Saturation
	}
	return float64(f.Replicas*f.Units) * f.Station.Saturation()
}

// Clients describes what clients do when they get no answer.
type Clients struct {
	QueueLimit int     // requests that may wait at a station, 0 for no limit
	Timeout    float64 // s until a client abandons an attempt, 0 for never
	Retries    int     // further attempts after one that was rejected, lost or abandoned
	Backoff    float64 // s before the first retry; doubled for each further one, with jitter
}

// Goal is the promise that a run is judged by.
type Goal struct {
	Latency    float64 // s, 0 for none
	Percentile float64 // share of requests that must keep it; 0 stands for 0.99

	// Of a language model: the time to the first token, and that of each token after it,
	// mean over the request.
	TTFT, TPOT      float64 // Of a language model: the time to the first token, and the mean time per token after it, s, 0 for none
	TokenPercentile float64 // share of requests that must keep each; 0 stands for 0.99
}

// promise is one bound of a goal.
type promise struct {
	name  string
	bound float64 // s, +Inf where there is none
	share float64
}

// The promises of a goal, in their order.
const (
	byLatency = iota
	byTTFT
	byTPOT
	promises
)

// promises are the bounds of a goal.
func (g Goal) promises() [promises]promise {
	usual := func(share float64) float64 {
		if share > 0 {
			return share
		}
		return 0.99
	}
	bound := func(s float64) float64 {
		if s > 0 {
			return s
		}
		return math.Inf(1)
	}
	return [promises]promise{
		{"the bound", bound(g.Latency), usual(g.Percentile)},
		{"the bound on TTFT", bound(g.TTFT), usual(g.TokenPercentile)},
		{"the bound on TPOT", bound(g.TPOT), usual(g.TokenPercentile)},
	}
}

// check reports what makes no sense.
func (s Spec) check() error {
	if s.Fleet.Scheduler != nil {
		if err := s.Fleet.Scheduler.check(); err != nil {
			return err
		}
	}
	st := s.Fleet.Station
	switch {
	case s.Fleet.Scheduler == nil && !(st.Alpha >= 0 && st.Beta >= 0 && st.Alpha+st.Beta > 0 && !math.IsInf(st.Alpha+st.Beta, 1)):
		return fmt.Errorf("a step of %g s + %g s a request is not a time that a server takes", st.Alpha, st.Beta)
	case st.MaxBatch < 1 || st.Workers < 1 || !(st.CV >= 0) || !(st.MaxWait >= 0):
		return fmt.Errorf("a station needs a batch and workers of at least 1, a variation and a wait of at least 0")
	case s.Fleet.Replicas < 1 || s.Fleet.Units < 1:
		return fmt.Errorf("a fleet needs at least 1 replica")
	case s.stations() > mostStations:
		return fmt.Errorf("%d servers are more than a simulation holds (%d); simulate a part of the fleet with its part of the load", s.stations(), mostStations)
	case !(s.Length >= 0) || math.IsInf(s.Length, 1):
		return fmt.Errorf("%g s is not the length of a simulation", s.Length)
	}
	return s.Traffic.check()
}

// mostStations bounds memory.
const mostStations = 1 << 16

// stations are the most that may be up at once.
func (s Spec) stations() int { return s.mostReplicas() * s.Fleet.Units }

func (s Spec) mostReplicas() int {
	if s.Scaler != nil {
		return max(s.Fleet.Replicas, s.Scaler.Max)
	}
	return s.Fleet.Replicas
}

// Scenario reports whether the run has a beginning and an end, so that there is no steady state.
func (s Spec) Scenario() bool {
	return s.Whole || len(s.Events) > 0 || s.Scaler != nil || s.Traffic.varies()
}
