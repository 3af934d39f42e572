package serve

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/example"
)

// TestACorrectionMeetsTheBound: what simulation left is what is sustained, latencies meet the bound there
// as by formula at its own limit, stay as they were far below, and never fall with the rate.
func TestACorrectionMeetsTheBound(t *testing.T) {
	s := plainOf(t, example.Fixed(map[string]string{"p99": "250ms"}))
	rapid.Check(t, func(t *rapid.T) {
		share := rapid.Float64Range(0.4, 1.15).Draw(t, "share")
		n := rapid.IntRange(1, 9).Draw(t, "replicas")
		held := *s
		held.corrections = []correction{{n, share}}
		limit := held.Sustainable(n)
		if want := math.Min(share*s.Sustainable(n), steady*s.Saturation(n)); math.Abs(limit-want) > 1e-9*want {
			t.Fatalf("sustains %g, want %g", limit, want)
		}
		if at, formula := held.At(n, limit).P99, s.At(n, s.Sustainable(n)).P99; math.Abs(at-formula) > 1e-6*formula && limit < 0.98*s.Saturation(n) {
			t.Fatalf("p99 %g at the limit, %g by formula at its own", at, formula)
		}
		if low := 0.4 * math.Min(limit, s.Sustainable(n)); held.At(n, low).P99 != s.At(n, low).P99 {
			t.Fatal("a correction changes latencies far below the limit")
		}
		before := 0.0
		for _, part := range []float64{0.3, 0.5, 0.6, 0.8, 0.95, 1, 1.02} {
			p99 := held.At(n, part*limit).P99
			if p99 < before-1e-12 {
				t.Fatalf("p99 falls to %g at %g of the limit", p99, part)
			}
			before = p99
		}
	})
}

// TestACorrectionIsOfItsSize: what a simulation left of one number of replicas holds for those of about that
// size; others keep to the formula, but that more replicas never sustain less.
func TestACorrectionIsOfItsSize(t *testing.T) {
	s := plainOf(t, example.Fixed(map[string]string{"p99": "250ms"}))
	rapid.Check(t, func(t *rapid.T) {
		held := *s
		sizes := rapid.SliceOfNDistinct(rapid.IntRange(1, 40), 1, 3, rapid.ID).Draw(t, "sizes")
		slices.Sort(sizes)
		for _, n := range sizes {
			held.corrections = append(held.corrections, correction{n * s.Copies, rapid.Float64Range(0.001, 1.2).Draw(t, "share")})
		}
		before := 0.0
		for n := 1; n <= 100; n++ {
			now := held.Sustainable(n)
			if now < before*(1-1e-12) {
				t.Fatalf("%d replicas sustain %g, one less %g", n, now, before)
			}
			before = now
		}
		if got, want := held.Sustainable(100), s.Sustainable(100); got < want*(1-1e-12) {
			t.Fatalf("100 replicas sustain %g, by formula %g", got, want)
		}
	})
}
