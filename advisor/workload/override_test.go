package workload

import (
	"maps"
	"slices"
	"testing"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

func TestOverride(t *testing.T) {
	number := func(v float64) Value {
		return Value{Interval: unit.Exact(v), Origin: origin.Origin{Kind: origin.Flag}}
	}
	tests := []struct {
		name            string
		merged, changes []string
		want            []string
	}{
		{"the same trait", []string{"qps", "peak_to_mean"}, []string{"qps"}, []string{"peak_to_mean", "qps"}},
		{"a rate for users", []string{"users", "requests_per_user", "peak_to_mean"}, []string{"qps"}, []string{"qps"}},
		{"users for a rate", []string{"qps"}, []string{"users", "requests_per_user"}, []string{"requests_per_user", "users"}},
		{"another bound", []string{"latency", "latency_percentile"}, []string{"p99"}, []string{"p99"}},
		{"another bound beside tokens", []string{"latency", "latency_percentile", "ttft"}, []string{"p99"}, []string{"latency_percentile", "p99", "ttft"}},
		{"its percentile too", []string{"p99"}, []string{"latency", "latency_percentile"}, []string{"latency", "latency_percentile"}},
		{"something else", []string{"qps", "gpu"}, []string{"zones"}, []string{"gpu", "qps", "zones"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			merged, changes := Set{}, Set{}
			for _, name := range tt.merged {
				merged[name] = number(1)
			}
			for _, name := range tt.changes {
				changes[name] = number(2)
			}
			before := maps.Clone(merged)
			got := Override(merged, changes)
			if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, tt.want) {
				t.Errorf("left are %v, want %v", names, tt.want)
			}
			for _, name := range tt.changes {
				if got[name].Interval.Mid != 2 {
					t.Errorf("%s was not changed", name)
				}
			}
			if len(before) != len(merged) {
				t.Error("the merged traits were changed themselves")
			}
		})
	}
}
