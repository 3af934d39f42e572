package simulate

import "math"

// A histogram has fine buckets to each doubling, so that a value is known to within 0.2 %
// whatever its size, and a fixed number of them, so that memory does not depend on how many
// values there are. The buckets are the leading bits of the number's own form (Tene's
// HdrHistogram works alike, on integers).
const (
	fineBits  = 8
	lowestExp = -20 // 2^-20 s is about a microsecond; less counts as nothing
	octaves   = 41  // up to 2^21 s, three weeks; more counts as that
	buckets   = octaves<<fineBits + 1
)

// shift and origin turn the bits of a float64 into a bucket.
const (
	shift  = 52 - fineBits
	origin = (1023 + lowestExp) << fineBits
)

// histogram counts values by bucket; the first is for what is next to nothing.
type histogram []uint32

func newHistogram() histogram { return make(histogram, buckets) }

// bucketOf is the bucket of a time in seconds.
func bucketOf(x float64) int {
	i := int(math.Float64bits(x)>>shift) - origin + 1
	if uint(i) < buckets {
		return i
	}
	if x > 1 {
		return buckets - 1
	}
	return 0
}

func (h histogram) add(x float64) { h[bucketOf(x)]++ }

// sparse are the buckets of a histogram that hold anything.
type sparse []filled

type filled struct {
	bucket uint16
	count  uint32
}

func (h histogram) sparse() sparse {
	var s sparse
	for first := 0; first < len(h); first += 8 {
		block := h[first:min(first+8, len(h))]
		// Most blocks are empty: one test passes over eight buckets.
		if len(block) == 8 && block[0]|block[1]|block[2]|block[3]|block[4]|block[5]|block[6]|block[7] == 0 {
			continue
		}
		for i, c := range block {
			if c > 0 {
				s = append(s, filled{uint16(first + i), c})
			}
		}
	}
	return s
}

// merge adds counts.
func (h histogram) merge(s sparse) {
	for _, f := range s {
		h[f.bucket] += f.count
	}
}

func (h histogram) total() (n int64) {
	for _, c := range h {
		n += int64(c)
	}
	return n
}

// edge is the lower end of a bucket in seconds.
func edge(i int) float64 {
	if i <= 0 {
		return 0
	}
	return math.Float64frombits(uint64(i-1+origin) << shift)
}

// quantile is the value that a share p does not exceed: the bucket that holds it, by the
// share of its counts that lie below. NaN without values.
func (h histogram) quantile(p float64) float64 {
	total := h.total()
	if total == 0 {
		return math.NaN()
	}
	rank := p * float64(total)
	below := 0.0
	for i, c := range h {
		n := float64(c)
		if n > 0 && below+n >= rank {
			if i == 0 {
				return 0
			}
			low, high := edge(i), edge(i+1)
			return low + (high-low)*(rank-below)/n
		}
		below += n
	}
	return edge(buckets)
}
