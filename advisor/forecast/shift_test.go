package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestShiftIsFound: a change of level that has lasted most of a day or longer is found, within half a day of when
// it came and within hours where that was today, with its size; weekends, growth and single days are none.
func TestShiftIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(21, 56).Draw(t, "days")
		back := rapid.IntRange(18, 24*min(days-15, 20)).Draw(t, "hours back")
		ratio := rapid.SampledFrom([]float64{0.4, 0.6, 1.5, 2, 4}).Draw(t, "ratio")
		y := made(days, 0, 0.03)
		if _, found := (History{Step: hour, Values: y}).FindShift(); found {
			t.Fatal("a shift where there is none")
		}
		scaleBy(y[len(y)-back:], ratio)
		s, found := History{Step: hour, Values: y}.FindShift()
		late := 12.0
		if back < 24 {
			late = 3
		}
		if !found || math.Abs(math.Log(s.Ratio/ratio)) > 0.15 || math.Abs(float64(s.Steps-back)) > late {
			t.Fatalf("%+v, %v; want %v since %d hours", s, found, ratio, back)
		}
	})
}

func TestNoShift(t *testing.T) {
	for name, y := range map[string][]float64{
		"growth of 40 % a month": made(56, 0.4, 0.03),
		"decline":                made(42, -0.3, 0.03),
		"noise":                  made(28, 0, 0.3),
		"ten days":               made(10, 0, 0.02),
	} {
		if s, found := (History{Step: hour, Values: y}).FindShift(); found {
			t.Errorf("%s: %+v", name, s)
		}
	}
	event := made(28, 0, 0.03)
	scaleBy(event[len(event)-30:len(event)-6], 3)
	if s, found := (History{Step: hour, Values: event}).FindShift(); found {
		t.Errorf("a day that is over: %+v", s)
	}
}

// TestLinearGrowth: growth by the same amount is told from compound growth where they differ, and
// goes on by that amount.
func TestLinearGrowth(t *testing.T) {
	y := made(42, 0, 0.02)
	for i := range y {
		y[i] *= 1 + 1.5*float64(i)/float64(len(y))
	}
	m := fitted(t, y)
	want := 1.5 / 42 / 2.5 // of the level at the end, a day
	if !m.Growth.Linear || math.Abs(m.Growth.PerDay/want-1) > 0.15 {
		t.Errorf("%+v, want %v a day", m.Growth, want)
	}
	ahead := m.Next(24 * 28)
	last, before := 0.0, 0.0
	for k := range 24 * 7 {
		last += ahead[len(ahead)-24*7+k].Mid
		before += y[len(y)-24*7+k]
	}
	if grown := last / before; math.Abs(grown-(1+28*want/(1-3.5*want))) > 0.1 {
		t.Errorf("four weeks later %v times as much, want %v", grown, 1+28*want)
	}
	if compound := fitted(t, made(56, 0.6, 0.02)); compound.Growth.Linear {
		t.Errorf("compound growth is called linear: %+v", compound.Growth)
	}
}

// naively is the error of the better of repeating the last week and the last day, and that of the mean of the
// methods, of past forecasts of a stretch.
func naively(m *Model, stretch int) (naive, own float64) {
	judging := m.judging(m.trials())
	errs := m.errors(judging, stretch)
	if errs == nil {
		return 0, 0
	}
	tried := 0.0
	for _, t := range judging {
		from, to := 0, m.per
		if stretch > 0 {
			from, to = m.per, len(t.ratio)
		}
		if len(t.ratio) < m.per {
			continue
		}
		if came := m.came(t, from, to); came > 0 {
			own, tried = own+m.missed(t, m.joined(t.paths), from, to)/came, tried+1
		}
	}
	return m.better(errs), own / math.Max(tried, 1)
}

// TestNoWorseThanNaive: on its own backtest, a day and a week ahead, the forecast errs no more than
// the better of repeating the last week and the last day.
func TestNoWorseThanNaive(t *testing.T) {
	for name, y := range traces(t) {
		for end := 24 * 5; end <= min(len(y), 24*40); end += 24 * 5 {
			if m, err := Fit(History{Step: hour, Values: y[:end]}); err == nil {
				notWorse(t, m, fmt.Sprintf("%s to day %d", name, end/24))
			}
		}
	}
}

