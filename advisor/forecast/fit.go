package forecast

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/stat"
	"scaleadvise/advisor/unit"
)

// quantile is that of sorted values.
func quantile(sorted []float64, p float64) float64 { return stat.Quantile(sorted, p) }

// Model is a forecast of demand, fitted to a history.
type Model struct {
	Method     string // "seasonal" or "level": what the combination assumes
	Assumption string // what must stay true for the forecast to hold
	Growth     Growth
	Grows      bool    // growth is significant, and is extrapolated
	Shape      float64 // share of the variation within days that the daily shape explains
	Week       float64 // share of the variation between days that the days of the week explain
	Backtest   Backtest
	Warnings   []string

	step    float64
	per     int
	y, high []float64 // means of the steps, and the highest rates within them
	past    []float64 // y without high exceptions: what forecasts are made from
	odd     []exception
	once    []single // stretches whose day of the week was seen once
	members []member
	methods []method
	weights [3][]float64 // of the methods, by stretch
	outage  []bool       // steps that say nothing of demand
	spread  []band       // by days ahead
	level   band         // of whole days, as many ahead as were tried
	peaks   spread       // of the peak of a week over the highest mean that was forecast
	seen    Growth       // what the history shows
	given   bool         // the growth was given

	Shift   Shift // shift of the level, where Shifted
	Shifted bool
}

// RefusedError says why a history allows no forecast.
type RefusedError struct {
	Reason string
	Events bool // events dominate the traffic
}

func (e *RefusedError) Error() string { return e.Reason }

// Fit finds a forecast for a history. It tests whether days are alike, and takes the members that need it
// only then; it tests for growth; and it sets its intervals by the errors that it would have made in the
// past. The error is a *RefusedError: too little history, or traffic dominated by events.
func Fit(h History) (*Model, error) {
	h = h.begun()
	if reason := h.refuse(); reason != "" {
		return nil, &RefusedError{Reason: reason}
	}
	per := h.perDay()
	h = h.recent(per)
	m := &Model{step: h.Step, per: per}
	if m.Shift, m.Shifted = h.FindShift(); m.Shifted {
		h.Values = m.Shift.Leveled(h.Values, m.Shift.Steps)
		h.Peaks = m.Shift.Leveled(h.Peaks, m.Shift.Steps)
	}
	whole := h
	filled := h.filled(per)
	low, high := exceptions(filled, per)
	m.once = singles(filled, per, low)
	h = h.without(low, filled, per)
	m.y = h.filled(per)
	m.past = h.without(high, m.y, per).filled(per)
	m.high, m.odd = h.peaks(m.y), append(low, high...)
	m.Growth, m.Grows = FitGrowth(h.Daily())
	m.Grows, m.seen = m.Grows && m.Growth.Told(), m.Growth
	if times, made := h.Events(); made {
		return nil, &RefusedError{Events: true, Reason: fmt.Sprintf(
			"one day in ten peaks %.1f times as high as an ordinary day: such traffic follows events that its history does not show", times)}
	}
	m.Shape = dayShape(m.y, per)
	m.Method, m.members = "level", level
	m.Week = weekShape(wholeDays(m.y, per))
	switch {
	case m.Week >= leastWeek && (m.Shape >= leastShape || m.kinds() < ofKinds):
		m.Method, m.members = "seasonal", weekly
	case m.Shape >= leastShape || m.kinds() < ofKinds:
		m.Method, m.members = "seasonal", seasonal
	}
	m.methods = m.ways()
	m.calibrate()
	m.assume()
	m.notes(whole)
	return m, nil
}

// assume puts the assumption of the forecast into words: that of the method for the days ahead.
func (m *Model) assume() {
	m.Assumption = "demand stays at its level; the hours of the day show no pattern of their own"
	if m.Method == "seasonal" {
		m.Assumption = "the hours of the day go on as they did"
	}
	if m.Method == "seasonal" && m.Week >= leastWeek {
		m.Assumption = "the hours of the day and the days of the week go on as they did"
	}
	if most := m.mostAssumed(); most != "" {
		m.Assumption = most
	}
	switch {
	case m.Grows && m.Growth.Linear && !m.given:
		m.Assumption += fmt.Sprintf("; growth goes on by the same amount, now %.1f %% a month", 100*m.Growth.PerMonth().Mid)
	case m.Grows:
		m.Assumption += fmt.Sprintf("; growth goes on at %.1f %% a month", 100*m.Growth.PerMonth().Mid)
	case m.given:
		m.Assumption += "; no growth, as given"
	default:
		m.Assumption += "; no growth is extrapolated, since none is significant"
	}
}

