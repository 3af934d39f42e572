package autoscale

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// settings are Kubernetes' own.
var settings = Scaler{Every: 15, Measured: 30, Calm: 300, Tolerance: 0.1}

func drawnDay(t *rapid.T) Shape {
	name := rapid.SampledFrom(Names()).Draw(t, "day")
	s, _ := Named(name)
	if name == Flat {
		return s
	}
	s, err := s.WithPeak(rapid.Float64Range(1.2, 8).Draw(t, "peak to mean"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func drawnFleet(t *rapid.T, peak float64) Fleet {
	n := rapid.IntRange(1, 40).Draw(t, "replicas")
	f := Fleet{
		Floor: min(rapid.IntRange(1, 3).Draw(t, "floor"), n), Machines: packed(rapid.IntRange(1, 8).Draw(t, "per machine")),
		ColdStart: rapid.Float64Range(0, 3600).Draw(t, "cold start"), Carries: make([]float64, n+1), Static: n,
	}
	for i := 1; i <= n; i++ { // each more adds at least as much as the last
		f.Carries[i] = peak * math.Pow(float64(i)/float64(n), rapid.SampledFrom([]float64{1, 1.2}).Draw(t, "pooling"))
	}
	slices.Sort(f.Carries)
	return f
}

// What an autoscaler pays is never more than the peak all day, and it never leaves its bounds.
func TestNeverMoreThanStatic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := Rates(drawnDay(t), 1000, settings.Every)
		f := drawnFleet(t, 1000)
		b := Choose(day, f, settings)
		if b.Min < f.Floor || b.Max != f.Static || b.Min > b.Max {
			t.Fatalf("bounds %d..%d with a floor of %d and %d in all", b.Min, b.Max, f.Floor, f.Static)
		}
		out := Run(day, f, settings, b, false)
		if out.Machines > float64(f.Machines(f.Static))+1e-9 || out.Most > b.Max || out.Replicas < float64(b.Min)-1e-9 {
			t.Fatalf("%+v of %d in all, from %d", out, f.Static, b.Min)
		}
		if !out.Holds() {
			t.Fatalf("%+v does not hold: %+v", b, out)
		}
		if blocks := Schedule(day, f); blocks != nil {
			paid, sum := Hours(blocks, f), 0
			for _, x := range blocks {
				sum += x.Hours()
			}
			running := 0.0
			for _, share := range Running(blocks, f) {
				running += share * 24
			}
			if running > paid+1e-9 || running < paid*0.9 {
				t.Fatalf("%+v pays %g h, and its machines run %g", blocks, paid, running)
			}
			if paid > 24*float64(f.Machines(f.Static)) || sum != 24 {
				t.Fatalf("%+v pays %g h in %d h", blocks, paid, sum)
			}
		}
	})
}

// A longer start never lowers the minimum, nor raises what is aimed at from the same minimum.
func TestLongerStartsKeepMoreReady(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := Rates(drawnDay(t), 1000, settings.Every)
		short := drawnFleet(t, 1000)
		long := short
		long.ColdStart += rapid.Float64Range(0, 3600).Draw(t, "longer")
		a, b := Choose(day, short, settings), Choose(day, long, settings)
		if b.Min < a.Min {
			t.Fatalf("a start of %g s keeps %d, one of %g s keeps %d", short.ColdStart, a.Min, long.ColdStart, b.Min)
		}
		if x, y := Between(day, short, settings, a.Min, a.Max), Between(day, long, settings, a.Min, a.Max); y.Share > x.Share {
			t.Fatalf("a longer start raises the target from %g to %g", x.Share, y.Share)
		}
	})
}

// A day that is raised to another peak keeps its mean and the order of its hours.
func TestWithPeak(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ratio := rapid.Float64Range(1, 20).Draw(t, "ratio")
		office, _ := Named(Office)
		s, err := office.WithPeak(ratio)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, v := range s {
			sum += v
			for j := range s {
				if office[i] < office[j] && v > s[j]+1e-9 {
					t.Fatalf("hour %d overtook hour %d", i, j)
				}
			}
		}
		if math.Abs(sum/24-1) > 1e-9 || math.Abs(s.PeakToMean()-ratio) > 1e-6*ratio {
			t.Fatalf("mean %g, peak %g of %g asked", sum/24, s.PeakToMean(), ratio)
		}
	})
	flat, _ := Named(Flat)
	if _, err := flat.WithPeak(2); err == nil {
		t.Error("a flat day has no peak to raise")
	}
}

// By hand: an hour of 100/s in a day of 10/s, replicas of 10/s, a start of a minute. The steepest
// growth within the 105 s of a lead is more than a doubling, so more than the night needs is kept.
func TestByHand(t *testing.T) {
	rates := slices.Repeat([]float64{10}, 24)
	rates[12] = 100
	s, err := New(rates)
	if err != nil {
		t.Fatal(err)
	}
	f := Fleet{Floor: 1, Machines: packed(1), ColdStart: 60, Static: 10, Carries: []float64{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}}
	day := Rates(s, 100, settings.Every)
	b := Choose(day, f, settings)
	if b.Lead != 105 || b.Min != 1 || b.Max != 10 {
		t.Fatalf("%+v", b)
	}
	blocks := Schedule(day, f)
	if len(blocks) < 2 || len(blocks) > 3 {
		t.Fatalf("%+v", blocks)
	}
	// The rate reaches 100/s at 12:30 in a straight line from 11:30.
	for _, x := range blocks {
		if x.From <= 12 && x.To > 12 && x.Replicas != 10 {
			t.Fatalf("%+v at noon", x)
		}
	}
	if _, err := New(rates[:23]); err == nil {
		t.Error("23 hours are no day")
	}
}

// Nothing is paid while nothing comes, and the first who comes is not counted as turned away.
func TestStops(t *testing.T) {
	rates := make([]float64, 24)
	rates[10], rates[11] = 5, 5
	s, err := New(rates)
	if err != nil {
		t.Fatal(err)
	}
	f := Fleet{Floor: 1, Machines: packed(1), ColdStart: 30, Static: 1, Carries: []float64{0, 10}}
	day := Rates(s, 5, settings.Every)
	out := Run(day, f, settings, Choose(day, f, settings), true)
	if out.Idle < 0.8 || out.Replicas > 0.2 || !out.Holds() {
		t.Fatalf("%+v", out)
	}
}

// packed are machines that hold so many replicas each.
func packed(per int) func(int) int { return func(n int) int { return (n + per - 1) / per } }
