package stat

import (
	"cmp"
	"math"
	"slices"
)

// Quantile returns the value below which the fraction p of sorted lies: the linear
// interpolation between the order statistics around (n−1)p (Hyndman and Fan 1996,
// type 7). p is clamped to 0..1. 0 for an empty slice: no NaN leaves this package.
func Quantile(sorted []float64, p float64) float64 {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	at := float64(n-1) * math.Min(math.Max(p, 0), 1)
	below := int(at)
	if below == n-1 {
		return sorted[n-1]
	}
	low, high := sorted[below], sorted[below+1]
	return low + (at-float64(below))*(high-low)
}

// Median returns the quantile at one half of values in any order, which stay as they
// are. 0 for an empty slice.
func Median(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return Quantile(sorted, 0.5)
}

// WeightedMedian returns the value that half of the weight lies on either side of; where a value
// ends at just one half, the middle between it and the next. With equal weights it is Median.
// 0 for an empty slice.
func WeightedMedian(values, weights []float64) float64 {
	order, total := make([]int, len(values)), 0.0
	for i := range values {
		order[i] = i
		total += weights[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	below := 0.0
	for k, i := range order {
		below += weights[i]
		switch rest := below - total/2; {
		case k == len(order)-1 || rest > 1e-12*total:
			return values[i]
		case rest > -1e-12*total:
			return (values[i] + values[order[k+1]]) / 2
		}
	}
	return 0
}
