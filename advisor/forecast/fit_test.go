package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/unit"
)

// made is a history by the hour with a wave by day, growth a month and noise.
func made(days int, growth, noise float64) []float64 {
	dice := rand.New(rand.NewPCG(1, uint64(days)))
	y := make([]float64, 24*days)
	for i := range y {
		y[i] = 100 * (1 + 0.5*math.Sin(2*math.Pi*float64(i)/24)) * math.Pow(1+growth, float64(i)/730) * math.Exp(noise*dice.NormFloat64())
		if (i/24)%7 >= 5 {
			y[i] *= 0.6
		}
	}
	return y
}

func fitted(t *testing.T, y []float64) *Model {
	t.Helper()
	m, err := Fit(History{Step: hour, Values: y})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestGrowthComesBack(t *testing.T) {
	for _, want := range []float64{-0.2, 0, 0.05, 0.2} {
		m := fitted(t, made(56, want, 0.05))
		g := m.Growth.PerMonth()
		if math.Abs(g.Mid-want) > 0.02 || g.Low > want || g.High < want {
			t.Errorf("growth %+v, want %v", g, want)
		}
		if m.Grows != (want != 0) {
			t.Errorf("growth of %v is told: %v", want, m.Grows)
		}
	}
}

// TestGrowthIsRobust: a bad day, an outage, and where in the week the history ends change
// little.
func TestGrowthIsRobust(t *testing.T) {
	y := made(42, 0.1, 0.03)
	for name, change := range map[string]func([]float64){
		"festive": func(y []float64) { scaleBy(y[24*30:24*31], 8) },
		"outage":  func(y []float64) { scaleBy(y[24*38:24*39], 0) },
		"gap":     func(y []float64) { scaleBy(y[24*10:24*12], math.NaN()) },
		"sample":  func(y []float64) { y[700] = 1e9 },
		"friday":  func([]float64) {},
	} {
		z := slices.Clone(y)
		change(z)
		if name == "friday" {
			z = z[:len(z)-48]
		}
		if g := fitted(t, z).Growth.PerMonth(); math.Abs(g.Mid-0.1) > 0.02 {
			t.Errorf("%s: growth %+v", name, g)
		}
	}
}

func scaleBy(y []float64, factor float64) {
	for i := range y {
		y[i] *= factor
	}
}

func TestForecastFollowsDaysAndWeeks(t *testing.T) {
	y := made(63, 0.1, 0.02)
	m := fitted(t, y[:24*56])
	for k, f := range m.Next(24 * 7) {
		if want := y[24*56+k]; math.Abs(f.Mid/want-1) > 0.15 {
			t.Errorf("hour %d: %v, came %v", k, f.Mid, want)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		h    History
		says string
	}{
		"nothing":  {History{Step: hour}, "need 4 days"},
		"short":    {History{Step: hour, Values: made(3, 0, 0)}, "need 4 days to see days repeat; have 3.0"},
		"coarse":   {History{Step: day, Values: made(3, 0, 0)}, "do not divide a day"},
		"no step":  {History{Values: made(9, 0, 0)}, "do not divide a day"},
		"odd step": {History{Step: 1000, Values: made(9, 0, 0)}, "do not divide a day"},
		"unknown":  {History{Step: hour, Values: unknownOf(24 * 9)}, "only 0 % of the history is known"},
	} {
		_, err := Fit(test.h)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v, want %s", name, err, test.says)
		}
	}
}

func unknownOf(n int) []float64 {
	y := make([]float64, n)
	scaleBy(y, math.NaN())
	return y
}

// TestForecastsAreSane: whatever the history, a forecast is finite, never negative, and its
// ends lie about its middle; the same history gives the same forecast.
func TestForecastsAreSane(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(4, 12).Draw(t, "days")
		values := rapid.SliceOfN(rapid.Float64Range(0, 1e6), 24, 24).Draw(t, "day")
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		y := make([]float64, 24*days)
		for i := range y {
			y[i] = values[i%24] * dice.Float64()
			if dice.IntN(20) == 0 {
				y[i] = math.NaN()
			}
		}
		m, err := Fit(History{Step: hour, Values: y})
		if err != nil {
			return
		}
		ahead := m.Next(24 * 20)
		_, top := m.Peak(24 * 20)
		for k, f := range ahead {
			if !(f.Low >= 0 && f.Low <= f.Mid && f.Mid <= f.High) || math.IsInf(f.High, 0) {
				t.Fatalf("hour %d: %+v", k, f)
			}
			if f.High > math.Max(top, f.Mid) {
				t.Fatalf("hour %d: up to %v, and the peak of all hours up to %v", k, f.High, top)
			}
		}
		again, _ := Fit(History{Step: hour, Values: y})
		if !slices.Equal(ahead, again.Next(24*20)) {
			t.Fatal("not the same twice")
		}
	})
}

// TestFarFromLittle: three months ahead of five noisy days the range is wide, since the level may wander; the
// noise of hours does not wander with it.
func TestFarFromLittle(t *testing.T) {
	for _, noise := range []float64{0.1, 0.4} {
		m := fitted(t, made(5, 0, noise))
		ahead := m.Next(24 * 90)
		last := ahead[len(ahead)-1]
		if wide := last.High / last.Mid; wide < 1.3 || wide > 8 {
			t.Errorf("noise %v: up to %.3g times the mean", noise, wide)
		}
	}
}

func TestCarriedGrowth(t *testing.T) {
	m := fitted(t, made(28, 0, 0.02))
	before := m.Next(24 * 30)
	m.Carry(unit.Interval{Mid: 0.5, Low: 0.4, High: 0.6})
	after := m.Next(24 * 30)
	last := len(after) - 1
	want := math.Pow(1.5, 24*30/730.0)
	if got := after[last].Mid / before[last].Mid; math.Abs(got/want-1) > 0.01 {
		t.Errorf("grown by %v, want %v", got, want)
	}
	m.Carry(unit.Exact(0.5))
	if sure := m.Next(24 * 30)[last]; after[last].High <= sure.High || after[last].Low >= sure.Low {
		t.Error("the range of the growth does not widen the forecast")
	}
	if !strings.Contains(m.Assumption, "growth goes on at 50.0 % a month") {
		t.Error(m.Assumption)
	}
}

func TestHourly(t *testing.T) {
	fine := History{Step: 300, Values: make([]float64, 30)}
	for i := range fine.Values {
		fine.Values[i] = float64(i)
	}
	fine.Values[29] = math.NaN()
	h := fine.Hourly()
	// The last hour ends with the history: steps 18 to 29, of which 11 are known. Half of the first is there.
	if len(h.Values) != 3 || h.Values[2] != 23 || h.Values[1] != 11.5 || h.Values[0] != 2.5 {
		t.Errorf("%+v", h)
	}
	if h := fine.from(1).Hourly(); len(h.Values) != 2 || h.Values[0] != 11.5 { // less than half of it
		t.Errorf("%+v", h)
	}
}

func TestPeakSpread(t *testing.T) {
	if low, high := PeakSpread(History{Step: 15, Values: []float64{20, 21, 20, 19}}); !(low < -1 && high > 1) {
		t.Errorf("the peak of a minute spreads from %v to %v", low, high)
	}
	if low, high := PeakSpread(History{Step: hour, Values: made(14, 0, 0)}); low != 0 || high != 0 {
		t.Errorf("two weeks: %v, %v", low, high)
	}
	low, high := PeakSpread(History{Step: hour, Values: made(56, 0.1, 0.05)})
	if !(low < 0 && high > 0 && high < 0.3) {
		t.Errorf("%v, %v", low, high)
	}
}
