package main

import (
	"math"

	"scaleadvise/advisor/llm/step"
)

// score is how badly the kernel explains what was left out: the mean logarithmic score of
// Student's t, which forgives outliers, over rows, series and pairs.
func score(e *step.Evidence, trials []step.Trial) float64 {
	sum := 0.0
	for _, apart := range []struct {
		of     step.Apart
		weight float64
	}{{e.RowsApart, 0.2}, {e.SeriesApart, 0.5}, {e.PairsApart, 0.3}} {
		for _, m := range e.Misses(trials, apart.of) {
			off := max(-step.Farthest, min(m.Off, step.Farthest)) / m.Deviation
			sum += apart.weight * (math.Log(m.Deviation) + (freedom+1)/2*math.Log1p(off*off/freedom))
		}
	}
	return sum / float64(len(trials))
}

// freedom is that of Student's t.
const freedom = 4

// startKernels is where the search for kernels begins.
func startKernels() step.Kernels {
	k := step.Kernel{
		Batch: 1.7, Tokens: 0.77, GPUs: 1.15, Facts: 0.9,
		Name: 0.25, Precision: 0.26, Cache: 0.3, Engine: 0.59, Load: 0.74, Mixture: 0.9, Family: 0.3,
		Own: 0.06, Level: 0.05, Hardware: 0.07, Model: 0.16, Noise: 0.06,
	}
	return step.Kernels{Dense: k, Mixture: k}
}

// dials are the numbers of a kernel; the shares stand between 0 and 1.
func dials(k *step.Kernel) (sizes, shares []*float64) {
	return []*float64{&k.Batch, &k.Tokens, &k.GPUs, &k.Facts, &k.Own, &k.Level, &k.Hardware, &k.Model, &k.Noise},
		[]*float64{&k.Name, &k.Precision, &k.Cache, &k.Engine, &k.Load, &k.Mixture, &k.Family}
}

// tune turns the dials of both kernels on the trials that they are for.
func tune(e *step.Evidence, trials []step.Trial, rounds int) {
	var dense, mixture []step.Trial
	for _, t := range trials {
		if t.Mixture() {
			mixture = append(mixture, t)
		} else {
			dense = append(dense, t)
		}
	}
	turn(e, &e.Kernels.Dense, dense, rounds)
	turn(e, &e.Kernels.Mixture, mixture, rounds)
}

// turn turns each dial as long as that lowers the score, in rounds of smaller and smaller
// turns.
func turn(e *step.Evidence, k *step.Kernel, trials []step.Trial, rounds int) {
	best := score(e, trials)
	sizes, shares := dials(k)
	for round := range rounds {
		by := 0.4 / math.Pow(2, float64(round))
		for i, dial := range append(sizes, shares...) {
			for _, turn := range []float64{by, -by} {
				old := *dial
				if *dial = old * math.Exp(turn); i >= len(sizes) {
					odds := old / (1 - old) * math.Exp(2*turn)
					*dial = odds / (1 + odds)
				}
				*dial = step.Rounded(*dial)
				if s := score(e, trials); s < best-1e-5 {
					best = s
					break
				}
				*dial = old
			}
		}
	}
}
