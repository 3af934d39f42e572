package service

import (
	"math"
	"slices"

	"scaleadvise/advisor/kriging"
	"scaleadvise/advisor/stat"
)

// robust sets the cells' weights by fitting all of them under Student's t (iteratively
// reweighted: an outlier's noise is as much larger as its residual makes likely) and
// returns their prior mean. Weights are rounded so that they are the same everywhere.
// A run with room left is a lower bound: above what its neighbours reach it tells as
// much as any, below it next to nothing, hence the factor.
func robust(k kernel, cells []cell, freedom float64) float64 {
	rest := make([]float64, len(cells))
	for i := range cells {
		rest[i] = cells[i].value - k.slope(&cells[i])
		cells[i].weight = 1
	}
	mean := stat.Median(rest)
	for range 4 {
		residual := residuals(k, cells, rest, mean)
		for i := range cells {
			square := residual[i] * residual[i] / (k.noise(&cells[i]) * cells[i].weight)
			if cells[i].room == loose && residual[i] < 0 {
				square *= boundBelow
			}
			w := (freedom + 1) / (freedom + square)
			cells[i].weight = math.Max(math.Round(w*1e3)/1e3, 1e-3)
		}
	}
	return mean
}

// boundBelow multiplies the squared residual of a lower bound that the neighbours exceed.
// Cross-validated loss differs little from 5 to 30.
const boundBelow = 10

// residuals of the smooth through all cells: noise × (K+N)⁻¹(y − mean).
func residuals(k kernel, cells []cell, rest []float64, mean float64) []float64 {
	out := make([]float64, len(cells))
	for i := range rest {
		out[i] = rest[i] - mean
	}
	p := kriging.Condition(out, func(i, j int) float64 { return covariance(k, &cells[i], &cells[j]) })
	for i, w := range p.Weights() {
		out[i] = w * k.noise(&cells[i])
	}
	return out
}

// tails is which share of cross-validated errors an interval leaves out below and above.
type tails struct{ below, above float64 }

// A saturated rate errs to both sides alike. The share of saturation is bounded above and
// has a long tail below (serving stacks that batch badly), so its shortest nine tenths lie
// towards the top. Both leave out a little less than a tenth: coefficients were chosen on
// the same pairs, which makes these errors too small.
var (
	evenTails  = tails{0.045, 0.045}
	shareTails = tails{0.055, 0.02}
)

// errorsOf reads the conformal quantiles off trials (split conformal: Lei et al.,
// Distribution-Free Predictive Inference for Regression, JASA 2018).
func errorsOf(trials []Trial, gpu bool, out tails) Errors {
	var scores []float64
	for _, t := range trials {
		if (t.Kind == "gpu") == gpu {
			scores = append(scores, t.score)
		}
	}
	slices.Sort(scores)
	n := float64(len(scores))
	round := func(v float64) float64 { return math.Round(v*1e3) / 1e3 }
	return Errors{math.Max(-round(stat.Quantile(scores, out.below-0.5/n)), 0), math.Max(round(stat.Quantile(scores, 1-out.above+0.5/n)), 0), len(scores)}
}

// loss is what a fit lowers: a bounded function of the relative error that neither the
// median nor the tail can be bought with alone, each pair of accelerator and model
// counting as the root of its rows.
func loss(trials []Trial) float64 {
	rows := map[string]float64{}
	for _, t := range trials {
		rows[t.Row.Accelerator+"|"+t.Row.Model]++
	}
	var sum, weights float64
	for _, t := range trials {
		w := 1 / math.Sqrt(rows[t.Row.Accelerator+"|"+t.Row.Model])
		if t.Kind != "gpu" {
			w *= 0.3
		}
		r := (t.Predicted/t.Measured - 1) / 0.06
		sum += w * math.Log1p(r*r)
		weights += w
	}
	return sum / weights
}

// descend lowers objective by halving and doubling one coefficient at a time, in order.
func descend(coefficients []*float64, rounds int, objective func() float64) float64 {
	best := objective()
	for range rounds {
		before := best
		for _, c := range coefficients {
			for _, factor := range []float64{0.6, 1 / 0.6} {
				old := *c
				*c = roundTo3(old * factor)
				if now := objective(); now < best-1e-4 {
					best = now
				} else {
					*c = old
				}
			}
		}
		if before-best < 1e-3 {
			break
		}
	}
	return best
}

// roundTo3 keeps three significant digits.
func roundTo3(v float64) float64 {
	if v == 0 {
		return 0
	}
	scale := math.Pow(10, 2-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
