package workload

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestDataLaws: data change without a jump, never beyond what they began with and what comes in within
// the retention, and are as much as was asked about on the day that Fills gives.
func TestDataLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Data{
			Size: rapid.Float64Range(0, 1e13).Draw(t, "size"), Growth: rapid.Float64Range(0, 1e6).Draw(t, "growth"),
			Retention: rapid.SampledFrom([]float64{0, 86400, 3e7}).Draw(t, "retention"),
		}
		at := rapid.Float64Range(0, 1e8).Draw(t, "at")
		if step := math.Abs(d.At(at+1) - d.At(at)); step > d.Growth+d.Size/86400+1 {
			t.Fatalf("%+v jumps by %g B within a second", d, step)
		}
		if most := math.Max(d.Size, d.Growth*d.Retention); d.Retention > 0 && d.Growth > 0 && d.At(at) > most*(1+1e-9) {
			t.Fatalf("%+v holds %g B, more than %g", d, d.At(at), most)
		}
		bytes := rapid.Float64Range(1, 1e14).Draw(t, "bytes")
		switch seconds, ok := d.Fills(bytes); {
		case ok && math.Abs(d.At(seconds)/bytes-1) > 1e-6:
			t.Fatalf("%+v holds %g B, not %g", d, d.At(seconds), bytes)
		case !ok && d.Size <= bytes && d.At(at) > bytes*(1+1e-9):
			t.Fatalf("%+v never holds %g B, and %g then", d, bytes, d.At(at))
		}
	})
}
