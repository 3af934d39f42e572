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

// histogram counts values by bucket; the first is for what is next to nothing. What no value fell into takes no
// memory: a run has thousands of histograms, most of whose values lie within a few doublings.
type histogram struct {
	blocks [buckets>>fineBits + 1]*block
}

// block are the buckets of a doubling.
type block [1 << fineBits]uint32

// plus adds to the count of a bucket.
func (h *histogram) plus(bucket int, n uint32) {
	b := h.blocks[bucket>>fineBits]
	if b == nil {
		b = new(block)
		h.blocks[bucket>>fineBits] = b
	}
	b[bucket&(1<<fineBits-1)] += n
}

// wipe forgets the counts and keeps the memory.
func (h *histogram) wipe() {
	for _, b := range h.blocks {
		if b != nil {
			clear(b[:])
		}
	}
}

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

func (h *histogram) add(x float64) { h.plus(bucketOf(x), 1) }

// sparse are the buckets of a histogram that hold anything.
type sparse []filled

type filled struct {
	bucket uint16
	count  uint32
}

func (h *histogram) sparse() sparse {
	var s sparse
	for k, b := range h.blocks {
		if b == nil {
			continue
		}
		for i, c := range b {
			if c > 0 {
				s = append(s, filled{uint16(k<<fineBits + i), c})
			}
		}
	}
	return s
}

// merge adds counts.
func (h *histogram) merge(s sparse) {
	for _, f := range s {
		h.plus(int(f.bucket), f.count)
	}
}

func (h *histogram) total() (n int64) {
	for _, b := range h.blocks {
		if b == nil {
			continue
		}
		for _, c := range b {
			n += int64(c)
		}
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
func (h *histogram) quantile(p float64) float64 {
	total := h.total()
	if total == 0 {
		return math.NaN()
	}
	rank := p * float64(total)
	below := 0.0
	for k, b := range h.blocks {
		if b == nil {
			continue
		}
		for j, c := range b {
			n := float64(c)
			if n > 0 && below+n >= rank {
				i := k<<fineBits + j
				if i == 0 {
					return 0
				}
				low, high := edge(i), edge(i+1)
				return low + (high-low)*(rank-below)/n
			}
			below += n
		}
	}
	return edge(buckets)
}