func notWorse(t rapid.TB, m *Model, what string) {
	if m.Backtest.WAPE > m.Backtest.Naive*(1+1e-9)+1e-9 {
		t.Errorf("%s: %.4f, naive %.4f (%v)", what, m.Backtest.WAPE, m.Backtest.Naive, m.weights)
	}
	for stretch := range 2 {
		if days := len(m.y) / m.per; stretch > 0 && days >= 7 && days < twoWeeks {
			continue // no forecast of the past that knew a week saw one come
		}
		if naive, own := naively(m, stretch); own > naive*(1+1e-6)+1e-9 {
			t.Errorf("%s, stretch %d: %v, naive %v (%v)", what, stretch, own, naive, m.weights)
		}
	}
}

// TestNoWorseThanNaiveOfAny: so it is for histories of any kind: walks, waves, noise, growth, gaps,
// outages, changes of level.
func TestNoWorseThanNaiveOfAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(4, 30).Draw(t, "days")
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		wave, weekend := rapid.Float64Range(0, 1).Draw(t, "wave"), rapid.Float64Range(0, 2).Draw(t, "weekend")
		noise, wander := rapid.Float64Range(0, 1).Draw(t, "noise"), rapid.Float64Range(0, 0.2).Draw(t, "wander")
		growth := rapid.Float64Range(-0.02, 0.02).Draw(t, "growth")
		y, level := make([]float64, 24*days), 0.0
		for i := range y {
			level += wander*dice.NormFloat64() + growth/24
			y[i] = math.Exp(level+noise*dice.NormFloat64()) * (1 + wave*math.Sin(2*math.Pi*float64(i)/24))
			if i/24%7 >= 5 {
				y[i] *= weekend
			}
		}
		at := rapid.IntRange(0, len(y)-1).Draw(t, "at")
		scaleBy(y[at:min(at+rapid.IntRange(0, 60).Draw(t, "hours"), len(y))], rapid.SampledFrom([]float64{0, 0.3, 3, math.NaN()}).Draw(t, "factor"))
		scaleBy(y[at:], rapid.SampledFrom([]float64{1, 1, 0.5, 2}).Draw(t, "step"))
		m, err := Fit(History{Step: hour, Values: y})
		if err != nil {
			return
		}
		notWorse(t, m, "drawn")
	})
}

// TestHistoryBegins: what lies before the first value is no gap, and neither is a trial long ago.
func TestHistoryBegins(t *testing.T) {
	y := append(unknownOf(24*18), made(10, 0, 0.02)...)
	m := fitted(t, y)
	if len(m.y) != 240 || m.Backtest.Origins == 0 {
		t.Errorf("%d hours, %+v", len(m.y), m.Backtest)
	}
	y[5], y[6] = 3, 4
	if again := fitted(t, y); len(again.y) != 240 {
		t.Errorf("two hours long ago make a history of %d", len(again.y))
	}
}

// TestPeakOfAForecast: peaks above the means of hours are in the range of the peak, and one festive
// day that a method repeats widens it and does not multiply it.
func TestPeakOfAForecast(t *testing.T) {
	h := History{Step: 300, Values: make([]float64, 28*288)}
	for i := range h.Values {
		h.Values[i] = 100
		if i%288 >= 24 && i%288 < 28 { // twenty minutes of an hour
			h.Values[i] = 400
		}
	}
	m, err := Fit(h.Hourly())
	if err != nil {
		t.Fatal(err)
	}
	if low, high := m.Peak(7 * 24); !(low <= 400.001 && high >= 399.999 && high < 440) {
		t.Errorf("a peak of 400 within an hour: %v to %v", low, high)
	}
	y := made(28, 0, 0.05)
	scaleBy(y[24*24:24*25], 6)
	if low, high := fitted(t, y).Peak(7 * 24); !(low < 150 && high > 150 && high < 1500) {
		t.Errorf("one festive day: %v to %v", low, high)
	}
}

// TestPeakOfAYoungLevel: while a level is young, the range of the peak reaches down to the peak of the
// other level, as the ranges of the hours do; an old level has no such doubt.
func TestPeakOfAYoungLevel(t *testing.T) {
	for name, c := range map[string]struct {
		days  int
		ratio float64
		doubt bool
	}{
		"a rise of two days":       {2, 1.6, true},
		"a drop of a week":         {7, 0.4, true},
		"a rise of 20 days":        {20, 1.6, false},
		"a level as it always was": {0, 0.5, false},
	} {
		y := made(42, 0, 0.02)
		scaleBy(y[len(y)-24*c.days:], c.ratio)
		m := fitted(t, y)
		low, high := m.Peak(7 * 24)
		if other := high * math.Exp(-math.Abs(math.Log(c.ratio))); c.doubt != (low < 1.05*other) || low > high {
			t.Errorf("%s: peak %v to %v, on the other level %v", name, low, high, other)
		}
	}
}

