package forward

import (
	"math"

	"scaleadvise/advisor/kriging"
)

// anchorLength is the length, of the logarithm of the work, over which what a prediction misses of a model
// at one size of its input tells less and less of other sizes. Of 800 pairs of sizes of one model that ran in
// one way, 0.95 of the miss at one is found at the other where the work differs by a quarter, 0.9 at double,
// and 0.8 at four times.
const anchorLength = 2.0

// anchor is what runs of a model in just the way that is asked, with inputs of other sizes, say of the size
// that is asked.
type anchor struct {
	strength  float64 // share of what they say, 1 at their own size; 0 where there are none
	mean      float64 // ln time over the roofline, of what is asked
	low, high float64 // ln of the interval at the nearest of them
}

// anchored transfers runs of the same model with inputs of other sizes by the ratio of what is predicted of
// both: the prediction of what is asked is off by what those of the runs are off by, weighed by how near
// they are. It meets the runs at their own size without a jump.
func (e *Evidence) anchored(t *target, cells []neighbour, mean float64, posterior *kriging.Posterior, w *workspace) anchor {
	var a anchor
	var weights, missed float64
	var nearest *cell
	least := math.Inf(1)
	for _, n := range cells {
		if !sameButSize(n.cell, &t.point) {
			continue
		}
		far := square(n.gmacs-t.point.gmacs) + square(n.intensity-t.point.intensity)
		at := t.point // as the question sees it, at the size of the run
		at.gmacs, at.intensity = n.gmacs, n.intensity
		predicted, _ := e.kriged(&at, cells, posterior, w)
		weight := 1 / (far + 1e-9)
		weights, missed = weights+weight, missed+weight*(n.value-predicted)
		if far < least {
			least, nearest = far, n.cell
		}
	}
	if nearest == nil {
		return a
	}
	a.strength = near(least / square(anchorLength))
	a.mean = mean + a.strength*missed/weights
	at := nearest.point
	at.source = t.point.source
	_, deviation := e.kriged(&at, cells, posterior, w)
	errs := e.errorsOf(askedMeasured, t.Hardware.Kind, mode(t.Mode, t.Batch), t.Batch)
	a.low, a.high = errs.Low*deviation, errs.High*deviation
	return a
}

// Unlike returns the error of a saturated rate that is transferred between two models which differ only in
// the size of inputs: the central 90 % of the curve, as far as the errors of the two predictions are
// independent.
func (c Curve) Unlike(one, other Model) (low, high float64) {
	found := 1.0
	if one.GMACs > 0 && other.GMACs > 0 {
		found = near(square(math.Log(one.GMACs/other.GMACs)) / square(anchorLength))
	}
	left := math.Sqrt(1 - found*found)
	return math.Pow(c.SpreadLow, left), math.Pow(c.SpreadHigh, left)
}

// between is a figure that is one at the size of the runs, and another far from it.
func (a anchor) between(there, far float64) float64 { return a.strength*there + (1-a.strength)*far }

// sameButSize reports whether a cell is runs of the model that is asked about in just the way asked, of
// whatever size of input.
func sameButSize(c *cell, p *point) bool {
	return !c.tuned && same(c.name, p.name) && c.counted && p.counted && c.run == p.run && c.runtime == p.runtime && c.precision == p.precision &&
		c.mode == p.mode && math.Abs(c.batch-p.batch) < 0.01
}

// kriged is krige for a point among the neighbours of another.
func (e *Evidence) kriged(p *point, near []neighbour, posterior *kriging.Posterior, w *workspace) (mean, deviation float64) {
	w.beside = w.beside[:0]
	for _, n := range near {
		w.beside = append(w.beside, neighbour{n.cell, e.Kernel.between(&n.point, p)})
	}
	return e.krige(p, w.beside, posterior, w)
}
