package forecast

import (
	"fmt"
	"math"
	"slices"
)

// History is demand in even steps, requests per second; a NaN is a step that is not known.
type History struct {
	Step   float64 // s
	Values []float64
	Peaks  []float64 // highest rate that was sustained within each step; nil where only the steps are known
}

const (
	hour = 3600.0
	day  = 24 * hour
)

// LastDay returns the highest rate of the last known day, 1/s; 0 without one. A deployment that failed under
// yesterday's load cannot be expected to hold.
func (h History) LastDay() float64 {
	top := 0.0
	for _, v := range h.Values[max(0, len(h.Values)-int(day/math.Max(h.Step, 1))):] {
		if v > top { // NaN is no peak
			top = v
		}
	}
	return top
}

// Hourly averages finer steps to hours, the last of which ends with the history; an hour of which less than
// half is known is not known, and the first hour counts from half an hour on: a server does not report the
// rate of its first minutes, and a week without those is still a week. Coarser steps stay as they are.
func (h History) Hourly() History {
	if !(h.Step > 0) || h.Step > hour/2 {
		return h
	}
	per := int(math.Round(hour / h.Step))
	n := (len(h.Values) + per/2) / per
	out := History{Step: hour, Values: make([]float64, n), Peaks: make([]float64, n)}
	held := h.held()
	for i := range out.Values {
		end := len(h.Values) - (n-1-i)*per
		begin := max(end-per, 0)
		out.Values[i] = meanKnown(h.Values[begin:end], per/2)
		out.Peaks[i] = highest(held[begin:end], out.Values[i])
	}
	return out
}

// highest is the highest of the known values and of one more.
func highest(values []float64, other float64) float64 {
	for _, v := range values {
		if v > other || math.IsNaN(other) {
			other = v
		}
	}
	return other
}

// longestJitter is how long a step may be, in seconds, for a single one to be jitter of a scrape or a
// burst too short to plan for.
const longestJitter = 600

// held are rates that lasted: the median of each three short steps in a row; long ones themselves.
func (h History) held() []float64 {
	if h.Step > longestJitter {
		return h.Values
	}
	out := make([]float64, len(h.Values))
	for i := range out {
		three := known(h.Values[max(i-1, 0):min(i+2, len(h.Values))])
		if out[i] = math.NaN(); len(three) == 3 {
			slices.Sort(three)
			out[i] = three[1]
		}
	}
	return out
}

// peaks are the highest rates within the steps, those of steps that are not known as the filled
// values have them.
func (h History) peaks(filled []float64) []float64 {
	out := slices.Clone(filled)
	for i, v := range h.Peaks {
		if v > out[i] && !math.IsNaN(h.Values[i]) {
			out[i] = v
		}
	}
	return out
}

// begun is a history from where it is known on: most of what follows is.
func (h History) begun() History {
	for len(h.Values) > 0 {
		first := slices.IndexFunc(h.Values, func(v float64) bool { return !math.IsNaN(v) })
		if first < 0 {
			return h
		}
		h = h.from(first)
		if float64(knownSteps(h.Values)) >= leastKnown*float64(len(h.Values)) {
			return h
		}
		gap := slices.IndexFunc(h.Values, math.IsNaN)
		h = h.from(gap)
	}
	return h
}

// from is a history from a step on.
func (h History) from(first int) History {
	h.Values = h.Values[first:]
	if h.Peaks != nil {
		h.Peaks = h.Peaks[first:]
	}
	return h
}

// meanKnown is the mean of the known values; NaN where fewer than least, or none, are known.
func meanKnown(values []float64, least int) float64 {
	sum, n := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	if n == 0 || n < least {
		return math.NaN()
	}
	return sum / float64(n)
}

// perDay is how many steps a day has; 0 where steps are too long to have a shape of the day.
func (h History) perDay() int {
	n := math.Round(day / h.Step)
	if !(h.Step > 0) || n < 4 || n > 1e6 || math.Abs(n*h.Step-day) > 1e-6*day {
		return 0
	}
	return int(n)
}

// Daily returns the means of whole days back from the end, NaN where less than half is known.
func (h History) Daily() []float64 {
	if !(h.Step > 0) {
		return nil
	}
	per := max(int(math.Round(math.Min(day/h.Step, 1e9))), 1)
	n := len(h.Values) / per
	out := make([]float64, n)
	for i := range out {
		end := len(h.Values) - (n-1-i)*per
		out[i] = meanKnown(h.Values[end-per:end], (per+1)/2)
	}
	return out
}

// filled is the history without gaps: a step that is not known takes the mean of the same hour
// of the days around it, else that of the nearest known ones.
func (h History) filled(per int) []float64 {
	out := slices.Clone(h.Values)
	for i, v := range out {
		if math.IsNaN(v) {
			out[i] = h.likely(i, per)
		}
	}
	return out
}

// likely is what a step that is not known probably was.
func (h History) likely(i, per int) float64 {
	at := func(j int) float64 {
		if j < 0 || j >= len(h.Values) {
			return math.NaN()
		}
		return h.Values[j]
	}
	for days := 1; days <= 7; days++ {
		if v := meanKnown([]float64{at(i - days*per), at(i + days*per)}, 1); !math.IsNaN(v) {
			return v
		}
	}
	for off := 1; off < len(h.Values); off++ {
		if v := meanKnown([]float64{at(i - off), at(i + off)}, 1); !math.IsNaN(v) {
			return v
		}
	}
	return 0
}

// How much history it takes, and what share of it must be known.
const (
	leastSeen  = 4   // days
	leastKnown = 0.5 // of all steps
	mostSeen   = 56  // days; what was before says little of tomorrow
)

// refuse is why no forecast can be made of a history, "" where one can.
func (h History) refuse() string {
	per := h.perDay()
	known := 0
	for _, v := range h.Values {
		if !math.IsNaN(v) {
			known++
		}
	}
	days := float64(len(h.Values)) * h.Step / day
	switch {
	case per == 0:
		return fmt.Sprintf("steps of %g s do not divide a day into four parts or more", h.Step)
	case days < leastSeen:
		return fmt.Sprintf("need %d days to see days repeat; have %s", leastSeen, daysWords(days))
	case float64(known) < leastKnown*float64(len(h.Values)):
		return fmt.Sprintf("only %.0f %% of the history is known", 100*float64(known)/float64(len(h.Values)))
	}
	return ""
}

// daysWords is a number of days, or of hours or minutes where it is less than one.
func daysWords(days float64) string {
	switch {
	case days < 1.0/24:
		return fmt.Sprintf("%.0f min", days*24*60)
	case days < 1:
		return fmt.Sprintf("%.1f h", days*24)
	}
	return fmt.Sprintf("%.1f", days)
}

// recent is the last stretch of a history that forecasts look at.
func (h History) recent(per int) History {
	if n := mostSeen * per; len(h.Values) > n {
		return h.from(len(h.Values) - n)
	}
	return h
}
