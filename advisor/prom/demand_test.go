package prom

import (
	"math"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/unit"
)

var monday = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// rates makes a history of days in fine steps.
func rates(days int, at func(t time.Time) float64) Series {
	s := Series{Start: monday, Step: fine}
	for i := range days * 288 {
		s.Values = append(s.Values, at(monday.Add(time.Duration(i)*fine)))
	}
	return s
}

// office is a load with a wave by day that rests on weekends and grows 10 % a month.
func office(t time.Time) float64 {
	v := 100 * (1 + 0.5*math.Sin(2*math.Pi*float64(t.Hour())/24)) * math.Pow(1.1, t.Sub(monday).Hours()/730)
	if d := t.Weekday(); d == time.Saturday || d == time.Sunday {
		v *= 0.3
	}
	return v
}

func TestAnalyse(t *testing.T) {
	d, ok := analyse(rates(28, office))
	if !ok || !d.GrowthKnown || math.Abs(d.Growth.PerMonth().Mid-0.1) > 0.005 {
		t.Fatalf("growth %+v, %v", d.Growth.PerMonth(), ok)
	}
	// The highest hour of a Friday, carried on to the end.
	if want := 150 * math.Pow(1.1, 28*24/730.0); math.Abs(d.Peak/want-1) > 0.02 {
		t.Errorf("peak %v, want %v", d.Peak, want)
	}
}

// TestSteadiness: one bad sample, a restart, a dead hour and a quiet weekend at the end leave
// the peak and the growth where they were.
func TestSteadiness(t *testing.T) {
	want, _ := analyse(rates(28, office))
	for name, change := range map[string]func(Series){
		"one bad sample":  func(s Series) { s.Values[5000] = 1e6 },
		"a dead hour":     func(s Series) { fillWith(s.Values[6000:6012], 0) },
		"a gap of a day":  func(s Series) { fillWith(s.Values[4000:4288], math.NaN()) },
		"a festive day":   func(s Series) { fillWith(s.Values[3000:3288], 900) },
		"NaN every third": func(s Series) { everyThird(s.Values[2000:2300]) },
	} {
		s := rates(28, office)
		change(s)
		got, ok := analyse(s)
		if !ok || math.Abs(got.Peak/want.Peak-1) > 0.02 || math.Abs(got.Growth.PerMonth().Mid-want.Growth.PerMonth().Mid) > 0.01 {
			t.Errorf("%s: peak %v (%v), growth %v", name, got.Peak, want.Peak, got.Growth.PerMonth())
		}
	}
	for _, days := range []int{26, 27, 28} { // ends on a Friday, within a weekend, after it
		got, _ := analyse(rates(days, office))
		if math.Abs(got.Peak/want.Peak-1) > 0.02 {
			t.Errorf("%d days: peak %v, want %v", days, got.Peak, want.Peak)
		}
	}
}

func fillWith(values []float64, v float64) {
	for i := range values {
		values[i] = v
	}
}

func everyThird(values []float64) {
	for i := 0; i < len(values); i += 3 {
		values[i] = math.NaN()
	}
}

func TestExceptionalWeekIsTold(t *testing.T) {
	s := rates(28, office)
	fillWith(s.Values[3000:3288], 900)
	d, _ := analyse(s)
	top, ok := d.exceptional()
	if !ok || top.Rate != 900 {
		t.Errorf("%+v, %v", top, ok)
	}
}

func TestTooLittle(t *testing.T) {
	empty := rates(7, func(time.Time) float64 { return math.NaN() })
	if _, ok := analyse(empty); ok {
		t.Error("nothing known was analysed")
	}
	zero, ok := analyse(rates(7, func(time.Time) float64 { return 0 }))
	if !ok || !zero.Zero {
		t.Errorf("no load: %+v, %v", zero, ok)
	}
	if d, ok := analyse(rates(3, office)); !ok || d.GrowthKnown || !(d.Peak > 0) {
		t.Errorf("three days: %+v, %v", d, ok)
	}
}

