package forward

import (
	"cmp"
	"math"
	"slices"
)

// Predict returns the time of a batch, consistent with the predictions for the vendor's other parts in the
// catalogue: see PredictAll.
func (e *Evidence) Predict(q Question) (Prediction, error) {
	q, err := e.complete(q)
	if err != nil {
		return Prediction{}, err
	}
	one, err := e.onParts(q, rank([]Hardware{q.Hardware}, q.Precision))
	if err != nil {
		return Prediction{}, err
	}
	if one[0].own {
		one[0].Sources, one[0].Nearest = one[0].cite()
		return one[0].within(e.least(q, e.shapeOf(e.described(q.Model)), q.Hardware, one[0])), nil
	}
	if q.Hardware.Processor != "" {
		return e.onCores(q)
	}
	parts := []Hardware{q.Hardware}
	for _, h := range e.peers {
		if h.ID != q.Hardware.ID && h.Vendor == q.Hardware.Vendor && h.Kind == q.Hardware.Kind {
			parts = append(parts, h)
		}
	}
	all, err := e.PredictAll(q, parts)
	if err != nil {
		return Prediction{}, err
	}
	all[0].Sources, all[0].Nearest = all[0].cite()
	return all[0], nil
}

// PredictAll returns the times of one batch on each of several accelerators, whatever the question's
// hardware, without their sources. No part is slower than an older one of its vendor that it exceeds in
// every figure, and no model slower than one of its design that does more work: measured times stay, and
// predictions are adjusted.
func (e *Evidence) PredictAll(q Question, parts []Hardware) ([]Prediction, error) {
	q, err := e.complete(q)
	if err != nil {
		return nil, err
	}
	return e.predictAll(q, rank(parts, q.Precision))
}

// predictAll is PredictAll for a question that is complete.
func (e *Evidence) predictAll(q Question, parts ranking) ([]Prediction, error) {
	all, err := e.onParts(q, parts)
	if err != nil {
		return nil, err
	}
	if err := e.inOrder(q, parts, all); err != nil {
		return nil, err
	}
	parts.order(all) // by what was measured of this model, which its siblings do not know
	shape := e.shapeOf(e.described(q.Model))
	for i, h := range parts.parts {
		all[i] = all[i].within(e.least(q, shape, h, all[i]))
	}
	return all, nil
}

// measuredOn tells of parts whether the model of a question, or a sibling, was measured there in its
// runtime: what was measured bounds what is predicted of other parts.
func (e *Evidence) measuredOn(q Question, parts []Hardware) []bool {
	m := e.described(q.Model)
	models := []int32{e.names[byModel].find(m.key)}
	for _, one := range e.siblingsOf(m) {
		models = append(models, e.names[byModel].find(one.key))
	}
	models = slices.DeleteFunc(models, func(model int32) bool { return model < 0 })
	on, runtime := make([]bool, len(parts)), e.names[byRuntime].find(q.Runtime)
	for i, h := range parts {
		if len(models) > 0 {
			run := e.names[byRun].find(e.running(h, q.Runtime).run())
			on[i] = slices.ContainsFunc(e.of(run, runtime), func(c *cell) bool { return slices.Contains(models, c.model) })
		}
	}
	return on
}

// bearing are the parts on which predictions of wanted ones depend: themselves, those that they exceed, and
// those that were measured.
func (r ranking) bearing(measured []bool, wanted func(i int) bool) []int {
	bears := slices.Clone(measured)
	var take func(i int)
	take = func(i int) {
		bears[i] = true
		for j := range r.parts {
			if !bears[j] && r.exceeds(i, j) {
				take(j)
			}
		}
	}
	for i := range r.parts {
		if wanted(i) || measured[i] {
			take(i)
		}
	}
	var some []int
	for i, ok := range bears {
		if ok {
			some = append(some, i)
		}
	}
	return some
}

// of is the ranking of some of the parts, given in order.
func (r ranking) of(some []int) ranking {
	n, part := len(some), make([]int, len(r.parts))
	out := ranking{parts: make([]Hardware, n), above: make([]bool, n*n)}
	for i := range part {
		part[i] = -1
	}
	for at, i := range some {
		out.parts[at], part[i] = r.parts[i], at
		for on, j := range some {
			out.above[at*n+on] = r.exceeds(i, j)
		}
	}
	for _, i := range r.weakest {
		if part[i] >= 0 {
			out.weakest = append(out.weakest, part[i])
		}
	}
	return out
}

// predictSome is predictAll of some of the parts; what it returns of others is zero.
func (e *Evidence) predictSome(q Question, parts ranking, some []int) ([]Prediction, error) {
	found, err := e.predictAll(q, parts.of(some))
	if err != nil {
		return nil, err
	}
	all := make([]Prediction, len(parts.parts))
	for at, i := range some {
		all[i] = found[at]
	}
	return all, nil
}

// least is the time below which no point of a prediction lies, for a model of a shape.
func (e *Evidence) least(q Question, s shape, h Hardware, p Prediction) float64 {
	return fastest(q.Model, s, e.running(h, q.Runtime), q.Runtime, q.Precision, p.Batch)
}

