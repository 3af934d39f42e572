package open

import (
	"scaleadvise/advisor/queue"
)

// A low load is a tenth of saturation: enough that a request mostly finds another one's step
// under way, as it does wherever a first token is measured, and too little to wait for more.
const lowLoad = 0.1

// Knee returns the rate, 1/s, at which the mean time to the first token reaches twice its value at
// a low load. Of the load only dispersion and window count.
func (s Serving) Knee(l queue.Load) float64 {
	saturation := s.Saturation()
	if !(saturation > 0) {
		return 0
	}
	first := func(rate float64) float64 {
		l.Rate = rate
		return s.At(l).MeanTTFT
	}
	twice := 2 * first(lowLoad*saturation)
	low, _ := narrow(lowLoad*saturation, saturation*(1-1e-6), 1e-4, func(rate float64) float64 {
		return 1 - first(rate)/twice
	})
	return low
}
