package fleet

import "math"

// fill is what numbers of machines are worth, from the fewest on: what they cost less what stands
// on them.
func (k *kind) fill(most int) {
	size := most*k.per - k.load + 1
	k.best, k.room = grown(k.best, size), grown(k.room, size)
	clear(k.best)
	k.values = grown(k.values, most+1)
	settled := 0
	for y := k.fewest; y <= most; y++ {
		for settled < len(k.groups) && k.groups[settled].most <= y {
			k.groups[settled].into(k.best, y, nil)
			settled++
		}
		f, open, last := k.best, false, y*k.per-k.load
		for _, g := range k.groups[settled:] {
			if !g.useful(y) {
				continue
			}
			if !open {
				open, f = true, k.room[:last+1]
				copy(f, k.best)
			}
			g.into(f, y, nil)
		}
		k.values[y] = k.cost(y) - f[last]
	}
}

// useful reports whether a group has a chunk that some machines hold.
func (g *group) useful(y int) bool {
	for _, c := range g.open {
		if c.machines <= y {
			return true
		}
	}
	return false
}

// into adds a group to a knapsack on some machines; keep, where there is one, notes what was taken.
func (g *group) into(f []float64, machines int, keep []uint8) {
	if len(g.open) == 0 {
		return
	}
	if c := g.open[0]; len(g.open) == 1 && keep == nil {
		if c.machines > machines || c.units >= len(f) {
			return
		}
		from, to, worth := f[:len(f)-c.units], f[c.units:], c.worth
		for j := len(to) - 1; j >= 0; j-- {
			if v := from[j] + worth; v > to[j] {
				to[j] = v
			}
		}
		return
	}
	for j := len(f) - 1; j >= 0; j-- {
		best, at := f[j], 0
		for i, c := range g.open {
			if c.machines <= machines && c.units <= j {
				if v := f[j-c.units] + c.worth; v > best {
					best, at = v, i+1
				}
			}
		}
		f[j] = best
		if keep != nil {
			keep[j] = uint8(min(at, math.MaxUint8))
		}
	}
}

// trace finds what stands on the machines that are worth most.
func (k *kind) trace() {
	size := k.y*k.per - k.load + 1
	f := grown(k.room, size)
	k.room = f
	clear(f)
	if len(k.keep) < size*len(k.groups) {
		k.keep = make([]uint8, size*len(k.groups))
	}
	clear(k.keep[:size*len(k.groups)])
	for i := range k.groups {
		k.groups[i].into(f, k.y, k.keep[i*size:(i+1)*size])
	}
	j := size - 1
	for i := len(k.groups) - 1; i >= 0; i-- {
		if at := k.keep[i*size+j]; at > 0 {
			c := k.groups[i].open[at-1]
			k.taken = append(k.taken, c)
			j -= c.units
		}
	}
}

func grown(f []float64, n int) []float64 {
	if cap(f) < n {
		return make([]float64, n)
	}
	return f[:n]
}

// count adds what the kind takes.
func (k *kind) count(p *Problem, t *means) {
	for _, c := range k.taken {
		if c.piece != none {
			t.piece[c.piece]++
			continue
		}
		t.option[c.service][c.option]++
		t.cover[c.service]++
	}
	m := &p.Machines[k.machine]
	left := k.y
	for _, s := range k.steps {
		n := min(left, s.n)
		left -= n
		stock := m.Stocks[s.stock]
		t.budget += float64(n) * stock.USD
		if stock.Quota >= 0 {
			t.quota[stock.Quota] += float64(n) * m.Cards
		}
	}
}
