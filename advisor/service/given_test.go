package service

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

func approx(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestFromGiven(t *testing.T) {
	point := func(b int, s float64) workload.Point { return workload.Point{Batch: b, Seconds: s} }
	for _, tt := range []struct {
		name        string
		in          workload.Service
		alone, rate float64
		batch, par  int
	}{
		{"a service time alone: one at a time", workload.Service{Time: unit.Exact(4)}, 4, 0.25, 1, 1},
		{"parallel servers", workload.Service{Time: unit.Exact(0.02), Concurrency: 4}, 0.02, 200, 1, 4},
		{"a rate alone", workload.Service{QPS: unit.Exact(900)}, 1.0 / 900, 900, 1, 1},
		{"rate, time and batch", workload.Service{QPS: unit.Exact(1000), Time: unit.Exact(0.009), MaxBatch: 32}, 0.009, 1000, 32, 1},
		{"two points on a line", workload.Service{Batch: []workload.Point{point(1, 0.010), point(16, 0.085)}}, 0.010, 16 / 0.085, 16, 1},
		{"one point and the time alone", workload.Service{Time: unit.Exact(0.010), Batch: []workload.Point{point(16, 0.085)}}, 0.010, 16 / 0.085, 16, 1},
		{"one point", workload.Service{Batch: []workload.Point{point(16, 0.085)}}, 0.085 / 16, 16 / 0.085, 16, 1},
		{"points and a larger limit", workload.Service{Batch: []workload.Point{point(1, 0.010), point(11, 0.020)}, MaxBatch: 21}, 0.010, 21 / 0.030, 21, 1},
		{"rate and time that agree without batching", workload.Service{QPS: unit.Exact(100), Time: unit.Exact(0.010)}, 0.010, 100, 1, 1},
	} {
		m, err := FromGiven(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		approx(t, tt.name+": alone", m.Alone(), tt.alone)
		approx(t, tt.name+": saturation", m.Saturation(), tt.rate)
		if m.MaxBatch != tt.batch || m.Concurrency != tt.par || m.Basis != Given {
			t.Errorf("%s: batch %d, parallel %d, basis %s", tt.name, m.MaxBatch, m.Concurrency, m.Basis)
		}
	}
}

func TestContradictionsNameTheTraits(t *testing.T) {
	for _, tt := range []struct {
		in   workload.Service
		want []string
	}{
		{workload.Service{}, []string{"--service-time", "--batch-time", "--replica-qps"}},
		{workload.Service{Time: unit.Exact(0.01), Concurrency: 4, MaxBatch: 8}, []string{"--concurrency", "--max-batch"}},
		{workload.Service{Batch: []workload.Point{{Batch: 16, Seconds: 0.08}}, MaxBatch: 8}, []string{"--max-batch 8", "--batch-time 16"}},
		{workload.Service{Batch: []workload.Point{{Batch: 1, Seconds: 0.09}, {Batch: 8, Seconds: 0.01}}}, []string{"--batch-time"}},
		{workload.Service{Batch: []workload.Point{{Batch: 4, Seconds: 0.01}, {Batch: 4, Seconds: 0.05}}}, []string{"--batch-time"}},
		{workload.Service{QPS: unit.Exact(1000), Time: unit.Exact(0.1), MaxBatch: 8}, []string{"--replica-qps", "--service-time", "--max-batch"}},
		{workload.Service{QPS: unit.Exact(1000), Time: unit.Exact(0.1), Concurrency: 8}, []string{"--replica-qps", "--service-time", "--concurrency"}},
		{workload.Service{Time: unit.Exact(math.NaN())}, []string{"--service-time"}},
		{workload.Service{QPS: unit.Exact(-1)}, []string{"--replica-qps"}},
	} {
		_, err := FromGiven(tt.in)
		if err == nil {
			t.Errorf("%+v: no error", tt.in)
			continue
		}
		for _, w := range tt.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q does not name %s", err, w)
			}
		}
	}
}

