package forecast

import (
	"math"
	"slices"
)

// method is one way to forecast, with what must stay true for it.
type method struct {
	name, assumes string
	path          member     // nil for the mean of two others
	of            [2]int     // the places of those
	usual         [2]float64 // its error over that of the better repetition, before anything is seen: a day ahead, farther
	grows         bool       // carries growth on
}

// The names of the methods that repeat what was, and of those that combine.
const (
	combination = "combination"
	lastDay     = "last day"
	lastWeek    = "last week"
	hoursOfWeek = "hours of the week"
	aLevel      = "level"
)

// plain are the methods that every history is tried with beside its own combination. Their usual
// errors order what a short history cannot: combinations go before what they combine (Clemen, Int. J.
// Forecasting 5 (1989)), a week before a day, and both before a level.
func plain() []method {
	const week, hours = "the last week repeats", "the hours of the week go on as they did"
	return []method{
		{name: lastWeek, assumes: week, path: repeatedWeek, usual: [2]float64{1, 1}},
		{name: lastDay, assumes: "the last day repeats", path: repeatedDay, usual: [2]float64{1.1, 1.25}},
		{name: hoursOfWeek, assumes: hours, path: shaped(7, 7), usual: [2]float64{1, 1}},
		{name: hoursOfWeek, assumes: hours, path: usualWeek, usual: [2]float64{1, 1}},
		{name: aLevel, assumes: "demand stays at its level", path: flat(7), usual: [2]float64{1.5, 1.5}},
	}
}

// repeatedDay repeats the last day.
func repeatedDay(y []float64, per, n int) []float64 { return naive(y, min(per, len(y)), n) }

// repeatedWeek repeats the last week, or the last day where less than a week was seen.
func repeatedWeek(y []float64, per, n int) []float64 { return naive(y, weekOrDay(y, per), n) }

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

// stretches are the days ahead that one method is chosen for: the first, to the seventh, and what
// lies beyond, which no forecast of the past has tried.
var stretches = []int{1, trialDays, math.MaxInt}

// stretchOf is the stretch in which a day ahead lies, the first being 0.
func stretchOf(day int) int {
	for i, end := range stretches {
		if day < end {
			return i
		}
	}
	return len(stretches) - 1
}

// choose takes for each stretch the method that is expected to err least there, by its forecasts of the
// past, each made from what was known then; none that erred more than repeating the last week or the
// last day. What lies beyond is left to those that carry the growth on, where there is some.
func (m *Model) choose(trials []trial) {
	last := len(stretches) - 1
	var ranks []float64
	for s := range last {
		errs := m.errors(trials, s)
		if errs == nil { // too little came after to judge by
			m.chosen[s] = m.chosen[max(s-1, 0)]
			continue
		}
		ranks = m.ranked(errs, s, float64(len(m.y)-m.judging(trials)[0].at)/float64(m.per))
		m.chosen[s] = least(ranks, nil)
	}
	m.chosen[last] = m.chosen[last-1]
	if m.Grows && ranks != nil {
		m.chosen[last] = least(ranks, func(j int) bool { return m.methods[j].grows })
	}
	m.Chosen = nil
	for _, j := range m.chosen {
		m.Chosen = append(m.Chosen, m.methods[j].name)
	}
}

// usualDays is how many days of forecasts weigh as much as what is usual of a method: fewer than
// that say as much of the days as of the methods.
const usualDays = 20.0

// ranked are the errors that methods are expected to make, over that of the better repetition: those
// seen over a number of days, drawn towards the usual ones. One that erred more than the repetitions
// is infinite.
func (m *Model) ranked(errs []float64, stretch int, days float64) []float64 {
	best := math.Inf(1)
	for j, w := range m.methods {
		if (w.name == lastWeek || w.name == lastDay) && !w.grows {
			best = math.Min(best, errs[j])
		}
	}
	out := make([]float64, len(errs))
	for j, err := range errs {
		out[j] = math.Inf(1)
		if err <= best*(1+1e-9) {
			out[j] = (days*err/math.Max(best, 1e-300) + usualDays*m.methods[j].usual[stretch]) / (days + usualDays)
		}
	}
	return out
}

// least is the place of the least value among those that are taken; the first of equals.
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
	for _, t := range m.judging(trials) {
		if len(t.ratio) < m.per {
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
	if tried < leastTried*trialsADay*m.per {
		return nil
	}
	return errs
}

// leastTried is how many days of forecasts judge a method.
const leastTried = 3

// judging are the trials that methods are judged by: those that knew a week, where there are enough.
func (m *Model) judging(trials []trial) []trial {
	from := slices.IndexFunc(trials, func(t trial) bool { return t.at >= 7*m.per })
	if from > 0 && len(trials)-from > leastTried*trialsADay {
		return trials[from:]
	}
	return trials
}

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
		if way.path != nil {
			all[j] = way.path(y, m.per, n)
		}
	}
	for j, way := range m.methods {
		if way.path == nil {
			all[j] = between(all[way.of[0]], all[way.of[1]])
		}
	}
	return all
}

// between is the mean of two forecasts.
func between(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for k := range out {
		out[k] = (a[k] + b[k]) / 2
	}
	return out
}
