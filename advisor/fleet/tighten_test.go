package fleet

import (
	"context"
	"math/rand/v2"
	"testing"
)

// parted is a random problem over instances of accelerators: of each the multiprocessors, of which an
// accelerator has 108 and divides 98, and the eighths of memory.
func parted(r *rand.Rand, services int) *Problem {
	p := &Problem{Machines: []Machine{
		{Cards: 8, Memory: 8, Carded: true, Stocks: []Stock{{USD: 1800, Most: 2, Owned: true, Quota: -1}, {USD: 20000, Most: Unlimited, Quota: -1}}},
		{Cards: 1, Memory: 1, Carded: true, Stocks: []Stock{{USD: 588, Most: Unlimited, Quota: -1}}},
	}}
	needs := []Need{{14. / 108, 1. / 8, "MIG"}, {14. / 108, 2. / 8, "MIG"}, {28. / 108, 2. / 8, "MIG"}, {42. / 108, 4. / 8, "MIG"}, {1, 1, ""}}
	for range services {
		var one Service
		n := 1 + r.IntN(4)
		for _, need := range needs[r.IntN(len(needs)):] {
			one.Options = append(one.Options, Option{Parts: []Part{{0, n, need, 1 + r.IntN(2)}}})
		}
		one.Options = append(one.Options, Option{Parts: []Part{{1, 1 + r.IntN(n), Need{1, 1, ""}, 1}}})
		p.Services = append(p.Services, one)
	}
	return p
}

// TestPartsCountByWhatFits: that parts count by how many an accelerator holds changes no filling.
func TestPartsCountByWhatFits(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 11))
		p := parted(r, 1+r.IntN(5))
		plain, okPlain := enumerated(p)
		cost, ok := enumerated(tightened(p))
		if ok != okPlain || cost != plain {
			t.Errorf("seed %d: %g (%v) with parts as they are counted, %g (%v) with parts as they are", seed, cost, ok, plain, okPlain)
		}
	}
}

// TestBoundCountsParts: fifteen instances, of which an accelerator holds seven though their multiprocessors
// come to less than two, are bounded by three.
func TestBoundCountsParts(t *testing.T) {
	p := &Problem{Machines: []Machine{{Cards: 1, Memory: 1, Carded: true, Stocks: []Stock{{USD: 100, Most: Unlimited, Quota: -1}}}}}
	for range 15 {
		p.Services = append(p.Services, Service{Options: []Option{{Parts: []Part{{0, 1, Need{14. / 108, 1. / 8, "MIG"}, 1}}}}})
	}
	s, _ := Solve(context.Background(), p, Effort{Pivots: 1000, Steps: 100, Rounds: 10})
	if s == nil || s.Cost != 300 || s.Bound < 300*(1-Tolerance) {
		t.Errorf("%+v; want three machines, and no fewer as the bound", s)
	}
}

// TestPackingLevelsDimensions: instances that take twice as much memory as cores go one to an accelerator,
// beside such as take as much of both.
func TestPackingLevelsDimensions(t *testing.T) {
	m := Machine{Cards: 8, Memory: 8, Carded: true}
	wide, narrow := Need{1. / 7, 2. / 8, "MIG"}, Need{1. / 7, 1. / 8, "MIG"}
	items := []item{{replicas: 16, cap: 4, need: wide}, {service: 1, replicas: 96, cap: 24, need: narrow}}
	for i := range 28 {
		items = append(items, item{service: 2 + i, replicas: 4, cap: 1, need: narrow})
	}
	if bins, exact := pack(&m, items, false); len(bins) != 4 || !exact {
		t.Errorf("%d machines (exact %v); want 4", len(bins), exact)
	}
}
