package simulate

import "math"

// settled finds where the warm-up ends: the first of the means, up to the half, from which on
// their mean is known best, its squared error being the variance over the number that are left
// (White, An effective truncation heuristic for bias reduction in simulation output, Simulation
// 1997: the marginal standard error rule). A fleet starts empty, so that only what lies below
// the rest by more than chance is a warm-up: the rule alone also drops high values that came
// early, and what is left is too low. ok is false where it is the half: the run may still be
// warming up at its end.
func settled(means []float64) (from int, ok bool) {
	half := len(means) / 2
	best := math.Inf(1)
	for d := 0; d <= half; d++ {
		rest := means[d:]
		v := variance(rest)
		if e := v / float64(len(rest)); e < best && (d == 0 || mean(means[:d]) < mean(rest)-2*math.Sqrt(v/float64(d))) {
			best, from = e, d
		}
	}
	return from, from < half
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// variance is that of the values themselves, not of what they were drawn from.
func variance(x []float64) float64 {
	m, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return sum / float64(len(x))
}

// memory is how long the fleet remembers, s: a step, and near saturation what the variance of
// its input and of its work take to be worked off by the drift (the relaxation of reflected
// Brownian motion, Harrison 1985; for M/M/1 that of Morse, Queues, Inventories and Maintenance,
// 1958). +Inf at and above saturation.
func (s Spec) memory() float64 {
	if s.Fleet.Scheduler != nil {
		return s.recollection()
	}
	st := s.Fleet.Station
	full := st.Alpha + st.Beta*float64(st.MaxBatch)
	load := s.load() * math.Max(st.Work, 1)
	switch {
	case s.bounded(): // what waits is worked off soon, whatever comes
		load = math.Min(load, 0.95)
	case load >= 1:
		return math.Inf(1)
	}
	batch, servers := float64(st.MaxBatch), float64(st.Workers)
	if s.Fleet.Balancing == LeastLoaded || s.Fleet.Balancing == PowerOfTwo {
		servers *= float64(s.Fleet.Replicas * s.Fleet.Units)
	}
	spread := math.Max(s.Traffic.Dispersion, 1) + st.CV*st.CV*batch
	return (full + st.MaxWait) * (1 + 2*spread*load/(batch*servers*(1-load)*(1-load)))
}

// recollection is that of a language model, whose replica is taken as one server for each of its
// requests under way when it is full. Its saturation is an estimate: near it, it is not trusted.
func (s Spec) recollection() float64 {
	v := s.Fleet.Scheduler
	load := math.Min(s.load(), 0.95)
	servers := float64(v.Requests)
	if each := v.Lengths.Input.Mean + v.Lengths.Output.Mean; v.Cache > 0 {
		servers = math.Max(1, math.Min(servers, v.Cache/each))
	}
	turn := servers / v.Saturation
	cv := v.Lengths.Output.CV
	spread := math.Max(s.Traffic.Dispersion, 1) + cv*cv
	return turn * (1 + 2*spread*load/(servers*(1-load)*(1-load)))
}

// load is the mean rate over saturation.
func (s Spec) load() float64 { return s.Traffic.Mean() / s.Fleet.Saturation() }

// bounded reports whether what waits cannot grow without end.
func (s Spec) bounded() bool { return s.Clients.QueueLimit > 0 || s.Clients.Timeout > 0 }
