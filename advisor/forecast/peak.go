package forecast

import (
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// spread is how the logarithm of one peak over an expected one scatters.
type spread struct {
	centre, deviation float64
	freedom           float64 // degrees of it
	seen              float64 // peaks that stand behind it
}

// Days say how peaks scatter before many weeks are seen: as much as this many of those.
const weeksOfDays = 3.0

// spreadOf is the spread of peaks of weeks, drawn towards that of the peaks of days: weeks are few, and
// days many. seen is how many weeks stand behind the peaks, which may overlap.
func spreadOf(weeks, days []float64, seen float64) spread {
	s := spread{centre: stat.Median(weeks), seen: math.Max(seen, 1), freedom: weeksOfDays + math.Max(seen, 1) - 1}
	square := 0.0
	for _, v := range weeks {
		square += (v - s.centre) * (v - s.centre) / float64(len(weeks))
	}
	const deviationOfMedian = 1.4826 // of a normal, over the median distance from its median
	daily := deviationOfMedian * stat.Median(sizes(days, stat.Median(days)))
	s.deviation = math.Sqrt((weeksOfDays*daily*daily + s.seen*square) / (weeksOfDays + s.seen))
	return s
}

// reach is how far one more peak may lie from the centre: Student's central 90 %.
func (s spread) reach() float64 {
	n := min(max(int(s.freedom), 1), len(student95)-1)
	return student95[n] * s.deviation * math.Sqrt(1+1/math.Max(s.seen, 1))
}

// around is the central 90 % of a peak where the expected one is given, with what else it may lie
// below and above, by the logarithm.
func (s spread) around(expected, below, above float64) (low, high float64) {
	r := s.reach()
	return expected * math.Exp(s.centre-math.Hypot(r, below)), expected * math.Exp(math.Min(s.centre+math.Hypot(r, above), 50))
}

// ordinary is the ordinary peak of a day of a forecast: the median of the highest means of the days of
// a week, in the highest of its weeks. One festive hour that a method repeats moves it little.
func (m *Model) ordinary(path []float64) float64 {
	var tops []float64
	for k := 0; k < len(path) && (k == 0 || k+m.per <= len(path)); k += m.per {
		tops = append(tops, slices.Max(path[k:min(k+m.per, len(path))]))
	}
	top := 0.0
	for k := 0; k < len(tops) && (k == 0 || k+7 <= len(tops)); k += 7 {
		top = math.Max(top, stat.Median(tops[k:min(k+7, len(tops))]))
	}
	return top
}

// peakSpread is how the highest rates of the days that came lay over the ordinary peaks that were
// forecast of them.
func (m *Model) peakSpread(trials []trial) spread {
	var weeks, days []float64
	long := min(3*m.per, len(trials[0].forecast)) // that a stretch is to count
	over := func(t trial, from, to int) float64 {
		e := small(m.y)
		return math.Log((slices.Max(m.high[t.at+from:t.at+to]) + e) / (m.ordinary(t.forecast[from:to]) + e))
	}
	first, last := -1, 0
	for _, t := range trials {
		if n := len(t.forecast); n >= long {
			weeks, last = append(weeks, over(t, 0, n)), t.at
			if first < 0 {
				first = t.at
			}
		}
		for k := 0; k+m.per <= len(t.forecast); k += m.per {
			days = append(days, over(t, k, k+m.per))
		}
	}
	if len(days) == 0 {
		days = weeks
	}
	return spreadOf(weeks, days, 1+float64(last-first)/float64(trialDays*m.per))
}

// A history of less than two days shows no spread of peaks: one may be this many times as high, and
// more where not even a day was seen.
const (
	ofDays  = 2.0
	ofHours = 4.0
	lower   = 1.25
)

// PeakSpread returns the central 90 % of the logarithm of a week's peak over an ordinary week's,
// growth taken out, by the peaks of the weeks and days that were seen. Zero without a history.
func PeakSpread(h History) (low, high float64) {
	h = h.begun()
	per := h.perDay()
	if per == 0 || len(h.Values) == 0 {
		return 0, 0
	}
	if shift, found := h.FindShift(); found {
		h.Values = shift.Leveled(h.Values, shift.Steps)
		h.Peaks = shift.Leveled(h.Peaks, shift.Steps)
	}
	g, _ := FitGrowth(h.Daily())
	if !g.Told() {
		g = Growth{}
	}
	weeks, days := h.tops(7*per, per, g), h.tops(per, per, g)
	switch {
	case len(days) == 0:
		return -math.Log(lower), math.Log(ofHours)
	case len(days) == 1:
		return -math.Log(lower), math.Log(ofDays)
	case len(weeks) == 0:
		weeks = []float64{slices.Max(days)}
	}
	r := spreadOf(weeks, days, float64(len(weeks))).reach()
	return -r, r
}

// tops are the logarithms of the highest rates of whole periods back from the end, growth taken out.
func (h History) tops(period, per int, g Growth) []float64 {
	var all []float64
	for end := len(h.Values); end >= period; end -= period {
		top := highest(h.Values[end-period:end], 0)
		if h.Peaks != nil {
			top = highest(h.Peaks[end-period:end], top)
		}
		if top > 0 {
			all = append(all, math.Log(top/g.Factor(float64(end-len(h.Values))/float64(per))))
		}
	}
	return all
}

// student95 is the 95th percentile of Student's distribution by degrees of freedom; the last
// is that of the normal (Abramowitz and Stegun, table 26.10).
var student95 = []float64{math.Inf(1), 6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.645}
