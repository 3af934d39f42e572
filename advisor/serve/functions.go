package serve

import (
	"math"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
)

// Functions returns the functions that recorded formulas call, by name: the numerical methods, with the
// recorded arguments.
func Functions() map[string]derivation.Function {
	return map[string]derivation.Function{
		"sustainable": derivation.OfArguments(13, func(a []float64) float64 {
			return queue.Sustainable(serverOf(a), a[9], a[10], unbounded(a[11]), a[12])
		}),
		"latency_at": derivation.OfArguments(13, latencyAt),
		"busy_at":    derivation.OfArguments(12, func(a []float64) float64 { return solved(a).Busy }),
		"batch_at":   derivation.OfArguments(12, func(a []float64) float64 { return solved(a).MeanBatch }),
		"bare_share_of": derivation.OfArguments(6, func(a []float64) float64 {
			s := service.Model{Alpha: a[0], Beta: a[1], MaxBatch: int(a[2]), Concurrency: int(a[3]), CV: a[4], Derate: 1}.Server()
			return queue.Sustainable(s, 1, 0, a[5], 0.99) / s.Saturation()
		}),
	}
}

// PrefixHit returns the share of prompts that a language model finds in its cache; 0 for others.
func PrefixHit(s *Server) float64 {
	if l, ok := s.scheduler.(*language); ok {
		return l.machine.Setup.PrefixHit
	}
	return 0
}

// latencyAt returns a quantile of the latency, read as a Response reads it: where tails are
// costly, one quantile narrows the search for the next within its precision.
func latencyAt(a []float64) float64 {
	q := solved(a)
	r := Response{Stable: q.Stable}.timed(q, a[12])
	switch a[12] {
	case 0.5:
		return r.P50
	case 0.95:
		return r.P95
	}
	return r.Latency
}

// unbounded returns a bound, +Inf where it is 0 for none.
func unbounded(bound float64) float64 {
	if bound == 0 {
		return math.Inf(1)
	}
	return bound
}

// serverOf returns the copies that the arguments name: alpha, beta, max_batch, concurrency, cv,
// derate, knee, copies, balancing.
func serverOf(a []float64) queue.Server {
	m := service.Model{Alpha: a[0], Beta: a[1], MaxBatch: int(a[2]), Concurrency: int(a[3]), CV: a[4], Derate: a[5], Knee: a[6]}
	return Balancing(a[8]).balanced(m.Server(), max(int(a[7]), 1), variability(m.CV, m.MaxBatch))
}

// solved returns how they answer at the rate, the argument after the dispersion and its window.
func solved(a []float64) queue.Result {
	return serverOf(a).At(queue.Load{Rate: a[11], Dispersion: a[9], Window: a[10]})
}
