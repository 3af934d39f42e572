package advisor_test

import (
	"context"
	"math"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/example"
	"scaleadvise/advisor/forecast"
)

var firstOfJuly = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)

// outlook forecasts from traits, and what was seen.
func outlook(t example.T, seen advisor.Seen, flags map[string]string) *advice.Forecast {
	t.Helper()
	f, err := advisor.Forecast(context.Background(), advisor.Input{Workload: example.Workload(t, flags), Catalog: example.Catalog(t)}, seen, advisor.Options{Now: firstOfJuly})
	if err != nil {
		t.Fatalf("forecast %v: %v", flags, err)
	}
	return f
}

// The peak doubles in log(2)/log(1.1) months of 730 h, when a service that sustains twice the
// peak is outgrown. A service of 10 ms served one at a time at a bound far above it sustains
// nearly 100/s.
func TestRunwayByHand(t *testing.T) {
	f := outlook(t, advisor.Seen{}, map[string]string{"qps": "50", "growth": "10%/month", "horizon": "12mo", "service_time": "10ms", "p99": "10s"})
	want := firstOfJuly.Add(time.Duration(math.Log(f.Capacity.Mid/50) / math.Log(1.1) * 730 * float64(time.Hour)))
	if off := f.Runway.Date.Sub(want); off.Abs() > time.Hour || f.Capacity.Mid < 95 || f.Capacity.Mid > 100 {
		t.Errorf("runway %v, want %v; capacity %+v", f.Runway.Date, want, f.Capacity)
	}
	if f.Method != "compound" || math.Abs(f.Peak.Mid/(50*math.Pow(1.1, 12))-1) > 1e-6 {
		t.Errorf("%s, peak %+v", f.Method, f.Peak)
	}
}

// More growth, or a higher peak, never makes the runway longer; a range lies about its date.
func TestRunwayLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		peak := rapid.Float64Range(1, 90).Draw(t, "peak")
		growth := rapid.Float64Range(0.1, 40).Draw(t, "growth")
		at := func(peak, growth float64) advice.Runway {
			return outlook(t, advisor.Seen{}, map[string]string{
				"qps": plain(peak), "growth": plain(growth) + "%/month", "service_time": "9..11ms", "p99": "10s",
			}).Runway
		}
		r := at(peak, growth)
		for _, faster := range []advice.Runway{at(peak*1.1, growth), at(peak, growth*1.5)} {
			if dated(faster.Date).After(dated(r.Date)) {
				t.Fatalf("runway %v became %v", r, faster)
			}
		}
		if dated(r.Low).After(dated(r.Date)) || dated(r.Date).After(dated(r.High)) {
			t.Fatalf("%v lies not within %v and %v", r.Date, r.Low, r.High)
		}
	})
}

// dated gives never a date.
func dated(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// waves is a history by the hour that repeats by day, with growth a month.
func waves(days int, growth float64) advisor.Seen {
	h := forecast.History{Step: 3600}
	for i := range 24 * days {
		h.Values = append(h.Values, 40*(1+0.5*math.Sin(2*math.Pi*float64(i)/24))*math.Pow(1+growth, float64(i)/730))
	}
	return advisor.Seen{History: h, End: firstOfJuly}
}

func TestOutlookOfAHistory(t *testing.T) {
	f := outlook(t, waves(35, 0), map[string]string{"qps": "60", "horizon": "7d"})
	if f.Method != "seasonal" || f.Peaks || len(f.Horizon) != 7*24 || f.Backtest == nil || !f.Horizon[0].Time.Equal(firstOfJuly) {
		t.Errorf("%s, %d points, %+v", f.Method, len(f.Horizon), f.Backtest)
	}
	if f.Runway.Known || len(f.Warnings) == 0 {
		t.Error("a runway of no deployment")
	}
	if f := outlook(t, waves(35, 0), map[string]string{"qps": "60", "horizon": "60d"}); len(f.Horizon) != 60 {
		t.Errorf("%d days", len(f.Horizon))
	}
	if f := outlook(t, waves(2, 0), map[string]string{"qps": "60"}); f.Method != "compound" || !f.Assumed || f.Backtest != nil {
		t.Errorf("two days: %s", f.Method)
	}
}

// A growth that a person gives is carried on instead of the one that was seen.
func TestGivenGrowthWins(t *testing.T) {
	f := outlook(t, waves(35, 0.3), map[string]string{"qps": "60", "growth": "0%/month", "horizon": "30d"})
	first, last := f.Horizon[0].Mid, f.Horizon[len(f.Horizon)-1].Mid
	if math.Abs(last/first-1) > 0.05 {
		t.Errorf("from %v to %v without growth", first, last)
	}
}

func TestEventsAreNotCarriedOn(t *testing.T) {
	seen := waves(28, 0)
	for d := 3; d < 28; d += 6 {
		for i := range 4 {
			seen.Values[24*d+18+i] = 2000
		}
	}
	f := outlook(t, seen, map[string]string{"qps": "60", "gpu": "t4", "model": "bert-large"})
	if f.Method != "refused" || f.Refused == "" || f.Horizon != nil || f.Runway.Known || !math.IsNaN(f.Peak.Mid) {
		t.Errorf("%+v", f)
	}
}

// TestYesterdayAboveTheLimit: a limit that yesterday's demand exceeded holds until nothing, though
// the weeks before leave it free; and no peak lies below a mean that is forecast.
func TestYesterdayAboveTheLimit(t *testing.T) {
	values := make([]float64, 28*24)
	for i := range values {
		values[i] = 40 + 20*math.Sin(2*math.Pi*float64(i)/24)
	}
	for i := len(values) - 12; i < len(values); i++ {
		values[i] = 300
	}
	seen := advisor.Seen{History: forecast.History{Step: 3600, Values: values}, End: firstOfJuly}
	f := outlook(t, seen, map[string]string{"qps": "60", "service_time": "10ms", "p99": "10s", "horizon": "14d"})
	if !f.Runway.Known || f.Runway.Date.IsZero() || f.Runway.Date.After(firstOfJuly) {
		t.Errorf("runway %+v", f.Runway)
	}
	for _, p := range f.Horizon {
		if p.Mid > f.Peak.Mid*(1+1e-9) {
			t.Fatalf("a mean of %v above the peak of %v", p.Mid, f.Peak.Mid)
		}
	}
}
