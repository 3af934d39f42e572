package step

import (
	"math"

	"scaleadvise/advisor/kriging"
)

// How many measurements a correction uses, and how many series they are sought in:
// with more of either the cross-validated errors stay as they are.
const (
	nearPoints = 24
	nearSeries = 12
)

// correction predicts how much a setup's times differ from the steps' model, from the
// measurements that tell most about it, by kriging.
type correction struct {
	kernel *Kernel
	own    float64 // variance where nothing is known
	noise  float64 // variance of a measurement
	far    float64 // part of it that is the same at all loads
	series []telling
	near   []neighbour
	kin    *series // that tells most of those on hardware of the setup's kind; nil without any
	given  *kriging.Posterior
}

// hiding says what is left out; a nil function leaves out nothing.
type hiding struct {
	series func(*series) bool
	sample func(*series, *sample) bool
}

func (h hiding) hides(s *series) bool { return h.series != nil && h.series(s) }

// neighbour is one of the measurements, with its covariance with the setup at its spot.
type neighbour struct {
	*sample
	in        int // which of the nearest series it is of
	near, far float64
	tells     float64
}

// around collects the measurements nearest to a setup at a spot; anyBatch ones whatever the
// requests under way. hides says which series, and
// which samples of the others, are left out.
func (e *Evidence) around(f *features, at spot, anyBatch bool, hides hiding) *correction {
	k := e.Kernels.of(f)
	c := &correction{kernel: k, noise: k.noise(1)}
	near, far := k.amplitude(f, f)
	c.own, c.far = near+far, far
	c.series, c.kin = e.nearest(f, k, hides)
	c.near = make([]neighbour, 0, nearPoints)
	for i := range c.series {
		s := &c.series[i]
		for j := range s.series.samples {
			if hides.sample != nil && hides.sample(s.series, &s.series.samples[j]) {
				continue
			}
			n := neighbour{&s.series.samples[j], i, s.near, s.far, 0}
			spots := k.lengths(&at, &n.spot)
			if !anyBatch {
				spots = k.apart(&at, &n.spot)
			}
			n.tells = n.near*spots + n.far
			c.keep(n)
		}
	}
	c.condition()
	return c
}

// keep puts a measurement among the nearest if it is one.
func (c *correction) keep(n neighbour) {
	last := len(c.near)
	if last == nearPoints {
		if last--; n.tells <= c.near[last].tells {
			return
		}
	} else {
		c.near = c.near[:last+1]
	}
	for ; last > 0 && c.near[last-1].tells < n.tells; last-- {
		c.near[last] = c.near[last-1]
	}
	c.near[last] = n
}

// telling is a series with its covariance with a setup.
type telling struct {
	series    *series
	near, far float64
}

// nearest are the series that tell most about a setup, the best first, and that which does of its kind of hardware.
func (e *Evidence) nearest(f *features, k *Kernel, hides hiding) (best []telling, kin *series) {
	best = make([]telling, 0, nearSeries)
	model, alike := -2, 0.0
	akin, tells := 0, 0.0
	for i := range e.series {
		s := &e.series[i]
		if s.model != model { // they are sorted: those of one model stand together
			model, alike = s.model, k.alike(f, &s.features)
		}
		near, far := k.between(f, &s.features, alike)
		if n := f.kinship(&s.features); n > akin || n > 0 && n == akin && near+far > tells {
			if !hides.hides(s) {
				kin, akin, tells = s, n, near+far
			}
		}
		at := len(best)
		switch {
		case at < nearSeries && !hides.hides(s):
			best = best[:at+1]
		case at == nearSeries && near+far > best[at-1].near+best[at-1].far && !hides.hides(s):
			at--
		default:
			continue
		}
		for ; at > 0 && best[at-1].near+best[at-1].far < near+far; at-- {
			best[at] = best[at-1]
		}
		best[at] = telling{s, near, far}
	}
	return best, kin
}

// kinship is how near the hardware of a series is to that of a setup: 0 for not at all, most for the same accelerator
// with the same engine. Engines that give whole layers to each accelerator tell nothing of others.
func (f *features) kinship(of *features) int {
	switch part := f.accelerator == of.accelerator; {
	case part && f.engine == of.engine:
		return 3
	case part && f.layers == of.layers:
		return 2
	case f.family == of.family && f.engine == of.engine:
		return 1
	}
	return 0
}

// condition is the process given the nearest measurements.
func (c *correction) condition() {
	values := make([]float64, len(c.near))
	for i := range c.near {
		values[i] = c.near[i].value
	}
	between := c.between()
	c.given = kriging.Condition(values, func(i, j int) float64 {
		a, b := &c.near[i], &c.near[j]
		v := &between[a.in][b.in]
		if i == j {
			return v.near + v.far + c.kernel.noise(a.rows)/a.weight
		}
		return v.near*c.kernel.apart(&a.spot, &b.spot) + v.far
	})
}

// between are the covariances of the nearest series with each other.
func (c *correction) between() (all [nearSeries][nearSeries]struct{ near, far float64 }) {
	for i := range c.series {
		for j := range i + 1 {
			near, far := c.kernel.amplitude(&c.series[i].series.features, &c.series[j].series.features)
			all[i][j].near, all[i][j].far = near, far
			all[j][i] = all[i][j]
		}
	}
	return all
}

// covariances are those of a spot with the nearest measurements.
func (c *correction) covariances(q *spot) []float64 {
	v := make([]float64, len(c.near))
	for i := range c.near {
		n := &c.near[i]
		v[i] = n.near*c.kernel.apart(q, &n.spot) + n.far
	}
	return v
}

// at is the correction at a spot.
func (c *correction) at(q *spot) float64 { return c.given.Mean(c.covariances(q)) }

// deviation is the standard deviation of a measurement about the correction at a spot.
func (c *correction) deviation(q *spot) float64 {
	return math.Sqrt(max(c.own-c.given.Explained(c.covariances(q)), 0) + c.noise)
}
