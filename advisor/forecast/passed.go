package forecast

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// Passed is a level that demand had for some days and left again.
type Passed struct {
	From, To int     // steps
	Times    float64 // the level over that of the days before and after
}

// A level of the past is told of from a number of days on, from a change of this size on, and where it is no
// more than a part of the history. Shorter stretches are exceptions.
const (
	leastPassed = 4
	toldPassed  = 0.405 // of the logarithm: half more, a third less
	partPassed  = 2
)

// FindPassed finds the longest stretch of days that lay at another level than the days before and after it, each held
// against the same days of the week.
func (h History) FindPassed() (Passed, bool) {
	whole := len(h.Values)
	h = h.begun()
	per := h.perDay()
	if h.refuse() != "" || per == 0 {
		return Passed{}, false
	}
	h = h.recent(per)
	daily := logs(wholeDays(h.filled(per), per))
	n := len(daily)
	shift, shifted := h.FindShift()
	for long := n / partPassed; long >= leastPassed; long-- {
		for from := 1; from+long < n; from++ {
			by := leftAgain(daily, from, from+long)
			if shifted && by/-math.Log(shift.Ratio) >= 0.6 && float64(n-from-long) <= shift.Days+7 {
				continue // the level of before a shift, whose last days are the only others of their days of the week
			}
			if by != 0 {
				end := func(day int) int { return whole - (n-day)*per }
				return Passed{From: end(from), To: end(from + long), Times: math.Exp(by)}, true
			}
		}
	}
	return Passed{}, false
}

// leftAgain is by how much days lie above those before and after, by the logarithm; 0 where they are no level of
// their own.
func leftAgain(daily []float64, from, to int) float64 {
	inside, outside := []float64(nil), []float64(nil)
	all := slices.Concat(daily[:from], daily[to:])
	for d := from - 1; d <= to; d++ {
		inside = append(inside, daily[d]-usualDay(daily, d, from, to, all))
	}
	first, last := inside[0], inside[len(inside)-1]
	inside = inside[1 : len(inside)-1]
	by := stat.Median(inside)
	lasts := func(v float64) bool { return v/by >= 0.6 }
	if math.Abs(by) < toldPassed || lasts(first) || lasts(last) || !allOf(inside, lasts) {
		return 0
	}
	for d, v := range daily {
		if d < from || d >= to {
			outside = append(outside, v-usualDay(daily, d, from, to, all))
		}
	}
	if math.Abs(by) < overNoise*math.Max(robust(outside), leastNoise) || slices.ContainsFunc(outside, lasts) {
		return 0
	}
	return by
}

func allOf(values []float64, holds func(float64) bool) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return !holds(v) })
}

// usualDay is the median of the same days of the week outside a stretch, the day itself left out; of all where there
// is none.
func usualDay(daily []float64, day, from, to int, all []float64) float64 {
	var same []float64
	for d := day % 7; d < len(daily); d += 7 {
		if d != day && (d < from || d >= to) {
			same = append(same, daily[d])
		}
	}
	if len(same) == 0 {
		return stat.Median(all)
	}
	return stat.Median(same)
}

// Rise is demand that has lately risen far above what is usual of the hours, and not for long enough to be a new level.
type Rise struct {
	Hours float64
	Times float64 // over the usual of those hours
}

// FindRise finds a rise that began within the last hours.
func (h History) FindRise() (Rise, bool) {
	h = h.begun()
	per := h.perDay()
	if h.refuse() != "" || per == 0 {
		return Rise{}, false
	}
	h = h.recent(per)
	y := h.filled(per)
	since, usual, steps := 0.0, 0.0, 0
	for i := len(y) - 1; i >= 0; i-- {
		var others []float64
		for j := i % per; j < i; j += per {
			others = append(others, y[j])
		}
		if len(others) < leastSeen-1 || !(y[i] > exceptionHigh*slices.Max(others)) {
			break
		}
		since, usual, steps = since+y[i], usual+stat.Median(others), steps+1
	}
	if steps == 0 || steps >= max(per/youngest, 1) || !(usual > 0) {
		return Rise{}, false
	}
	return Rise{Hours: float64(steps) * h.Step / hour, Times: since / usual}, true
}

