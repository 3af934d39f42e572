package step

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestSpanBelowALimit: what is known to lie below a limit has its middle and its ends there, in their
// order, and is as before where the limit is far above.
func TestSpanBelowALimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := spanOf(rapid.Float64Range(-3, 3).Draw(t, "mid"), rapid.Float64Range(0, 2).Draw(t, "below"), rapid.Float64Range(0, 2).Draw(t, "above"))
		limit := rapid.Float64Range(-8, 8).Draw(t, "limit")
		cut, reaches := s.below(limit)
		switch {
		case !reaches && (cut != s || s.Mid < limit):
			t.Fatalf("%+v does not reach below %g and became %+v", s, limit, cut)
		case reaches && !(cut.Low <= cut.Mid && cut.Mid <= cut.High && cut.High <= math.Max(limit, s.High)+1e-3 && cut.Mid <= limit+1e-3):
			t.Fatalf("%+v below %g is %+v", s, limit, cut)
		}
		if far, _ := s.below(s.Mid + 100); math.Abs(far.Mid-s.Mid)+math.Abs(far.Low-s.Low)+math.Abs(far.High-s.High) > 1e-3 {
			t.Fatalf("%+v far below a limit is %+v", s, far)
		}
	})
}

// TestOpenLoadsAreRead: what a system with known steps answers at a rate is read as those steps.
func TestOpenLoadsAreRead(t *testing.T) {
	e := Learn()
	rapid.Check(t, func(t *rapid.T) {
		s := deployed(t, rapid.SampledFrom([]string{"llama-3.1-8b", "qwen2.5-7b", "mixtral-8x7b"}).Draw(t, "model"), "nvidia-h100-sxm", rapid.SampledFrom([]int{2, 4}).Draw(t, "gpus"))
		q := Question{Setup: s, Count: s.GPUs, Load: Open, Input: rapid.Float64Range(50, 3000).Draw(t, "input"), Output: rapid.Float64Range(50, 1000).Draw(t, "output")}
		k, _, err := e.clockFor(&q)
		if err != nil {
			t.Fatal(err)
		}
		most := min(k.holds(q.Input+q.Output/2), k.admits)
		slower := rapid.Float64Range(0.5, 2).Draw(t, "slower")
		rate := rapid.Float64Range(0.05, 0.9).Draw(t, "load") * most / (slower * k.under(most, q.Input, q.Output).seconds)
		o := k.arriving(rate, q.Input, q.Output, slower)
		seen := k.seen(rate, q.Input, q.Output, o.seconds*slower)
		if math.Abs(o.seconds/seen.seconds-1) > 0.01 || math.Abs(seen.batch/o.batch-1) > 0.02 {
			t.Fatalf("steps %.3f times as slow with %.2f under way are read as %.3f times with %.2f", slower, o.batch, o.seconds*slower/seen.seconds, seen.batch)
		}
	})
}
