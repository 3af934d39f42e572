package forward

import (
	"cmp"
	"slices"
	"sync"

	"scaleadvise/advisor/kriging"
)

// workspace is memory that one prediction after another uses.
type workspace struct {
	near, beside []neighbour
	cells        []*cell
	bound        []float64
	values, with []float64
	process      kriging.Posterior
	key          []byte
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// neighbours is room for n of them; what was there before is overwritten.
func (w *workspace) neighbours(n int) []neighbour {
	w.near = slices.Grow(w.near[:0], n)[:n]
	return w.near
}

// largest returns the n neighbours of largest covariance, largest first; in one order
// whatever the order of the cells.
func (w *workspace) largest(list []neighbour, n int) []neighbour {
	if len(list) > n {
		w.bound = slices.Grow(w.bound[:0], len(list))[:len(list)]
		for i, x := range list {
			w.bound[i] = x.covariance
		}
		at := nth(w.bound, n)
		kept := list[:0]
		for _, x := range list {
			if x.covariance >= at {
				kept = append(kept, x)
			}
		}
		list = kept
	}
	slices.SortStableFunc(list, func(a, b neighbour) int { return cmp.Compare(b.covariance, a.covariance) })
	return list[:min(n, len(list))]
}

// nth is the n-th largest of values, which it reorders (Hoare's selection).
func nth(v []float64, n int) float64 {
	low, high := 0, len(v)-1
	for low < high {
		pivot, i, j := v[(low+high)/2], low, high
		for i <= j {
			for v[i] > pivot {
				i++
			}
			for v[j] < pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return v[n-1]
		}
	}
	return v[n-1]
}
