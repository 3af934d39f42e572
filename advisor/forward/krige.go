package forward

import (
	"math"

	"scaleadvise/advisor/kriging"
)

// condition conditions a process on cells, and returns it.
func (e *Evidence) condition(near []neighbour, process *kriging.Posterior, w *workspace) *kriging.Posterior {
	w.values = w.values[:0]
	for _, n := range near {
		w.values = append(w.values, n.value)
	}
	process.Reset(w.values, func(i, j int) float64 {
		v := e.Kernel.between(&near[i].point, &near[j].point)
		if i == j {
			v += e.Kernel.noise(near[i].cell)
		}
		return v
	})
	return process
}

// krige returns the posterior mean of ln time over the roofline and its standard deviation,
// that of one run included.
func (e *Evidence) krige(p *point, near []neighbour, posterior *kriging.Posterior, w *workspace) (mean, deviation float64) {
	w.with = w.with[:0]
	for _, n := range near {
		w.with = append(w.with, n.covariance)
	}
	mean = posterior.Mean(w.with)
	left := e.Kernel.variance(p) - posterior.Explained(w.with)
	return mean, math.Sqrt(math.Max(left, 0) + e.Kernel.noiseAt(p))
}

// noise is the variance of a cell about what it measures: more rows say more, but share
// their harness. One whose operations are a guess says little of others.
func (k *Kernel) noise(c *cell) float64 {
	v := k.noiseAt(&c.point) / math.Sqrt(math.Min(c.rows, 4))
	if !c.counted {
		v += k.UncountedNoise
	}
	return v
}

// noiseAt is the variance of one run: of small batches on a GPU it is larger.
func (k *Kernel) noiseAt(p *point) float64 { return k.Noise + k.FixedNoise*p.fixed*p.fixed }

// errorsOf are the errors of a kind of question on a kind of hardware.
func (e *Evidence) errorsOf(asked, kind, mode string, batch float64) Errors {
	for _, key := range []string{errorsKey(asked, kind, mode, batch), asked} {
		if found, ok := e.Errors[key]; ok {
			return found
		}
	}
	return Errors{Low: normal90, High: normal90}
}

// normal90 is the 95th percentile of the normal distribution.
const normal90 = 1.6449

// errorsKey is what errors are told apart by: a full GPU errs otherwise than a small batch.
func errorsKey(asked, kind, mode string, batch float64) string {
	switch {
	case kind == "gpu" && mode == modeServer:
		kind = "gpu server"
	case kind == "gpu" && batch < 16:
		kind = "gpu small batch"
	}
	return asked + " " + kind
}
