package forecast

import (
	"math"
	"slices"
)

// PeakSpread returns the central 90 % of the logarithm of a week's peak over an ordinary week's,
// growth taken out: a Student's interval over the weeks that were seen. Zero with fewer than
// three.
func PeakSpread(h History) (low, high float64) {
	per := h.perDay()
	if per == 0 {
		return 0, 0
	}
	if shift, found := h.FindShift(); found {
		h.Values = shift.Leveled(h.Values, shift.Steps)
	}
	g, _ := FitGrowth(h.Daily())
	if !g.Told() {
		g = Growth{}
	}
	var peaks []float64
	for end := len(h.Values); end >= 7*per; end -= 7 * per {
		top := 0.0
		for _, v := range h.Values[end-7*per : end] {
			top = math.Max(top, v) // NaN is no peak
		}
		if top > 0 {
			peaks = append(peaks, math.Log(top/g.Factor(float64(end-len(h.Values))/float64(per))))
		}
	}
	n := len(peaks)
	if n < 3 {
		return 0, 0
	}
	slices.Sort(peaks)
	mean, square := 0.0, 0.0
	for _, v := range peaks {
		mean += v / float64(n)
	}
	for _, v := range peaks {
		square += (v - mean) * (v - mean)
	}
	reach := student95[min(n-1, len(student95)-1)] * math.Sqrt(square/float64(n-1)*(1+1/float64(n)))
	return -reach, reach
}

// student95 is the 95th percentile of Student's distribution by degrees of freedom; the last
// is that of the normal (Abramowitz and Stegun, table 26.10).
var student95 = []float64{math.Inf(1), 6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.645}
