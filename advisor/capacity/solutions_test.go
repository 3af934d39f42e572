package capacity

import (
	"maps"
	"reflect"
	"testing"

	"scaleadvise/advisor/candidate"
)

// TestSolutionsChangeNothing holds spaces that share what they solve against one that solves
// all anew, while what the solutions depend on changes from one to the next.
func TestSolutionsChangeNothing(t *testing.T) {
	classic := map[string]string{"qps": "900", "model": "bert-large", "gpu": "a10", "latency": "50ms"}
	for name, c := range map[string]struct {
		flags   map[string]string
		changes []map[string]string
	}{
		"classic":  {classic, []map[string]string{{}, {"qps": "2000"}, {"latency": "20ms"}, {"latency_percentile": "95"}, {"burstiness": "2@1s"}, {"burstiness": "2@1s", "balancing": "least-loaded"}, {"model": "resnet50"}}},
		"language": {talk(nil), []map[string]string{{}, {"qps": "40"}, {"ttft": "300ms"}, {"tpot": "30ms"}, {"output_tokens": "100"}, {"kv_precision": "fp8"}, {"prefix_hit": "0.5"}, {"engine": "sglang"}, {"burstiness": "2@1s"}, {"model": "llama-3.1-8b"}}},
	} {
		shared := &Solutions{}
		for _, change := range c.changes {
			flags := maps.Clone(c.flags)
			maps.Copy(flags, change)
			alone, with := spaceOf(t, flags), spaceOf(t, flags)
			with.options.Known = shared
			for _, strategy := range []candidate.Strategy{candidate.Vertical, candidate.Horizontal} {
				q := Query{Strategy: strategy, Optimized: true, Demand: Demand{Peak: alone.Workload.Peak.Mid}}
				if a, b := alone.Best(q), with.Best(q); !reflect.DeepEqual(a, b) {
					t.Errorf("%s, %v, %s: alone %+v\nwith shared solutions %+v", name, change, strategy, a.Plan, b.Plan)
				}
			}
		}
	}
}
