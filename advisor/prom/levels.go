package prom

import (
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/unit"
)

// without is a series without some steps of its hours, or of its own where those are longer, back from the end. All of it
// stays where nothing else is known.
func (s Series) without(odd []bool, step float64) Series {
	out := slices.Clone(s.Values)
	per := math.Max(step/s.Step.Seconds(), 1)
	for i := range out {
		if j := len(odd) - 1 - int(float64(len(out)-1-i)/per); j >= 0 && odd[j] {
			out[i] = math.NaN()
		}
	}
	if left := (Series{Values: out}); left.Known() > 0 {
		s.Values = out
	}
	return s
}

// tellPassed tells of a level that was left again, and of a rise too young to be one.
func (o *observer) tellPassed() {
	d, hours := o.demand, byHour(o.out.Demand)
	date := func(step int) string { return hours.At(step - 1).UTC().Format(time.DateOnly) }
	if d.Passed.Times > 0 {
		o.warn("from %s to %s the level was %.1f times that of the days before and after; the forecast takes the level since, and the peak leaves those days out; give --qps to plan for them",
			date(d.Passed.From), date(d.Passed.To), d.Passed.Times)
	}
	if d.Rise.Times > 0 {
		o.warn("demand was %.1f times the usual of those hours in the last %.0f h: that is too new to tell a new level from a burst, and what is usual is forecast; if it stays, the peak is about %s: give --qps %s",
			d.Rise.Times, d.Rise.Hours, unit.Format(unit.Rate, d.Rise.Times*d.Usual), digits(d.Rise.Times*d.Usual))
	}
}

// times is a number of things in words.
func times(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
