package prom

import (
	"math"
	"strings"
	"testing"
	"time"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/unit"
)

// TestAgainst: what was seen beyond a bound is told on both sides of the bucket's edge, and
// never against a bound that was not given.
func TestAgainst(t *testing.T) {
	seen := &Observation{Facts: []Fact{
		{Name: "latency_p99", Title: "p99 of latency", Value: 0.15, AtLeast: 0.1, Kind: unit.Duration, Query: "q"},
		{Name: "ttft_p99", Title: "p99 of time to the first token", Value: 0.4, AtLeast: 0.25, Kind: unit.Duration, Query: "q"},
	}}
	for _, test := range []struct {
		traits map[string]string
		want   string
	}{
		{map[string]string{"p99": "100ms"}, "100 ms or more for the p99 of latency, beyond the bound of 100 ms"},
		{map[string]string{"p99": "101ms"}, ""},
		{map[string]string{"latency": "50ms", "latency_percentile": "95"}, ""}, // of which nothing was seen
		{map[string]string{}, ""},
		{map[string]string{"ttft": "200ms"}, "250 ms or more for the p99 of time to the first token, beyond the bound of 200 ms"},
		{map[string]string{"ttft": "300ms", "tpot": "1ms"}, ""},
	} {
		w := example.Workload(t, test.traits)
		_, _, told := seen.Beyond(w)
		got := strings.Join(told, "\n")
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%v: %q, want %q", test.traits, got, test.want)
		}
	}
}

// TestVariation: the variation of known distributions comes back from their buckets, and none
// from buckets that cannot show one.
func TestVariation(t *testing.T) {
	exponential := func(bounds ...float64) Histogram {
		cumulative := map[float64]float64{}
		for _, le := range bounds {
			cumulative[le] = 1e4 * (1 - math.Exp(-le))
		}
		return classic(cumulative)
	}
	for name, test := range map[string]struct {
		h    Histogram
		want float64 // 0 for none
	}{
		"exponential, fine":   {exponential(0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.5, 2, 3, 4, 6, 8, 12), 1},
		"exponential, coarse": {exponential(0.5, 1, 2, 5, 10), 1.1},
		"even":                {classic(map[float64]float64{1: 100, 2: 200, 3: 300, 4: 400}), 2 / math.Sqrt(12)},
		"one bucket":          {classic(map[float64]float64{0.5: 0, 1: 100, math.Inf(1): 100}), 0},
		"beyond the last":     {exponential(0.1, 0.2, 0.5, 1, 2, math.Inf(1)), 0},
		"nothing":             {Histogram{}, 0},
	} {
		cv, ok := test.h.Variation()
		if ok != (test.want > 0) || math.Abs(cv-test.want) > 0.06 {
			t.Errorf("%s: %v, %v; want %v", name, cv, ok, test.want)
		}
		for _, p := range []float64{0.01, 0.5, 0.99} {
			if low := test.h.bucket(p).Low; low > test.h.Quantile(p) {
				t.Errorf("%s: p%v is at least %v and yet %v", name, 100*p, low, test.h.Quantile(p))
			}
		}
	}
}

// TestFallenSilent: a service that is no longer scraped is told as it was, with a warning; an
// hour of silence is none.
func TestFallenSilent(t *testing.T) {
	now := atNow().Now
	for _, test := range []struct {
		silent time.Duration
		told   bool
	}{{time.Hour, false}, {3 * time.Hour, true}, {10 * day, true}} {
		load := wave(50)
		s := httpService(func(at time.Time) float64 {
			if at.After(now.Add(-test.silent)) {
				return math.NaN()
			}
			return load(at)
		})
		o := run(t, s, atNow())
		if told := strings.Contains(strings.Join(o.Warnings, "\n"), "no longer scraped"); told != test.told {
			t.Errorf("silent for %v: %v", test.silent, o.Warnings)
		}
		if qps := o.Traits["qps"].Interval.Mid; math.Abs(qps/50-1) > 0.05 {
			t.Errorf("silent for %v: %v requests per second, made with 50", test.silent, qps)
		}
	}
}

// TestEventsDoNotGrow: traffic made by events has no growth, and a warning.
func TestEventsDoNotGrow(t *testing.T) {
	s := httpService(func(at time.Time) float64 {
		if at.YearDay()%4 == 0 && at.Hour() >= 18 && at.Hour() < 21 {
			return 40 * float64(at.YearDay())
		}
		return 5
	})
	o := run(t, s, atNow())
	if _, told := o.Traits["growth"]; told {
		t.Errorf("growth %v", o.Traits["growth"])
	}
	if !strings.Contains(strings.Join(o.Warnings, "\n"), "traffic is driven by events") {
		t.Errorf("warnings %v", o.Warnings)
	}
}

// httpService answers for a service of which only the rate is known.
func httpService(rate func(time.Time) float64) *scripted {
	return &scripted{metrics: []string{"http_requests_total"}, lines: []scriptLine{
		{words: "max(count_over_time", value: steady(120)},
		{words: "sum(rate(http_requests_total", value: rate},
		{words: "count(count by", value: steady(2)},
	}}
}
