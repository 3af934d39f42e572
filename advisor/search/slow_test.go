package search

import (
	"context"
	"math"
	"reflect"
	"testing"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// TestPuttingAsideChangesNothing: a search that predicts what is certainly too slow finds the same plans and
// the same nearest misses.
func TestPuttingAsideChangesNothing(t *testing.T) {
	aside := 0
	for _, bound := range []string{"225us", "3ms", "30ms"} {
		s := spaceOf(t, map[string]string{"qps": "100", "model": "resnet50", "latency": bound})
		for _, strategy := range candidate.Strategies() {
			for _, optimized := range []bool{false, true} {
				q := Query{Strategy: strategy, Optimized: optimized, Demand: Demand{Peak: 100}}
				all := found{Query: q, cost: q.limit(), effort: q.effort(), near: true}
				all.look(context.Background(), s, families(s, q, new(queued)))
				if got, want := Cheapest(context.Background(), s, q), all.outcome(); !reflect.DeepEqual(got, want) {
					t.Errorf("%s, %s, optimized %v:\n%+v\nwant\n%+v", bound, strategy, optimized, got, want)
				}
				some := found{Query: q, cost: q.limit(), effort: q.effort()}
				some.look(context.Background(), s, families(s, q, new(queued)))
				aside += len(some.aside)
			}
		}
	}
	if aside == 0 {
		t.Error("nothing was put aside")
	}
}

// TestFastestAlone: the fastest is that of all servers on hardware that is rented, and none is quicker than what
// is known of it before it is made.
func TestFastestAlone(t *testing.T) {
	s := spaceOf(t, map[string]string{"qps": "100", "model": "resnet50", "latency": "3ms"})
	fastest, known := math.Inf(1), 0
	for _, h := range s.Choices() {
		for _, optimized := range []bool{false, true} {
			for _, v := range s.Variants(h.Accelerator, optimized) {
				r, least := s.Servers.Of(h, v), serve.Quickest(s.Servers, h, v)
				if !r.Serves() {
					continue
				}
				if least > r.Alone {
					t.Errorf("%d × %s, %s: %v s alone, at least %v s were expected", h.PerReplica, h.Accelerator.ID, v.Key(), r.Alone, least)
				}
				if least > 0 {
					known++
				}
				if len(s.Hosting(h)) > 0 {
					fastest = math.Min(fastest, r.Alone)
				}
			}
		}
	}
	if got := FastestAlone(s); got != fastest || known == 0 {
		t.Errorf("fastest %v s, want %v s; of %d servers the least time was known", got, fastest, known)
	}
}
