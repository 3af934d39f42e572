package queue

import "math"

// LossesToSurvive returns the smallest k with P(more than k of n instances down) ≤ 1 − target, each down
// with probability 1 − instanceAvailability, independently. ok is false where even k = n − 1 does not
// suffice, and for invalid arguments.
func LossesToSurvive(n int, instanceAvailability, target float64) (k int, ok bool) {
	if n < 1 || !(instanceAvailability >= 0 && instanceAvailability <= 1) || !(target <= 1) {
		return 0, false
	}
	down, up, allowed := 1-instanceAvailability, instanceAvailability, 1-target
	switch {
	case down == 0:
		return 0, true
	case up == 0:
		return n, false
	}
	j, term := farTail(n, down, up, allowed)
	tail := 0.0 // P(at least j down), summed from its smallest terms
	for ; j >= 1; j-- {
		tail += term
		if tail > allowed {
			return j, j < n
		}
		term *= float64(j) / float64(n-j+1) * (up / down)
	}
	return 0, true
}

// farTail returns the largest j whose binomial probability still matters beside what is allowed, and that
// probability. Neighbouring terms follow from the largest by their ratio: computing each by logarithms would
// take longer for a fleet of thousands than solving its queue.
func farTail(n int, down, up, allowed float64) (j int, term float64) {
	const negligible = 1e-20
	j = min(int(float64(n+1)*down), n)
	term = binomial(n, j, down, up)
	for j < n {
		next := term * (float64(n-j) / float64(j+1)) * (down / up)
		if next < negligible*allowed || next == 0 {
			break
		}
		j, term = j+1, next
	}
	return j, term
}

// binomial returns the probability of j among n at probability p, q = 1 − p, both above zero, by
// logarithms.
func binomial(n, j int, p, q float64) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(j + 1))
	c, _ := math.Lgamma(float64(n - j + 1))
	return math.Exp(a - b - c + float64(j)*math.Log(p) + float64(n-j)*math.Log(q))
}
