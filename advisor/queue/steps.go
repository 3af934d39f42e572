package queue

// steps are times of a step by the size of its batch, in units of a full step.
type steps struct {
	alpha, beta float64 // alpha + beta·full = 1
	full        int     // the largest batch
	cv2         float64 // squared coefficient of variation of a step's time
}

// time returns the mean time of a step that starts with q waiting.
func (s steps) time(q int) float64 { return s.alpha + s.beta*float64(min(q, s.full)) }

// arrivals returns the law of the number of requests that arrive during a step of the given
// mean time. Gamma step times mix Poisson counts to negative binomial ones exactly; over
// clusters the variance is matched.
func (s steps) arrivals(rate, dispersion, time float64) counts {
	mean := rate * time
	return counts{mean, dispersion + s.cv2*mean}
}

// balance returns the queue length at which as many requests arrive in a step as it takes,
// and the share of a deviation from it that outlives one step.
func (s steps) balance(rate float64) (length, persistence float64) {
	persistence = rate * s.beta
	return rate * s.alpha / (1 - persistence), persistence
}
