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
// than a week is known, less than two, and more, and where the hours have no pattern of their own: what
// repeats noise errs by its own and by that which comes, by √2 as much. A day ahead, and farther.
type usual [4][2]float64

// usualOf is what is usual of a method for the history.
func (m *Model) usualOf(u usual) [2]float64 {
	days := len(m.y) / m.per
	switch {
	case m.Method == aLevel:
		return u[3]
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
	ofWeekDrawn
)

// plain are the methods that every history is tried with: its own combination, what repeats, and means of
// those, which err less than what they combine (Clemen, Int. J. Forecasting 5 (1989)). Their usual errors
// are means over traces of public services, counts of people and made ones, with half a deviation for what
// may be worse (a trace's own left out, the choice fares the same); they order what a short history cannot.
func (m *Model) plain() []method {
	const week, hours, both = "the last week repeats", "the hours of the week go on as they did", "the usual hours and the last week repeat, averaged"
	return []method{
		ofCombination: {name: combination, path: m.combination, usual: usual{{1.06, 0.89}, {1.51, 1.5}, {1.13, 1.13}, {0.8, 0.8}}},
		ofLastWeek:    {name: lastWeek, assumes: week, path: repeatedWeek, usual: usual{{1, 1}, {1.13, 1.03}, {1.13, 1.03}, {1, 1}}},
		ofLastDay:     {name: lastDay, assumes: "the last day repeats", path: repeatedDay, usual: usual{{1, 1}, {1.47, 1.73}, {1.69, 1.94}, {1, 1}}},
		ofWeekHours:   {name: hoursOfWeek, assumes: hours, path: usualWeek, usual: usual{{1.07, 0.86}, {1.13, 1.02}, {1.02, 0.97}, {0.95, 0.95}}},
		ofWeekDrawn:   {name: combination, assumes: both, path: m.drawn, usual: usual{{0.99, 0.91}, {1.05, 0.99}, {1.01, 0.96}, {0.83, 0.83}}},
		{name: aLevel, assumes: "demand stays at its level", path: flat(7), usual: usual{{2.34, 1.88}, {3.22, 2.92}, {3.37, 3.18}, {0.8, 0.8}}},
		{name: combination, assumes: hours, of: []int{ofCombination, ofWeekHours}, usual: usual{{1.05, 0.87}, {1.17, 1.15}, {1, 1}, {0.83, 0.83}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek, ofWeekHours}, usual: usual{{1, 0.89}, {1.1, 1.07}, {1, 0.97}, {0.87, 0.87}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek}, usual: usual{{0.99, 0.92}, {1.17, 1.15}, {1.04, 1.01}, {0.85, 0.85}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek, ofLastWeek, ofWeekHours}, usual: usual{{0.99, 0.91}, {1.08, 1.03}, {1.01, 0.96}, {0.89, 0.89}}},
		{name: combination, assumes: "the usual hours and the last day repeat, averaged", of: []int{ofCombination, ofWeekHours, ofLastDay, ofLastDay},
			usual: usual{{0.99, 0.91}, {1.23, 1.38}, {1.24, 1.38}, {0.86, 0.86}}},
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

// drawn is the combination drawn towards the last and the usual week, the more the days of the last two
// weeks differ in kind: where each resembles one of the others and not their mean, days come by the week,
// whose repetition no history of less than two weeks can show.
func (m *Model) drawn(y []float64, per, n int) []float64 {
	w := min(max(weekWeight-weekSlope*math.Log(kinds(y, per)), leastWeekWeight), 1)
	out, last, usual := m.combination(y, per, n), repeatedWeek(y, per, n), usualWeek(y, per, n)
	for k := range out {
		out[k] = (1-w)*out[k] + w*(2*last[k]+usual[k])/3
	}
	return out
}

// How much of a forecast is the week's where days do not differ in kind, and how much more where they do,
// by the logarithm of kinds.
const (
	weekWeight      = 0.5
	weekSlope       = 0.8
	leastWeekWeight = 0.3
)

// ofKinds is the ratio of kinds below which days differ in kind beyond chance.
const ofKinds = 0.55

func (m *Model) kinds() float64 { return kinds(m.y, m.per) }

// kinds is the distance of the days of the last two weeks from that of the others which resembles them most, over their distance from
// the mean of the others: about one where days are alike, and well below where they are of several kinds.
func kinds(y []float64, per int) float64 {
	days := min(len(y)/per, twoWeeks)
	if days < 3 {
		return 1
	}
	y = y[len(y)-days*per:]
	total := make([]float64, per)
	for i, v := range y {
		total[i%per] += v
	}
	var near, mean float64
	for d := range days {
		one, nearest := y[d*per:(d+1)*per], math.Inf(1)
		for other := range days {
			if other != d {
				nearest = math.Min(nearest, apart(one, y[other*per:(other+1)*per]))
			}
		}
		near += nearest
		for i, v := range one {
			mean += math.Abs(v - (total[i]-v)/float64(days-1))
		}
	}
	if near == 0 && mean == 0 {
		return 1
	}
	return math.Max(near, 1e-3*mean) / math.Max(mean, 1e-3*near)
}

// apart is the sum of the distances between the steps of two days.
func apart(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += math.Abs(v - b[i])
	}
	return sum
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
		told := m.telling(trials)
		ranks = m.ranked(m.errors(told, s), s, m.daysOf(told))
		m.chosen[s] = least(m.barred(ranks, m.errors(m.judging(trials), s)), nil)
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
const usualDays = 20.0

// ranked are the errors that methods are expected to make, over that of the better repetition: those
// seen over a number of days, drawn towards the usual ones. Where nothing was seen, errs is nil.
func (m *Model) ranked(errs []float64, stretch int, days float64) []float64 {
	best := m.better(errs)
	out := make([]float64, len(m.methods))
	for j := range out {
		out[j] = m.usualOf(m.methods[j].usual)[stretch]
		if errs != nil {
			out[j] = (days*errs[j]/math.Max(best, 1e-300) + usualDays*out[j]) / (days + usualDays)
		}
	}
	return out
}

// better is the error of the better repetition.
func (m *Model) better(errs []float64) float64 {
	best := math.Inf(1)
	for j, w := range m.methods {
		if errs != nil && (w.name == lastWeek || w.name == lastDay) && !w.grows {
			best = math.Min(best, errs[j])
		}
	}
	return best
}

// barred are ranks in which a method that erred more than the better repetition is infinite.
func (m *Model) barred(ranks, errs []float64) []float64 {
	if best := m.better(errs); errs != nil {
		ranks = slices.Clone(ranks)
		for j := range ranks {
			if errs[j] > best*(1+1e-9) {
				ranks[j] = math.Inf(1)
			}
		}
	}
	return ranks
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
	for _, t := range trials {
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
	if told := m.telling(trials); len(told) > leastTried*trialsADay {
		return told
	}
	return trials
}

// telling are the trials that say how methods will fare: where a week is known now, those that knew one.
func (m *Model) telling(trials []trial) []trial {
	if len(m.y) < 7*m.per {
		return trials
	}
	from := slices.IndexFunc(trials, func(t trial) bool { return t.at >= 7*m.per })
	if from < 0 {
		return nil
	}
	return trials[from:]
}

// daysOf is how many days trials were made over.
func (m *Model) daysOf(trials []trial) float64 {
	if len(trials) == 0 {
		return 0
	}
	return float64(len(m.y)-trials[0].at) / float64(m.per)
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
