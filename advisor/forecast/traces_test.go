package forecast

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"
)

// traces reads real demand by the hour; the file says where each was cut from.
func traces(t *testing.T) map[string][]float64 {
	t.Helper()
	f, err := os.Open("testdata/traces.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]float64{}
	for _, row := range rows[1:] {
		v, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		all[row[0]] = append(all[row[0]], v)
	}
	return all
}

// held is how forecasts fared on what they had not seen.
type held struct{ own, naive, winters, inside float64 }

// hold splits a trace again and again, forecasts from each first part and counts what came.
func hold(t *testing.T, y []float64, ahead int) held {
	t.Helper()
	var err, naively, winters, sum, in, n float64
	for split := len(y) / 2; split+ahead <= len(y); split += 24 {
		m, fault := Fit(History{Step: hour, Values: y[:split]})
		if fault != nil {
			t.Fatal(fault)
		}
		last := repeating(7)(&past{y: m.y, per: 24}, ahead)
		holt := holtWinters(m.y, 24, ahead)
		for k, f := range m.Next(ahead) {
			a := y[split+k]
			err, sum, n = err+math.Abs(a-f.Mid), sum+a, n+1
			naively, winters = naively+math.Abs(a-last[k]), winters+math.Abs(a-holt[k])
			if a >= f.Low && a <= f.High {
				in++
			}
		}
	}
	return held{err / sum, naively / sum, winters / sum, in / n}
}

// TestBetterThanTheYardsticks: on the median trace the weighted error is below those of the
// seasonal naive and of Holt and Winters, a day and three days ahead, and the ranges hold what
// they say.
func TestBetterThanTheYardsticks(t *testing.T) {
	all := traces(t)
	delete(all, "worldcup98")
	for _, days := range []int{1, 3} {
		var overNaive, overWinters, inside []float64
		for name, y := range all {
			h := hold(t, y, 24*days)
			t.Logf("%s, %d days ahead: %.3f, seasonal naive %.3f, Holt-Winters %.3f, inside %.3f", name, days, h.own, h.naive, h.winters, h.inside)
			overNaive, overWinters, inside = append(overNaive, h.own/h.naive), append(overWinters, h.own/h.winters), append(inside, h.inside)
		}
		for _, list := range [][]float64{overNaive, overWinters, inside} {
			slices.Sort(list)
		}
		t.Logf("%d days ahead, median trace: %.3f of the seasonal naive, %.3f of Holt-Winters, %.3f inside", days, middle(overNaive), middle(overWinters), middle(inside))
		if a, b := middle(overNaive), middle(overWinters); a >= 0.95 || b >= 0.95 {
			t.Errorf("%d days ahead: %.3f of the naive error, %.3f of Holt and Winters'", days, a, b)
		}
		if c := middle(inside); c < 0.85 || c > 0.95 {
			t.Errorf("%d days ahead: %.3f inside the 90 %% range", days, c)
		}
	}
}

// TestSeasonIsTestedFor: traffic of an API has no hours of its own, that of people has.
func TestSeasonIsTestedFor(t *testing.T) {
	all := traces(t)
	for name, want := range map[string]string{"servegen_m_mid": "level", "servegen_m_small": "seasonal", "nab_twitter": "seasonal", "nab_elb": "seasonal"} {
		m, err := Fit(History{Step: hour, Values: all[name]})
		if err != nil || m.Method != want {
			t.Errorf("%s: %+v, %v; want %s", name, m, err, want)
		}
	}
}

func TestEventsAreRefused(t *testing.T) {
	_, err := Fit(History{Step: hour, Values: traces(t)["worldcup98"]})
	refused, ok := err.(*RefusedError)
	if !ok || !refused.Events {
		t.Errorf("a world cup was forecast: %v", err)
	}
}

// TestAWeekAhead: seven days ahead on a trace of many weeks the error is no more than that of the
// better of repeating the last week and the last day, and the ranges hold hours and peaks.
func TestAWeekAhead(t *testing.T) {
	y := traces(t)["nab_twitter"]
	const ahead = 7 * 24
	var err, week, last, inside, hours, peaks, origins float64
	for split := len(y) / 2; split+ahead <= len(y); split += 24 {
		h := y[max(0, split-28*24):split]
		m, fault := Fit(History{Step: hour, Values: h})
		if fault != nil {
			t.Fatal(fault)
		}
		top := 0.0
		for k, f := range m.Next(ahead) {
			a := y[split+k]
			err += math.Abs(a - f.Mid)
			week += math.Abs(a - h[len(h)-7*24+k])
			last += math.Abs(a - h[len(h)-24+k%24])
			if hours++; a >= f.Low && a <= f.High {
				inside++
			}
			top = math.Max(top, a)
		}
		low, high := m.Peak(ahead)
		if origins++; top >= low && top <= high {
			peaks++
		}
	}
	if err > math.Min(week, last) {
		t.Errorf("erred %.3f of the last week, %.3f of the last day", err/week, err/last)
	}
	if in := inside / hours; in < 0.85 || in > 0.95 {
		t.Errorf("%.3f of the hours inside", in)
	}
	if in := peaks / origins; in < 0.85 {
		t.Errorf("%.3f of the peaks inside", in)
	}
}

// TestAWeekAheadOfFewDays: where a week is known and does not repeat yet, a week ahead errs less than nine
// tenths of the better repetition where days are alike, and the range of the peak holds it.
func TestAWeekAheadOfFewDays(t *testing.T) {
	y := traces(t)["nab_twitter"]
	for _, days := range []int{8, 10, 12, 14} {
		h := History{Step: hour, Values: y}
		var f fared
		for end := 24 * days; end+7*24 <= len(y); end += 24 {
			m := fitted(t, y[end-24*days:end])
			f.add(m, m.y, History{Step: hour, Values: y[end : end+7*24], Peaks: h.Values[end : end+7*24]})
		}
		if of := f.ofBetter(); of > 0.9 {
			t.Errorf("from %d days: %.3f of the better repetition", days, of)
		}
		if in := f.peaks / f.origins; in < 0.85 {
			t.Errorf("from %d days: %.3f of the peaks inside", days, in)
		}
	}
}
