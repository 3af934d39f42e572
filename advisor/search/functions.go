package search

import (
	"maps"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Functions returns what the recorded formulas call, by name, those of servers among them.
func Functions() map[string]derivation.Function {
	all := map[string]derivation.Function{
		"losses_of": derivation.OfArguments(3, func(a []float64) float64 {
			k, _ := queue.LossesToSurvive(int(a[0]), a[1], a[2])
			return float64(k)
		}),
		"zone_losses":        derivation.OfArguments(4, func(a []float64) float64 { return float64(zoneLosses(int(a[0]), int(a[1]), a[2], a[3])) }),
		"margin_of_capacity": derivation.OfArguments(4, func(a []float64) float64 { return marginOf(append(a, 1, 1, 1, 0, 0, 0, 0, 0)) }),
		"margin_of":          derivation.OfArguments(11, func(a []float64) float64 { return marginOf(append(a, 0)) }),
		"margin_of_linear":   derivation.OfArguments(11, func(a []float64) float64 { return marginOf(append(a, 1)) }),
	}
	maps.Copy(all, serve.Functions())
	return all
}

// marginOf samples again: confidence, seed, capacity_low, capacity_high, the three of the
// peak, the three of the growth, the horizon, and 1 where
// growth is by the same amount.
func marginOf(a []float64) float64 {
	w := &workload.Workload{
		Peak: unit.Interval{Low: a[4], Mid: a[5], High: a[6]}, Growth: unit.Interval{Low: a[7], Mid: a[8], High: a[9]}, Horizon: a[10], GrowthLinear: a[11] == 1,
	}
	return newSamples(w, uint64(a[1])).margin(a[0], a[2], a[3])
}
