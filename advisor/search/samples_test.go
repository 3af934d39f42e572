package search

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

func TestMarginsAreQuantilesOfTheRatio(t *testing.T) {
	exact := newSamples(&workload.Workload{Peak: unit.Exact(100)}, 1)
	if m := exact.margin(0.9, 1, 1); m != 1 {
		t.Errorf("margin of an exact demand and capacity is %v, want 1", m)
	}
	// Only capacity is uncertain, log-normal with a central 90 % of 0.8 to 1.25: its
	// 10 % quantile is 0.8^(1.2816/1.6449).
	want := math.Pow(0.8, -1.2815515655446004/serve.Z90)
	if m := exact.margin(0.9, 0.8, 1.25); math.Abs(m/want-1) > 0.01 {
		t.Errorf("margin %v, want %v within 1 %%", m, want)
	}
	// Only demand is: a central 90 % of 80 to 140 around 100, so that 95 % lie below 140.
	wide := newSamples(&workload.Workload{Peak: unit.Interval{Low: 80, Mid: 100, High: 140}}, 1)
	if m := wide.margin(0.95, 1, 1); math.Abs(m/1.4-1) > 0.01 {
		t.Errorf("margin %v, want 1.4 within 1 %%", m)
	}
}

// TestUncertainGrowthWidensWithTime: 5 to 12 % a month, 8 expected, over ten months.
func TestUncertainGrowthWidensWithTime(t *testing.T) {
	w := &workload.Workload{Peak: unit.Exact(100), Growth: unit.Interval{Low: 0.05, Mid: 0.08, High: 0.12}}
	if m := newSamples(w, 1).margin(0.95, 1, 1); m != 1 {
		t.Errorf("today growth is worth %v", m)
	}
	w.Horizon = 10 * unit.Month
	want := math.Pow(1.12/1.08, 10)
	if m := newSamples(w, 1).margin(0.95, 1, 1); math.Abs(m/want-1) > 0.01 {
		t.Errorf("margin %v, want %v within 1 %%", m, want)
	}
}

// TestMarginLaws: more confidence never needs less, chance undoes margin, and the same seed
// gives the same.
func TestMarginLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(0.3, 1).Draw(t, "low")
		high := rapid.Float64Range(1, 3).Draw(t, "high")
		w := &workload.Workload{Peak: unit.Interval{Low: 70, Mid: 100, High: 100 + rapid.Float64Range(0, 200).Draw(t, "wide")}}
		seed := rapid.Uint64().Draw(t, "seed")
		s := newSamples(w, seed)
		p, q := rapid.Float64Range(0.01, 0.99).Draw(t, "p"), rapid.Float64Range(0.01, 0.99).Draw(t, "q")
		if s.margin(min(p, q), low, high) > s.margin(max(p, q), low, high) {
			t.Errorf("more confidence asks for less")
		}
		m := s.margin(p, low, high)
		if at, below := s.chance(m, low, high), s.chance(math.Nextafter(math.Nextafter(m, 0), 0), low, high); at < p || below >= p {
			t.Errorf("the margin of %v holds in %v of cases, a little less in %v", p, at, below)
		}
		if newSamples(w, seed).margin(p, low, high) != s.margin(p, low, high) {
			t.Error("the same seed gives another margin")
		}
	})
}

// TestStratified: one score in each slice, so that the mean of all is next to nothing.
func TestStratified(t *testing.T) {
	s := newSamples(&workload.Workload{}, 9)
	sum, above := 0.0, 0
	for _, z := range s.capacity {
		if sum += z; z > serve.Z90 {
			above++
		}
	}
	if math.Abs(sum/draws) > 0.01 || above < draws/20-1 || above > draws/20+1 {
		t.Errorf("mean %v, %d of %d above the 95th percentile", sum/draws, above, draws)
	}
}

// TestConfidenceInWords: where only the confidence is missing the excuse says how likely it
// holds.
func TestConfidenceInWords(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "80..140", "gpu": "t4", "service_time": "100ms", "p99": "10s", "replicas": "11"})
	b, _ := baseTrial(s, Demand{Peak: 100}, false)
	if e := carries(b); e == nil || !strings.HasSuffix(e.Text, " % confidence, 90 % required") {
		t.Errorf("%+v", e)
	}
	if got := shortfall(b, 0); got != "carries nothing" {
		t.Errorf("%q", got)
	}
	if got := shortfall(b, 50); got != "carries 50 % of the load" {
		t.Errorf("%q", got)
	}
}