// mostAssumed is what the methods that weigh most far ahead, taken together, need to stay true.
func (m *Model) mostAssumed() (most string) {
	sums := map[string]float64{}
	for j, w := range m.weights[len(m.weights)-1] {
		says := m.methods[j].assumes
		if sums[says] += w; sums[says] > sums[most] {
			most = says
		}
	}
	return most
}

func (m *Model) notes(h History) {
	days := float64(len(h.Values)) * h.Step / day
	if days < threeWeeks {
		m.Warnings = append(m.Warnings, fmt.Sprintf("need %d days to see a week repeat and %d to see growth; have %.1f", twoWeeks, threeWeeks, days))
	}
	if gaps := len(h.Values) - knownSteps(h.Values); gaps > 0 {
		m.Warnings = append(m.Warnings, fmt.Sprintf("%d of %d steps were not known and were filled from the same hour of other days", gaps, len(h.Values)))
	}
	m.tellOdd()
	if m.Backtest.Origins < 5*trialsADay {
		m.Warnings = append(m.Warnings, fmt.Sprintf("only %d past forecasts could be compared with actual demand: the ranges rest on few", m.Backtest.Origins))
	}
}

// tellOdd tells of what lies far off all other days: on a day of the week that was seen once, and else.
func (m *Model) tellOdd() {
	high, told := false, map[int]bool{}
	for _, s := range m.once {
		ahead := m.path(m.past, 7*m.per)
		come, usual := 0.0, 0.0
		for k, v := range ahead {
			if _, _, may := s.at(len(m.y)+k, m.per); may {
				come, usual = come+v, usual+s.usual[(len(m.y)+k-s.from)%(7*m.per)]
			}
		}
		m.Warnings = append(m.Warnings, s.words(len(m.y), m.step, math.Abs(come/math.Max(usual, 1e-9)-1) > math.Abs(s.times-1)/2))
		told[s.from], high = true, high || s.times > 1
	}
	out := ""
	if !high {
		out = m.outstanding()
	}
	if out != "" {
		m.Warnings = append(m.Warnings, out)
	}
	for _, e := range m.odd {
		if !told[e.from] && (e.times < 1 || out == "") {
			m.Warnings = append(m.Warnings, e.words(len(m.y), m.step))
		}
	}
}

