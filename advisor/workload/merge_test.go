package workload

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/origin"
)

func merged(t *testing.T, plan, flags string) (Set, []string) {
	t.Helper()
	return Merge(layer(t, origin.Plan, plan), layer(t, origin.Flag, flags))
}

func texts(s Set) string {
	var all []string
	for _, spec := range Specs() {
		if v, ok := s[spec.Name]; ok {
			all = append(all, spec.Name+"="+v.Text)
		}
	}
	return strings.Join(all, " ")
}

func TestMergeTakesTheHigherLayer(t *testing.T) {
	for _, c := range []struct{ name, plan, flags, want string }{
		{"one trait", "gpu=t4 zones=2", "gpu=a10", "zones=2 gpu=a10"},
		{"qps over users", "users=5 requests_per_user=20/day peak_to_mean=2", "qps=9", "qps=9"},
		{"users over qps", "qps=9 peak_to_mean=2", "users=5 requests_per_user=20/day", "users=5 requests_per_user=20/day"},
		{"qps over qps drops the factor", "qps=9 peak_to_mean=2", "qps=8", "qps=8"},
		{"a factor of the same layer stays", "qps=9 peak_to_mean=2", "qps=8 peak_to_mean=4", "qps=8 peak_to_mean=4"},
		{"a factor from above stays", "qps=9", "peak_to_mean=4", "qps=9 peak_to_mean=4"},
		{"users over users keep the rest", "users=5 requests_per_user=20/day peak_to_mean=2", "users=6", "users=6 requests_per_user=20/day peak_to_mean=2"},
		{"qps over a stray part of the group", "requests_per_user=20/day", "qps=8", "qps=8"},
		{"p99 over latency", "latency=50ms latency_percentile=95", "p99=80ms", "p99=80ms"},
		{"p99 over latency, with tokens", "latency=50ms latency_percentile=95 ttft=1s", "p99=80ms", "p99=80ms latency_percentile=95 ttft=1s"},
		{"latency over p99", "p99=80ms", "latency=50ms latency_percentile=95", "latency=50ms latency_percentile=95"},
		{"a contradiction within a layer stays", "", "qps=5 users=5", "qps=5 users=5"},
	} {
		got, _ := merged(t, c.plan, c.flags)
		if texts(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, texts(got), c.want)
		}
	}
}

// What a person measured of the service replaces what metrics say of it, as one group.
func TestMergeMeasuredOverMetrics(t *testing.T) {
	metrics := layer(t, origin.Prometheus, "service_time=9ms replica_qps=90")
	for flags, want := range map[string]string{
		"service_time=5ms":           "service_time=5ms",
		"batch_time=4:20ms":          "batch_time=4:20ms",
		"service_cv=0.3":             "service_time=9ms service_cv=0.3 replica_qps=90",
		"service_cv=0.3 zones=2":     "service_time=9ms service_cv=0.3 replica_qps=90 zones=2",
		"replica_qps=7 service_cv=1": "service_cv=1 replica_qps=7",
	} {
		if got, _ := Merge(metrics, layer(t, origin.Flag, flags)); texts(got) != want {
			t.Errorf("%s: %s, want %s", flags, texts(got), want)
		}
	}
}

func TestMergeTellsWhatItReplaced(t *testing.T) {
	_, warnings := merged(t, "users=5 requests_per_user=20/day", "qps=9")
	want := "--qps replaces workload.users (plan.yaml:1:3)|--qps replaces workload.requests_per_user (plan.yaml:2:3)"
	if got := strings.Join(warnings, "|"); got != want {
		t.Errorf("got %q", got)
	}
	if _, warnings := merged(t, "gpu=t4", "gpu=a10"); len(warnings) != 0 {
		t.Errorf("an ordinary override warns: %q", warnings)
	}
}

// Merging asks for the kind of a layer, not its place in the call, and leaves the
// layers as they were.
func TestMergeDoesNotDependOnTheOrder(t *testing.T) {
	pairs := []string{"qps=5", "users=7", "requests_per_user=20/day", "peak_to_mean=2", "p99=80ms", "latency=50ms", "latency_percentile=95", "ttft=1s", "gpu=a10", "zones=3"}
	rapid.Check(t, func(rt *rapid.T) {
		var layers []Set
		for _, kind := range []origin.Kind{origin.Prometheus, origin.Plan, origin.Environment, origin.Flag} {
			chosen := rapid.SliceOfDistinct(rapid.SampledFrom(pairs), rapid.ID).Draw(rt, "pairs")
			layers = append(layers, layer(t, kind, strings.Join(chosen, " ")))
		}
		before := maps.Clone(layers[0])
		forward, _ := Merge(layers...)
		backward, _ := Merge(layers[3], layers[1], layers[2], layers[0])
		if texts(forward) != texts(backward) {
			rt.Errorf("%s against %s", texts(forward), texts(backward))
		}
		for name, v := range forward {
			for _, l := range layers {
				if other, ok := l[name]; ok && other.Origin.Kind > v.Origin.Kind {
					rt.Errorf("%s: layer %d lost to %d", name, other.Origin.Kind, v.Origin.Kind)
				}
			}
		}
		if len(before) != len(layers[0]) {
			rt.Errorf("a layer was changed")
		}
	})
}
