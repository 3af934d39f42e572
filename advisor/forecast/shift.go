package forecast

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
)

// Shift is a sudden change of the level of demand that has lasted to the end of a history.
type Shift struct {
	Steps int     // steps of the history since the shift, counted from its end
	Ratio float64 // the level since then over the level before
	Days  float64
}

// How a shift is told from a better day and from growth.
const (
	leastShift  = 0.22 // of the logarithm: a quarter up, a fifth down
	overNoise   = 4.0  // times the noise of days
	leastBefore = 5    // days before it
	longestBack = 28   // days
	leastNoise  = 0.03
	youngest    = 4  // part of a day that a level must last for to be one
	pauseUnder  = 14 // days that demand must stay low for to be called low
)

// Passing reports whether a drop may be a pause, such as a holiday: less than two weeks say little, and a
// plan for the lower level fails when the usual one returns.
func (s Shift) Passing() bool { return s.Ratio < 1 && s.Days < pauseUnder }

// FindShift finds a change of level that lasts since six hours or longer. Each day is compared with the same day of
// the weeks before, or with all days where there is less than a week, so that neither a weekend nor growth
// counts as one.
func (h History) FindShift() (Shift, bool) {
	h = h.begun()
	per := h.perDay()
	if h.refuse() != "" || per == 0 {
		return Shift{}, false
	}
	h = h.recent(per)
	y := h.filled(per)
	daily := logs(wholeDays(y, per))
	best, bestAt, found := 0.0, 0, 0.0
	for back := 1; back <= min(len(daily)-leastBefore, longestBack); back++ {
		by, clear := stepAt(daily, len(daily)-back)
		if clear > 0 && clear >= best/2 { // the earliest day of those that are about as clear
			best, bestAt, found = math.Max(best, clear), back, by
		}
	}
	if bestAt == 0 {
		return Shift{}, false
	}
	steps, found, lasts := hourOf(y, per, bestAt, found)
	if !lasts {
		return Shift{}, false
	}
	return Shift{Steps: steps, Ratio: ratioSince(y, per, steps, math.Exp(found)), Days: float64(steps) / float64(per)}, true
}

// ratioSince is the level of the last steps over that before, each step held against the same of the
// weeks before, or of the days where no week was seen; otherwise is what it is where neither was.
func ratioSince(y []float64, per, steps int, otherwise float64) float64 {
	for _, period := range []int{7 * per, per} {
		var since, usual float64
		for i := len(y) - steps; i < len(y); i++ {
			var same []float64
			for j := i - period; j >= 0; j -= period {
				if j < len(y)-steps {
					same = append(same, y[j])
				}
			}
			if len(same) > 0 {
				since, usual = since+y[i], usual+stat.Median(same)
			}
		}
		if usual > 0 && since > 0 {
			return since / usual
		}
	}
	return otherwise
}

func logs(values []float64) []float64 {
	e := small(values)
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Log(v + e)
	}
	return out
}

// stepAt is by how much days from a given one on lie above those before, by the logarithm, and
// how clearly: 0 where it is no step.
func stepAt(daily []float64, at int) (by, clear float64) {
	over := overUsual(daily, at, 7)
	if len(known(over[:at])) < leastBefore || len(known(over[at:])) == 0 {
		if over = overUsual(daily, at, 1); maybeWeekly(daily, at, stat.Median(known(over[at:]))) {
			return 0, 0
		}
	}
	before, since := known(over[:at]), known(over[at:])
	by = stat.Median(since)
	noise := math.Max(1.4826*stat.Median(sizes(before, stat.Median(before))), leastNoise)
	if math.Abs(by) < math.Max(leastShift, overNoise*noise) {
		return 0, 0
	}
	sign := math.Copysign(1, by)
	if at < 14 { // the week before, the only one, may have been the odd one
		if all := overUsual(daily, at, 1); sign*stat.Median(known(all[at:])) < 0.5*math.Abs(by) {
			return 0, 0
		}
	}
	for _, v := range since {
		if sign*v < 0.6*math.Abs(by) {
			return 0, 0 // it did not last
		}
	}
	near := 0
	for _, v := range known(over[max(0, at-8) : at-1]) { // the day before may hold some hours of it
		if sign*v > 0.5*math.Abs(by) {
			near++
		}
	}
	if near > 0 {
		return 0, 0 // it came by and by, or began before
	}
	return by, math.Abs(by) / (noise + stat.Median(sizes(since, by)))
}

// weekend is how many days the end of a week has.
const weekend = 2

