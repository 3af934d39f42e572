package forward

import (
	"cmp"
	"slices"
)

// neighbour is a cell with its covariance with a question.
type neighbour struct {
	*cell
	covariance float64
}

// neighbours are the cells most alike to a question. A question has the source of the runs
// of its hardware, runtime and precision: the harness that is usual there.
func (e *Evidence) neighbours(p *point, among []*cell) []neighbour {
	p.source = e.usualSource(p, among)
	return largest(e.covariances(p, among), most)
}

// covariances are cells with their covariance with a point.
func (e *Evidence) covariances(p *point, cells []*cell) []neighbour {
	list := make([]neighbour, len(cells))
	for i, c := range cells {
		list[i] = neighbour{c, e.Kernel.between(&c.point, p)}
	}
	return list
}

// largest returns the n neighbours of largest covariance, largest first; in one order
// whatever the order of the cells.
func largest(list []neighbour, n int) []neighbour {
	if len(list) > n {
		bound := make([]float64, len(list))
		for i, x := range list {
			bound[i] = x.covariance
		}
		at := nth(bound, n)
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

// usualSource is the source of most runs of one hardware, runtime and precision; −1 where
// there are none.
func (e *Evidence) usualSource(p *point, among []*cell) int32 {
	if p.run < 0 || p.runtime < 0 {
		return -1
	}
	counts := make([]int, len(e.names[bySource].list))
	best := int32(-1)
	for _, c := range among {
		if c.run != p.run || c.runtime != p.runtime || c.precision != p.precision {
			continue
		}
		if counts[c.source]++; best < 0 || counts[c.source] > counts[best] {
			best = c.source
		}
	}
	return best
}
