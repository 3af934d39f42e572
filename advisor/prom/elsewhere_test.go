package prom

import (
	"strings"
	"testing"
)

// TestMidstOfARollout: servers that count by a metric that the others of their job lack are counted with those, and
// their requests added; servers of another job, and those that show both metrics, are not.
func TestMidstOfARollout(t *testing.T) {
	old := []Labels{{"namespace": "prod", "job": "chat", "pod": "a"}, {"namespace": "prod", "job": "chat", "pod": "b"}}
	for name, c := range map[string]struct {
		others []Labels
		want   float64
	}{
		"a new server":         {[]Labels{{"namespace": "prod", "job": "chat", "pod": "c"}}, 50},
		"one of another job":   {[]Labels{{"namespace": "prod", "job": "batch", "pod": "c"}}, 40},
		"a server with both":   {[]Labels{{"namespace": "prod", "job": "chat", "pod": "b"}}, 40},
		"one of both, one new": {[]Labels{{"namespace": "prod", "job": "chat", "pod": "b"}, {"namespace": "prod", "job": "chat", "pod": "c"}}, 50},
	} {
		s := &scripted{
			metrics: []string{"http_requests_total", "http_server_request_duration_seconds_count"},
			lines: []scriptLine{
				{words: "count by (__name__)", labels: []Labels{{"__name__": "http_requests_total"}, {"__name__": "http_server_request_duration_seconds_count"}}},
				{words: "sum by (cluster http_requests_total", labels: old},
				{words: "sum by (cluster http_server_request_duration_seconds_count", labels: c.others},
				{words: "http_server_request_duration_seconds_count unless on", value: steady(10)},
				{words: "rate(http_requests_total", value: steady(40)},
			},
		}
		o := run(t, s, atNow())
		told := strings.Contains(strings.Join(o.Warnings, "\n"), "in the midst of a rollout")
		if got := o.Traits["qps"].Interval.Mid; got != c.want || told != (c.want > 40) {
			t.Errorf("%s: %v/s, want %v: %q", name, got, c.want, o.Warnings)
		}
		if both := strings.Contains(strings.Join(s.asked, "\n"), "or count by (namespace, pod) (present_over_time(http_server_request_duration_seconds_count"); both != (c.want > 40) {
			t.Errorf("%s: servers are counted by %q", name, o.Traits["replicas"].Origin.Name)
		}
	}
}

// TestModelsOfOneServer: what the servers of the model that is read serve of others comes on top, and is told.
func TestModelsOfOneServer(t *testing.T) {
	all := []Sample{
		{Labels: Labels{"model": "base", "pod": "a"}, Value: 60}, {Labels: Labels{"model": "adapter", "pod": "a"}, Value: 20},
		{Labels: Labels{"model": "other", "pod": "b"}, Value: 50},
	}
	if got := besideIt(all, "model", matcher{"model", "=", "base"}); !strings.Contains(got, "25 % of their requests come on top") {
		t.Error(got)
	}
	if got := besideIt(all, "model", matcher{"model", "=", "other"}); got != "" {
		t.Error(got)
	}
}

// TestNotOfTheOtherEnd: the proxy of the client counts the same requests as that of the server.
func TestNotOfTheOtherEnd(t *testing.T) {
	s := &scripted{
		metrics: []string{"istio_requests_total"},
		lines: []scriptLine{
			{words: "count by (__name__)", labels: []Labels{{"__name__": "istio_requests_total"}}},
			{words: `sum by (cluster reporter="destination"`, labels: []Labels{{"namespace": "prod", "job": "istio", "pod": "a"}}},
			{words: `sum by (cluster reporter="source"`, labels: []Labels{{"namespace": "prod", "job": "istio", "pod": "client"}}},
			{words: "unless on", value: steady(40)},
			{words: "rate(istio_requests_total", value: steady(40)},
		},
	}
	if o := run(t, s, atNow()); o.Traits["qps"].Interval.Mid != 40 {
		t.Errorf("%v/s: %q", o.Traits["qps"].Interval.Mid, o.Warnings)
	}
}
