package open

import (
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// Replicas are n identical machines behind a load balancer. Random balancing thins the arrivals of each;
// least-loaded balancing shares the running requests evenly, so that the fluctuations of one are those of
// all divided by n.
type Replicas struct {
	Machine
	N           int // ≥ 1
	LeastLoaded bool
}

// Serving is replicas that serve requests of given lengths. Create one where many loads are evaluated with
// the same lengths.
type Serving struct {
	replicas    int
	leastLoaded bool
	d           *demand // nil where replicas or lengths make no sense
}

// Serve returns the replicas with requests of such lengths.
func (r Replicas) Serve(lengths llm.Lengths) Serving {
	d, ok := r.demandOf(lengths)
	if !ok || r.N < 1 {
		return Serving{}
	}
	return Serving{r.N, r.LeastLoaded, d}
}

// At returns how the replicas answer a load of requests with such lengths; see Serving.
func (r Replicas) At(l queue.Load, lengths llm.Lengths) Answer { return r.Serve(lengths).At(l) }

// Copies returns n times as many replicas.
func (s Serving) Copies(n int) Serving {
	s.replicas *= max(n, 0)
	return s
}

// Saturation returns the largest rate served without a bound, 1/s; 0 where machine or lengths are invalid.
func (s Serving) Saturation() float64 {
	if s.d == nil {
		return 0
	}
	return float64(s.replicas) * s.d.saturation
}

// At returns how the replicas answer a load. At or above saturation the answer is not stable.
func (s Serving) At(l queue.Load) Answer {
	if s.d == nil || s.replicas < 1 {
		return impossible()
	}
	in := s.stream(l)
	if !(l.Rate < s.Saturation()) || math.IsInf(in.excess, 1) {
		return s.d.overloaded(float64(s.replicas))
	}
	in.rate = math.Min(in.rate, s.d.saturation*(1-1e-15)) // dividing may round up
	a := s.d.under(in.rate).answer(in)
	a.QPS = math.Max(0, l.Rate)
	return a
}

// stream is what one replica sees of a load.
func (s Serving) stream(l queue.Load) stream {
	n := float64(s.replicas)
	in := stream{rate: math.Max(0, l.Rate) / n, window: math.Max(0, l.Window), pool: 1}
	if l.Dispersion > 0 {
		in.excess = l.Dispersion - 1
	}
	if s.leastLoaded {
		in.pool = n
	} else {
		in.excess /= n // random balancing thins: Cox and Isham, Point Processes, 1980, 4.3
	}
	return in
}
