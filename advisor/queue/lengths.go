package queue

import "math"

// lengths is the stationary distribution of the queue length at the starts of steps:
// from q the server takes min(q, full), and the next length is what it leaves and what
// arrives meanwhile (Neuts, A general class of bulk queues with Poisson input, Ann. Math.
// Stat. 1967; Inoue, Queueing analysis of GPU-based inference servers with dynamic
// batching, Perform. Eval. 2021).
type lengths struct {
	steps
	solution   uint64  // tells one solution from another
	rate       float64 // requests per full step, below full
	dispersion float64 // of arrivals, ≥ 1
	idle       float64 // probability of an empty queue

	// low stands for the lengths from 1 to full−1, high for those from full on, each at a
	// few points: sums of smooth functions need no more.
	low, high []point

	over  []float64 // the probability of full, full+1, …
	rest  float64   // of all lengths beyond
	decay float64   // what it falls by from one of those to the next
}

// point is a queue length, its probability, and that of the lengths that it stands for.
type point struct {
	length  int
	p, mass float64
}

// law returns the arrivals of a step that starts with q waiting.
func (l *lengths) law(q int) counts {
	return l.arrivals(l.rate, l.dispersion, l.time(q))
}

// spill returns the mean of what full batches leave waiting.
func (l *lengths) spill() float64 {
	mean := 0.0
	for i, p := range l.over {
		mean += p * float64(i)
	}
	if l.rest > 0 {
		mean += l.rest * (float64(len(l.over)) + l.decay/(1-l.decay))
	}
	return mean
}

// crowded returns the probability of a full batch.
func (l *lengths) crowded() float64 {
	sum := l.rest
	for _, p := range l.over {
		sum += p
	}
	return sum
}

// batches sums the n-th power of the batch taken over the stationary distribution.
func (l *lengths) batches(n float64) float64 {
	sum := l.crowded() * math.Pow(float64(l.full), n)
	for _, p := range l.low {
		sum += p.mass * math.Pow(float64(p.length), n)
	}
	return sum
}

// busy sums the n-th power of the time worked per length.
func (l *lengths) busy(n float64) float64 {
	sum := l.crowded()
	for _, p := range l.low {
		sum += p.mass * math.Pow(l.time(p.length), n)
	}
	return sum
}

// pause returns the mean rest of an idle server, until the next cluster, in full steps.
func (l *lengths) pause() float64 {
	excess := l.dispersion - 1
	if excess < 1e-9 {
		return 1 / l.rate
	}
	return excess / math.Log1p(excess) / l.rate
}

// horizon returns how many full steps a wait is followed before its tail is taken as the exponential that it
// tends to. The next term dies as exp(−√(2π·full/d)) per step: it is the next root of z^full = E z^arrivals
// near saturation. A large cluster must be served as well. Where step times vary, the ages follow only the
// last of them exactly, so that the exponential is the better guide the more of them make up a wait.
func (l *lengths) horizon() float64 {
	full := float64(l.full)
	cluster := math.Min(100, 27*(l.dispersion-1)/full)
	if l.cv2 > 0 {
		spare := 1 - l.rate/full
		return 2 + (3+cluster)*spare*spare
	}
	return 2 + cluster + math.Min(10, 25/math.Sqrt(2*math.Pi*full/l.dispersion))
}

// slope returns the rate at which the tails of wait and sojourn fall, per full step: what
// keeps the n-th arrival waiting keeps λ(z−1) in balance (the queue's decay seen through
// Poisson clusters).
func (l *lengths) slope() float64 {
	e := 1/l.decay - 1
	return counts{l.rate, l.dispersion}.growth(e)
}