// TestFitLineIsTheBestAdmissibleLine compares with a search over a grid of lines.
func TestFitLineIsTheBestAdmissibleLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		points := make([]workload.Point, n)
		for i := range points {
			points[i] = workload.Point{Batch: rapid.IntRange(1, 64).Draw(t, "b"), Seconds: rapid.Float64Range(0.001, 1).Draw(t, "s")}
		}
		loss := func(alpha, beta float64) (sum float64) {
			for _, p := range points {
				d := alpha + beta*float64(p.Batch) - p.Seconds
				sum += d * d
			}
			return sum
		}
		alpha, beta := fitLine(points)
		if !(alpha >= 0 && beta >= 0) {
			t.Fatalf("α %v, β %v", alpha, beta)
		}
		best := loss(alpha, beta)
		for i := 0; i <= 20; i++ {
			for j := 0; j <= 20; j++ {
				if l := loss(float64(i)/20, float64(j)/200); l < best-1e-9 {
					t.Fatalf("α %v β %v loses %v, α %v β %v only %v", alpha, beta, best, float64(i)/20, float64(j)/200, l)
				}
			}
		}
	})
}

// TestThroughMeetsBothPoints: the line passes through what was measured wherever a line
// with α, β ≥ 0 can.
func TestThroughMeetsBothPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(1, 1e6).Draw(t, "x")
		b := rapid.IntRange(2, 1024).Draw(t, "b")
		s1 := rapid.Float64Range(0.1, 0.99*float64(b)).Draw(t, "share") / x
		alpha, beta := through(x, s1, b)
		if alpha < 0 || beta < 0 {
			t.Fatalf("α %v β %v", alpha, beta)
		}
		if got := float64(b) / (alpha + beta*float64(b)); math.Abs(got/x-1) > 1e-9 {
			t.Fatalf("saturates at %v, not %v", got, x)
		}
		if s1 > 1/x && math.Abs((alpha+beta)/s1-1) > 1e-9 {
			t.Fatalf("alone %v, not %v", alpha+beta, s1)
		}
	})
}

func TestFasterScalesEverything(t *testing.T) {
	m, err := FromGiven(workload.Service{QPS: unit.Exact(1000), Time: unit.Exact(0.009), MaxBatch: 32})
	if err != nil {
		t.Fatal(err)
	}
	f := m.Faster(unit.Interval{Mid: 2, Low: 1.5, High: 2.2})
	approx(t, "saturation", f.Saturation(), 2000)
	approx(t, "alone", f.Alone(), 0.0045)
	approx(t, "low", f.SpreadLow, 0.75)
	approx(t, "high", f.SpreadHigh, 1.1)
	if same := m.Faster(unit.Interval{}); same.Saturation() != m.Saturation() {
		t.Error("a factor of zero changed the model")
	}
}

func TestDerateMeetsTheMeasuredShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bare := rapid.Float64Range(0.05, 0.99).Draw(t, "bare")
		seen := rapid.Float64Range(0.02, 0.99).Draw(t, "seen")
		m := Model{Alpha: 1, Beta: 1, MaxBatch: 8}.derated(bare, seen)
		if !(m.Derate > 0 && m.Derate <= 1) {
			t.Fatalf("derate %v", m.Derate)
		}
		d := derated{m.Server(), m.Derate, m.Knee}
		x := d.Saturation()
		if seen < bare && math.Abs(d.queueRate(seen*x)/x-bare) > 1e-9 {
			t.Fatalf("%v of saturation is queued as %v, not %v", seen, d.queueRate(seen*x)/x, bare)
		}
		if d.queueRate(x) != x || d.queueRate(0) != 0 {
			t.Fatal("the ends moved")
		}
		low := rapid.Float64Range(0, 1).Draw(t, "low")
		high := rapid.Float64Range(low, 1).Draw(t, "high")
		if d.queueRate(low*x) > d.queueRate(high*x)*(1+1e-12) || d.queueRate(low*x) < low*x*(1-1e-12) {
			t.Fatalf("%v is queued as %v, %v as %v", low, d.queueRate(low*x)/x, high, d.queueRate(high*x)/x)
		}
	})
}
