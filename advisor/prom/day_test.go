package prom

import (
	"strings"
	"testing"
	"time"
)

// TestDayWithoutItsPeak: where the peak of a week is one that no hour of such a day can have, the day's
// shape is unknown, with the reason; a plan that held both would be refused.
func TestDayWithoutItsPeak(t *testing.T) {
	burst := func(times float64) func(time.Time) float64 {
		return func(at time.Time) float64 {
			v := wave(6)(at)
			if at.Weekday() == time.Tuesday && at.Hour() == 3 && at.Minute() < 30 {
				v *= times
			}
			return v
		}
	}
	for times, told := range map[float64]bool{1: true, 2: true, 100: false} {
		o := run(t, &scripted{
			metrics: []string{"vllm:num_requests_running", "vllm:request_success_total"},
			lines:   []scriptLine{{words: "max(count_over_time", value: steady(120)}, {words: "max(max_over_time", value: steady(20)}, {words: "request_success_total", value: burst(times)}},
		}, atNow())
		reason := ""
		for _, u := range o.Unknown {
			if u.Trait == "day_shape" {
				reason = u.Why
			}
		}
		if _, got := o.Traits["day_shape"]; got != told || told == strings.Contains(reason, "not among the hours of a day") {
			t.Errorf("%v times: told %v, %q", times, got, reason)
		}
	}
}
