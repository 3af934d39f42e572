package unit

import (
	"strings"
	"time"
)

// measure is one unit of a quantity: its size in base units and the words for it,
// the one used in messages first.
type measure struct {
	factor float64
	words  []string
}

// HoursPerMonth is the length of a month wherever growth or cost is per month: 730 h, as
// clouds bill. Month is the same in seconds.
const (
	HoursPerMonth = 730.0
	Month         = HoursPerMonth * hour
)

// After returns the time some seconds after another, to a millisecond: seconds are no more precise over years.
func After(t time.Time, seconds float64) time.Time {
	return t.Add(time.Duration(seconds * float64(time.Second))).Round(time.Millisecond).UTC()
}

// MonthStart returns the first day of the month that is n months after that of t, and ToMonth the seconds
// until then.
func MonthStart(t time.Time, n int) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
}

func ToMonth(t time.Time, n int) float64 { return MonthStart(t, n).Sub(t).Seconds() }

const (
	minute = 60.0
	hour   = 60 * minute
	day    = 24 * hour
	week   = 7 * day
	month  = Month
	year   = 12 * month
)

var (
	perSecond = measure{1, []string{"s", "sec", "second", "seconds"}}
	perMinute = measure{minute, []string{"min", "minute", "minutes"}}
	perHour   = measure{hour, []string{"h", "hour", "hours", "hr"}}
	perDay    = measure{day, []string{"day", "d", "days"}}
	perWeek   = measure{week, []string{"week", "w", "weeks"}}
	perMonth  = measure{month, []string{"month", "mo", "months"}}
	perYear   = measure{year, []string{"year", "y", "yr", "years"}}

	periods       = []measure{perSecond, perMinute, perHour, perDay, perWeek, perMonth, perYear}
	growthPeriods = []measure{perDay, perWeek, perMonth, perYear}
	billing       = []measure{perHour, perDay, perWeek, perMonth, perYear}
)

// durations differ from periods by the short units and by "m", which is a minute
// in a time but could be a month in a rate.
var durations = []measure{
	{1e-9, []string{"ns", "nanosecond", "nanoseconds"}},
	{1e-6, []string{"us", "µs", "μs", "microsecond", "microseconds"}},
	{1e-3, []string{"ms", "msec", "millisecond", "milliseconds"}},
	perSecond,
	{minute, []string{"min", "m", "minute", "minutes"}},
	perHour, perDay, perWeek, perMonth, perYear,
}

var sizes = []measure{
	{1, []string{"B", "byte", "bytes"}},
	{1e3, []string{"kB", "KB"}},
	{1e6, []string{"MB"}},
	{1e9, []string{"GB"}},
	{1e12, []string{"TB"}},
	{1e15, []string{"PB"}},
	{1 << 10, []string{"KiB", "Ki"}},
	{1 << 20, []string{"MiB", "Mi"}},
	{1 << 30, []string{"GiB", "Gi"}},
	{1 << 40, []string{"TiB", "Ti"}},
	{1 << 50, []string{"PiB", "Pi"}},
}

// multipliers are the SI suffixes of a plain number.
var multipliers = []measure{
	{1e3, []string{"k", "K"}},
	{1e6, []string{"M"}},
	{1e9, []string{"G", "B"}},
	{1e12, []string{"T"}},
}

// find returns the size of the unit that word names.
func find(known []measure, word string) (float64, bool) {
	for _, m := range known {
		for _, w := range m.words {
			if w == word {
				return m.factor, true
			}
		}
	}
	return 0, false
}

// nearest lists the known words close to one that was not found.
func nearest(known []measure, word string) []string {
	var all []string
	for _, m := range known {
		all = append(all, m.words...)
	}
	return Near(word, all)
}

// list names the units for a message, one word each.
func list(known []measure) string {
	words := make([]string, len(known))
	for i, m := range known {
		words[i] = m.words[0]
	}
	return strings.Join(words, ", ")
}
