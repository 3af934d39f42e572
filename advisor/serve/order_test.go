package serve

import (
	"testing"

	"scaleadvise/advisor/offer"
)

// TestGivenServicesKeepTheOrder: a service that was measured on one accelerator is carried
// over to another of its vendor within what their figures allow.
func TestGivenServicesKeepTheOrder(t *testing.T) {
	for _, c := range []struct {
		from, to  string
		low, high float64 // of the rate, over what was measured
		widest    float64 // high end over low end
	}{
		{"nvidia-a100-sxm-80gb", "nvidia-a100-sxm-40gb", 0.7, 1, 2.2},
		{"nvidia-a100-sxm-40gb", "nvidia-a100-sxm-80gb", 1, 1.35, 1.7},
		{"nvidia-h100-sxm", "nvidia-h200", 1, 1.5, 2},
		{"nvidia-t4", "nvidia-l4", 0.9, 4.2, 6},
		{"nvidia-t4", "nvidia-b200", 8, 35, 8}, // what the one ran, the other did not: compared by parts that ran both
	} {
		s := serversOf(t, map[string]string{"qps": "1", "gpu": c.from, "replica_qps": "900", "service_time": "5ms", "p99": "100ms"})
		a, ok := s.offers.Catalog.Accelerator(c.to)
		if !ok {
			t.Fatalf("no %s", c.to)
		}
		r := s.Of(offer.Hardware{Accelerator: a, PerReplica: 1}, s.offers.Variants(a, false)[0])
		low, high := r.Spread()
		share := r.Saturation(1) / 900
		if share < c.low*0.999 || share > c.high*1.001 || high/low > c.widest {
			t.Errorf("%s to %s: %.3g of the rate, %.3g to %.3g of that", c.from, c.to, share, low, high)
		}
	}
}