func knownSteps(values []float64) int {
	n := 0
	for _, v := range values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// combination is the median of the members.
func (m *Model) combination(y []float64, per, n int) []float64 {
	return combined(m.members, y, per, n)
}

// grown lets a method see a history that is brought to the level of its end, so that it does not
// lag behind growth, and carries the growth on, unless another was given. What is known of the growth is what
// the history up to there shows.
func (m *Model) grown(way extrapolation) extrapolation {
	return func(y []float64, per, n int) []float64 {
		g := m.seen
		if len(y) < len(m.y) {
			g, _ = FitGrowth(wholeDays(y, per))
		}
		if !g.Told() {
			return way(y, per, n)
		}
		level := make([]float64, len(y))
		for i, v := range y {
			level[i] = v / g.Factor(float64(i-len(y)+1)/float64(per))
		}
		out := way(level, per, n)
		for k := range out {
			if !m.given {
				out[k] *= g.Factor(float64(k+1) / float64(per))
			}
		}
		return out
	}
}

// ways are the methods that the history is tried with; where demand grows, each with the growth
// carried on, and without.
func (m *Model) ways() []method {
	all := m.plain()
	if !m.Grows {
		return all
	}
	both := slices.Clone(all)
	for i, way := range both {
		both[i].grows = true
		if way.path != nil {
			both[i].path = m.grown(way.path)
		}
		all[i].of = nil
		for _, j := range way.of {
			all[i].of = append(all[i].of, j+len(both))
		}
	}
	return append(both, all...)
}

// path is the expected demand of the next n steps, as seen from the end of y.
func (m *Model) path(y []float64, n int) []float64 {
	out := m.joined(m.paths(y, n))
	for k := range out {
		if m.Grows && m.given {
			out[k] *= m.Growth.Factor(float64(k+1) / float64(m.per))
		}
	}
	return out
}

// Peak returns the central 90 % of the highest rate of the next n steps: the ordinary peak of a day of
// the forecast, times what peaks of the past were over those of the forecasts of their time. Beyond the
// week that those looked ahead it widens as the range of the means does, and the highest of several weeks
// lies above that of one.
func (m *Model) Peak(n int) (low, high float64) {
	return m.peakOf(m.ranges(n))
}

// peakOf is the same where the ranges of the steps are known.
func (m *Model) peakOf(ahead []unit.Interval) (low, high float64) {
	n, e := len(ahead), small(m.y)
	path := make([]float64, n)
	for k, v := range ahead {
		path[k] = v.Mid
	}
	week, end := ahead[min(n, trialDays*m.per)-1], ahead[n-1]
	below := beyond((end.Mid+e)/(end.Low+e), (week.Mid+e)/(week.Low+e))
	above := beyond((end.High+e)/(end.Mid+e), (week.High+e)/(week.Mid+e))
	u := m.unseen()
	weeks := min(max(n/(trialDays*m.per), 1), len(highestOf)-1)
	expected := (m.ordinary(path) + e) * math.Exp(highestOf[weeks]*m.peaks.deviation)
	low, high = m.peaks.around(expected, math.Hypot(below, u), math.Hypot(above, u))
	low, high = m.withinReason(low, high, n)
	if m.Shifted { // a level that is young may go for all hours at once
		low = math.Min(low, expected*math.Exp(m.peaks.centre+m.Shift.doubt()))
	}
	return math.Max(low-e, 0), math.Max(math.Max(high-e, slices.Max(path)), slices.Max(m.high)) // what was seen is possible
}

// beyond is by how much a range is wider than another, by the logarithm of its ends over its middle,
// as what is independent adds up.
func beyond(far, near float64) float64 {
	a, b := math.Log(far), math.Log(near)
	return math.Sqrt(math.Max(a*a-b*b, 0))
}

// Step returns the length of a step in seconds.
func (m *Model) Step() float64 { return m.step }

// Next returns the demand of the next n steps, mean rates per second with their central 90 %. The range of
// the peak bounds those of the steps, since no step exceeds the peak.
func (m *Model) Next(n int) []unit.Interval {
	out := m.ranges(n)
	if n == 0 {
		return out
	}
	_, high := m.peakOf(out)
	for k := range out {
		out[k].High = math.Max(math.Min(out[k].High, high), out[k].Mid)
	}
	return out
}

// ranges are the demand of the next n steps with the range of past errors as many days ahead, and that of
// the growth.
func (m *Model) ranges(n int) []unit.Interval {
	mid := m.path(m.past, n)
	e := small(m.y)
	out := make([]unit.Interval, n)
	for k, v := range mid {
		ahead := float64(k+1) / float64(m.per)
		b := m.bandAt(int(ahead))
		low, high := b.low, b.high
		if m.Shifted {
			low = math.Min(low, m.Shift.doubt())
		}
		if m.Grows {
			low = -math.Hypot(low, (m.Growth.PerDay-m.Growth.Low)*ahead)
			high = math.Hypot(high, (m.Growth.High-m.Growth.PerDay)*ahead)
		}
		out[k] = unit.Interval{
			Mid: v, Low: math.Min(math.Max((v+e)*math.Exp(low)-e, 0), v), High: math.Max((v+e)*math.Exp(math.Min(high, 50))-e, v),
		}
		for _, s := range m.once {
			if low, high, may := s.at(len(m.y)+k, m.per); may {
				out[k].Low, out[k].High = math.Min(out[k].Low, low), math.Max(out[k].High, high)
			}
		}
	}
	return out
}

// Carry sets the growth to extrapolate, a fraction a month, in place of the fitted one.
func (m *Model) Carry(month unit.Interval) {
	perDay := func(g float64) float64 { return math.Log1p(math.Max(g, -0.9999)) * day / unit.Month }
	m.Growth = Growth{PerDay: perDay(month.Mid), Low: perDay(month.Low), High: perDay(month.High)}
	m.Grows, m.given = month != unit.Interval{}, true
	m.assume()
}
