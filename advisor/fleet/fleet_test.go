package fleet

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

func TestSmallFleetsAreSolvedExactly(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := drawn(r, 1+r.IntN(4), 1+r.IntN(4), r.IntN(2) == 0)
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
