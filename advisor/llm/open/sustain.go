package open

import (
	"math"

	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/queue"
)

// Bounds are the promised latencies, s; 0 is no bound. TTFT and TPOT hold for the share Percentile of the
// requests, E2E for the share E2EPercentile; a share of 0 stands for 0.99.
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

// bound is one of the bounds: the share of late requests that it allows.
type bound struct {
	name   string
	s      float64
	late   float64
	lawful func(Answer) mixture
}

// each are the bounds that are given.
func (b Bounds) each() []bound {
	all := make([]bound, 0, 3)
	add := func(name string, s, percentile float64, law func(Answer) mixture) {
		if s > 0 {
			all = append(all, bound{name, s, 1 - shareOf(percentile), law})
		}
	}
	add(ByTTFT, b.TTFT, b.Percentile, Answer.toFirst)
	add(ByTPOT, b.TPOT, b.Percentile, Answer.perToken)
	add(ByE2E, b.E2E, b.E2EPercentile, Answer.toLast)
	return all
}

// shareOf is a percentile, or the usual one.
func shareOf(percentile float64) float64 {
	if percentile > 0 && percentile < 1 {
		return percentile
	}
	return 0.99
}

// Kept reports whether an answer keeps the bounds.
func (b Bounds) Kept(a Answer) bool {
	over, _ := over(b.each(), a)
	return over <= 0
}

// leastOver is where it no longer matters how few are late.
const leastOver = -10

// over is by how much the bound that is missed most is missed, and which it is: the logarithm
// of the share of late requests over what is allowed, bounded from below. Below 0 all are kept.
func over(bounds []bound, a Answer) (worst float64, name string) {
	worst, name = leastOver, BySaturation
	for i, b := range bounds {
		v := math.Inf(1)
		if a.d != nil && (a.Stable || b.name == ByTPOT) {
			v = math.Max(leastOver, math.Log(b.lawful(a).exceeds(b.s)/b.late))
		}
		if v > worst || i == 0 {
			worst, name = v, b.name
		}
	}
	return worst, name
}

// lower are the parts of a rate at which bounds must be kept, too.
var lower = [...]float64{0.05, 0.3, 0.7, 0.93}

// Sustainable returns the rate, 1/s, up to which requests with the load's dispersion (its Rate is not read)
// keep the bounds, to within 0.01 % on the safe side, and what limits it. It is 0 where one request alone
// breaks a bound.
func (s Serving) Sustainable(l queue.Load, b Bounds) (qps float64, limiting string) {
	saturation, bounds := s.Saturation(), b.each()
	if !(saturation > 0) || len(bounds) == 0 {
		return saturation, BySaturation
	}
	limiting = BySaturation
	missed := func(rate float64) float64 {
		l.Rate = rate
		v, name := over(bounds, s.At(l))
		if v > 0 {
			limiting = name
		}
		return v
	}
	const fine = 1e-4
	kept := func(rate float64) float64 { return -missed(rate) }
	low, _ := narrow(0, saturation*(1-fine), fine, kept)
	below := 0.0
	for _, part := range lower { // laws of two moments may fall where the load rises
		if rate := part * low; missed(rate) > 0 {
			low, _ = narrow(below, rate, fine, kept)
			break
		}
		below = part * low
	}
	if limiting == BySaturation {
		return saturation, BySaturation
	}
	return low, limiting
}

// Sustains reports whether bounds are kept at the rate of a load and below, checking fractions of the rate
// as Sustainable does.
func (s Serving) Sustains(l queue.Load, b Bounds) bool {
	if !b.Kept(s.At(l)) {
		return false
	}
	rate := l.Rate
	for _, part := range lower {
		if l.Rate = part * rate; !b.Kept(s.At(l)) {
			return false
		}
	}
	return true
}

// Concurrency returns the most running requests with which even a machine that is never idle keeps the bound
// on the time per output token, at most its limit; 1 where not even two do. With fewer running requests each
// token comes sooner, and waiting requests get their first one later.
func (m Machine) Concurrency(b Bounds, lengths llm.Lengths) float64 {
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

// tokenTime is the time per output token of a machine that decodes these requests at all times.
func (m Machine) tokenTime(requests float64, b Bounds, lengths llm.Lengths) float64 {
	m.MaxRequests = requests
	d, ok := m.demandOf(lengths)
	if !ok {
		return math.Inf(1)
	}
	return d.overloaded(1).TPOT(shareOf(b.Percentile))
}
