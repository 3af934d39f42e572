package fleet

import (
	"math"
	"slices"
)

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset    { return make(bitset, (n+63)/64) }
func (b bitset) has(i int) bool { return b[i/64]>>(i%64)&1 == 1 }
func (b bitset) with(i int) (c bitset) {
	c = slices.Clone(b)
	c[i/64] |= 1 << (i % 64)
	return c
}

// enter sets the relaxation to a node.
func (l *lagrangian) enter(n *node) {
	l.barred = n.barred
	for s := range l.fixed {
		l.fixed[s] = none
	}
	for _, k := range l.kinds {
		k.load, k.fewest = 0, 0
	}
	for s, o := range n.settled {
		if o != none {
			l.settle(s, o)
		}
	}
	l.prices, l.bound = n.prices.clone(), math.Inf(-1)
	l.mean = newMeans(l.p, l.pieces)
	l.mean.blend(&n.mean, 1)
}

// narrow bars the options of a node that cost more than the best plan, and settles services that
// have one left; ok is false where one has none.
func (n *node) narrow(forced [][]float64, ceiling float64) (barred, settled int, ok bool) {
	n.settled, n.barred = slices.Clone(n.settled), slices.Clone(n.barred)
	for s, bounds := range forced {
		if n.settled[s] != none {
			continue
		}
		open, last := 0, none
		for o, v := range bounds {
			switch {
			case n.barred[s].has(o):
			case v >= ceiling:
				n.barred[s] = n.barred[s].with(o)
				barred++
			default:
				open, last = open+1, o
			}
		}
		switch open {
		case 0:
			return barred, settled, false
		case 1:
			n.settled[s] = last
			settled++
		}
	}
	return barred, settled, true
}

// probe is what a plan costs at least with each option of the services that have a choice, at the
// prices now: the kinds that it stands on are filled again around it, and without the service
// those that took it.
func (l *lagrangian) probe() [][]float64 {
	bound, _ := l.at(&l.prices)
	value := make([]float64, len(l.kinds))
	takers := make([][]int, len(l.p.Services))
	for m, k := range l.kinds {
		value[m] = k.value
		for _, c := range k.taken {
			takers[c.service] = append(takers[c.service], m)
		}
	}
	out := make([][]float64, len(l.p.Services))
	for s := range out {
		if l.fixed[s] != none {
			continue
		}
		out[s] = make([]float64, len(l.p.Services[s].Options))
		for o := range out[s] {
			out[s][o] = math.Inf(1)
		}
		l.fixed[s] = 0 // whatever it is: its chunks are not taken
		gone, without := 0.0, map[int]float64{}
		for _, m := range takers[s] {
			l.kinds[m].solve(l.p, &l.prices, l.fixed, l.barred)
			without[m] = l.kinds[m].value - value[m]
			gone += without[m]
		}
		base := bound - l.service[s] - l.outside(s) + gone
		for _, m := range l.on[s] {
			l.probeKind(s, m, base-without[m], value[m], out[s])
		}
		l.probeApart(s, base, value, without, out[s])
		l.fixed[s] = none
	}
	return out
}

// probeKind probes the options of a service that stand on one kind alone.
func (l *lagrangian) probeKind(s, m int, base, value float64, out []float64) {
	k := l.kinds[m]
	for _, g := range k.groups {
		if g.chunks[0].service != s {
			continue
		}
		for i := range g.chunks {
			if c := &g.chunks[i]; c.piece == none && !l.barred[s].has(c.option) {
				out[c.option] = base + c.usd + l.around(k, c) - value
			}
		}
	}
}

// probeApart probes those that stand on several kinds or on none.
func (l *lagrangian) probeApart(s int, base float64, value []float64, without map[int]float64, out []float64) {
	for _, a := range l.apart[s] {
		if l.barred[s].has(a.option) {
			continue
		}
		sum := base + a.usd
		for _, m := range l.on[s] {
			for _, g := range l.kinds[m].groups {
				if g.chunks[0].service != s {
					continue
				}
				for i := range g.chunks {
					if c := &g.chunks[i]; c.option == a.option {
						sum += l.around(l.kinds[m], c) - value[m] - without[m]
					}
				}
			}
		}
		out[a.option] = sum
	}
}

// around is what a kind adds to the bound with a chunk settled.
func (l *lagrangian) around(k *kind, c *chunk) float64 {
	load, fewest := k.load, k.fewest
	k.settle(c)
	k.solve(l.p, &l.prices, l.fixed, l.barred)
	k.load, k.fewest = load, fewest
	return k.value
}
