package forward

import (
	"errors"
	"math"
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
)

// Curves are the service models of one question on many accelerators.
type Curves map[string]Curve // by Hardware.ID; a part that cannot hold the model is missing, and one that is not rented

// curvesKey is all that curves depend on.
type curvesKey struct {
	model                      Model
	vendor, runtime, precision string
	largest                    int
}

type curvesAnswer struct {
	curves Curves
	err    error
}

// Curves returns the service models of a question on every part of a vendor that clouds
// rent, as Curve does for one, but without sources, which a comparison does not need.
func (e *Evidence) Curves(q Question, vendor string, largest int) (Curves, error) {
	a := e.curves.Get(curvesKey{q.Model, vendor, q.Runtime, q.Precision, largest}, func() (a curvesAnswer) {
		a.curves, a.err = e.solveCurves(q, vendor, largest)
		return a
	})
	return a.curves, a.err
}

func (e *Evidence) solveCurves(q Question, vendor string, largest int) (Curves, error) {
	q, err := e.complete(q)
	if err != nil {
		return nil, err
	}
	shape := e.shapeOf(e.described(q.Model))
	parts := slices.DeleteFunc(slices.Clone(e.peers), func(h Hardware) bool { return h.Vendor != vendor })
	batches := make([]int, len(parts)) // 0 where the model does not fit
	sizes := []int{1}
	for i, h := range parts {
		q.Hardware = h
		if fits, err := e.fitting(q, shape); err == nil {
			batches[i] = min(fits, largestOn(h.Kind, largest))
			sizes = append(sizes, batches[i])
		}
	}
	slices.Sort(sizes)
	sizes = slices.Compact(sizes)
	all, errs := make([][]Prediction, len(sizes)), make([]error, len(sizes))
	ranked := rank(parts, q.Precision)
	measured := e.measuredOn(q, parts)
	var each fanout.Group
	for i, size := range sizes {
		each.Go(func() {
			one := q
			one.Mode, one.Batch = catalog.ModeBatch, float64(size)
			if size == 1 {
				one.Mode = catalog.ModeLatency
			}
			all[i], errs[i] = e.predictSome(one, ranked, ranked.bearing(measured, func(i int) bool { return size == 1 || batches[i] == size }))
		})
	}
	each.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	curves := make(Curves, len(parts))
	for i, h := range parts {
		if batches[i] > 0 {
			c := Curve{MaxBatch: batches[i], Alone: all[slices.Index(sizes, 1)][i], Full: all[slices.Index(sizes, batches[i])][i]}
			c.Alone, c.Full = c.Alone.bare(), c.Full.bare()
			curves[h.ID] = c.line()
		}
	}
	return curves, nil
}

// bare is a prediction without what led to it, which holds on to all that predicts.
func (p Prediction) bare() Prediction {
	p.cite, p.deviation, p.own, p.near = nil, 0, false, 0
	return p
}

// largestOn is the largest batch on a kind of hardware where none is asked for.
func largestOn(kind string, largest int) int {
	switch {
	case largest > 0:
		return largest
	case kind == "gpu":
		return usualBatch
	}
	return 1
}

// And returns the curve of a pass that is followed by another: times add, and the intervals are combined as
// fully dependent errors.
func (c Curve) And(o Curve) Curve {
	most := min(c.MaxBatch, o.MaxBatch)
	c, o = c.upTo(most), o.upTo(most)
	c.Alone, c.Full = c.Alone.and(o.Alone), c.Full.and(o.Full)
	return c.line()
}

// upTo is the curve with batches no larger.
func (c Curve) upTo(most int) Curve {
	if most >= c.MaxBatch {
		return c
	}
	b := float64(most)
	c.Full = c.Full.moved(c.Alpha + c.Beta*b)
	c.Full.Batch, c.MaxBatch = b, most
	return c
}

func (p Prediction) and(o Prediction) Prediction {
	p.Seconds, p.Low, p.High = p.Seconds+o.Seconds, p.Low+o.Low, p.High+o.High
	if o.Basis == Roofline || p.Basis == Measured {
		p.Basis = o.Basis
	}
	return p
}

// Times returns the curve of several passes one after another.
func (c Curve) Times(passes float64) Curve {
	c.Alone, c.Full = c.Alone.times(passes), c.Full.times(passes)
	return c.line()
}

func (p Prediction) times(by float64) Prediction {
	p.Seconds, p.Low, p.High = p.Seconds*by, p.Low*by, p.High*by
	return p
}

// Of returns the curve of requests that each bring several inputs.
func (c Curve) Of(items int) Curve {
	if c.called {
		return c.call(items)
	}
	if items <= 1 {
		return c
	}
	n := float64(items)
	alone := c.Alpha*math.Ceil(n/float64(c.MaxBatch)) + c.Beta*n
	c.Alone = c.Alone.moved(alone)
	c.Alone.Batch = 1
	most := max(c.MaxBatch/items, 1)
	full := alone
	if most > 1 {
		full = c.Alpha + c.Beta*n*float64(most)
	}
	c.Full = c.Full.moved(full)
	c.Full.Batch, c.MaxBatch = float64(most), most
	return c.line()
}

// Wider returns the curve with a wider interval: each end is further from the middle by a factor.
func (c Curve) Wider(by float64) Curve {
	if by <= 1 {
		return c
	}
	c.Alone, c.Full = c.Alone.wider(by), c.Full.wider(by)
	return c.line()
}

func (p Prediction) wider(by float64) Prediction {
	p.Low, p.High = p.Low/by, p.High*by
	return p
}
