package service

import (
	"math"

	"scaleadvise/advisor/kriging"
)

// krige predicts the value at q from the cells. mean is the prior mean of value less slope.
// With no cell the answer is the prior.
func krige(k kernel, cells []*cell, mean float64, q *cell) (value, variance float64) {
	values, covariances := make([]float64, len(cells)), make([]float64, len(cells))
	for i, c := range cells {
		values[i] = c.value - k.slope(c) - mean
		covariances[i] = k.between(c, q)
	}
	p := kriging.Condition(values, func(i, j int) float64 { return covariance(k, cells[i], cells[j]) })
	value = mean + k.slope(q) + p.Mean(covariances)
	return value, math.Max(0, k.between(q, q)-p.Explained(covariances))
}

// covariance is that of two measured values, with the noise of one and the same.
func covariance(k kernel, a, b *cell) float64 {
	if a == b {
		return k.between(a, a) + k.noise(a)
	}
	return k.between(a, b)
}
