package step

import "math"

// span is the median of a logarithm and where the central 90 % of it lie, of a law of two normal
// halves.
type span Range

func spanOf(mid, below, above float64) span { return span{mid, mid - below, mid + above} }

// hardly is the share of a law below a limit from which on it is taken not to reach below it.
const hardly = 0.05

// below is the law of what lies below a limit; as it was where hardly any of it does.
func (s span) below(limit float64) (span, bool) {
	share := s.share(limit)
	if share < hardly {
		return s, false
	}
	return span{s.quantile(0.5 * share), s.quantile(0.05 * share), s.quantile(0.95 * share)}, true
}

// share is that of the law below a value.
func (s span) share(v float64) float64 {
	if v == s.Mid {
		return 0.5
	}
	return 0.5 * math.Erfc(-ninety*(v-s.Mid)/s.side(v < s.Mid)/math.Sqrt2)
}

// quantile is the value below which a share of the law lies.
func (s span) quantile(share float64) float64 {
	return s.Mid + s.side(share < 0.5)*math.Sqrt2*math.Erfinv(2*share-1)/ninety
}

// side is how far the central 90 % reach on one side.
func (s span) side(below bool) float64 {
	const least = 1e-9
	if below {
		return max(s.Mid-s.Low, least)
	}
	return max(s.High-s.Mid, least)
}
