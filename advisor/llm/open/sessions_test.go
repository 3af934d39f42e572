package open

import (
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/llm"
)

// TestRemembering: what a cache holds of prompts is a share of what one without end would, no more
// where users think longer and no less where it is larger.
func TestRemembering(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawOpen(t)
		c.m.Setup.PrefixHit = rapid.Float64Range(0, 0.99).Draw(t, "hit")
		s := Sessions{Think: rapid.Float64Range(0, 3600).Draw(t, "think"), Context: rapid.Float64Range(1, 1e5).Draw(t, "context")}
		tokens := rapid.Float64Range(0, 1e7).Draw(t, "tokens")
		hit := func(s Sessions, tokens float64) float64 { return c.m.Remembering(c.l, s, tokens).Setup.PrefixHit }
		got := hit(s, tokens)
		if !(got >= 0 && got <= c.m.Setup.PrefixHit) {
			t.Fatalf("%g of %g", got, c.m.Setup.PrefixHit)
		}
		const exact = 1.0 / 64
		if longer := hit(Sessions{s.Think*1.5 + 1, s.Context}, tokens); longer > got+exact {
			t.Errorf("%g; who thinks longer finds %g", got, longer)
		}
		if larger := hit(s, 2*tokens); larger < got-exact {
			t.Errorf("%g; a cache of twice the size gives %g", got, larger)
		}
	})
	c := Machine{Timing: linear{0.01, 1e-5, 1e-10, 0.01, 1e-4, 1e-9}, MaxRequests: 10}
	c.Setup.PrefixHit = 0.9
	l := llm.Lengths{Input: llm.Tokens{Mean: 1000}, Output: llm.Tokens{Mean: 100}}
	if got := c.Remembering(l, Sessions{Think: 0, Context: 1000}, 1e5).Setup.PrefixHit; got != 0.9 {
		t.Errorf("without a pause %g of 0.9", got)
	}
	if got := c.Remembering(l, Sessions{Think: 600, Context: 1000}, 0).Setup.PrefixHit; got > 0.01 {
		t.Errorf("without a cache %g", got)
	}
}
