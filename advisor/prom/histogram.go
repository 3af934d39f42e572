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
	Buckets    []Bucket // rising

	skew float64 // how observations crowd towards the low end of their buckets; 0: they do not
}

// Bucket counts what lies above Low and at or below High.
type Bucket struct{ Low, High, Count float64 }

// Quantile returns the value below which the share p of the observations lies: linear within a
// classic bucket and geometric within a native one, as the documentation of Prometheus'
// histogram_quantile has it. What lies beyond the last bound is told as that bound. NaN
// without observations.
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

// AtLeast returns a lower bound of the quantile, whatever the shape within its bucket.
func (h Histogram) AtLeast(p float64) float64 {
	total, below := 0.0, 0.0
	for _, b := range h.Buckets {
		total += b.Count
	}
	for _, b := range h.Buckets {
		if below += b.Count; b.Count > 0 && below >= p*total {
			return math.Max(b.Low, 0)
		}
	}
	return 0
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
	return b.Low + math.Pow(share, math.Exp(h.skew))*(b.High-b.Low)
}

// mostSkew bounds how far observations are taken to crowd at an end of their buckets: the power
// of a share is between 1/8 and 8.
const mostSkew = 2.08

// withMean lets the observations crowd within their buckets so that their mean is the one that
// is known exactly, from the sum over the count: coarse buckets alone leave it open. What lies
// beyond the last bound is taken to lie at it.
func (h Histogram) withMean(mean float64) Histogram {
	if h.Native || !(mean > 0) {
		return h
	}
	low, high := -mostSkew, mostSkew
	least, most := h, h
	least.skew, most.skew = high, low
	if !(mean >= least.meanWithin() && mean <= most.meanWithin()) {
		return h // a mean that no crowding explains
	}
	for range 40 {
		h.skew = (low + high) / 2
		if h.meanWithin() > mean {
			low = h.skew
		} else {
			high = h.skew
		}
	}
	return h
}

// meanWithin is the mean of the observations as they lie within their buckets: the mean of share^p
// is 1/(p+1).
func (h Histogram) meanWithin() float64 {
	sum, n := 0.0, 0.0
	for _, b := range h.Buckets {
		low, high := b.Low, b.High
		switch {
		case math.IsInf(high, 1):
			high = low
		case math.IsInf(low, -1):
			low = high
		}
		sum, n = sum+b.Count*(low+(high-low)/(1+math.Exp(h.skew))), n+b.Count
	}
	return sum / n
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
