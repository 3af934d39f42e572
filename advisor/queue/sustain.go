package queue

import "math"

// Sustainable is the largest rate, requests per second, at which a share percentile of
// the requests is served within bound seconds; 0 when not even one alone is. Dispersion
// and window are those of Load. Without a bound (+Inf) it is the saturation.
func Sustainable(s Server, dispersion, window, bound, percentile float64) float64 {
	saturation := s.Saturation()
	if !(saturation > 0) || !(bound > 0) || !(percentile > 0 && percentile < 1) {
		return 0
	}
	if math.IsInf(bound, 1) {
		return saturation
	}
	most := 1 - percentile
	over := func(rate float64) float64 {
		r := s.At(Load{Rate: rate, Dispersion: dispersion, Window: window})
		return logRatio(r.Exceeds(bound), most)
	}
	f0 := over(0)
	if f0 > 0 {
		return 0
	}
	rate, _ := crossing(0, saturation, f0, logRatio(1, most), 1e-12*saturation, 1e-7, over)
	return rate
}
