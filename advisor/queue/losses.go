package queue

import "math"

// LossesToSurvive is the smallest k with P(more than k of n instances down) ≤ 1 − target,
// each down with probability 1 − instanceAvailability, independently. ok is false where
// even k = n − 1 does not do, and for arguments that make no sense.
func LossesToSurvive(n int, instanceAvailability, target float64) (k int, ok bool) {
	if n < 1 || !(instanceAvailability >= 0 && instanceAvailability <= 1) || !(target <= 1) {
		return 0, false
	}
	allowed := 1 - target
	tail := 0.0 // P(more than k down), summed from its smallest terms
	k = n
	for j := n; j >= 1; j-- {
		tail += binomial(n, j, 1-instanceAvailability, instanceAvailability)
		if tail > allowed {
			return j, j < n
		}
		k = j - 1
	}
	return k, true
}

// binomial is the probability of j among n at probability p, q = 1 − p, by logarithms.
func binomial(n, j int, p, q float64) float64 {
	switch {
	case p <= 0:
		if j == 0 {
			return 1
		}
		return 0
	case q <= 0:
		if j == n {
			return 1
		}
		return 0
	}
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(j + 1))
	c, _ := math.Lgamma(float64(n - j + 1))
	return math.Exp(a - b - c + float64(j)*math.Log(p) + float64(n-j)*math.Log(q))
}
