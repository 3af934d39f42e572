package prom

import (
	"slices"
	"strings"
	"testing"
	"time"
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

// TestRoutersRepeatQueues: a router that counts no requests, and shows the queues of the servers behind it
// under their names, does not double them.
func TestRoutersRepeatQueues(t *testing.T) {
	server := Labels{"namespace": "prod", "pod": "vllm-0"}
	s := &scripted{
		metrics: []string{"vllm:request_success_total", "vllm:num_requests_running"},
		lines: []scriptLine{
			{words: "sum by (cluster", labels: []Labels{server}},
			{words: "count by (cluster vllm:num_requests_running", labels: []Labels{server, {"namespace": "prod", "pod": "chat-router-0"}}},
			{words: "vllm:num_requests_running pod!~ router", value: steady(20)},
			{words: "vllm:num_requests_running", value: steady(40)},
			{words: "rate(vllm:request_success_total", value: steady(5)},
		},
	}
	for _, want := range []float64{20, 40} { // with the router, and without one
		facts := run(t, s, atNow()).Facts
		at := slices.IndexFunc(facts, func(f Fact) bool { return f.Name == "running_peak" })
		if at < 0 || facts[at].Value != want {
			t.Errorf("want %v requests at once: %+v", want, facts)
		}
		s.lines[1].labels = s.lines[1].labels[:1]
	}
}

// TestServed: what was served in an hour in which requests waited, or by more replicas than today's, says nothing
// of what today's can serve.
func TestServed(t *testing.T) {
	now := atNow()
	in := func(day int, then, otherwise float64) func(time.Time) float64 {
		return func(t time.Time) float64 {
			if int(now.Now.Sub(t).Hours())/24 == day {
				return then
			}
			return otherwise
		}
	}
	rates := map[int]float64{1: 9, 2: 12, 3: 15}
	s := &scripted{
		metrics: []string{"vllm:request_success_total", "vllm:num_requests_running", "vllm:num_requests_waiting"},
		lines: []scriptLine{
			{words: "sum by (cluster", labels: []Labels{{"namespace": "prod", "pod": "vllm-0"}}},
			{words: "vllm:num_requests_waiting", value: in(2, 7, 0)},
			{words: "count(count", value: in(3, 2, 1)},
			{words: "rate(vllm:request_success_total", value: func(t time.Time) float64 {
				if v, ok := rates[int(now.Now.Sub(t).Hours())/24]; ok {
					return v
				}
				return 5
			}},
		},
	}
	if o := run(t, s, now); o.Served != 9 {
		t.Errorf("%v/s were served", o.Served)
	}
}

// TestEnginesBehindAPicker: an endpoint picker and the engines behind it are read together where they count the
// same requests, and the machines are those of the engines; where they do not, they are not.
func TestEnginesBehindAPicker(t *testing.T) {
	for _, engines := range []float64{5, 9} {
		s := &scripted{
			metrics: []string{"inference_objective_request_total", "vllm:request_success_total", "vllm:prefix_cache_hits_total", "vllm:prefix_cache_queries_total", "kube_pod_container_resource_requests"},
			lines: []scriptLine{
				{words: "count by (__name__) inference_objective", labels: []Labels{{"__name__": "inference_objective_request_total"}}},
				{words: "count by (__name__) vllm:", labels: []Labels{{"__name__": "vllm:request_success_total"}}},
				{words: "count by (cluster vllm:request_success_total", labels: []Labels{{"namespace": "prod", "pod": "vllm-0"}, {"namespace": "prod", "pod": "vllm-1"}}},
				{words: "sum by (cluster", labels: []Labels{{"namespace": "prod", "pod": "epp-0"}}},
				{words: "rate(vllm:prefix_cache_hits_total", value: steady(0.25)},
				{words: "resource_requests vllm-0|vllm-1\"", value: steady(2)},
				{words: "rate(inference_objective_request_total", value: steady(5)},
				{words: "rate(vllm:request_success_total", value: steady(engines)},
			},
		}
		o := run(t, s, atNow())
		got, together := traitTexts(o), engines == 5
		if (got["engine"] == "vllm") != together || (got["prefix_hit"] == "25.0%") != together || !strings.HasPrefix(got["qps"], "5") {
			t.Errorf("engines count %v/s of 5: %v", engines, got)
		}
		asked := strings.Join(s.asked, "\n")
		if owners := strings.Contains(asked, `resource_requests{resource="nvidia_com_gpu",exported_pod=~"vllm-0|vllm-1"`); owners != together {
			t.Errorf("engines count %v/s of 5: accelerators of theirs were asked for: %v", engines, owners)
		}
		if words := strings.Join(o.Warnings, "\n"); strings.Contains(words, "takes from them what the first lacks") == together {
			t.Errorf("warnings %q", o.Warnings)
		}
	}
}
