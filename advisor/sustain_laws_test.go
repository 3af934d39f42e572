package advisor_test

import (
	"math"
	"strconv"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/serve"
)

// deployments of the catalog, and given as a user measures them.
func deployments() []map[string]string {
	return []map[string]string{
		{"gpu": "a10", "model": "bert-large", "p99": "100ms"},
		{"gpu": "t4", "model": "bert-large", "p99": "50ms", "replicas": "3"},
		{"gpu": "l4", "model": "bert-large", "p99": "5ms", "precision": "int8"},
		{"gpu": "t4", "model": "resnet-50", "p99": "15ms", "gpus_per_replica": "2"},
		{"gpu": "l4", "model": "bert-large", "p99": "1ms"},
		{"gpu": "a10", "model": "bert-large", "p99": "100ms", "burstiness": "3@1s"},
		{"service_time": "9ms", "p99": "50ms"},
		{"service_time": "8ms..12ms", "service_cv": "0.5", "p99": "50ms", "replicas": "2"},
		{"service_time": "80ms", "service_cv": "1", "p99": "1s", "concurrency": "4"},
		{"service_time": "80ms", "p99": "80ms"},
		{"service_time": "2ms", "p99": "50ms", "replicas": "4", "balancing": "least-loaded"},
		{"service_time": "2ms", "p99": "1ms"},
		{"replica_qps": "900", "service_time": "9ms", "max_batch": "16", "p99": "100ms"},
		{"measured": "t4:850/s,9ms", "p99": "60ms"},
	}
}

// risingCurve: a curve has rising rates, all of them stable and below saturation, and its
// latencies rise with them.
func risingCurve(t *testing.T, f map[string]string, a *advice.Capacity) {
	t.Helper()
	if len(a.Curve) < 15 || len(a.Curve) > 25 {
		t.Errorf("%v: a curve of %d points", f, len(a.Curve))
	}
	last := serve.Response{}
	for i, p := range a.Curve {
		if !p.Stable || p.QPS <= last.QPS || p.QPS >= a.SaturationQPS || math.IsInf(p.P99, 0) {
			t.Errorf("%v: point %d %+v after %+v, saturates at %v", f, i, p, last, a.SaturationQPS)
		}
		if p.P99 < last.P99*(1-1e-6) || p.P50 > p.P95*(1+1e-9) || p.P95 > p.P99*(1+1e-9) || p.Busy < last.Busy*(1-1e-9) {
			t.Errorf("%v: point %d %+v after %+v", f, i, p, last)
		}
		last = p
	}
}

func format(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
