package prom

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// hours makes noisy hours of a replica whose mean time follows a law.
func hours(low, high, noise float64, law func(load float64) float64) (load, times []float64) {
	dice := rand.New(rand.NewPCG(3, 4))
	for i := range 500 {
		x := low + (high-low)*(0.5+0.5*math.Sin(float64(i)))
		load = append(load, x)
		times = append(times, law(x)*math.Exp(noise*dice.NormFloat64()))
	}
	return load, times
}

func single(load float64) float64 { return 1 / (100 - load) } // M/M/1 at 100/s

func TestCurveFindsSaturation(t *testing.T) {
	for _, noise := range []float64{0, 0.02, 0.05} {
		load, times := hours(10, 80, noise, single)
		c := fitCurve(load, times)
		if !c.Told || c.Low > 100.5 || c.High < 99.5 || math.Abs(c.Rate/100-1) > 0.1 || math.Abs(c.Alone/0.01-1) > 0.1 {
			t.Errorf("noise %v: %+v", noise, c)
		}
	}
}

// TestCurveKnowsWhatItDoesNotSee: a narrow range, a low load and a flat curve tell no
// saturation, and say so.
func TestCurveKnowsWhatItDoesNotSee(t *testing.T) {
	for name, test := range map[string]struct {
		low, high float64
		law       func(float64) float64
	}{
		"narrow": {40, 60, single},
		"low":    {1, 10, single},
		"flat":   {10, 80, func(float64) float64 { return 0.02 }},
		"faster": {10, 80, func(x float64) float64 { return 0.02 - x/1e5 }},
		"linear": {10, 80, func(x float64) float64 { return 0.02 + x/4000 }},
	} {
		load, times := hours(test.low, test.high, 0.02, test.law)
		if c := fitCurve(load, times); c.Told || c.Why == "" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if c := fitCurve([]float64{1, 2}, []float64{1, 2}); c.Told {
		t.Errorf("two hours: %+v", c)
	}
}

// TestCurveStaysFinite: no hours, however odd, give NaN.
func TestCurveStaysFinite(t *testing.T) {
	for _, law := range []func(float64) float64{
		func(float64) float64 { return 1e-300 }, func(float64) float64 { return 1e300 }, func(x float64) float64 { return x },
	} {
		load, times := hours(1e-9, 1e9, 0, law)
		c := fitCurve(load, times)
		for _, v := range []float64{c.Alone, c.Rate, c.Low, c.High} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%+v", c)
			}
		}
	}
}

func TestStepsOfBatches(t *testing.T) {
	var sizes, times []float64
	for i := range 300 {
		b := 1 + float64(i%16)
		sizes, times = append(sizes, b), append(times, 0.005+0.002*b)
	}
	times[7], times[99] = 3, 3 // two bad hours
	l, ok := fitSteps(sizes, times)
	if !ok || math.Abs(l.alpha-0.005) > 1e-4 || math.Abs(l.beta-0.002) > 1e-5 {
		t.Errorf("%+v, %v", l, ok)
	}
	if _, ok := fitSteps([]float64{1, 2, 4, 8}, []float64{8, 4, 2, 1}); ok {
		t.Error("times that fall with the batch were fitted")
	}
}

// TestDispersion finds what counts were made with, also on a load that rises.
func TestDispersion(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	for _, want := range []float64{1, 4, 16} {
		s := Series{Start: monday, Step: 60e9}
		for i := range 24 * 60 * 7 {
			mean := 3000 * (1 + 0.5*math.Sin(float64(i)/229)) // counts a minute
			s.Values = append(s.Values, (mean+math.Sqrt(want*mean)*dice.NormFloat64())/60)
		}
		got, ok := dispersion(s, s.Step)
		if !ok || math.Abs(got/want-1) > 0.1 {
			t.Errorf("%v, %v; want %v", got, ok, want)
		}
	}
	if _, ok := dispersion(Series{Start: monday, Step: 60e9, Values: make([]float64, 100)}, 60e9); ok {
		t.Error("no counts have a dispersion")
	}
}

// TestInterval: the scrape at the start of a stretch counts on some servers and not on others.
func TestInterval(t *testing.T) {
	for _, test := range []struct{ n, want float64 }{{7, 300}, {6, 300}, {31, 60}, {30, 60}, {121, 15}, {120, 15}, {19, 100}, {18, 100}, {23, 78}} {
		if got := intervalOf(30*time.Minute, test.n).Seconds(); got != test.want {
			t.Errorf("%v scrapes: every %v s, want %v", test.n, got, test.want)
		}
	}
}
