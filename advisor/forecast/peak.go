package forecast

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
)

// spread is how the logarithm of one peak over an expected one scatters.
type spread struct {
	centre, deviation float64
	freedom           float64 // degrees of it
	seen              float64 // peaks that stand behind it
	skew              float64 // how much farther it reaches above
}

// Days say how peaks scatter before many weeks are seen: as much as this many of those.
const weeksOfDays = 3.0

// spreadOf is the spread of peaks of weeks, whose deviation is drawn towards that of the peaks of days:
// weeks are few, and days many. seen is how many weeks stand behind the peaks, which may overlap.
func spreadOf(weeks []float64, expected, daily, seen float64) spread {
	s := spread{centre: stat.Median(weeks), seen: math.Max(seen, 1), freedom: weeksOfDays + math.Max(seen, 1) - 1}
	square := 0.0
	for _, v := range weeks {
		square += (v - s.centre) * (v - s.centre) / float64(len(weeks))
	}
	s.deviation = math.Sqrt((weeksOfDays*daily*daily + s.seen*square) / (weeksOfDays + s.seen))
	s.centre = (weeksOfDays*expected + s.seen*s.centre) / (weeksOfDays + s.seen)
	return s
}

// robust is the deviation of a normal whose median distance from its median is that of the values.
func robust(values []float64) float64 {
	const deviationOfMedian = 1.4826
	return deviationOfMedian * stat.Median(sizes(values, stat.Median(values)))
}

// tailed is the same, or that of the normal which as many values lie as far off of as of these, where it is
// more: peaks of bursty services have longer tails than their middle shows.
func tailed(values []float64) float64 {
	off := sizes(values, stat.Median(values))
	slices.Sort(off)
	return math.Max(robust(values), quantile(off, 0.9)/student95[len(student95)-1])
}

// highestOf is how many deviations above the mean the highest of some normal values is expected (Tippett,
// Biometrika 17 (1925)), by their number up to a week.
var highestOf = [trialDays + 1]float64{0, 0, 0.564, 0.846, 1.029, 1.163, 1.267, 1.352}

// reach is how far one more peak may lie from the centre: Student's central 90 %.
func (s spread) reach() float64 {
	n := min(max(int(s.freedom), 1), len(student95)-1)
	return student95[n] * s.deviation * math.Sqrt(1+1/math.Max(s.seen, 1))
}

// skewed is how far above its median the 95th percentile of a Gumbel distribution lies, of that of a normal
// with the same deviation: the logarithm of the highest of many values with a heavy tail is distributed so
// (Fisher and Tippett, Math. Proc. Camb. Philos. Soc. 24 (1928)). Below it lies nearer, which is not taken
// for granted: a week may bring no peak.
const skewed = 1.234

// around is the central 90 % of a peak where the expected one is given, with what else it may lie
// below and above, by the logarithm.
func (s spread) around(expected, below, above float64) (low, high float64) {
	below, above = math.Hypot(s.reach(), below), math.Hypot(s.skew*s.reach(), above)
	return expected * math.Exp(s.centre-below), expected * math.Exp(math.Min(s.centre+above, 50))
}

// ordinary is the ordinary peak of a day of a forecast: the median of the highest means of the days of
// a week, in the highest of its weeks. One festive hour that a method repeats moves it little.
func (m *Model) ordinary(path []float64) float64 {
	var tops []float64
	for k := 0; k < len(path) && (k == 0 || k+m.per <= len(path)); k += m.per {
		tops = append(tops, slices.Max(path[k:min(k+m.per, len(path))]))
	}
	if len(tops) < trialDays {
		tops = m.busyOf(tops)
	}
	top := 0.0
	for k := 0; k < len(tops) && (k == 0 || k+7 <= len(tops)); k += 7 {
		top = math.Max(top, stat.Median(tops[k:min(k+7, len(tops))]))
	}
	return top
}

// peakSpread is how the highest rates of a week that came lay over the ordinary peaks that were forecast
// of it. Of fewer days the highest is less: by as many deviations of days as the highest of so many
// values is expected above their mean.
func (m *Model) peakSpread(trials []trial) spread {
	trials = m.knowing(trials)
	var days, weeks []float64
	over := func(t trial, from, to int) float64 {
		e := small(m.y)
		return math.Log((slices.Max(m.high[t.at+from:t.at+to]) + e) / (m.ordinary(t.forecast[from:to]) + e))
	}
	for _, t := range trials {
		for k := 0; k+m.per <= len(t.forecast); k += m.per {
			days = append(days, over(t, k, k+m.per))
		}
	}
	first, last := trials[0].at, trials[0].at
	daily := m.dailySpread(days, float64(trials[len(trials)-1].at-first)/float64(m.per))
	long := min(3*m.per, len(trials[0].forecast)) // that a stretch is to count
	for _, t := range trials {
		if n := len(t.forecast); n >= long {
			weeks, last = append(weeks, over(t, 0, n)+daily*(highestOf[trialDays]-highestOf[n/m.per])), t.at
		}
	}
	s := spreadOf(weeks, stat.Median(days)+daily*highestOf[trialDays], daily, 1+float64(last-first)/float64(trialDays*m.per))
	s.skew = math.Max(skewed*robust(days)/math.Max(tailed(days), 1e-9), 1) // the tail that was seen counts once
	return s
}

