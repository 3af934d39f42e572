package loadtest

import (
	"maps"
	"math"
	"slices"
)

// sample counts times in bins of 0.1 %, so that its size does not grow with the requests.
type sample struct {
	bins       map[int]float64
	n, sum, sq float64
	low, high  float64
}

const binWidth = 1e-3

func newSample() *sample { return &sample{bins: map[int]float64{}, low: math.Inf(1)} }

func (s *sample) add(seconds float64) { s.addMany(seconds, 1) }

func (s *sample) addMany(seconds, count float64) {
	if !(seconds > 0 && count > 0) || math.IsInf(seconds*seconds*count, 0) {
		return
	}
	s.bins[int(math.Floor(math.Log(seconds)/binWidth))] += count
	s.n, s.sum, s.sq = s.n+count, s.sum+seconds*count, s.sq+seconds*seconds*count
	s.low, s.high = math.Min(s.low, seconds), math.Max(s.high, seconds)
}

func (s *sample) distribution() Distribution {
	if s.n == 0 {
		return Distribution{}
	}
	mean := s.sum / s.n
	d := Distribution{Mean: mean, SD: math.Sqrt(math.Max(s.sq/s.n-mean*mean, 0)), Min: s.low, Max: s.high}
	keys := slices.Sorted(maps.Keys(s.bins))
	for _, at := range []float64{0.5, 0.9, 0.95, 0.99} {
		seen := 0.0
		for _, k := range keys {
			if seen += s.bins[k]; seen >= at*s.n {
				d = d.with(at, math.Min(math.Max(math.Exp((float64(k)+0.5)*binWidth), s.low), s.high))
				break
			}
		}
	}
	return d
}
