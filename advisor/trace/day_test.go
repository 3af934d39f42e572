package trace

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDay: the rates of the hours are those of the requests, whenever the record begins, and add up to all of them.
func TestDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		begin := rapid.Float64Range(0, 3*24*hour).Draw(t, "begin")
		busy := rapid.IntRange(0, 23).Draw(t, "busy hour")
		days := rapid.IntRange(1, 3).Draw(t, "days")
		var times []float64
		for at := begin; at <= begin+float64(days)*24*hour; {
			times = append(times, at)
			if int(math.Floor(at/hour))%24 == busy {
				at += 6
			} else {
				at += 60
			}
		}
		rates := day(times)
		for i, r := range rates {
			want := 1. / 60
			if i == busy {
				want = 1. / 6
			}
			if math.Abs(r/want-1) > 0.05 {
				t.Fatalf("hour %d: %g/s, want %g/s", i, r, want)
			}
		}
	})
	if day([]float64{0, 23 * hour}) != nil {
		t.Error("less than a day has a course")
	}
}
