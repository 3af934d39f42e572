package forecast

import (
	"math"
	"slices"
)

// extrapolation returns the next n steps of a history with per steps a day.
type extrapolation func(y []float64, per, n int) []float64

// method is one way to forecast, with what must stay true for it.
type method struct {
	name, assumes string
	path          extrapolation // nil for the mean of others
	of            []int         // the places of those
	drawn         bool          // not their mean: the first, drawn towards the others
	usual         usual
	weeks         int  // that it takes
	grows         bool // carries growth on
}

// usual is the error of a method over that of the better repetition, before anything is seen: where less
// than a week is known, less than two, less than three, and more, and where the hours have no pattern of
// their own: what repeats noise errs by its own and by that which comes, by √2 as much. A day ahead, and
// farther.
type usual [5][2]float64

// usualOf is what is usual of a method for the history.
func (m *Model) usualOf(u usual) [2]float64 {
	switch days := len(m.y) / m.per; {
	case m.Method == aLevel:
		return u[4]
	case days < 7:
		return u[0]
	case days < twoWeeks:
		return u[1]
	case days < threeWeeks:
		return u[2]
	}
	return u[3]
}

// The names of the methods that repeat what was, and of those that combine.
const (
	combination = "combination"
	lastDay     = "last day"
	lastWeek    = "last week"
	hoursOfWeek = "hours of the week"
	middleWeek  = "middle of the weeks"
	aLevel      = "level"
)

// The places of the methods that others are means of.
const (
	ofCombination = iota
	ofLastWeek
	ofWeekHours
	ofLastDay
)

// plain are the methods that a history is tried with: its own combination, what repeats, and means of
// those, which err less than what they combine (Clemen, Int. J. Forecasting 5 (1989)). Their usual errors
// are means over traces of public services, counts of people and machines, with half a deviation for
// what may be worse (with a trace's own left out, the forecasts fare the same); they order what a short
// history cannot.
func (m *Model) plain() []method {
	const week, hours, both = "the last week repeats", "the hours of the week go on as they did", "the usual hours and the last week repeat, averaged"
	all := []method{
		ofCombination: {name: combination, path: m.combination, usual: usual{{1.06, 0.89}, {1.51, 1.5}, {1.52, 1.44}, {1.55, 1.46}, {0.8, 0.8}}},
		ofLastWeek:    {name: lastWeek, assumes: week, path: repeatedWeek, usual: usual{{1, 1}, {1.13, 1.03}, {1.65, 1.04}, {1.26, 1.04}, {1, 1}}},
		ofWeekHours:   {name: hoursOfWeek, assumes: hours, path: usualWeek, usual: usual{{1.07, 0.86}, {1.13, 1.02}, {1.5, 1.05}, {1.5, 1.16}, {0.95, 0.95}}},
		ofLastDay:     {name: lastDay, assumes: "the last day repeats", path: repeatedDay, usual: usual{{1, 1}, {1.47, 1.73}, {1.94, 2.37}, {2.18, 2.52}, {1, 1}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek, ofWeekHours}, drawn: true, usual: usual{{0.99, 0.91}, {1.05, 0.99}, {1.52, 1}, {1.22, 1.03}, {0.83, 0.83}}},
		{name: aLevel, assumes: "demand stays at its level", path: flat(7).alone, usual: usual{{2.34, 1.88}, {3.22, 2.92}, {6.98, 6.17}, {7.42, 7.07}, {0.83, 0.83}}},
		{name: combination, assumes: both, of: []int{ofCombination, ofLastWeek}, usual: usual{{0.99, 0.92}, {1.17, 1.15}, {1.4, 1.14}, {1.23, 1.15}, {0.85, 0.85}}},
		{name: combination, assumes: hours, of: []int{ofCombination, ofWeekHours}, usual: usual{{1.05, 0.87}, {1.17, 1.15}, {1.36, 1.15}, {1.37, 1.21}, {0.83, 0.83}}},
		{name: combination, assumes: "the usual hours and the last day repeat, averaged", of: []int{ofCombination, ofWeekHours, ofLastDay, ofLastDay},
			usual: usual{{0.99, 0.91}, {1.23, 1.38}, {1.45, 1.64}, {1.56, 1.72}, {0.86, 0.86}}},
		{name: middleWeek, assumes: hours, path: middleOfWeeks, weeks: 3, usual: usual{3: {1.88, 1.28}, 4: {0.95, 0.95}}},
		{name: middleWeek, assumes: hours, path: shapeOfWeeks, weeks: 3, usual: usual{3: {1.27, 1.04}, 4: {0.95, 0.95}}},
	}
	return slices.DeleteFunc(all, func(w method) bool { return len(m.y) < 7*w.weeks*m.per })
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

// weeksSeen is how many weeks the middle of weeks looks at.
const weeksSeen = 5

// middleOfWeeks is the median of the same hour of the last weeks: a holiday or an outage moves it little.
func middleOfWeeks(y []float64, per, n int) []float64 {
	return middleWeeks(y, per, n, func([]float64) float64 { return 1 })
}

// shapeOfWeeks is the same of the weeks over their means, at the level of the last one.
func shapeOfWeeks(y []float64, per, n int) []float64 {
	return middleWeeks(y, per, n, func(week []float64) float64 { return meanKnown(week, 1) + 1e-9 })
}

func middleWeeks(y []float64, per, n int, levelOf func([]float64) float64) []float64 {
	week := 7 * per
	weeks := min(len(y)/week, weeksSeen)
	if weeks < 2 {
		return repeatedWeek(y, per, n)
	}
	last := levelOf(y[len(y)-week:])
	same, all := make([][]float64, week), make([]float64, week*weeks)
	for i := range same {
		same[i] = all[i*weeks : i*weeks : (i+1)*weeks]
	}
	for w := weeks; w > 0; w-- {
		one := y[len(y)-w*week : len(y)-(w-1)*week]
		for i, l := 0, levelOf(one); i < week; i++ {
			same[i] = append(same[i], one[i]/l)
		}
	}
	out := make([]float64, n)
	for k := range out {
		if k >= week {
			out[k] = out[k-week]
			continue
		}
		slices.Sort(same[k])
		out[k] = middle(same[k]) * last
	}
	return out
}

// drawn is a forecast drawn towards the last and the usual week, the more the days of the last two
// weeks of y differ in kind: where each resembles one of the others and not their mean, days come by the week,
// whose repetition no history of less than two weeks can show.
func drawn(y []float64, per int, path, last, usual []float64) []float64 {
	w := min(max(weekWeight-weekSlope*math.Log(kinds(y, per)), leastWeekWeight), 1)
	out := make([]float64, len(path))
	for k := range out {
		out[k] = (1-w)*path[k] + w*(2*last[k]+usual[k])/3
	}
	return out
}

// How much of a forecast is the week's where days do not differ in kind, and how much more where they do,
// by the logarithm of kinds.
const (
	weekWeight      = 0.3
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

// joined is the mean of the paths of the methods by the weights of each stretch.
func (m *Model) joined(paths [][]float64) []float64 {
	out := make([]float64, len(paths[0]))
	for k := range out {
		for j, w := range m.weights[stretchOf(k/m.per)] {
			out[k] += w * paths[j][k]
		}
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
		switch of := way.of; {
		case way.drawn:
			all[j] = drawn(y, m.per, all[of[0]], all[of[1]], all[of[2]])
		case way.path == nil:
			all[j] = meanOf(all, of)
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
