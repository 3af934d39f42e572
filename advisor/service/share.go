package service

import (
	"math"

	"scaleadvise.dev/scaleadvise/advisor/catalog"
)

// shareOf is the share of saturation that the accelerator sustains under the bound, with
// its central 90 % as log ratios below and above: measured where the benchmark's Server
// runs reached their limit.
func shareOf(c *catalog.Catalog, a catalog.Aggregate, m *Model, bound float64) (share, low, high float64) {
	if a.ServerShare > 0 {
		return math.Min(a.ServerShare, 1), 0.06, 0.04
	}
	m.Warnings = append(m.Warnings, "no run at the limit of a latency bound was measured: taken from the usual share of saturation")
	return 0.9, 0.2, 0.08
}
