package forecast

import (
	"math"
	"slices"
)

// leastShape is the share of the variation within days that the shape of other days must
// explain for days to be called alike.
const leastShape = 0.1

// dayShape is the share of the variation within days that the mean shape of the other half of
// the days explains, by the logarithm: odd days are held against even ones and the reverse, so
// that chance does not count as shape. Below zero where it explains less than nothing.
func dayShape(y []float64, per int) float64 {
	days := len(y) / per
	if days < 4 {
		return 0
	}
	e := small(y)
	left := make([][]float64, days) // each day about its mean
	for d := range left {
		from := len(y) - (days-d)*per
		row := make([]float64, per)
		mean := 0.0
		for i := range row {
			row[i] = math.Log(y[from+i] + e)
			mean += row[i] / float64(per)
		}
		for i := range row {
			row[i] -= mean
		}
		left[d] = row
	}
	var missed, all float64
	for d, row := range left {
		other := meanRow(left, 1-d%2)
		for i, v := range row {
			missed += (v - other[i]) * (v - other[i])
			all += v * v
		}
	}
	if all == 0 {
		return 0
	}
	return 1 - missed/all
}

// DayShape returns the share of the variation within days that the daily shape explains; 0 where less than
// four days are known.
func (h History) DayShape() float64 {
	h = h.begun()
	if h.refuse() != "" {
		return 0
	}
	per := h.perDay()
	return dayShape(h.recent(per).filled(per), per)
}

// meanRow is the mean of every second row from first on.
func meanRow(rows [][]float64, first int) []float64 {
	out := make([]float64, len(rows[0]))
	n := 0.0
	for d := first; d < len(rows); d += 2 {
		n++
		for i, v := range rows[d] {
			out[i] += (v - out[i]) / n
		}
	}
	return out
}

// leastWeek is the share of the variation between days that the days of the week must explain.
const leastWeek = 0.3

// weekShape is the share of the variation of days about the week around them that the days of
// the week explain: each day is held against the median of the same days of other weeks. It is
// counted by sizes and not by squares, and squared in the end, so that one festive day does not
// hide the week. 0 below two weeks.
func weekShape(daily []float64) float64 {
	weeks := len(daily) / 7
	if weeks < 2 {
		return 0
	}
	daily = daily[len(daily)-7*weeks:]
	around := medianAround(daily)
	left := make([]float64, len(daily))
	for d, v := range daily {
		left[d] = math.Log(math.Max(v, 1e-9) / math.Max(around[d], 1e-9))
	}
	var missed, all float64
	others := make([]float64, 0, weeks)
	for d, v := range left {
		others = others[:0]
		for k := d % 7; k < len(left); k += 7 {
			if k != d {
				others = append(others, left[k])
			}
		}
		slices.Sort(others)
		missed += math.Abs(v - middle(others))
		all += math.Abs(v)
	}
	if all == 0 || missed > all {
		return 0
	}
	return 1 - (missed/all)*(missed/all)
}

// medianAround is the median of the week around each day.
func medianAround(daily []float64) []float64 {
	out := make([]float64, len(daily))
	week := make([]float64, 7)
	for d := range out {
		from := min(max(d-3, 0), len(daily)-7)
		copy(week, daily[from:from+7])
		slices.Sort(week)
		out[d] = middle(week)
	}
	return out
}

// eventful is by how many times one day in ten overtops an ordinary day's peak before traffic
// counts as made by events.
const eventful = 3.0

// Events returns the ratio of the peaks of one day in ten to those of an ordinary day, and whether that
// makes it traffic dominated by events, from which neither level nor growth can be extrapolated. A history
// too short for a forecast is not.
func (h History) Events() (times float64, made bool) {
	h = h.begun()
	if h.refuse() != "" {
		return 1, false
	}
	per := h.perDay()
	h = h.recent(per)
	growth, _ := FitGrowth(h.Daily())
	times = overtop(h.filled(per), per, growth)
	return times, times > eventful
}

// overtop is by how many times the peaks of one day in ten overtop those of an ordinary day,
// growth taken out. Traffic with such days follows a programme of events that its own past
// does not hold: a match, a launch, a sale.
func overtop(y []float64, per int, g Growth) float64 {
	days := len(y) / per
	e := small(y)
	peaks := make([]float64, days)
	for d := range peaks {
		from := len(y) - (days-d)*per
		peaks[d] = math.Log(slices.Max(y[from:from+per])+e) - g.PerDay*float64(d)
	}
	slices.Sort(peaks)
	return math.Exp(quantile(peaks, 0.9) - middle(peaks))
}
