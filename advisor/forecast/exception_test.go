package forecast

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// alike is a history by the hour of days that are alike, with a stretch of other demand.
func alike(days, from, hours int, times float64) []float64 {
	y := made(days, 0, 0.03)
	for i := range y {
		if (i/24)%7 >= 5 {
			y[i] /= 0.6
		}
	}
	scaleBy(y[from:from+hours], times)
	return y
}

// TestAnExceptionIsNotRepeated: hours that lie far off those of all other days, seen once, are forecast as the
// usual ones and told of; the range of the peak
// nearly holds a high one of a month or less.
func TestAnExceptionIsNotRepeated(t *testing.T) {
	for _, days := range []int{14, 21, 28, 56} {
		for _, c := range []struct {
			at, hours int
			times     float64
		}{{0, 24, 0.02}, {6, 12, 0}, {10, 30, 0}, {0, 24, 2}, {0, 24, 4}, {9, 6, 8}, {12, 2, 4}} {
			from := 24*(days-5) + c.at
			y := alike(days, from, c.hours, c.times)
			m := fitted(t, y)
			usual := fitted(t, alike(days, from, c.hours, 1)).Next(7 * 24)
			for k, v := range m.Next(7 * 24) {
				if math.Abs(v.Mid/usual[k].Mid-1) > 0.1 || usual[k].Mid < v.Low || usual[k].Mid > v.High {
					t.Fatalf("%d days, %+v: %+v in hour %d, %+v without", days, c, v, k, usual[k])
				}
			}
			if _, high := m.Peak(7 * 24); days <= longestBack && high < 0.85*slices.Max(y) {
				t.Errorf("%d days, %+v: the peak ends at %v", days, c, high)
			}
			if told := strings.Join(m.Warnings, "\n"); !strings.Contains(told, "exception") && !strings.Contains(told, "peaked up to") {
				t.Errorf("%d days, %+v: %q", days, c, told)
			}
		}
	}
}

// TestAHabitIsNoException: weekends, days that come by the week, a level that is not over and days alike are
// none.
func TestAHabitIsNoException(t *testing.T) {
	for name, y := range map[string][]float64{
		"weekends":         made(14, 0, 0.03),
		"alike":            alike(28, 0, 24, 1),
		"the last hours":   alike(28, 24*28-4, 4, 3),
		"seen once":        alike(10, 24*5, 24, 0.3),
		"closed weekend":   alike(10, 24*5, 48, 0.01),
		"every seventh":    func() []float64 { y := alike(14, 24*3, 24, 0.02); scaleBy(y[24*10:24*11], 0.02); return y }(),
		"a noisy morning":  alike(28, 24*20+8, 1, 1.6),
		"a week that rose": alike(28, 24*14, 24*7, 3),
	} {
		if low, high := exceptions(y, 24); len(low)+len(high) > 0 {
			t.Errorf("%s: %+v, %+v", name, low, high)
		}
	}
}
