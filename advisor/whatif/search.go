package whatif

import (
	"math"

	"scaleadvise/advisor/advice"
)

// ratios are how far from the start the search looks, in steps that grow: near flips are the
// ones worth knowing exactly.
var ratios = []float64{1.2, 1.6, 2.5, 5, 10, 100}

// promises are the usual availabilities, as ratios to 99 %: 99, 99.5, 99.9, 99.95, 99.99 %.
var promises = []float64{1, 2, 10, 20, 100}

// step is one value on the way out.
type step struct {
	at advice.Value
	*answer
}

// walk asks along an axis away from the start, which is the first step, until there is no answer any
// more or a visitor of the steps wants no more of them. Where absent, the one before is no value.
func (a *asker) walk(x axis, up bool, visit func(before, at step, absent bool) (more bool)) {
	before := step{advice.Value{Number: x.Now}, a.now()}
	last, absent := math.NaN(), !x.Given
	if x.Given {
		last = x.Now
	}
	for _, r := range x.ratios {
		if a.failed() != nil {
			break
		}
		if !up {
			r = 1 / r
		}
		v := x.scale.value(x.start * r)
		if v == last || v <= 0 || (v > last) != up && x.Given {
			continue
		}
		last = v
		got := a.at(x, advice.Value{Number: v})
		if got.fault != nil {
			break
		}
		at := step{advice.Value{Number: v}, got}
		if !visit(before, at, absent) {
			break
		}
		before, absent = at, false
	}
}

// How near the two sides of what is found lie, as a ratio: a flip is known by the value at which it
// was seen, a change within a sweep by both.
const (
	flipWithin   = 1.01
	changeWithin = 1
)

// halve closes in until the two values are within a ratio, or neighbours. Where the first of them is
// no value, but the absence of one, there is nothing between.
func (a *asker) halve(x axis, last, first step, w watch, absent bool, within float64) (step, step) {
	for !absent && a.failed() == nil {
		from, to := x.scale.coordinate(last.at.Number), x.scale.coordinate(first.at.Number)
		v := advice.Value{Number: x.scale.value(math.Sqrt(from * to))}
		if v == last.at || v == first.at || !between(v.Number, last.at.Number, first.at.Number) || math.Max(from/to, to/from) <= within {
			break
		}
		flipped, got := a.beyond(x, v, w)
		if got.fault != nil {
			break
		}
		if flipped {
			first = step{v, got}
		} else {
			last = step{v, got}
		}
	}
	if first.part {
		first.answer = a.at(x, first.at)
	}
	return last, first
}

func between(v, a, b float64) bool { return v > math.Min(a, b) && v < math.Max(a, b) }