// Odd reports which steps of a history belong to a high exception, to a level that was left again, or to a rise that has
// just begun: they say little of the peak of an ordinary week.
func (h History) Odd() []bool {
	odd := make([]bool, len(h.Values))
	if r, found := h.FindRise(); found {
		for i := len(odd) - 1 - int(r.Hours*hour/h.Step); i < len(odd); i++ {
			odd[max(i, 0)] = true
		}
	}
	if p, found := h.FindPassed(); found && p.Times > 1 {
		per := h.perDay()
		for i := max(p.From-per, 0); i < min(p.To+per, len(odd)); i++ { // the days beside it may hold hours of it
			odd[i] = true
		}
	}
	skipped := len(h.Values)
	h = h.begun()
	skipped -= len(h.Values)
	per := h.perDay()
	if h.refuse() != "" || per == 0 {
		return odd
	}
	_, high := exceptions(h.filled(per), per)
	for _, e := range high {
		for i := max(e.from-1, 0); i <= min(e.to, len(h.Values)-1); i++ {
			odd[skipped+i] = true
		}
	}
	return odd
}

// single is a stretch that lies far off all other days on a day of the week that was seen once: whether it comes each week
// is not to be seen.
type single struct {
	exception
	seen, usual []float64
}

// singles are the high stretches of that kind, and those of some low exceptions.
func singles(y []float64, per int, low []exception) (all []single) {
	add := func(from, to int) {
		s := single{exception: exception{from: from, to: to}, seen: slices.Clone(y[from:to])}
		off, sum := 0.0, 0.0
		for i := from; i < to; i++ {
			usual, _ := besides(y, per, i)
			s.usual = append(s.usual, usual)
			off, sum = off+y[i], sum+usual
		}
		s.times = off / math.Max(sum, 1e-9)
		all = append(all, s)
	}
	once := func(i int) bool { return i < 7*per && i+7*per >= len(y) }
	for _, e := range low {
		if once(e.from) && once(e.to-1) {
			add(e.from, e.to)
		}
	}
	for from := 0; from < len(y); {
		to := from
		for ; to < len(y) && once(to) && highest(othersOf(y, per, to), 0)*exceptionHigh < y[to]; to++ {
		}
		if to-from >= max(per/exceptionLasts, 1) && to < len(y) {
			add(from, to)
		}
		from = max(to, from+1)
	}
	return all
}

// othersOf are the same hours of all other days.
func othersOf(y []float64, per, i int) (others []float64) {
	for j := i % per; j < len(y); j += per {
		if j != i {
			others = append(others, y[j])
		}
	}
	return others
}

// at is the range that a step ahead may have, should the stretch come again on its day of the week or not.
func (s single) at(step, per int) (low, high float64, may bool) {
	if i := step % (7 * per); i >= s.from%(7*per) && i-s.from%(7*per) < len(s.seen) {
		k := i - s.from%(7*per)
		return math.Min(s.seen[k], s.usual[k]), math.Max(s.seen[k], s.usual[k]), true
	}
	return 0, 0, false
}

// words tells which of both is assumed.
func (s single) words(steps int, step float64, again bool) string {
	fell := fmt.Sprintf("demand fell to %.0f %% of", 100*s.times)
	if s.times > 1 {
		fell = fmt.Sprintf("demand was %.1f times", s.times)
	}
	assumed := "it is assumed not to come again"
	if again {
		assumed = "it is assumed to come again every week"
	}
	return fmt.Sprintf("%s the usual for %.0f h, %.1f days ago, on a day of the week that was seen once: %s, and the ranges hold both; one more week of history settles it, or give --qps",
		fell, float64(s.to-s.from)*step/hour, float64(steps-s.to)*step/day, assumed)
}
