package prom

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// Histogram is a distribution in buckets, classic (bounds from the label le) or native
// (bounds that grow by a factor).
type Histogram struct {
	Count, Sum float64
	Native     bool
	Buckets    []Bucket // in rising order

	tilt      float64 // how fast their density falls within a bucket, over the unit of the values; 0: it does not
	lognormal bool    // within buckets that have both neighbours
}

// Bucket counts what lies above Low and at or below High.
type Bucket struct{ Low, High, Count float64 }

// Quantile returns the value below which the share p of the observations lies: linear within a classic
// bucket and geometric within a native one, as the documentation of Prometheus' histogram_quantile has it. A
// quantile beyond the last bound is returned as that bound. NaN without observations.
func (h Histogram) Quantile(p float64) float64 {
	total := 0.0
	for _, b := range h.Buckets {
		total += b.Count
	}
	if !(total > 0) {
		return math.NaN()
	}
	rank, before := p*total, 0.0
	for _, b := range h.Buckets {
		if b.Count > 0 && before+b.Count >= rank {
			if low, high, ok := h.scores(b, before/total, (before+b.Count)/total); ok {
				return logBetween(b, low, high, score(p))
			}
			return h.within(b, (rank-before)/b.Count)
		}
		before += b.Count
	}
	return h.last()
}

// Cut reports whether the quantile lies beyond the last bound, so that it is only known to be
// larger.
func (h Histogram) Cut(p float64) bool {
	if len(h.Buckets) == 0 {
		return false
	}
	last := h.Buckets[len(h.Buckets)-1]
	return math.IsInf(last.High, 1) && last.Count > 0 && h.Quantile(p) == last.Low
}

// Mean returns the mean of the observations; NaN without any.
func (h Histogram) Mean() float64 { return h.Sum / h.Count }

// What a distribution must show before its variation is read from it.
const (
	leastSpread = 3    // buckets that hold something
	something   = 0.02 // of all
	mostBeyond  = 0.01 // share that may lie beyond the last bound
)

// Variation returns the coefficient of variation, observations spread evenly within their buckets.
// ok is false where the buckets are too coarse to show one, or too much lies beyond the last.
func (h Histogram) Variation() (cv float64, ok bool) {
	var total, mean, square, beyond float64
	filled := 0
	for _, b := range h.Buckets {
		low, high := math.Max(b.Low, 0), b.High
		if math.IsInf(high, 1) {
			high, beyond = low, b.Count
		}
		total += b.Count
		mean += b.Count * (low + high) / 2
		square += b.Count * (low*low + low*high + high*high) / 3
	}
	for _, b := range h.Buckets {
		if b.Count > something*total {
			filled++
		}
	}
	if !(mean > 0) || filled < leastSpread || beyond > mostBeyond*total {
		return 0, false
	}
	mean /= total
	return math.Sqrt(math.Max(square/total-mean*mean, 0)) / mean, true
}

// bucket is the one in which a quantile lies, whatever the distribution within it.
func (h Histogram) bucket(p float64) Bucket {
	total, below := 0.0, 0.0
	for _, b := range h.Buckets {
		total += b.Count
	}
	for _, b := range h.Buckets {
		if below += b.Count; b.Count > 0 && below >= p*total {
			b.Low = math.Max(b.Low, 0)
			return b
		}
	}
	return Bucket{}
}

func (h Histogram) last() float64 {
	if n := len(h.Buckets); n > 0 {
		return h.within(h.Buckets[n-1], 1)
	}
	return math.NaN()
}

// within is the value at a share of a bucket's observations.
func (h Histogram) within(b Bucket, share float64) float64 {
	share = math.Min(math.Max(share, 0), 1)
	switch {
	case math.IsInf(b.High, 1):
		return b.Low
	case math.IsInf(b.Low, -1):
		return b.High
	case h.Native && b.Low > 0:
		return b.Low * math.Pow(b.High/b.Low, share)
	}
	return b.Low + (b.High-b.Low)*tilted(share, h.tilt*(b.High-b.Low))
}

// mostTilt bounds how much denser observations may lie at one end of the widest bucket than at the
// other, by the logarithm.
const mostTilt = 12.0

// withMean lets the observations lie within their buckets as a lognormal passes through them, which times
// and lengths mostly are, and so that their mean is the one that is known exactly, from the sum over the
// count: coarse buckets alone leave both open. What no lognormal settles, a bucket that begins at zero
// or holds the last observation, has of all densities with that mean the one of the largest entropy
// (Jaynes, Phys. Rev. 106 (1957)): exponential, at one rate in all of them. Where the lognormal misses
// the mean, all buckets have that. What lies beyond the last bound is taken to lie at it, unless the mean
// shows how far beyond.
func (h Histogram) withMean(mean float64) Histogram {
	if h.Native || !(mean > 0) {
		return h
	}
	curved := h
	curved.lognormal = true
	if far := curved.beyond(mean); far >= 0 && far <= mostFar {
		return curved
	}
	if through, ok := curved.tiltedTo(mean); ok {
		return through
	}
	if got := curved.meanWithin(); math.Abs(got/mean-1) < nearMean {
		return curved
	}
	if through, ok := h.tiltedTo(mean); ok {
		return through
	}
	return h // a mean that nothing explains
}

