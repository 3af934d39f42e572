package fleet

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

func TestSmallFleetsAreSolvedExactly(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := drawn(r, 1+r.IntN(4), 1+r.IntN(4), r.IntN(2) == 0)
		if seed%2 == 1 {
			p = varied(r, 1+r.IntN(4), 1+r.IntN(4))
		}
		want, fits := enumerated(p)
		got, proved := Solve(context.Background(), p, Usual(p))
		switch {
		case !proved:
			t.Errorf("seed %d: not proved", seed)
		case fits != (got != nil):
			t.Errorf("seed %d: fits %v, found %v", seed, fits, got)
		case fits && math.Abs(got.Cost-want) > 1e-5*math.Max(want, 1):
			t.Errorf("seed %d: cost %g, the best of all choices costs %g", seed, got.Cost, want)
		case fits && got.Bound > got.Cost:
			t.Errorf("seed %d: bound %g above cost %g", seed, got.Bound, got.Cost)
		}
	}
}

// TestBoundsHold: no choice of any kind costs less than the bound of the prices, wherever they are.
func TestBoundsHold(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 8))
		p := varied(r, 1+r.IntN(4), 1+r.IntN(3))
		cost, fits := enumerated(p)
		if !fits {
			continue
		}
		weights := make([]float64, len(p.Machines))
		for m := range weights {
			weights[m] = r.Float64()
		}
		l := newLagrangian(p, weights)
		for i := range 20 {
			for _, price := range [][]float64{l.service, l.piece, l.quota} {
				for k := range price {
					price[k] = 5000 * r.Float64() * r.Float64()
				}
			}
			if p.Budget > 0 {
				l.budget = r.Float64()
			}
			if i == 10 {
				l.climb(context.Background(), 40)
			}
			if bound, _ := l.at(&l.prices); bound > cost*(1+1e-9)+1e-6 {
				t.Errorf("seed %d: bound %g above the least cost %g", seed, bound, cost)
			}
		}
		best := math.Inf(1)
		for _, all := range l.probe()[:1] {
			for _, v := range all {
				best = math.Min(best, v)
			}
		}
		if best > cost*(1+1e-9)+1e-6 {
			t.Errorf("seed %d: every option of a service costs %g at least, and a plan %g", seed, best, cost)
		}
	}
}

// TestFortyServices keeps the gap of fleets that are too large to try all choices.
func TestFortyServices(t *testing.T) {
	for seed := uint64(1); seed < 3; seed++ {
		r := rand.New(rand.NewPCG(seed, 9))
		p := drawn(r, 40, 30, seed == 2)
		s, _ := Solve(context.Background(), p, Usual(p))
		if s == nil || s.Gap() > 0.02 {
			t.Errorf("seed %d: %+v; want a plan within 2 %% of the bound", seed, s)
		}
		if fault := broken(p, s); fault != "" {
			t.Errorf("seed %d: %s", seed, fault)
		}
	}
}

func BenchmarkHundredServices(b *testing.B) {
	for b.Loop() {
		for seed := range uint64(5) {
			r := rand.New(rand.NewPCG(seed, 2))
			p := drawn(r, 100, 60, false)
			s, _ := Solve(context.Background(), p, Usual(p))
			b.Logf("cost %.0f bound %.0f gap %.2f %% nodes %d hosts %d", s.Cost, s.Bound, 100*s.Gap(), s.Nodes, len(s.Hosts))
		}
	}
}