// TestWeekendsAreNoShift: where a history of a week ends with a weekend, the weekend is none, and it comes
// again; where it begins with one that a step does not resemble, the step is one.
func TestWeekendsAreNoShift(t *testing.T) {
	for _, days := range []int{7, 14, 21} {
		y := make([]float64, 24*(days+7))
		for i := range y {
			y[i] = 100 * (1.5 + math.Sin(2*math.Pi*float64(i%24)/24))
			if i/24%7 >= 5 {
				y[i] *= 0.5
			}
		}
		past, came := y[:24*days], y[24*days:]
		if s, found := (History{Step: hour, Values: past}).FindShift(); found {
			t.Errorf("%d days: %+v", days, s)
		}
		missed, sum := 0.0, 0.0
		for k, f := range fitted(t, past).Next(len(came)) {
			missed, sum = missed+math.Abs(came[k]-f.Mid), sum+came[k]
		}
		if missed > 0.02*sum {
			t.Errorf("%d days: missed %.0f %% of a week that is like the last", days, 100*missed/sum)
		}
	}
	rise := made(10, 0, 0.02)
	scaleBy(rise[len(rise)-48:], 3)
	if s, found := (History{Step: hour, Values: rise}).FindShift(); !found || math.Abs(s.Ratio/3-1) > 0.1 {
		t.Errorf("a step of two days after eight: %+v, %v", s, found)
	}
}

// TestPeakBoundsMeans: the range of the peak ends no lower than the highest mean that is forecast.
func TestPeakBoundsMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(4, 35).Draw(t, "days")
		y := made(days, 0, rapid.SampledFrom([]float64{0, 0.05, 0.3}).Draw(t, "noise"))
		scaleBy(y[24*rapid.IntRange(0, days-1).Draw(t, "day"):], rapid.SampledFrom([]float64{0.3, 1, 3}).Draw(t, "step"))
		m, err := Fit(History{Step: hour, Values: y})
		if err != nil {
			return
		}
		_, high := m.Peak(7 * 24)
		for k, f := range m.Next(7 * 24) {
			if f.Mid > high*(1+1e-9) || f.High > high*(1+1e-9) && f.High > f.Mid {
				t.Fatalf("step %d: %+v above the peak's %v", k, f, high)
			}
		}
	})
}

// TestExactPastIsNoPromise: a past without noise, with a step or without, leaves room above its means and
// below them.
func TestExactPastIsNoPromise(t *testing.T) {
	y := made(28, 0, 0)
	step := made(28, 0, 0)
	scaleBy(step[len(step)-48:], 1.6)
	for name, c := range map[string]struct {
		y     []float64
		least float64
	}{"exact": {y, 1.01}, "a step two days ago": {step, 1.1}} {
		m := fitted(t, c.y)
		for k, v := range m.Next(7 * 24) {
			if v.High < c.least*v.Mid || v.Low*c.least > v.Mid {
				t.Errorf("%s: hour %d: %+v", name, k, v)
				break
			}
		}
		path := m.Next(7 * 24)
		top := 0.0
		for _, v := range path {
			top = math.Max(top, v.Mid)
		}
		if _, high := m.Peak(7 * 24); high < c.least*top {
			t.Errorf("%s: the peak is at most %v where a mean is %v", name, high, top)
		}
	}
}

// TestPeaksOfBursts: where one hour in a hundred is two to four times the usual, the ranges of peaks hold as
// many as they say.
func TestPeaksOfBursts(t *testing.T) {
	inside, origins := 0.0, 0.0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 5))
		y := made(21, 0, 0.1)
		for i := range y {
			if rng.Float64() < 0.01 {
				y[i] *= 2 + 2*rng.Float64()
			}
		}
		m, err := Fit(History{Step: hour, Values: y[:14*24]})
		if err != nil {
			continue
		}
		top := 0.0
		for _, v := range y[14*24:] {
			top = math.Max(top, v)
		}
		origins++
		if low, high := m.Peak(7 * 24); top >= low && top <= high {
			inside++
		}
	}
	if origins < 20 || inside < 0.85*origins {
		t.Errorf("%v of %v peaks inside", inside, origins)
	}
}