// onParts are the times of one batch on each of some parts, in order over the parts alone.
func (e *Evidence) onParts(q Question, parts ranking) ([]Prediction, error) {
	task, err := e.task(q)
	if err != nil {
		return nil, err
	}
	all := make([]Prediction, len(parts.parts))
	for i, h := range parts.parts {
		if all[i], err = task.on(h); err != nil {
			return nil, err
		}
	}
	parts.order(all)
	return all, nil
}

// ranking is some parts with which of them exceed others.
type ranking struct {
	parts   []Hardware
	above   []bool // whether part i exceeds part j, at i times their number, plus j
	weakest []int  // so that each stands behind those that it exceeds
}

func rank(parts []Hardware, precision string) ranking {
	n := len(parts)
	r := ranking{parts: parts, above: make([]bool, n*n), weakest: weakestFirst(parts, precision)}
	for i := range parts {
		for j := range parts {
			r.above[i*n+j] = parts[i].exceeds(parts[j], precision)
		}
	}
	return r
}

// exceeds reports whether one part exceeds another.
func (r ranking) exceeds(i, j int) bool { return r.above[i*len(r.parts)+j] }

// exceeds reports whether a part is no worse than another of its vendor and kind in any
// figure that a pass depends on, and not older.
func (h Hardware) exceeds(o Hardware, precision string) bool {
	if h.Vendor == "" || h.Vendor != o.Vendor || h.Kind != o.Kind || !h.rated(precision) || !o.rated(precision) {
		return false
	}
	return h.peak(precision) >= o.peak(precision) && h.BandwidthGBs >= o.BandwidthGBs && h.FP32 >= o.FP32 && h.Year >= o.Year
}

// order makes predictions keep the order of their parts. A measured one bounds those of
// parts above and below it, and so does one near what was measured, as far as it is near; then, from
// the slowest part up, none is slower than one that it exceeds.
func (r ranking) order(all []Prediction) {
	bounds, bounded := r.witnesses(all), make([]float64, len(all))
	for i := range all {
		if bounded[i] = all[i].Seconds; all[i].own {
			continue
		}
		seconds, least, most := all[i].Seconds, 0.0, math.Inf(1)
		for _, j := range bounds {
			if all[j].Batch != all[i].Batch {
				continue
			}
			bound := seconds * math.Pow(all[j].Seconds/seconds, all[j].near)
			if r.exceeds(i, j) && j != i && bound < seconds {
				most = math.Min(most, bound)
			}
			if r.exceeds(j, i) && j != i && bound > seconds {
				least = math.Max(least, bound)
			}
		}
		bounded[i] = math.Min(math.Max(seconds, least), most)
	}
	for i, seconds := range bounded {
		all[i] = all[i].moved(seconds)
	}
	for _, i := range r.weakest {
		for j := range all {
			if r.exceeds(i, j) && j != i && !all[i].own && !all[j].own && all[j].Batch == all[i].Batch {
				all[i] = all[i].moved(math.Min(all[i].Seconds, all[j].Seconds))
			}
		}
	}
}

// witnesses are the predictions that bound others: the measured ones that no other measured one
// contradicts, as runs of different harnesses do, and those near what was measured that neither those nor
// each other contradict.
func (r ranking) witnesses(all []Prediction) []int {
	var own, near, kept []int
	for i := range all {
		if all[i].own {
			own = append(own, i)
		} else if all[i].near > 0 {
			near = append(near, i)
		}
	}
	sound := func(i int, among []int) bool {
		for _, j := range among {
			faster, slower := all[i].Seconds < all[j].Seconds, all[i].Seconds > all[j].Seconds
			if slower && r.exceeds(i, j) || faster && r.exceeds(j, i) {
				return false
			}
		}
		return true
	}
	for _, i := range own {
		if sound(i, own) {
			kept = append(kept, i)
		}
	}
	for _, i := range near {
		if sound(i, own) && sound(i, near) {
			kept = append(kept, i)
		}
	}
	return kept
}

// weakestFirst orders parts so that each stands behind those that it exceeds.
func weakestFirst(parts []Hardware, precision string) []int {
	strength := func(h Hardware) float64 {
		return math.Log(h.peak(precision)) + math.Log(h.BandwidthGBs) + math.Log(h.FP32+1e-3) + float64(h.Year)*1e-3
	}
	at := make([]int, len(parts))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(strength(parts[a]), strength(parts[b])) })
	return at
}

// moved is a prediction with another middle, its interval along with it.
func (p Prediction) moved(seconds float64) Prediction {
	by := seconds / p.Seconds
	p.Seconds, p.Low, p.High = seconds, p.Low*by, p.High*by
	return p
}

// within is a prediction no point of which is below the least time.
func (p Prediction) within(least float64) Prediction {
	p.Seconds, p.Low, p.High = math.Max(p.Seconds, least), math.Max(p.Low, least), math.Max(p.High, least)
	return p
}
