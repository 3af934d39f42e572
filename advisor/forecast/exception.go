package forecast

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// exception is a stretch that lies far off the same hours of all other days, and that its day of the week did
// not show when it was seen another time: an outage, a campaign, a test. It is no pattern to repeat.
type exception struct {
	from, to int     // steps
	times    float64 // demand over what is usual of those hours
}

// A step is exceptional beyond the highest or below the lowest of the same hour of all other days by these
// ratios; a stretch of them where it lasts for a part of a day and misses, or adds, a share of a day's demand.
// More of them than a few are a habit. The days around are left out, since one that lasts may reach into them.
const (
	exceptionHigh  = 1.5
	exceptionLow   = 0.5
	exceptionLasts = 12 // part of a day
	exceptionShare = 0.04
	aroundIt       = 2 // days
	fewExceptions  = 2
)

// exceptions are the stretches of a history that lie far below, and those that lie far above the usual. A high
// one that is not over yet may be a new level, and is none.
func exceptions(y []float64, per int) (low, high []exception) {
	if len(y) < 7*per {
		return nil, nil
	}
	usual, sides := make([]float64, len(y)), make([]int, len(y))
	for i := range y {
		usual[i], sides[i] = besides(y, per, i)
	}
	var least float64
	for _, v := range usual {
		least += exceptionShare * v * float64(per) / float64(len(y))
	}
	for from := 0; from < len(y); {
		to, off, all := from, 0.0, 0.0
		for ; to < len(y) && sides[to] == sides[from]; to++ {
			off, all = off+y[to]-usual[to], all+usual[to]
		}
		e := exception{from: from, to: to, times: 1 + off/math.Max(all, 1e-9)}
		switch side := sides[from]; {
		case side == 0 || to-from < max(per/exceptionLasts, 1) || math.Abs(off) < least:
		case side < 0:
			low = append(low, e)
		case to < len(y):
			high = append(high, e)
		}
		from = to
	}
	return few(low), few(high)
}

func few(all []exception) []exception {
	if len(all) > fewExceptions {
		return nil
	}
	return all
}

// besides is what is usual of the hour of a step on other days, and whether the step lies far below them (-1),
// far above (+1) or neither. Where the day of the week was seen once, only an outage is told from its habit: next
// to nothing came, on that day alone.
func besides(y []float64, per, i int) (usual float64, side int) {
	again := i >= 7*per || i+7*per < len(y)
	var others []float64
	for j := i % per; j < len(y); j += per {
		if away := max(i-j, j-i) / per; away > aroundIt || away > 0 && !again {
			others = append(others, y[j])
		}
	}
	if len(others) < leastSeen {
		return y[i], 0
	}
	usual = stat.Median(others)
	switch {
	case y[i] < exceptionLow*slices.Min(others) && (again || y[i] < outage*slices.Min(others)):
		return usual, -1
	case again && y[i] > exceptionHigh*slices.Max(others):
		return usual, 1
	}
	return usual, 0
}

// without is a history with the usual demand in place of some stretches of it: of the same day of the week where
// it was seen another time, and of the hour.
func (h History) without(all []exception, filled []float64, per int) History {
	if len(all) == 0 {
		return h
	}
	h.Values = slices.Clone(h.Values)
	for _, e := range all {
		for i := e.from; i < e.to; i++ {
			h.Values[i] = ordinaryAt(filled, per, i, e)
		}
	}
	return h
}

// ordinaryAt is the median of the same hour of the same days of the week beside an exception, or of all days
// where there is none.
func ordinaryAt(y []float64, per, i int, e exception) float64 {
	for _, period := range []int{7 * per, per} {
		var same []float64
		for j := i % period; j < len(y); j += period {
			if j < e.from || j >= e.to {
				same = append(same, y[j])
			}
		}
		if len(same) > 0 {
			return stat.Median(same)
		}
	}
	return y[i]
}

// words tells of an exception in a history of some steps.
func (e exception) words(steps int, step float64) string {
	when := fmt.Sprintf("for %.0f h, %.1f days ago", float64(e.to-e.from)*step/hour, float64(steps-e.to)*step/day)
	if e.to == steps {
		when = fmt.Sprintf("in the last %.0f h", float64(e.to-e.from)*step/hour)
	}
	if e.times < 1 {
		return fmt.Sprintf("demand fell to %.0f %% of the usual %s, and at no other time: it is taken for an outage or another exception, and the usual demand is forecast; give --qps if it stays low",
			100*e.times, when)
	}
	return fmt.Sprintf("demand was %.1f times the usual %s, and at no other time: it is taken for an exception that the hours ahead do not repeat; give --qps to plan for it",
		e.times, when)
}