// surprise is by how many times a peak may exceed the highest of a history as long as what is ahead, where its days
// were alike.
const surprise = 2.0

// withinReason bounds the range of a peak that few days are stretched to: the highest to come lies above the
// highest day that was seen by no more times than that did above an ordinary one, and the lowest likewise below;
// or by the surprise of a history of that length, where that is more.
func (m *Model) withinReason(low, high float64, n int) (float64, float64) {
	g := m.seen
	if !g.Told() {
		g = Growth{}
	}
	tops := History{Values: m.y, Peaks: m.high}.tops(m.per, m.per, g)
	if len(tops) == 0 {
		return low, high
	}
	if rest := (History{Values: m.past, Peaks: m.unexceptional()}).tops(m.per, m.per, g); len(rest) == len(tops) {
		tops = rest // what was seen once is in the range, and not by how much more it was once again
	}
	usual, most, least := stat.Median(tops), slices.Max(tops), slices.Min(tops)
	if len(tops) < trialDays { // which may hold more of its weekend than of its week
		usual = stat.Median(busyTops(tops))
	}
	if n >= trialDays*m.per && len(tops) >= 2*trialDays { // a week holds more than its weekend
		least = most
		for i := 0; i+trialDays <= len(tops); i++ {
			least = math.Min(least, slices.Max(tops[i:i+trialDays]))
		}
	}
	some := math.Log(surprise) * math.Sqrt(math.Max(float64(n)/float64(len(m.y)), 1))
	up, down := most+math.Max(most-usual, some), least-math.Max(usual-least, some)
	if m.Grows {
		days := float64(n) / float64(m.per)
		up, down = up+math.Max(m.Growth.High, 0)*days, down+math.Min(m.Growth.Low, 0)*days
	}
	return math.Max(low, math.Min(math.Exp(down), high)), math.Min(high, math.Max(math.Exp(up), low))
}

// standOut is how far above an ordinary day's peak one has to lie to be told of, and fewOut how many such days are
// few.
const (
	standOut = 2.0
	fewOut   = 2
)

// outstanding tells of few days of a history of less than a month that stand out by far: whether such a day comes
// again is not to be seen in so short a time, and the range of the peak holds both.
func (m *Model) outstanding() string {
	tops := History{Values: m.y, Peaks: m.high}.tops(m.per, m.per, Growth{})
	if len(tops) < trialDays || len(tops) > longestBack || m.Grows {
		return ""
	}
	usual, most, out := stat.Median(tops), slices.Max(tops), 0
	for _, v := range tops {
		if v > usual+math.Log(standOut) {
			out++
		}
	}
	if out == 0 || out > fewOut {
		return ""
	}
	days := "1 day"
	if out > 1 {
		days = fmt.Sprintf("%d days", out)
	}
	return fmt.Sprintf("%s of %d peaked up to %.1f times as high as an ordinary one (%s): whether such a day comes again is not to be seen in so short a history, and the range of the peak holds both; give --qps to decide it",
		days, len(tops), math.Exp(most-usual), unit.Format(unit.Rate, math.Exp(usual)))
}

// enoughDays is how many days of forecasts say how peaks of days scatter. Of fewer, the peaks of the
// history itself say the rest, drawn towards what is usual of services by as many days of that.
const (
	enoughDays   = 5.0
	usualScatter = 0.3
	usualWeight  = 2.0
)

// dailySpread is the deviation of the logarithm of a day's peak over the ordinary peak that was
// forecast of it, by the peaks over forecasts made over a number of days.
func (m *Model) dailySpread(over []float64, days float64) float64 {
	told := tailed(over)
	if days >= enoughDays {
		return told
	}
	tops := History{Values: m.y, Peaks: m.high}.tops(m.per, m.per, Growth{})
	if m.mixed() {
		tops = busyTops(tops)
	}
	square, weight := usualWeight*usualScatter*usualScatter, usualWeight-1
	for _, v := range sizes(tops, meanKnown(tops, 1)) {
		square, weight = square+v*v, weight+1
	}
	return math.Sqrt((days*told*told + (enoughDays-days)*square/weight) / enoughDays)
}

// A history of less than two days shows no spread of peaks: one may be this many times as high, and
// more where not even a day was seen; of minutes, it may be as many times lower.
const (
	ofDays  = 2.0
	ofHours = 4.0
	lower   = 1.25
)

// PeakSpread returns the central 90 % of the logarithm of a week's peak over an ordinary week's,
// growth taken out, by the peaks of the weeks and days that were seen. Zero without a history.
func PeakSpread(h History) (low, high float64) {
	if len(h.Values) > 0 && len(h.Hourly().Values) == 0 { // minutes may be those of any hour
		return -math.Log(ofHours), math.Log(ofHours)
	}
	h = h.Hourly().begun()
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
	if len(weeks) == 0 && len(days) > 0 {
		days = busyTops(days)
	}
	switch {
	case len(days) == 0:
		return -math.Log(lower), math.Log(ofHours)
	case len(days) == 1:
		return -math.Log(lower), math.Log(ofDays)
	case len(weeks) == 0:
		weeks = []float64{slices.Max(days)}
	}
	r := spreadOf(weeks, stat.Median(weeks), robust(days), float64(len(weeks))).reach()
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
