package forecast

import "math"

// method is one way to forecast, with what must stay true for it.
type method struct {
	name, assumes string
	path          member
	grows         bool // carries growth on
}

// The names of the methods that repeat what was, and of those that combine.
const (
	combination = "combination"
	lastDay     = "last day"
	lastWeek    = "last week"
	hoursOfWeek = "hours of the week"
	aLevel      = "level"
)

// plain are the methods that every history is tried with beside its own combination.
func plain() []method {
	return []method{
		{lastWeek, "the last week repeats", func(y []float64, per, n int) []float64 { return naive(y, weekOrDay(y, per), n) }, false},
		{lastDay, "the last day repeats", func(y []float64, per, n int) []float64 { return naive(y, min(per, len(y)), n) }, false},
		{hoursOfWeek, "the hours of the week go on as they did", shaped(7, 7), false},
		{hoursOfWeek, "the hours of the week go on as they did", usualWeek, false},
		{aLevel, "demand stays at its level", flat(7), false},
	}
}

// weekOrDay is a week in steps, or a day where less than a week was seen.
func weekOrDay(y []float64, per int) int {
	if len(y) >= 7*per {
		return 7 * per
	}
	return min(per, len(y))
}

// usualWeek is the median of the same hour of the weeks that were seen.
func usualWeek(y []float64, per, n int) []float64 {
	week := weekOrDay(y, per)
	out, values, weights := make([]float64, n), []float64(nil), []float64(nil)
	for k := range out {
		if k >= week {
			out[k] = out[k-week]
			continue
		}
		values, weights = values[:0], weights[:0]
		for i, w := len(y)+k-week, 1.0; i >= 0; i, w = i-week, 0.8*w {
			values, weights = append(values, y[i]), append(weights, w)
		}
		out[k] = weightedMedian(values, weights)
	}
	return out
}

// stretches are the days ahead that one method is chosen for: the first, to the third, to the
// seventh, and what lies beyond, which no forecast of the past has tried.
var stretches = []int{1, 3, trialDays, math.MaxInt}

// stretchOf is the stretch in which a day ahead lies, the first being 0.
func stretchOf(day int) int {
	for i, end := range stretches {
		if day < end {
			return i
		}
	}
	return len(stretches) - 1
}

// choose takes for each stretch the method whose forecasts of the past erred least there, each
// made from what was known then; the first of equals. What lies beyond is left to those that
// carry the growth on, where there is some.
func (m *Model) choose(trials []trial) {
	var errs []float64
	last := len(stretches) - 1
	for s := range last {
		seen := m.errors(trials, s)
		if seen == nil { // too little came after to judge by
			m.chosen[s] = m.chosen[max(s-1, 0)]
			continue
		}
		errs = seen
		m.chosen[s] = least(errs, nil)
	}
	m.chosen[last] = m.chosen[last-1]
	if m.Grows && errs != nil {
		m.chosen[last] = least(errs, func(j int) bool { return m.methods[j].grows })
	}
	m.Chosen = nil
	for _, j := range m.chosen {
		m.Chosen = append(m.Chosen, m.methods[j].name)
	}
}

// least is the place of the least value among those that are taken.
func least(values []float64, taken func(int) bool) int {
	best := -1
	for j, v := range values {
		if (taken == nil || taken(j)) && (best < 0 || v < values[best]*(1-1e-9)) {
			best = j
		}
	}
	return best
}

// errors are the sums of what each method erred by in a stretch; nil where too few days came
// after the forecasts.
func (m *Model) errors(trials []trial, stretch int) []float64 {
	errs := make([]float64, len(m.methods))
	tried := 0
	for i, t := range trials {
		if i%trialsADay != 0 {
			continue
		}
		for k := range t.ratio {
			if stretchOf(k/m.per) != stretch || m.outage[t.at+k] {
				continue
			}
			tried++
			for j, all := range t.paths {
				errs[j] += math.Abs(m.y[t.at+k] - all[k])
			}
		}
	}
	if tried < leastTried*m.per {
		return nil
	}
	return errs
}

// leastTried is how many days of forecasts judge a method.
const leastTried = 3

// joined takes each stretch of a forecast from the path of the method chosen for it.
func (m *Model) joined(paths [][]float64) []float64 {
	out := make([]float64, len(paths[0]))
	for k := range out {
		out[k] = paths[m.chosen[stretchOf(k/m.per)]][k]
	}
	return out
}

// paths are the forecasts of all methods, as seen from the end of y.
func (m *Model) paths(y []float64, n int) [][]float64 {
	all := make([][]float64, len(m.methods))
	for j, way := range m.methods {
		all[j] = way.path(y, m.per, n)
	}
	return all
}
