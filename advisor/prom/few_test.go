package prom

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// TestLessThanAnHour: of a service that was scraped for minutes, up to the last of which no step of five ends,
// the rate of those is read, as a range, with the time from which on more is known.
func TestLessThanAnHour(t *testing.T) {
	for ago, says := range map[time.Duration]string{
		25 * time.Minute:  "only 25 min of history, since ",
		200 * time.Second: "only 3 min of history, since ",
		70 * time.Second:  "only 57 s of history, since ",
	} {
		now := atNow()
		now.Now = now.Now.Add(4*time.Minute + 58*time.Second)
		begun := now.Now.Add(-ago)
		s := &scripted{
			metrics: []string{"vllm:request_success_total"},
			lines: []scriptLine{
				{words: "min_over_time(timestamp(vllm:request_success_total", value: steady(float64(begun.Unix()))},
				{words: "rate(vllm:request_success_total", value: lately(now, ago, steady(5))},
			},
		}
		o := run(t, s, now)
		qps := o.Traits["qps"].Interval
		if qps.Mid != 5 || qps.Low >= 4.95 || qps.High <= 5.05 {
			t.Errorf("%v: %+v", ago, qps)
		}
		if len(o.Warnings) == 0 || !strings.Contains(o.Warnings[0], says) || o.Traits["peak_to_mean"].Text != assumedPeak {
			t.Errorf("%v: %q, %+v", ago, o.Warnings, o.Traits["peak_to_mean"])
		}
	}
}

// TestNothingToRead: where even short steps find nothing, or the servers are too many, what was found first stands.
func TestNothingToRead(t *testing.T) {
	for says, s := range map[string]*scripted{
		"has no values":                          {metrics: []string{"vllm:request_success_total"}},
		"no metrics of any known serving system": {},
		"has 30000 series": {metrics: []string{"vllm:request_success_total"}, series: 30_000,
			lines: []scriptLine{{words: "rate(vllm:request_success_total", value: steady(5)}}},
	} {
		_, err := observed(context.Background(), s, shipped(t), atNow())
		var none *NoData
		if !errors.As(err, &none) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// lately is a rate that began some time before the end.
func lately(now Options, ago time.Duration, rate func(time.Time) float64) func(time.Time) float64 {
	return func(at time.Time) float64 {
		if now.Now.Sub(at) < ago {
			return rate(at)
		}
		return math.NaN()
	}
}

// TestHoursShowNoPeak: hours of less than a day show no daily peak, unless theirs is higher than the usual one.
func TestHoursShowNoPeak(t *testing.T) {
	now := atNow()
	for peak, want := range map[float64]string{5: "3", 40: "3.3"} {
		s := &scripted{
			metrics: []string{"vllm:request_success_total"},
			lines: []scriptLine{{words: "rate(vllm:request_success_total", value: lately(now, 5*time.Hour, func(at time.Time) float64 {
				if now.Now.Sub(at) < time.Hour {
					return peak
				}
				return 5
			})}},
		}
		o := run(t, s, now)
		if got := o.Traits["peak_to_mean"].Text; !strings.HasPrefix(got, want) || (want == "3") != strings.Contains(strings.Join(o.Warnings, "\n"), "less than a day of history (4.") {
			t.Errorf("a peak of %v: %s, %q", peak, got, o.Warnings)
		}
	}
}

// TestServersThatComeAndGoInHours: where servers come and go and there were none a day before, rates are taken over
// minutes, not over an hour, which would hold most of what is known.
func TestServersThatComeAndGoInHours(t *testing.T) {
	now := atNow()
	for _, earlier := range []float64{0, 4} {
		pods := []Labels{{"pod": "a"}, {"pod": "b"}, {"pod": "c"}, {"pod": "d"}}
		s := &scripted{
			metrics: []string{"http_requests_total"}, servers: 60,
			lines: []scriptLine{
				{words: "sum by (cluster", labels: pods},
				{words: "count(last_over_time offset", value: steady(earlier)},
				{words: "count(count last_over_time", value: steady(60)},
				{words: "max_over_time(count_over_time", value: steady(61)},
				{words: "max(count_over_time offset", value: steady(20)},
				{words: "sum(count_over_time /", value: steady(360)},
				{words: "rate(http_requests_total", value: lately(now, 5*time.Hour, steady(30))},
			},
		}
		o := run(t, s, now)
		if got := o.Traits["qps"].Origin.Name; strings.Contains(got, "[5m]") != (earlier == 0) {
			t.Errorf("%v servers a day before: rates by %s", earlier, got)
		}
	}
}