// maybeWeekly reports whether days from a given one on, which lie off all days before, may do so each week: the
// same day of the week before did, or none is known and they are no more than the end of a week has.
func maybeWeekly(daily []float64, at int, by float64) bool {
	if at >= 7 {
		for d := max(at, 7); d < min(at+7, len(daily)); d++ {
			if (daily[d]-daily[d-7])/by < 0.6 {
				return true
			}
		}
		return false
	}
	return len(daily)-at <= weekend
}

// overUsual is each day over the median of the same days of a period before a given one, the day
// itself left out; NaN where there is none.
func overUsual(daily []float64, before, period int) []float64 {
	out := make([]float64, len(daily))
	for day := range out {
		var same []float64
		for d := day % period; d < before; d += period {
			if d != day {
				same = append(same, daily[d])
			}
		}
		out[day] = math.NaN()
		if len(same) > 0 {
			out[day] = daily[day] - stat.Median(same)
		}
	}
	return out
}

func known(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

func sizes(values []float64, about float64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = math.Abs(v - about)
	}
	return out
}

// hourOf is the step, counted back from the end, at which the level changed within a day of the
// one that was found: where the two levels miss the least; and by how much, since a day that holds hours of both
// levels shows a part of it. lasts is false where the last hours are back at the level of before.
func hourOf(y []float64, per, back int, by float64) (steps int, jump float64, lasts bool) {
	e := small(y)
	shape := make([]float64, per)
	last := len(y) - (back+1)*per // before which nothing had changed
	for p := range shape {
		var same []float64
		for i := last - 1 - p; i >= max(0, last-14*per); i -= per {
			same = append(same, math.Log(y[i]+e))
		}
		shape[per-1-p] = stat.Median(same)
	}
	daily := logs(wholeDays(y, per))
	over := overUsual(daily, len(daily)-back, 7)
	ordinary := stat.Median(daily[:len(daily)-back])
	left := func(i int) float64 {
		d, weekday := len(daily)-1-(len(y)-1-i)/per, 0.0
		if !math.IsNaN(over[d]) {
			weekday = daily[d] - over[d] - ordinary
		}
		return math.Log(y[i]+e) - shape[(i-last)%per] - weekday
	}
	var rest []float64
	for i := last; i < len(y); i++ {
		rest = append(rest, left(i))
	}
	young := max(per/youngest, 1)
	best, jump, least := back*per, by, math.Inf(1)
	for steps := max((back-1)*per, young); steps <= (back+1)*per; steps++ {
		at, size := len(rest)-steps, by
		if steps < per { // the last day holds hours of before
			size = stat.Median(rest[at:])
		}
		missed := 0.0
		for i, v := range rest {
			if i < at {
				missed += math.Abs(v)
			} else {
				missed += math.Abs(v - size)
			}
		}
		if missed < least {
			best, jump, least = steps, size, missed
		}
	}
	return best, jump, stat.Median(rest[len(rest)-young:])/jump > 0.5
}

// Leveled returns a history scaled to the level that counts: the level since a shift or, after a drop that
// may pass, the level before it.
func (s Shift) Leveled(values []float64, steps int) []float64 {
	out := slices.Clone(values)
	at := max(len(out)-steps, 0)
	if s.Passing() {
		for i := at; i < len(out); i++ {
			out[i] /= s.Ratio
		}
		return out
	}
	for i := range at {
		out[i] *= s.Ratio
	}
	return out
}

// doubt is how far the low end of a forecast goes, by the logarithm, while the level is young: to
// the level before a rise, or that of a pause.
func (s Shift) doubt() float64 {
	if s.Days >= pauseUnder {
		return 0
	}
	return -math.Abs(math.Log(s.Ratio))
}

// age is for how long the level has lasted, in words.
func (s Shift) age() string {
	if s.Days < 1 {
		return fmt.Sprintf("%.0f h", 24*s.Days)
	}
	return fmt.Sprintf("%.1f days", s.Days)
}

// Words says what happened, and how it is treated.
func (s Shift) Words() string {
	if s.Passing() {
		return fmt.Sprintf("demand fell by %.0f %% %s ago; it is treated as a pause, since less than %d days say little, and the usual level is forecast; give --qps if it stays low",
			100*(1-s.Ratio), s.age(), pauseUnder)
	}
	return fmt.Sprintf("demand changed by %+.0f %% at once %s ago; the new level is forecast, with the days and hours of before", 100*(s.Ratio-1), s.age())
}
