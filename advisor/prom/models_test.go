package prom

import (
	"math"
	"strings"
	"testing"
	"time"
)

// TestStoppedService: of a service that stopped its model, servers and accelerators are told as of then,
// though none of its metrics has values now.
func TestStoppedService(t *testing.T) {
	now := atNow()
	until := now.Now.Add(-36 * time.Hour)
	alive := func(t time.Time) float64 {
		if t.After(until) {
			return math.NaN()
		}
		return 4
	}
	s := &scripted{
		metrics: []string{"vllm:num_requests_running", "vllm:request_success_total", "DCGM_FI_DEV_FB_USED"},
		lines: []scriptLine{
			{words: "by (model_name)", value: alive, labels: []Labels{{}, {"model_name": "meta-llama/Llama-3.1-8B-Instruct"}}},
			{words: "max(count_over_time", value: alive},
			{words: "sum by (cluster", value: alive, labels: []Labels{{"instance": "10.0.0.1:8000", "pod": "chat-0", "namespace": "prod"}}},
			{words: "by (modelName)", value: alive, labels: []Labels{{"modelName": "NVIDIA L4"}}},
			{words: "count( DCGM_FI_DEV_FB_USED", value: alive},
			{words: "rate(vllm:request_success_total", value: alive},
		},
	}
	o := run(t, s, now)
	if words := strings.Join(o.Warnings, "\n"); !strings.Contains(words, "the service stopped") {
		t.Fatalf("warnings %q", o.Warnings)
	}
	for name, want := range map[string]string{"model": "llama-3.1-8b", "gpu": "NVIDIA L4", "replicas": "1", "gpus_per_replica": "4"} {
		if got := o.Traits[name].Text; got != want {
			t.Errorf("%s %q, want %q; unknown: %+v", name, got, want, o.Unknown)
		}
	}
	if how := o.Traits["gpus_per_replica"].Origin.Reason; how != "4 accelerators of 1 replica" {
		t.Errorf("gpus_per_replica of %q", how)
	}
	if how := o.Traits["replicas"].Origin.Reason; !strings.HasPrefix(how, "as of 20") {
		t.Errorf("replicas %q", how)
	}
}

// TestMemoryOfOthers: where the accelerators are those of the pods that serve, a metric of all the
// accelerators of a cluster tells nothing of them.
func TestMemoryOfOthers(t *testing.T) {
	s := &scripted{
		metrics: []string{"vllm:num_requests_running", "vllm:request_success_total", "DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE"},
		podless: []string{"DCGM_FI_DEV_FB_FREE"},
		lines: []scriptLine{
			{words: "sum by (cluster", value: steady(4), labels: []Labels{{"instance": "10.0.0.1:8000", "pod": "chat-0", "namespace": "prod"}}},
			{words: "max(count_over_time", value: steady(120)},
			{words: "DCGM_FI_DEV_FB_USED", value: steady(1)},
			{words: "DCGM_FI_DEV_FB_FREE", value: steady(1)},
			{words: "rate(vllm:request_success_total", value: steady(4)},
		},
	}
	told := func() string {
		var names []string
		for _, f := range run(t, s, atNow()).Facts {
			names = append(names, f.Name)
		}
		return strings.Join(names, " ")
	}
	if names := told(); !strings.Contains(names, "memory_used") || strings.Contains(names, "memory_free") {
		t.Errorf("told of %s", names)
	}
	if s.podless = nil; !strings.Contains(told(), "memory_free") {
		t.Errorf("where it names the pod: told of %s", told())
	}
}
