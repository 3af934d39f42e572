package simulate

import "math"

// tree finds the earliest of a fixed number of times in no time and changes one in as many
// steps as the number has bits: a tournament whose winners are remembered (Knuth, The Art of
// Computer Programming 3, 5.4.1). Of equal times that of the lowest index wins.
type tree struct {
	at   []float64
	won  []int32 // by node, the root is 1; the leaves follow the inner nodes
	size int32
}

func newTree(n int) *tree {
	size := int32(1)
	for int(size) < n {
		size *= 2
	}
	t := &tree{make([]float64, size), make([]int32, 2*size), size}
	for i := range size {
		t.at[i] = math.Inf(1)
		t.won[size+i] = i
	}
	for n := size - 1; n >= 1; n-- {
		t.won[n] = t.won[2*n]
	}
	return t
}

// first is the earliest time and whose it is.
func (t *tree) first() (float64, int32) {
	i := t.won[1]
	return t.at[i], i
}

// set changes one time.
func (t *tree) set(i int32, at float64) {
	t.at[i] = at
	for n := (i + t.size) >> 1; n >= 1; n >>= 1 {
		best := t.won[2*n]
		if other := t.won[2*n+1]; t.at[other] < t.at[best] {
			best = other
		}
		if old := t.won[n]; old == best && old != i {
			return // nothing changes above
		}
		t.won[n] = best
	}
}
