package forecast

import (
	"math"
	"math/rand"
	"slices"
	"testing"
)

// hoursTo is a history of hours up to an hour of a Tuesday, whose weekends are a share of its other days.
func hoursTo(days, weekend float64, seed int64) History {
	random := rand.New(rand.NewSource(seed))
	h := History{Step: hour, Values: make([]float64, int(24*days))}
	for i := range h.Values {
		at := 1796151600 - float64(len(h.Values)-i)*hour
		h.Values[i] = 20 * (1 + 0.5*math.Cos((at/hour-14)/12*math.Pi)) * math.Exp(0.08*random.NormFloat64())
		if weekday := (int(at/day) + 4) % 7; weekday == 0 || weekday == 6 {
			h.Values[i] *= weekend
		}
	}
	return h
}

// TestWeekendsAreNoScatterOfPeaks: by how much weekends peak lower does not widen the range of the peak of a week.
func TestWeekendsAreNoScatterOfPeaks(t *testing.T) {
	for _, c := range []struct{ days, high, low float64 }{
		{4.2, 2.5, 0}, {5.5, 2.25, 0.3}, {6.5, 2.1, 0.3}, {14.1, 1.7, 0.6}, {28, 1.35, 0.7},
	} {
		for seed := range int64(4) {
			for _, weekend := range []float64{0, 0.05, 0.2, 0.5} {
				h := hoursTo(c.days, weekend, seed)
				m, err := Fit(h)
				if err != nil {
					t.Fatal(err)
				}
				most := slices.Max(h.Values)
				if low, high := m.Peak(7 * 24); high > c.high*most || low < c.low*most {
					t.Errorf("%v days, weekends at %v, seed %d: %.1f to %.1f where %.1f was the most", c.days, weekend, seed, low, high, most)
				}
			}
		}
	}
}

// TestAShiftIsNoPassedLevel: the level before a shift was not left for that of the days before it.
func TestAShiftIsNoPassedLevel(t *testing.T) {
	for _, days := range []int{5 * 24, 6*24 + 7} {
		for _, ratio := range []float64{0.45, 0.5, 2} {
			h := hoursTo(14.1, 1, 3)
			scaleBy(h.Values[len(h.Values)-days:], ratio)
			if p, found := h.FindPassed(); found {
				t.Errorf("%d hours at %v: a level of %.1f times from step %d to %d", days, ratio, p.Times, p.From, p.To)
			}
		}
	}
	h := hoursTo(28, 1, 3)
	scaleBy(h.Values[14*24:19*24], 2.5)
	if _, found := h.FindPassed(); !found {
		t.Error("a level of five days that was left again is not found")
	}
}
