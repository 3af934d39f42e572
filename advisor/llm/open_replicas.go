package llm

import (
	"math"

	"scaleadvise.dev/scaleadvise/advisor/queue"
)

// Replicas are n like machines behind a load balancer. Random balancing thins the arrivals
// of each; least-loaded balancing lets them share what is under way evenly, so that the
// deviations of one are those of all over n.
type Replicas struct {
	Machine
	N           int // ≥ 1
	LeastLoaded bool
}

// Saturation is n times that of one machine, 1/s.
func (r Replicas) Saturation(lengths Lengths) float64 {
	return float64(max(r.N, 0)) * r.Machine.Saturation(lengths)
}

// At is how the replicas answer a load of requests with such lengths.
func (r Replicas) At(l queue.Load, lengths Lengths) Answer {
	d, ok := r.demandOf(lengths)
	if !ok || r.N < 1 {
		inf := math.Inf(1)
		return Answer{PWait: 1, Busy: 1, MeanWait: inf, MeanTTFT: inf, MeanTPOT: inf, MeanE2E: inf}
	}
	in := r.stream(l)
	if !(in.rate < d.saturation) || math.IsInf(in.excess, 1) {
		return d.overloaded(float64(r.N))
	}
	a := d.answer(in)
	a.QPS = math.Max(0, l.Rate)
	return a
}

// stream is what one replica sees of a load.
func (r Replicas) stream(l queue.Load) stream {
	n := float64(r.N)
	in := stream{rate: math.Max(0, l.Rate) / n, window: math.Max(0, l.Window), pool: 1}
	if l.Rate != l.Rate {
		in.rate = math.Inf(1)
	}
	if r.LeastLoaded {
		in.pool = n
		in.excess = math.Max(0, queue.Thin(l.Dispersion, 1)-1)
	} else {
		in.excess = queue.Thin(l.Dispersion, r.N) - 1
	}
	return in
}
