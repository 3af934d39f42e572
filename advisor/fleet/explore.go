package fleet

import (
	"cmp"
	"math"
	"slices"

	"scaleadvise/advisor/fanout"
)

// explore finds a plan and a bound for the whole problem: prices first, then several searches at
// once that start from what the prices choose, then again from the best of them.
func (b *search) explore() {
	l, first := b.l, cheapest(b.p)
	if b.best != nil {
		first = b.best.choice
	}
	b.refine([][]int{first}, b.effort.Rounds/8)
	l.climb(b.ctx, b.effort.Steps/3)
	if l.bound >= b.ceiling() {
		return
	}
	dives := []struct{ atOnce, steps int }{{1, 5}, {3, 5}, {8, 5}, {3, 15}, {2, 5}, {5, 10}, {4, 5}, {6, 5}}
	if len(b.p.Services) <= Small {
		dives = dives[:2]
	}
	found := make([][]int, len(dives))
	fanout.Each(len(dives), func(i int) { found[i] = l.twin().dive(b.ctx, dives[i].atOnce, dives[i].steps) })
	found = slices.DeleteFunc(found, func(c []int) bool { return c == nil })
	found = b.refine(append(found, b.kept(first)), b.effort.Rounds/2)
	l.climb(b.ctx, b.effort.Steps-b.effort.Steps/3)
	if b.best == nil || l.bound < b.ceiling() {
		b.refine(found[:min(len(found), 4)], b.effort.Rounds)
	}
	if b.best == nil {
		b.offer(found[0]) // with every option
	}
}

// kept is the best choice, or another where there is none.
func (b *search) kept(other []int) []int {
	if b.best != nil {
		return b.best.choice
	}
	return other
}

// refine improves choices, all at once, keeps the best, and returns them all, the best first.
func (b *search) refine(from [][]int, rounds int) [][]int {
	l := b.l
	rate, seen := l.rates(), slices.Clone(l.seen)
	for _, choice := range from {
		seen = append(seen, columnsOf(b.p, choice)...)
	}
	found := make([]result, len(from))
	fanout.Each(len(from), func(i int) {
		soft := 0.3 + 0.1*float64(i%4)
		r := newRuin(b.p, rate, uint64(i+b.runs), soft)
		r.seen = seen
		choice, _, _ := r.run(b.ctx, from[i], rounds)
		found[i] = assess(b.p, choice)
	})
	b.runs += len(from)
	for _, r := range found {
		b.keep(r)
	}
	if b.best != nil {
		l.cost = b.best.cost
	}
	slices.SortStableFunc(found, func(a, b result) int { return cmp.Or(cmp.Compare(a.short, b.short), cmp.Compare(a.cost, b.cost)) })
	out := make([][]int, len(found))
	for i := range found {
		out[i] = found[i].choice
		l.remember(columnsOf(b.p, out[i]))
	}
	return out
}

// rates are what options cost by their share of machines, less where the prices take them.
func (l *lagrangian) rates() [][]float64 {
	out := make([][]float64, len(l.p.Services))
	for s, one := range l.p.Services {
		for o, option := range one.Options {
			out[s] = append(out[s], share(l.p, option)*(1-0.3*math.Min(l.mean.option[s][o], 1)))
		}
	}
	return out
}

// columnsOf is a choice as the fillings that it is made of.
func columnsOf(p *Problem, choice []int) []column {
	by := make([]column, len(p.Machines))
	for s, o := range choice {
		for _, parts := range partsByKind(p.Services[s].Options[o]) {
			m := parts[0].Machine
			by[m].machine = m
			by[m].placed = append(by[m].placed, [2]int{s, o})
		}
	}
	return slices.DeleteFunc(by, func(c column) bool { return len(c.placed) == 0 })
}

// scarce is what one more machine of each stock saves at the prices: what its kind then adds less to
// the bound.
func (l *lagrangian) scarce() [][]float64 {
	more := *l.p
	more.Machines = slices.Clone(l.p.Machines)
	out := make([][]float64, len(more.Machines))
	for m, k := range l.kinds {
		stocks := more.Machines[m].Stocks
		out[m] = make([]float64, len(stocks))
		k.solve(&more, &l.prices, l.fixed, l.barred)
		before, most := k.value, k.most
		k.most++
		for i := range stocks {
			if stocks[i].Most == Unlimited {
				continue
			}
			more.Machines[m].Stocks = slices.Clone(stocks)
			more.Machines[m].Stocks[i].Most++
			k.solve(&more, &l.prices, l.fixed, l.barred)
			out[m][i] = math.Max(0, before-k.value)
		}
		more.Machines[m].Stocks, k.most = stocks, most
	}
	return out
}
