package forecast

import (
	"math"
	"slices"
)

// method is one way to forecast, with what must stay true for it.
type method struct {
	name, assumes string
	path          member // nil for the mean of others
	of            []int  // the places of those; one that stands there twice weighs twice
	usual         usual
	grows         bool // carries growth on
}

// usual is the error of a method over that of the better repetition, before anything is seen: where less
// than a week is known, less than two, and more; a day ahead, and farther.
type usual [3][2]float64

// after is what is usual of a history of some days.
func (u usual) after(days float64) [2]float64 {
	switch {
	case days < 7:
		return u[0]
	case days < twoWeeks:
		return u[1]
	}
	return u[2]
}

// The names of the methods that repeat what was, and of those that combine.
const (
	combination = "combination"
	lastDay     = "last day"
	lastWeek    = "last week"
	hoursOfWeek = "hours of the week"
	aLevel      = "level"
)

// The places of the methods that others are means of.
const (
	ofCombination = iota
	ofLastWeek
	ofLastDay
	ofWeekHours
)

// plain are the methods that every history is tried with: its own combination, what repeats, and means of
// those, which err less than what they combine (Clemen, Int. J. Forecasting 5 (1989)). Their usual errors
// are medians over traces of public services and made ones (a trace's own left out, the choice fares
// the same); they order what a short history cannot.
func (m *Model) plain() []method {
	const week, hours, both = "the last week repeats", "the hours of the week go on as they did", "the usual hours and the last week repeat, averaged"
	own := usual{{0.91, 0.88}, {1.13, 1.05}, {1.05, 0.92}}
	if m.Method == aLevel { // what repeats noise errs by its own and by that which comes: by √2 as much
		own = usual{{0.8, 0.8}, {0.8, 0.8}, {0.8, 0.8}}
	}
	return []method{
		ofCombination: {name: combination, path: m.combination, usual: own},
		ofLastWeek:    {name: lastWeek, assumes: week, path: repeatedWeek, usual: usual{{1, 1}, {1.08, 1.03}, {1.14, 1.03}}},
		ofLastDay:     {name: lastDay, assumes: "the last day repeats", path: repeatedDay, usual: usual{{1, 1}, {1.11, 1.21}, {1.09, 1.27}}},
		ofWeekHours:   {name: hoursOfWeek, assumes: hours, path: usualWeek, usual: usual{{0.9, 0.87}, {1.08, 1.02}, {1.06, 0.96}}},
		{name: aLevel, assumes: "demand stays at its level", path: flat(7), usual: usual{{1.66, 1.31}, {2, 1.62}, {2.27, 1.77}}},
		{name: combination, assumes: hours, of: []int{ofCombination, ofWeekHours}, usual: usual{{0.88, 0.86}, {1.08, 0.97}, {1, 0.91}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek, ofWeekHours}, usual: usual{{0.9, 0.88}, {1.05, 0.98}, {1.03, 0.93}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek}, usual: usual{{0.92, 0.9}, {1.08, 0.98}, {1.03, 0.94}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek, ofLastWeek, ofWeekHours}, usual: usual{{0.92, 0.92}, {1.06, 0.98}, {1.02, 0.95}}},
		{name: combination, assumes: "the usual hours and the last day repeat, averaged", of: []int{ofCombination, ofWeekHours, ofLastDay, ofLastDay},
			usual: usual{{0.92, 0.9}, {1.07, 1.04}, {1, 1.06}}},
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

// fading is the weight of a week over that of the week after it.
const fading = 0.7

// usualWeek is the mean of the same hour of the weeks that were seen, or of the days where less than a
// week was; each weighs less than the one after it.
func usualWeek(y []float64, per, n int) []float64 {
	week := weekOrDay(y, per)
	out := make([]float64, n)
	for k := range out {
		if k >= week {
			out[k] = out[k-week]
			continue
		}
		sum, weights := 0.0, 0.0
		for i, w := len(y)+k-week, 1.0; i >= 0; i, w = i-week, fading*w {
			sum, weights = sum+w*y[i], weights+w
		}
		out[k] = sum / weights
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
		ranks = m.ranked(m.errors(trials, s), s, float64(len(m.y)-m.judging(trials)[0].at)/float64(m.per))
		m.chosen[s] = least(ranks, nil)
	}
	m.chosen[last] = m.chosen[last-1]
	if m.Grows {
		m.chosen[last] = least(ranks, func(j int) bool { return m.methods[j].grows })
	}
	m.Chosen = nil
	for _, j := range m.chosen {
		m.Chosen = append(m.Chosen, m.methods[j].name)
	}
}

// usualDays is how many days of forecasts weigh as much as what is usual of a method: fewer than
// that say as much of the days as of the methods.
const usualDays = 40.0

// ranked are the errors that methods are expected to make, over that of the better repetition: those
// seen over a number of days, drawn towards the usual ones. One that erred more than the repetitions
// is infinite. Where nothing was seen, errs is nil.
func (m *Model) ranked(errs []float64, stretch int, days float64) []float64 {
	best := math.Inf(1)
	for j, w := range m.methods {
		if errs != nil && (w.name == lastWeek || w.name == lastDay) && !w.grows {
			best = math.Min(best, errs[j])
		}
	}
	seen := float64(len(m.y)) / float64(m.per)
	out := make([]float64, len(m.methods))
	for j := range out {
		out[j] = m.methods[j].usual.after(seen)[stretch]
		switch {
		case errs == nil:
		case errs[j] <= best*(1+1e-9):
			out[j] = (days*errs[j]/math.Max(best, 1e-300) + usualDays*out[j]) / (days + usualDays)
		default:
			out[j] = math.Inf(1)
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

// errors are the sums of what each method erred by in a stretch; nil where nothing came after the
// forecasts.
func (m *Model) errors(trials []trial, stretch int) []float64 {
	errs := make([]float64, len(m.methods))
	tried := false
	for _, t := range m.judging(trials) {
		if len(t.ratio) < m.per {
			continue
		}
		for k := range t.ratio {
			if stretchOf(k/m.per) != stretch || m.outage[t.at+k] {
				continue
			}
			tried = true
			for j, all := range t.paths {
				errs[j] += math.Abs(m.y[t.at+k] - all[k])
			}
		}
	}
	if !tried {
		return nil
	}
	return errs
}

// leastTried is how many days of forecasts that knew a week judge without those that did not.
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
			all[j] = meanOf(all, way.of)
		}
	}
	return all
}

// meanOf is the mean of some of the forecasts.
func meanOf(all [][]float64, of []int) []float64 {
	out := make([]float64, len(all[of[0]]))
	for _, j := range of {
		for k, v := range all[j] {
			out[k] += v / float64(len(of))
		}
	}
	return out
}
