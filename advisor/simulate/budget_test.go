package simulate

import (
	"context"
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// unbatched is one server without batching, of 10 ms a request.
func unbatched(rate, cv float64) Spec {
	return Spec{
		Fleet:   Fleet{Station: Station{Alpha: 0.01, MaxBatch: 1, Workers: 1, CV: cv}, Replicas: 1, Units: 1, Balancing: Random, Zones: 1},
		Traffic: Traffic{Rate: rate, Dispersion: 1}, Goal: Goal{Latency: 0.1, Percentile: 0.99}, Seed: 1, Budget: 600_000,
	}
}

// TestBudget: a run takes no more than its budget but for a little, says what it took, and is the same
// again.
func TestBudget(t *testing.T) {
	for _, budget := range []float64{20_000, 600_000} {
		s := unbatched(53.9, 1) // p99 is 100 ms at 53.95/s
		s.Budget = budget
		a, err := Run(context.Background(), s, nil)
		if err != nil {
			t.Fatal(err)
		}
		if a.Work > 1.1*budget || a.Work < budget/8 || a.Work != float64(a.Requests) {
			t.Errorf("%g of a budget of %g, %d requests", a.Work, budget, a.Requests)
		}
		b, _ := Run(context.Background(), s, nil)
		if a.Requests != b.Requests || !reflect.DeepEqual(a.Kept, b.Kept) {
			t.Errorf("not the same again: %+v and %+v", a.Kept, b.Kept)
		}
	}
	for rate, want := range map[float64]Verdict{45: Holds, 65: Fails} {
		if r, _ := Run(context.Background(), unbatched(rate, 1), nil); r.Verdict != want {
			t.Errorf("at %g/s: %s, want %s", rate, r.Verdict, want)
		}
	}
}

// TestLargest finds what M/M/1 sustains, 1 % take longer than ln(100)/(100 − rate), however wrong the formula
// that shows it the way.
func TestLargest(t *testing.T) {
	exact := 100 - math.Log(100)/0.1
	for name, formula := range map[string]func(rate float64) float64{
		"right":           func(rate float64) float64 { return math.Log(math.Log(100) / 0.1 / math.Max(100-rate, 1e-9)) },
		"a slower server": func(rate float64) float64 { return math.Log(math.Log(100) / 0.1 / math.Max(85-rate, 1e-9)) },
		"half the times":  func(rate float64) float64 { return math.Log(math.Log(10) / 0.1 / math.Max(100-rate, 1e-9)) },
		"too steep":       func(rate float64) float64 { return 3 * (rate/exact - 1) },
		"nearly flat":     func(rate float64) float64 { return 0.1 * (rate/exact - 1) },
	} {
		for _, from := range []float64{exact, 0.9 * exact, 1.2 * exact, 1.4 * exact} {
			got, err := largest(t, unbatched(from, 1), formula)
			if err != nil || math.Abs(got/exact-1) > 0.03 {
				t.Errorf("%s, from %g: %g, %v; want %g", name, from, got, err, exact)
			}
		}
	}
	impossible := unbatched(50, 1)
	impossible.Goal.Latency = 0.03
	formula := func(rate float64) float64 { return math.Log(math.Log(100) / 0.03 / (100 - rate)) }
	if got, err := largest(t, impossible, formula); got != 0 || err != nil {
		t.Errorf("%g, %v; want nothing: one request alone takes longer", got, err)
	}
}

// largest is what is found from a run of the spec on.
func largest(t *testing.T, s Spec, formula func(rate float64) float64) (rate float64, err error) {
	t.Helper()
	run, err := Run(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	none := math.Inf(-1)
	rate, _, err = Largest(context.Background(), run, func(rate float64) Excess { return Excess{formula(rate), none, none} }, s.Budget, nil)
	return rate, err
}

// TestLawsOfTimes: each law has the mean 1 and the coefficient of variation that it says.
func TestLawsOfTimes(t *testing.T) {
	seen := []float64{0.5, 0.5, 2}
	rapid.Check(t, func(t *rapid.T) {
		cv := rapid.Float64Range(0.1, 1.5).Draw(t, "cv")
		shape := 1 + math.Sqrt(1+1/(cv*cv))
		r := streamOf(rapid.Uint64().Draw(t, "seed"), 0, forServices)
		for name, c := range map[string]struct {
			law  Times
			mean float64
		}{"lognormal": {Times{Lognormal: cv}, 1}, "pareto": {Times{Pareto: shape + 2}, 1}, "seen": {Times{Seen: seen}, 1}} {
			draw, sum := c.law.law(), 0.0
			const n = 40_000
			for range n {
				sum += draw(r)
			}
			if math.Abs(sum/n-c.mean) > 0.06 {
				t.Errorf("%s with %g: mean %g", name, cv, sum/n)
			}
		}
	})
	if (Times{}).law() != nil {
		t.Error("no law draws")
	}
}
