package serve

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestWorkBesideTheAccelerator: what a request takes of the machine is in every latency, leaves as much
// less of the bound to the queue, and takes nothing of saturation; a bound that it takes whole is not kept.
func TestWorkBesideTheAccelerator(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bound := rapid.IntRange(40, 400).Draw(t, "bound, ms")
		work := rapid.IntRange(1, bound-1).Draw(t, "work, ms")
		of := func(bound, work int) *Server {
			s := serversOf(t, map[string]string{"qps": "1", "gpu": "l4", "model": "resnet50", "p99": fmt.Sprintf("%dms", bound), "host_time": fmt.Sprintf("%dms", work)})
			return s.Of(s.base.Hardware, s.offers.Variants(s.base.Accelerator, false)[0])
		}
		with, without, shorter := of(bound, work), of(bound, 0), of(bound-work, 0)
		extra := float64(work) / 1e3
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(math.Abs(a), 1) }
		if !near(with.Alone, without.Alone+extra) || with.Saturation(1) != without.Saturation(1) {
			t.Fatalf("alone %g s and %g s, saturation %g/s and %g/s", with.Alone, without.Alone, with.Saturation(1), without.Saturation(1))
		}
		rate := 0.5 * without.Saturation(1)
		a, b := with.At(1, rate), without.At(1, rate)
		if !near(a.P50, b.P50+extra) || !near(a.P99, b.P99+extra) || !near(a.Latency, b.Latency+extra) || a.WaitP99 != b.WaitP99 {
			t.Fatalf("%+v\n%+v", a, b)
		}
		if !near(with.Sustainable(1), shorter.Sustainable(1)) {
			t.Fatalf("sustains %g/s; %g/s with %d ms less of a bound", with.Sustainable(1), shorter.Sustainable(1), work)
		}
		if r := of(bound, bound+1); r.Excuse == nil || r.Sustainable(1) > 0 {
			t.Fatalf("a bound of %d ms holds with %d ms of the machine's work at %g/s", bound, bound+1, r.Sustainable(1))
		}
	})
}