// mostFar is how far beyond the last bound what lies there may lie on average, over the bound.
const mostFar = 1.0

// beyond is how far beyond the last bound, over it, what lies there must lie on average for the mean to be the
// given one; negative where nothing lies there.
func (h Histogram) beyond(mean float64) float64 {
	var last Bucket
	total := 0.0
	for _, last = range h.Buckets {
		total += last.Count
	}
	if !math.IsInf(last.High, 1) || !(last.Count > mostBeyond*total) || !(last.Low > 0) {
		return -1
	}
	return (mean - h.meanWithin()) * total / last.Count / last.Low
}

// nearMean is how far the mean of a distribution through buckets may lie off the known one.
const nearMean = 0.03

// tiltedTo finds the tilt with which the mean is the given one; ok is false where none has it.
func (h Histogram) tiltedTo(mean float64) (through Histogram, ok bool) {
	widest := 0.0
	for _, b := range h.Buckets {
		if w := b.High - b.Low; b.Count > 0 && !math.IsInf(w, 0) {
			widest = math.Max(widest, w)
		}
	}
	if widest == 0 {
		return h, false
	}
	low, high := h, h
	low.tilt, high.tilt = mostTilt/widest, -mostTilt/widest
	if !(mean >= low.meanWithin() && mean <= high.meanWithin()) {
		return h, false
	}
	steep, flat := low.tilt, high.tilt
	for range 60 {
		h.tilt = (steep + flat) / 2
		if h.meanWithin() > mean {
			flat = h.tilt
		} else {
			steep = h.tilt
		}
	}
	return h, true
}

// score is the quantile of the standard normal distribution.
func score(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// scores are those of the shares below a bucket's ends; ok is false where no lognormal is drawn between
// them.
func (h Histogram) scores(b Bucket, below, upTo float64) (low, high float64, ok bool) {
	if !h.lognormal || !(b.Low > 0) || math.IsInf(b.High, 1) || !(below > 0) || !(upTo < 1) {
		return 0, 0, false
	}
	return score(below), score(upTo), true
}

// logBetween is the value at a score within a bucket whose ends have two others.
func logBetween(b Bucket, low, high, at float64) float64 {
	return b.Low * math.Pow(b.High/b.Low, math.Min(math.Max((at-low)/(high-low), 0), 1))
}

// straight is below which tilt over a bucket its density counts as even.
const straight = 1e-6

// tilted is the place within a bucket, from 0 to 1, below which a share of its observations lies, where
// their density falls by exp(−tilt) from one end to the other.
func tilted(share, tilt float64) float64 {
	if math.Abs(tilt) < straight {
		return share
	}
	return math.Min(math.Max(-math.Log1p(share*math.Expm1(-tilt))/tilt, 0), 1)
}

// meanWithin is the mean of the observations as they lie within their buckets.
func (h Histogram) meanWithin() float64 {
	total, sum, n := 0.0, 0.0, 0.0
	for _, b := range h.Buckets {
		total += b.Count
	}
	for _, b := range h.Buckets {
		sum += b.Count * h.meanOf(b, n/total, (n+b.Count)/total)
		n += b.Count
	}
	return sum / n
}

// meanOf is the mean of the observations of a bucket below which the one share lies, and up to whose end
// the other does.
func (h Histogram) meanOf(b Bucket, below, upTo float64) float64 {
	if low, high, ok := h.scores(b, below, upTo); ok {
		const pieces = 16
		sum := 0.0
		for k := range pieces {
			sum += logBetween(b, low, high, score(below+(upTo-below)*(float64(k)+0.5)/pieces)) / pieces
		}
		return sum
	}
	low, high := b.Low, b.High
	switch {
	case math.IsInf(high, 1):
		high = low
	case math.IsInf(low, -1):
		low = high
	}
	place, tilt := 0.5, h.tilt*(high-low)
	if math.Abs(tilt) >= straight {
		place = 1/tilt - 1/math.Expm1(tilt)
	}
	return low + (high-low)*place
}

// classic turns the rates of the series of a classic histogram, one per bound, into buckets.
// Rates of cumulative counts may disagree by a little where series were scraped at different
// moments; they are made to rise.
func classic(cumulative map[float64]float64) Histogram {
	bounds := make([]float64, 0, len(cumulative))
	for le := range cumulative {
		bounds = append(bounds, le)
	}
	slices.SortFunc(bounds, cmp.Compare[float64])
	var h Histogram
	low, below := 0.0, 0.0
	for i, le := range bounds {
		if i == 0 && le <= 0 {
			low = math.Inf(-1)
		}
		n := math.Max(cumulative[le], below)
		h.Buckets = append(h.Buckets, Bucket{Low: low, High: le, Count: n - below})
		low, below = le, n
	}
	h.Count = below
	return h
}

// bound reads the label le.
func bound(le string) (float64, bool) {
	v, err := strconv.ParseFloat(le, 64)
	return v, err == nil && !math.IsNaN(v)
}
