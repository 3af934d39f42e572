package llm

import (
	"math"

	"scaleadvise.dev/scaleadvise/advisor/queue"
)

// Bounds are what requests are promised, s; 0 is no bound. TTFT and TPOT hold for the share
// Percentile of the requests, E2E for E2EPercentile.
type Bounds struct {
	TTFT, TPOT, E2E           float64
	Percentile, E2EPercentile float64
}

// What limits a rate.
const (
	ByTTFT       = "ttft"
	ByTPOT       = "tpot"
	ByE2E        = "latency"
	BySaturation = "saturation"
)

// Kept reports whether an answer keeps the bounds.
func (b Bounds) Kept(a Answer) bool {
	over, _ := b.over(a)
	return over <= 0
}

// over is the logarithm of the time that exceeds its bound most over that bound, and which
// it is; below 0 where all are kept.
func (b Bounds) over(a Answer) (float64, string) {
	worst, which := math.Inf(-1), BySaturation
	hold := func(name string, took func(float64) float64, percentile, bound float64) {
		if bound <= 0 {
			return
		}
		if v := math.Log(took(percentile) / bound); v > worst {
			worst, which = v, name
		}
	}
	hold(ByTTFT, a.TTFT, b.Percentile, b.TTFT)
	hold(ByTPOT, a.TPOT, b.Percentile, b.TPOT)
	hold(ByE2E, a.Quantile, b.E2EPercentile, b.E2E)
	return worst, which
}

// Sustainable is the largest rate, 1/s, at which requests that arrive as the load says (its
// Rate is not read) keep the bounds, to within a part in ten thousand on the safe side, and
// what limits it. It is 0 where one request alone breaks a bound.
func (r Replicas) Sustainable(l queue.Load, b Bounds, lengths Lengths) (qps float64, limiting string) {
	d, ok := r.demandOf(lengths)
	if !ok || r.N < 1 {
		return 0, BySaturation
	}
	answer := func(rate float64) Answer {
		l.Rate = rate
		return d.answer(r.stream(l))
	}
	if over, which := b.over(answer(0)); over > 0 {
		return 0, which
	}
	most := float64(r.N) * d.saturation
	const tight, far = 1e-4, 4
	if over, _ := b.over(answer(most * (1 - tight))); !(over > 0) {
		return most, BySaturation
	}
	spare := func(rate float64) float64 {
		over, which := b.over(answer(rate))
		if over > 0 {
			limiting = which
		}
		return -math.Min(over, far) // the law of false position has no use for infinities
	}
	return narrowTo(0, most*(1-tight), tight, spare) * (1 - tight), limiting
}

// Knee is the rate, 1/s, at which the mean time to the first token is twice that of a request
// alone (the usual definition); it lies below saturation, where that time has no end.
func (r Replicas) Knee(l queue.Load, lengths Lengths) float64 {
	d, ok := r.demandOf(lengths)
	if !ok || r.N < 1 {
		return 0
	}
	first := func(rate float64) float64 {
		l.Rate = rate
		return d.answer(r.stream(l)).MeanTTFT
	}
	alone := first(0)
	return narrowTo(0, float64(r.N)*d.saturation*(1-1e-9), 1e-4, func(rate float64) float64 {
		return math.Max(2*alone-first(rate), -4*alone)
	})
}

// Concurrency is the most requests under way at which even a machine that is never idle keeps
// the bound on the time per output token, at most those that it takes; 1 where not even two
// do. Fewer requests at once make each token come sooner and the others wait longer for their
// first one.
func (m Machine) Concurrency(b Bounds, lengths Lengths) float64 {
	most := m.limit()
	if b.TPOT <= 0 || m.tokenTime(most, b, lengths) <= b.TPOT {
		return most
	}
	low, high := 1.0, most
	for high-low > 1 {
		middle := math.Floor((low + high) / 2)
		if m.tokenTime(middle, b, lengths) <= b.TPOT {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// tokenTime is the time per output token of a machine that is full of so many requests.
func (m Machine) tokenTime(requests float64, b Bounds, lengths Lengths) float64 {
	m.MaxRequests = requests
	d, ok := m.demandOf(lengths)
	if !ok {
		return math.Inf(1)
	}
	return d.overloaded(1).TPOT(b.Percentile)
}
