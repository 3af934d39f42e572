package loadtest

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func closed(clients, qps, seconds float64) Run {
	return Run{Tool: "t", Loop: Closed, Clients: clients, QPS: qps, Latency: Distribution{Mean: seconds}}
}

func open(offered, qps, seconds float64) Run {
	return Run{Tool: "t", Loop: Open, Offered: offered, QPS: qps, Duration: 60, Latency: Distribution{Mean: seconds}}
}

func fit(t testing.TB, runs ...Run) Service {
	t.Helper()
	s, err := Fit(runs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func about(a, b, share float64) bool { return math.Abs(a-b) <= share*b }

// TestPool: four workers of 10 ms carry 400/s, and latency grows only beyond them.
func TestPool(t *testing.T) {
	s := fit(t, closed(1, 100, 0.01), closed(2, 200, 0.01), closed(4, 398, 0.01005), closed(8, 400, 0.02), closed(16, 400, 0.04))
	if !s.Saturated || s.Concurrency != 4 || s.MaxBatch != 0 || !about(s.Rate.Mid, 400, 0.01) || !about(s.Alone, 0.01, 0.02) {
		t.Errorf("%+v", s)
	}
	s = fit(t, readFile(t, "locust_history.csv")...)
	if !s.Saturated || s.Concurrency != 4 || !about(s.Rate.Mid, 400, 0.02) {
		t.Errorf("%+v", s)
	}
}

// TestBatching: batches of 4 ms + 1 ms a request: latency grows with the requests in flight.
func TestBatching(t *testing.T) {
	var runs []Run
	for _, n := range []float64{1, 2, 4, 8, 16} {
		runs = append(runs, closed(n, n/(0.004+0.001*n), 0.004+0.001*n))
	}
	s := fit(t, runs...)
	if s.Saturated || s.MaxBatch != 32 || !about(s.Rate.Mid, 32/0.036, 0.01) || s.Rate.Low != 16/0.02 || s.Rate.High < 999 || !about(s.Alone, 0.005, 0.01) {
		t.Errorf("%+v", s)
	}
	runs = append(runs, closed(32, 16/0.02, 0.04), closed(64, 16/0.02, 0.08)) // no larger batches
	if s = fit(t, runs...); !s.Saturated || s.MaxBatch != 16 || !about(s.Rate.Mid, 800, 0.01) {
		t.Errorf("%+v", s)
	}
}

// TestNotSaturated: a rate that was carried with ease is the least, never the limit.
func TestNotSaturated(t *testing.T) {
	s := fit(t, open(50, 50, 0.0115))
	if s.Saturated || s.Carried != 50 || s.Rate.Low != 50 || s.Rate.Mid < 80 || s.Rate.High < 300 || s.Concurrency != 1 || !strings.Contains(s.Why, "one load alone") {
		t.Errorf("%+v", s)
	}
	s = fit(t, closed(1, 100, 0.01))
	if s.Saturated || s.Alone != 0.01 || s.Rate.Low != 100 || !about(s.Rate.Mid, 200, 0.01) || s.Rate.High < 399 || !strings.Contains(s.Why, "one client") {
		t.Errorf("%+v", s)
	}
	if s = fit(t, closed(16, 500, 0.032)); s.Saturated || s.Alone != 0 || s.Rate.Low != 500 || s.Rate.High < 1000 {
		t.Errorf("%+v", s)
	}
}

func TestSaturated(t *testing.T) {
	for name, runs := range map[string][]Run{
		"answered less than offered": {open(50, 50, 0.011), open(150, 100, 2)},
		"fell behind":                {open(50, 50, 0.011), {Tool: "wrk2", Loop: Open, QPS: 100, Duration: 30, Latency: Distribution{Mean: 9}}},
		"as fast as taken":           {closed(1, 60, 0.0166), {Tool: "guidellm", Loop: Maximum, QPS: 100, Latency: Distribution{Mean: 1}}},
		"flat":                       {closed(8, 99, 0.081), closed(32, 100, 0.32)},
	} {
		if s := fit(t, runs...); !s.Saturated || !about(s.Rate.Mid, 100, 0.02) || s.Why == "" {
			t.Errorf("%s: %+v", name, s)
		}
	}
	s := fit(t, readFile(t, "guidellm.json")...)
	if !s.Saturated || !about(s.Rate.Mid, 9.1, 0.01) || s.Alone != 4 || s.MaxBatch < 40 {
		t.Errorf("%+v", s)
	}
}

// TestBatchTimes: one client that sends batches measures their times.
func TestBatchTimes(t *testing.T) {
	one, eight := closed(1, 200, 0.005), closed(1, 8/0.012, 0.012)
	eight.Batch = 8
	s := fit(t, one, eight)
	if len(s.Batches) != 2 || s.Batches[1] != (BatchTime{8, 0.012}) || s.Alone != 0.005 {
		t.Errorf("%+v", s)
	}
}

func TestFailedRuns(t *testing.T) {
	bad := open(500, 200, 0.5)
	bad.Requests, bad.Failed = 1000, 600
	s := fit(t, open(50, 50, 0.011), bad)
	if s.Carried != 50 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "60 % of the requests failed") {
		t.Errorf("%+v", s)
	}
	if _, err := Fit([]Run{bad}); err == nil || !strings.Contains(err.Error(), "test at a lower load") {
		t.Errorf("%v", err)
	}
	if _, err := Fit([]Run{{Tool: "t", QPS: 5}}); err == nil || !strings.Contains(err.Error(), "both a rate and latencies") {
		t.Errorf("%v", err)
	}
}

// TestFitOfPools: whatever the pool, its sweep gives back its rate and the time of a request.
func TestFitOfPools(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := float64(rapid.IntRange(1, 16).Draw(t, "servers"))
		s1 := rapid.Float64Range(1e-4, 10).Draw(t, "seconds")
		var runs []Run
		for n := 1.0; n <= 8*c; n *= 2 {
			x := math.Min(n/s1, c/s1)
			runs = append(runs, closed(n, x, n/x))
		}
		s, err := Fit(runs)
		if err != nil || !s.Saturated || !about(s.Rate.Mid, c/s1, 0.01) || !about(s.Alone, s1, 0.01) {
			t.Fatalf("%g × %g s: %+v, %v", c, s1, s, err)
		}
	})
}
