package open

import (
	"math"
	"testing"

	"scaleadvise/advisor/queue"
)

func TestSustainableNamesItsLimit(t *testing.T) {
	s := Replicas{Machine: slow70b, N: 2}.Serve(chat)
	for _, c := range []struct {
		b    Bounds
		want string
		none bool
	}{
		{Bounds{}, BySaturation, false},
		{Bounds{TTFT: 3}, ByTTFT, false},
		{Bounds{TPOT: 0.08}, ByTPOT, false},
		{Bounds{E2E: 60}, ByE2E, false},
		{Bounds{TTFT: 3, TPOT: 0.06}, ByTPOT, false},
		{Bounds{TTFT: 1.5, TPOT: 0.2}, ByTTFT, false},
		{Bounds{TTFT: 0.1}, ByTTFT, true},
		{Bounds{TPOT: 10, Percentile: 0.5}, BySaturation, false},
	} {
		qps, by := s.Sustainable(queue.Load{}, c.b)
		if by != c.want || (qps == 0) != c.none || qps > s.Saturation() {
			t.Errorf("%+v: %g/s of %g/s by %s, want %s", c.b, qps, s.Saturation(), by, c.want)
		}
	}
	if qps, by := (Serving{}).Sustainable(queue.Load{}, Bounds{TTFT: 1}); qps != 0 || by != BySaturation {
		t.Errorf("nothing sustains %g/s by %s", qps, by)
	}
}

func TestSustainableFallsWithBurstsAndPercentile(t *testing.T) {
	s := Replicas{Machine: slow70b, N: 1}.Serve(chat)
	rate := func(dispersion, percentile float64) float64 {
		qps, _ := s.Sustainable(queue.Load{Dispersion: dispersion}, Bounds{TTFT: 8, Percentile: percentile})
		return qps
	}
	if !(rate(1, 0.99) > rate(4, 0.99)) || !(rate(1, 0.9) > rate(1, 0.99)) || rate(1, 0) != rate(1, 0.99) {
		t.Errorf("%g/s; in bursts %g/s; for nine in ten %g/s", rate(1, 0.99), rate(4, 0.99), rate(1, 0.9))
	}
}

func TestKneeIsBelowSaturationOfTheLimit(t *testing.T) {
	s := Replicas{Machine: slow70b, N: 1}.Serve(chat)
	knee := s.Knee(queue.Load{})
	if u := knee / s.Saturation(); u < 0.5 || u > 0.95 {
		t.Errorf("the knee lies at %g of saturation", u)
	}
	if (Serving{}).Knee(queue.Load{}) != 0 || math.IsNaN(knee) {
		t.Error("a knee of nothing")
	}
}

// TestSustainsIsBelowTheLimit: asking whether a rate is sustained says what solving for the limit does.
func TestSustainsIsBelowTheLimit(t *testing.T) {
	for _, n := range []int{1, 3, 20} {
		s := Replicas{Machine: slow70b, N: n, LeastLoaded: true}.Serve(chat)
		for _, b := range []Bounds{{TTFT: 3}, {TPOT: 0.08}, {E2E: 60}, {TTFT: 1.5, TPOT: 0.2}} {
			limit, _ := s.Sustainable(queue.Load{Dispersion: 2, Window: 1}, b)
			for _, part := range []float64{0.1, 0.5, 0.9, 0.999, 1.001, 1.1} {
				if got := s.Sustains(queue.Load{Rate: part * limit, Dispersion: 2, Window: 1}, b); got != (part < 1) {
					t.Errorf("%d replicas, %+v: %g of the limit is sustained: %v", n, b, part, got)
				}
			}
		}
	}
}
