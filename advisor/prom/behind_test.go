package prom

import (
	"strings"
	"testing"
)

// TestServersBehindAFrontend: where a frontend counts the requests, replicas and machines are those of the
// servers behind it, and servers of prefill are no replicas.
func TestServersBehindAFrontend(t *testing.T) {
	worker := func(component, pod string) Labels {
		return Labels{"namespace": "prod", "pod": pod, "dynamo_component": component}
	}
	s := &scripted{
		metrics: []string{"dynamo_frontend_requests_total", "dynamo_component_requests_total", "DCGM_FI_DEV_FB_USED"},
		lines: []scriptLine{
			{words: "sum by (cluster", labels: []Labels{{"namespace": "prod", "pod": "frontend-0"}}},
			{words: "count by (cluster dynamo_component_requests_total", labels: []Labels{
				worker("backend", "decode-0"), worker("backend", "decode-1"), worker("prefill", "prefill-0"),
			}},
			{words: "dynamo_component!~ count(count", value: steady(2)},
			{words: "DCGM_FI_DEV_FB_USED decode-0|decode-1\"", value: steady(4)},
			{words: "rate(dynamo_frontend_requests_total", value: steady(5)},
		},
	}
	o := run(t, s, atNow())
	if got := traitTexts(o); got["replicas"] != "2" || got["gpus_per_replica"] != "2" {
		t.Errorf("%v", got)
	}
	if words := strings.Join(o.Warnings, "\n"); !strings.Contains(words, "1 prefill server and 2 decode servers") {
		t.Errorf("warnings %q", o.Warnings)
	}
}
