package prom

import (
	"strings"
	"testing"
)

// TestMachinesAlone: where nothing counts requests, machines tell of replicas, accelerators and starts if their
// profile is named, and the demand stays unknown.
func TestMachinesAlone(t *testing.T) {
	s := &scripted{
		metrics: []string{"kube_deployment_status_replicas_ready", "kube_pod_container_resource_requests", "kube_pod_status_ready_time"},
		lines: []scriptLine{
			{words: "kube_deployment_status_replicas_ready", value: steady(3)},
			{words: "resource_requests nvidia_com_gpu", value: steady(6)},
			{words: "kube_pod_status_ready_time", value: steady(95)},
		},
	}
	opts := atNow()
	opts.Profiles = []string{"kube-state-metrics"}
	o := run(t, s, opts)
	got := traitTexts(o)
	if got["replicas"] != "3" || got["gpus_per_replica"] != "2" || got["cold_start"] != "95s" || got["qps"] != "" || len(o.Demand.Values) > 0 {
		t.Errorf("%v", got)
	}
	if len(o.Unknown) == 0 || o.Unknown[0].Trait != "qps" || !strings.Contains(o.Unknown[0].Remedy, "--qps") {
		t.Errorf("%+v", o.Unknown)
	}
}
