package fleet

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// settle gives a service one option for good.
func (l *lagrangian) settle(s, o int) {
	l.fixed[s] = o
	for _, m := range l.on[s] {
		k := l.kinds[m]
		for _, g := range k.groups {
			for i := range g.chunks {
				if c := &g.chunks[i]; c.service == s && c.option == o {
					k.settle(c)
				}
			}
		}
	}
}

// settle makes room for a chunk for good.
func (k *kind) settle(c *chunk) {
	k.load += c.units
	k.fewest = max(k.fewest, (k.load+k.per-1)/k.per, c.machines)
}

// dive settles services step by step, those first of which an option is taken most, and lets the
// prices follow: a choice near the bound. So many services at least are settled a step, where one
// of their options is taken often; nil where there was no way on.
func (l *lagrangian) dive(ctx context.Context, atOnce, steps int) []int {
	for left := len(l.fixed); left > 0; {
		for i, one := range l.surest() {
			if i > 0 && (i >= atOnce || one.x < 0.3) && one.x < 0.97 {
				break
			}
			l.settle(one.service, one.option)
			left--
		}
		if left == 0 {
			break
		}
		bound, taken := l.at(&l.prices)
		if math.IsInf(bound, 1) || ctx.Err() != nil {
			return nil
		}
		l.bound = bound
		l.mean.blend(&taken, 0.1)
		l.climb(ctx, steps)
	}
	return l.fixed
}

// sure is how much of an option is taken on average.
type sure struct {
	service, option int
	x               float64
}

// surest are the services that are not settled, with the option of each that is taken most.
func (l *lagrangian) surest() []sure {
	var all []sure
	for s, x := range l.mean.option {
		if l.fixed[s] != none {
			continue
		}
		best := 0
		for o := range x {
			if x[o] > x[best] {
				best = o
			}
		}
		all = append(all, sure{s, best, x[best]})
	}
	slices.SortStableFunc(all, func(a, b sure) int { return cmp.Compare(b.x, a.x) })
	return all
}
