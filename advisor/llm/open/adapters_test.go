package open

import (
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/llm"
)

// TestWhatIsAddedCosts: adapters, and a tower that works on prompts, never make a replica faster,
// more of them never more than fewer.
func TestWhatIsAddedCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		c.m.SpreadLow, c.m.SpreadHigh, c.m.Basis = 0.8, 1.3, "measured"
		c.m.Setup.Shape = llm.Shape{Layers: 32, Hidden: 4096, FFN: 14336, Heads: 32, HeadDim: 128, ValueDim: 128, KVHeads: 8}
		a := llm.Adapters{Number: rapid.IntRange(1, 1000).Draw(t, "adapters"), Rank: rapid.IntRange(1, 256).Draw(t, "rank")}
		more := llm.Adapters{Number: 2 * a.Number, Rank: a.Rank}
		factor := rapid.Float64Range(1, 4).Draw(t, "factor")
		without, with, double := c.m.Saturation(c.l), c.m.Adapting(a, 1e12), c.m.Adapting(more, 1e12)
		seeing := c.m.Reading(factor)
		const rounding = 1 + 1e-9
		for what, saturation := range map[string]float64{"adapters": with.Saturation(c.l), "images": seeing.Saturation(c.l)} {
			if saturation > without*rounding {
				t.Errorf("%g/s without %s, %g/s with", without, what, saturation)
			}
		}
		if double.Saturation(c.l) > with.Saturation(c.l)*rounding {
			t.Error("twice the adapters are faster")
		}
		if with.Basis != "transferred" || with.SpreadLow >= c.m.SpreadLow || with.SpreadHigh <= c.m.SpreadHigh {
			t.Errorf("%s, %g to %g", with.Basis, with.SpreadLow, with.SpreadHigh)
		}
		if with.Once() != c.m.Once() || seeing.Once() != c.m.Once() {
			t.Error("what a request takes outside of steps is lost")
		}
	})
}
