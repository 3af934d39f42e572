package open

import (
	"math/rand/v2"
	"testing"
)

// TestEagerNeverFaster compares steps whose kernels are launched one by one with the same steps recorded: neither
// a step of any kind is faster so, nor is more sustained.
func TestEagerNeverFaster(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		c := ordinary(r)
		recorded := c.m.Timing
		launched := eager{recorded, 0.26e-3 * float64(8+r.IntN(80))}
		for _, tokens := range []float64{1, 100, 2048} {
			for _, batch := range []float64{0, 1, 8, 200} {
				whole := func(t Timing) float64 {
					decode := 0.0
					if batch > 0 {
						decode = t.Decode(batch, 1000)
					}
					return decode + Mixed(t, tokens, 500, batch, decode)
				}
				if a, b := whole(recorded), whole(launched); b < a {
					t.Errorf("a step of %g tokens beside %g requests takes %g s launched one by one and %g s recorded", tokens, batch, b, a)
				}
			}
		}
	}
}
