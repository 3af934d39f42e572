package capacity

import (
	"math"
	"math/rand/v2"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Functions are what the formulas of derivations call, by name: the numerical methods over
// the very arguments that are written down.
func Functions() map[string]derivation.Function {
	return map[string]derivation.Function{
		"sustainable": func(a []float64) float64 {
			return called(a, 13, func() float64 { return queue.Sustainable(serverOf(a), a[9], a[10], unbounded(a[11]), a[12]) })
		},
		"latency_at": func(a []float64) float64 {
			return called(a, 13, func() float64 { return answered(a).Quantile(a[12]) })
		},
		"busy_at":  func(a []float64) float64 { return called(a, 12, func() float64 { return answered(a).Busy }) },
		"batch_at": func(a []float64) float64 { return called(a, 12, func() float64 { return answered(a).MeanBatch }) },
		"bare_share_of": func(a []float64) float64 {
			return called(a, 6, func() float64 {
				s := service.Model{Alpha: a[0], Beta: a[1], MaxBatch: int(a[2]), Concurrency: int(a[3]), CV: a[4], Derate: 1}.Server()
				return queue.Sustainable(s, 1, 0, a[5], 0.99) / s.Saturation()
			})
		},
		"losses_of": func(a []float64) float64 {
			return called(a, 3, func() float64 { k, _ := queue.LossesToSurvive(int(a[0]), a[1], a[2]); return float64(k) })
		},
		"zone_losses": func(a []float64) float64 {
			return called(a, 2, func() float64 {
				if a[1] < 2 {
					return 0
				}
				return math.Ceil(a[0] / a[1])
			})
		},
		"margin_of_capacity": func(a []float64) float64 {
			return called(a, 4, func() float64 { return marginOf(append(a, 1, 1, 1, 0, 0, 0, 0)) })
		},
		"margin_of": func(a []float64) float64 {
			return called(a, 11, func() float64 { return marginOf(a) })
		},
	}
}

// called computes where there are as many arguments as the function takes, and gives no number
// otherwise.
func called(args []float64, n int, f func() float64) float64 {
	if len(args) != n {
		return math.NaN()
	}
	return f()
}

// unbounded is a bound, none where it is 0.
func unbounded(bound float64) float64 {
	if bound == 0 {
		return math.Inf(1)
	}
	return bound
}

// serverOf is the servers that serverArgs names: alpha, beta, max_batch, concurrency, cv,
// derate, knee, copies, least_loaded.
func serverOf(a []float64) queue.Server {
	m := service.Model{Alpha: a[0], Beta: a[1], MaxBatch: int(a[2]), Concurrency: int(a[3]), CV: a[4], Derate: a[5], Knee: a[6]}
	if a[7] <= 1 {
		return m.Server()
	}
	return queue.Balanced{Server: m.Server(), N: int(a[7]), LeastLoaded: a[8] != 0}
}

// answered is how they answer at the rate behind the dispersion and its window.
func answered(a []float64) queue.Result {
	return serverOf(a).At(queue.Load{Rate: a[11], Dispersion: a[9], Window: a[10]})
}

// marginOf samples anew: confidence, seed, capacity_low, capacity_high, the three of the
// peak, the three of the growth, the horizon.
func marginOf(a []float64) float64 {
	w := &workload.Workload{
		Peak: unit.Interval{Low: a[4], Mid: a[5], High: a[6]}, Growth: unit.Interval{Low: a[7], Mid: a[8], High: a[9]}, Horizon: a[10],
	}
	return sampledWith(w, rand.New(rand.NewPCG(uint64(a[1]), sampleStream))).margin(a[0], a[2], a[3])
}
