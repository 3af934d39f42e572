package forecast

import (
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// sameKind is the share of the peak of the busier days that a day's peak reaches at least to be one of their kind; a
// weekend of less is of another.
const sameKind = 2.0 / 3

// busyTops are the peaks, by their logarithms, of the days that are of the kind of the busier half.
func busyTops(tops []float64) []float64 {
	sorted := slices.Sorted(slices.Values(tops))
	least := stat.Median(sorted[len(sorted)/2:]) + math.Log(sameKind)
	return slices.DeleteFunc(slices.Clone(tops), func(v float64) bool { return v < least })
}

// mixed reports whether days of another kind, such as weekends, are among those of a history: what their peaks lie
// below those of working days is no scatter of peaks.
func (m *Model) mixed() bool {
	if days := len(m.y) / m.per; days >= twoWeeks && m.Week < leastWeek {
		return false // they do not come by the day of the week
	}
	tops := History{Values: m.y, Peaks: m.high}.tops(m.per, m.per, Growth{})
	return len(tops) < len(m.y)/m.per || len(tops) > 0 && len(busyTops(tops)) < len(tops)
}

// busyOf are those of the peaks of a few days that are of the kind of the busier days of the history; all where none is.
func (m *Model) busyOf(peaks []float64) []float64 {
	if !m.mixed() {
		return peaks
	}
	tops := busyTops(History{Values: m.y, Peaks: m.high}.tops(m.per, m.per, Growth{}))
	if least := sameKind * math.Exp(stat.Median(tops)); slices.Max(peaks) >= least {
		return slices.DeleteFunc(peaks, func(v float64) bool { return v < least })
	}
	return peaks
}

// knowing are the trials that say how peaks scatter: of days of several kinds those that knew a week, where there are any
// that a day came after.
func (m *Model) knowing(trials []trial) []trial {
	if told := m.telling(trials); m.mixed() && len(told) > 0 && len(told[0].forecast) >= m.per {
		return told
	}
	return trials
}

// unexceptional are the highest rates, with the ordinary means where a high exception was.
func (m *Model) unexceptional() []float64 {
	out := slices.Clone(m.high)
	for _, e := range m.odd {
		if e.times > 1 {
			from, to := max(e.from-1, 0), min(e.to+1, len(out)) // the steps beside it may hold some of it
			copy(out[from:to], m.past[from:to])
		}
	}
	return out
}
