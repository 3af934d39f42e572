package serve

import (
	"math"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// leeway is how far a transferred rate may lie outside what the figures of two accelerators of one vendor
// allow, as a factor: software uses one better than another.
const leeway = 1.25

// inOrder keeps a transferred service in the order of the accelerators: beside one
// of the same vendor where it was measured it is slower by no more than its weakest figure
// is, and faster by no more than its strongest. moved reports whether that changed anything.
func (s *Servers) inOrder(a catalog.Accelerator, m service.Model) (held service.Model, moved bool) {
	held = m
	for _, own := range s.own() {
		b, ok := s.offers.Accelerator(own.Accelerator)
		low, high := between(a, b)
		if !ok || own.QPS <= 0 || b.Vendor != a.Vendor || b.CPU || low == 0 {
			continue
		}
		rate := held.Saturation()
		if to := math.Min(math.Max(rate, own.QPS*low), own.QPS*high); to != rate {
			held, moved = held.Faster(unit.Exact(to/rate)), true
			rate = to
		}
		least, most := math.Min(own.QPS*low/leeway/rate, 1), math.Max(own.QPS*high*leeway/rate, 1)
		if low >= 1 {
			least = math.Min(own.QPS*low/rate, 1) // it is better in every way
		}
		if held.SpreadLow < least || held.SpreadHigh > most {
			held.SpreadLow, held.SpreadHigh, moved = math.Max(held.SpreadLow, least), math.Min(held.SpreadHigh, most), true
		}
	}
	return held, moved
}

// between returns the smallest and the largest of one accelerator's figures over another's: not
// above 1 and not below it, for work that waits for neither gains and loses nothing. 0 where
// nothing is known.
func between(a, b catalog.Accelerator) (low, high float64) {
	for _, pair := range [][2]float64{
		{max(a.FP16TFLOPS, a.BF16TFLOPS), max(b.FP16TFLOPS, b.BF16TFLOPS)}, {a.BandwidthGBs, b.BandwidthGBs}, {a.FP32TFLOPS, b.FP32TFLOPS}, {a.INT8TOPS, b.INT8TOPS},
	} {
		if pair[0] <= 0 || pair[1] <= 0 {
			continue
		}
		if low == 0 {
			low, high = 1, 1
		}
		low, high = math.Min(low, pair[0]/pair[1]), math.Max(high, pair[0]/pair[1])
	}
	return low, high
}