func TestFaultsAreLeftOut(t *testing.T) {
	s := rates(28, office)
	s.Values[8000], s.Values[100] = 1e9, -5
	cleaned, faults := withoutFaults(s)
	if faults != 2 || !math.IsNaN(cleaned.Values[8000]) || s.Values[8000] != 1e9 {
		t.Errorf("%d faults", faults)
	}
	huge := rates(28, office)
	fillWith(huge.Values, 1e308)
	if cleaned, _ := withoutFaults(huge); cleaned.Known() != 0 {
		t.Error("a rate of 1e308 was taken for one")
	}
	burst := rates(28, office)
	fillWith(burst.Values[5000:5003], 5000) // a burst lasts
	if _, faults := withoutFaults(burst); faults != 0 {
		t.Errorf("%d faults in a burst", faults)
	}
	rare := rates(7, func(time.Time) float64 { return 0 })
	rare.Values[1000] = 1
	if cleaned, faults := withoutFaults(rare); faults != 0 || cleaned.Values[1000] != 1 {
		t.Error("the one request of a week was left out")
	}
}

// TestKnownDays: a history is as long as its values reach, less gaps of more than an hour.
func TestKnownDays(t *testing.T) {
	for name, c := range map[string]struct {
		from, to int
		want     float64
	}{
		"whole":             {0, 0, 7},
		"a fault":           {1000, 1001, 7},
		"an hour":           {1000, 1012, 7},
		"more than an hour": {1000, 1013, 7 - 13.0/288},
		"two days":          {1000, 1576, 5},
	} {
		s := rates(7, office)
		fillWith(s.Values[c.from:c.to], math.NaN())
		if d, ok := analyse(s); !ok || math.Abs(d.Days-c.want) > 1e-9 {
			t.Errorf("%s: %v days, want %v", name, d.Days, c.want)
		}
	}
}

func TestGrowthHasNoZeroBelowZero(t *testing.T) {
	if got := growthText(unit.Interval{Mid: 0.0001, Low: -0.0003, High: 0.0005}); got != "0.0..0.1%/month" {
		t.Errorf("got %s", got)
	}
	if got := growthText(unit.Interval{Mid: -0.05, Low: -0.06, High: -0.04}); got != "-6.0..-4.0%/month" {
		t.Errorf("got %s", got)
	}
}

// TestRatesBehindAGap: a rate whose window began within a gap, or before the first value, holds a part of the
// window, or all that the gap held.
func TestRatesBehindAGap(t *testing.T) {
	none := math.NaN()
	for _, c := range []struct {
		values, want []float64
		partly       int
	}{
		{[]float64{1, 1, none, none, 9, 1, 1}, []float64{1, 1, none, none, none, 1, 1}, 1},
		{[]float64{none, 0.3, 0.7, 1, none, 4, 3}, []float64{none, none, none, 1, none, none, none}, 2},
		{[]float64{none, 0.3, 1}, []float64{none, 0.3, 1}, 0},
	} {
		got := Series{Values: c.values}.overWhole(c.partly).Values
		for i, v := range got {
			if v != c.want[i] && !(math.IsNaN(v) && math.IsNaN(c.want[i])) {
				t.Errorf("%v in part over %d windows: %v, want %v", c.values, c.partly, got, c.want)
				break
			}
		}
	}
}

// TestPeakOfTheLastDay: a peak of yesterday counts, since it may come again, and is told as one that no other
// week had.
func TestPeakOfTheLastDay(t *testing.T) {
	now := atNow()
	for _, hours := range []int{10, 60} { // ago
		s := &scripted{
			metrics: []string{"http_requests_total"},
			lines: []scriptLine{
				{words: "sum by (cluster", labels: []Labels{{"pod": "a"}}},
				{words: "rate(http_requests_total", value: func(t time.Time) float64 {
					if int(now.Now.Sub(t).Hours()) == hours {
						return 300
					}
					return 100
				}},
			},
		}
		o := run(t, s, now)
		told := strings.Contains(strings.Join(o.Warnings, "\n"), "the peak is that of the last day, 3.0 times as high as the 101/s of other weeks; if it does not come again, give --qps 101.2")
		if v := o.Traits["peak_to_mean"].Interval.Mid; told != (hours < 24) || (v > 2.5) != (hours < 24) {
			t.Errorf("%d hours ago: %v times the mean, %q", hours, v, o.Warnings)
		}
	}
}
