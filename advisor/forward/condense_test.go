package forward

import (
	"testing"

	"scaleadvise/advisor/catalog"
)

// TestPrecisionOfRuns: a run that states no precision, and beats the peak of the one that its runtime usually
// has, was run in another; one that states it is believed.
func TestPrecisionOfRuns(t *testing.T) {
	h := Hardware{Kind: "cpu", Cores: 4, FP32: 0.8, INT8: 24, BandwidthGBs: 60}
	for _, tt := range []struct {
		stated string
		rate   float64
		want   string
	}{
		{"", 2, precisionFull}, {"", 49, precisionUnstated}, {"fp32", 49, precisionFull}, {"int8", 49, precisionInt8},
	} {
		r := catalog.Forward{Precision: tt.stated, GMACs: 123, Throughput: tt.rate, Mode: catalog.ModeBatch}
		if got := precisionOf(r, h, "pytorch", 1); got != tt.want {
			t.Errorf("%q at %g/s was run in %s, want %s", tt.stated, tt.rate, got, tt.want)
		}
	}
}
