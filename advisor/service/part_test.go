package service

import (
	"math"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/stat"
)

var oneInstance = regexp.MustCompile(`MIG_1x(\d+g\.\d+gb)`)

// MLPerf's runs on one MIG instance keep to what the whole accelerator makes of its share.
func TestPartAgainstMLPerf(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	var rates, times []float64
	for _, m := range c.Models() {
		all := c.MeasurementsOf(m.ID)
		for _, part := range all {
			found := oneInstance.FindStringSubmatch(part.System)
			if !part.MIG || found == nil || part.OfflineQPS == 0 {
				continue
			}
			a, ok := c.Accelerator(part.Accelerator + ":" + found[1])
			var qps, alone []float64
			for _, w := range all {
				if !w.MIG && w.Accelerator == part.Accelerator && w.Precision == part.Precision && w.Round == part.Round && w.Count > 0 && w.OfflineQPS > 0 {
					qps = append(qps, w.PerAccelerator())
					if w.SingleP90MS > 0 {
						alone = append(alone, w.SingleP90MS/1e3)
					}
				}
			}
			if !ok || len(qps) == 0 {
				continue
			}
			const batch = 64
			x := stat.Median(qps)
			one := 1 / x
			if len(alone) > 0 {
				one = stat.Median(alone)
			}
			beta := math.Max(batch/x-one, 0) / (batch - 1)
			whole := Model{Basis: Measured, Alpha: math.Max(batch/x-batch*beta, 0), Beta: beta, MaxBatch: batch, Concurrency: 1, SpreadLow: 1, SpreadHigh: 1}
			on := whole.OnPart(a.Part.Compute, false, 0)
			rates = append(rates, part.OfflineQPS/on.Saturation())
			if len(alone) > 0 && part.SingleP90MS > 0 {
				times = append(times, part.SingleP90MS/1e3/on.Alone())
			}
		}
	}
	for _, what := range []struct {
		name        string
		v           []float64
		median, p90 float64
	}{{"rate", rates, 1.03, 1.15}, {"time alone", times, 1.15, 3}} {
		slices.Sort(what.v)
		middle, low, high := stat.Median(what.v), what.v[len(what.v)/20], what.v[len(what.v)-1-len(what.v)/20]
		t.Logf("%s: %d runs, measured over reckoned %.2f (%.2f to %.2f)", what.name, len(what.v), middle, low, high)
		if len(what.v) < 20 || middle > what.median || middle < 1/what.median || high > what.p90 || low < 1/what.p90 {
			t.Errorf("%s: %.2f (%.2f to %.2f)", what.name, middle, low, high)
		}
	}
}

// A part is never faster than the whole, never slower than its share of it allows, and more
// of it is never slower.
func TestPartsKeepOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := Model{Basis: Measured, Alpha: rapid.Float64Range(0, 0.1).Draw(t, "alpha"), Beta: rapid.Float64Range(1e-6, 0.1).Draw(t, "beta"),
			MaxBatch: rapid.IntRange(1, 128).Draw(t, "batch"), Concurrency: 1, SpreadLow: 0.8, SpreadHigh: 1.2}
		share := rapid.Float64Range(0.01, 0.9).Draw(t, "share")
		sliced := rapid.Bool().Draw(t, "sliced")
		part, more := whole.OnPart(share, sliced, 0), whole.OnPart(math.Min(share*1.1, 1), sliced, 0)
		const eps = 1 + 1e-9
		switch {
		case part.Saturation() > whole.Saturation()*eps || part.Alone()*eps < whole.Alone():
			t.Fatalf("the part is faster than the whole: %+v of %+v", part, whole)
		case part.Saturation() > more.Saturation()*eps || more.Alone() > part.Alone()*eps:
			t.Fatalf("a larger part is slower: %+v, %+v", part, more)
		case part.Saturation()*part.SpreadHigh > whole.Saturation()*whole.SpreadHigh*eps:
			t.Fatalf("the range of the part exceeds that of the whole: %+v of %+v", part, whole)
		}
	})
}
