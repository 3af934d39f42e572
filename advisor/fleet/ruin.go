package fleet

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// ruin is a search that takes services off the plan and puts them back in a better way (ruin and
// recreate: Schrimpf et al. 2000; large neighbourhoods: Shaw 1998), led by the prices of the
// Lagrangian relaxation. Its numbers are drawn from a seed that is part of the method.
type ruin struct {
	p     *Problem
	r     *rand.Rand
	soft  float64 // at first: how far the last machine of a kind counts by what stands on it
	known *counts
	near  [][]int     // by service: options worth trying, the best first
	rate  [][]float64 // by service and option: what it costs at the prices
	blend []float64   // by kind: how much of a machine that is opened counts at once
	seen  []column    // fillings worth having
}

// newRuin prepares a search; of each service the options are tried that cost least at the prices,
// and some others.
func newRuin(p *Problem, rate [][]float64, seed uint64, soft float64) *ruin {
	const best, others = 12, 4
	s := &ruin{p: p, soft: soft, r: rand.New(rand.NewPCG(seed, 7)), known: newCounts(p), rate: rate, blend: make([]float64, len(p.Machines))}
	for i, one := range p.Services {
		order := make([]int, len(one.Options))
		for o := range order {
			order[o] = o
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rate[i][a], rate[i][b]) })
		near := slices.Clone(order[:min(len(order), best)])
		for k := range min(len(order)-min(len(order), best), others) {
			near = append(near, order[best+k*(len(order)-best)/others])
		}
		s.near = append(s.near, near)
	}
	return s
}

// run improves a choice for some rounds. What the plan costs is smoothed at first, so that emptying
// a machine pays before it is empty, and a change for the worse is taken with a chance that falls
// (threshold accepting: Dueck, Scheuer 1990).
func (s *ruin) run(ctx context.Context, choice []int, rounds int) (best []int, cost, short float64) {
	now := newLayout(s.p, s.known, choice)
	cost, short = now.cost()
	best, lacks := slices.Clone(now.choice), short
	const heat = 1e-4
	for i := range rounds {
		if ctx.Err() != nil || s.known.work > mostWork {
			break
		}
		cool := 1 - float64(i)/float64(rounds)
		now.soft = s.soft * cool
		next := now.clone()
		s.recreate(next, s.broken(next))
		usd, lack := next.cost()
		if better(next.guide(), lack, now.guide()-heat*cool*cost*math.Log(1-s.r.Float64()), lacks) {
			now, lacks = next, lack
		}
		if better(usd, lack, cost-1e-9*math.Max(cost, 1), short) {
			best, cost, short = slices.Clone(next.choice), usd, lack
		}
	}
	return best, cost, short
}

// better compares by what is lacking, then by cost.
func better(cost, short, thanCost, thanShort float64) bool {
	if math.Abs(short-thanShort) > 1e-9 {
		return short < thanShort
	}
	return cost < thanCost
}

// broken takes services off a layout and returns them.
func (s *ruin) broken(l *layout) []int {
	for m := range s.blend {
		s.blend[m] = 1
	}
	var off []int
	drop := func(service int) {
		if l.choice[service] != Dropped {
			l.remove(service)
			off = append(off, service)
		}
	}
	used := s.used(l)
	switch way := s.r.IntN(6); {
	case way == 0 && len(used) > 0: // a machine, or all of a kind
		m := used[s.r.IntN(len(used))]
		left := 0
		if s.r.IntN(3) > 0 {
			left = l.bins[m] - 1
		}
		for l.bins[m] > left {
			drop(l.on[m][s.r.IntN(len(l.on[m]))].service)
		}
		s.blend[m] = 1 + s.r.Float64()
	case way == 1: // room for a kind that is given away
		m := s.r.IntN(len(s.p.Machines))
		if len(used) > 0 && s.r.IntN(2) == 0 {
			m = used[s.r.IntN(len(used))]
		}
		s.blend[m] = s.r.Float64() * 0.3
		s.wanting(l, m, drop)
	case way == 4 && len(s.seen) > 0:
		return s.adopted(l, s.seen[s.r.IntN(len(s.seen))])
	case way == 2 && len(used) > 1: // machines of two kinds
		for range 2 {
			m := used[s.r.IntN(len(used))]
			for left := l.bins[m] - 1 - s.r.IntN(2); l.bins[m] > max(left, 0); {
				drop(l.on[m][s.r.IntN(len(l.on[m]))].service)
			}
		}
	}
	for range 1 + s.r.IntN(4) {
		drop(s.r.IntN(len(l.choice)))
	}
	return off
}

// adopted fills a kind of machine as a filling says, and returns the services that lost their place.
func (s *ruin) adopted(l *layout, c column) []int {
	var off []int
	for _, it := range l.on[c.machine] {
		if !slices.ContainsFunc(c.placed, func(at [2]int) bool { return at[0] == it.service }) && !slices.Contains(off, it.service) {
			off = append(off, it.service)
		}
	}
	for _, service := range off {
		l.remove(service)
	}
	for _, at := range c.placed {
		if l.choice[at[0]] != at[1] {
			l.remove(at[0])
			l.insert(at[0], at[1])
		}
	}
	return off
}

// used are the kinds of machine that a layout stands on.
func (s *ruin) used(l *layout) []int {
	var all []int
	for m, n := range l.bins {
		if n > 0 {
			all = append(all, m)
		}
	}
	return all
}

// wanting takes services off that would fill a machine or two of a kind: those that cost least more
// there at the prices, with some chance in the order.
func (s *ruin) wanting(l *layout, m int, drop func(int)) {
	type wish struct {
		service int
		usd, of float64
	}
	var all []wish
	for i, one := range s.p.Services {
		for _, o := range s.near[i] {
			if parts := one.Options[o].Parts; len(parts) == 1 && parts[0].Machine == m {
				if now := l.choice[i]; now != o && now != Dropped {
					all = append(all, wish{i, (s.rate[i][o] - s.rate[i][now]) * (0.5 + s.r.Float64()), float64(parts[0].Replicas) * size(&s.p.Machines[m], item{need: parts[0].Need})})
				}
				break
			}
		}
	}
	slices.SortStableFunc(all, func(a, b wish) int { return cmp.Compare(a.usd, b.usd) })
	room := 1 + 1.5*s.r.Float64()
	for _, w := range all {
		if room <= 0 {
			return
		}
		drop(w.service)
		room -= w.of
	}
}

// recreate puts services back, each with the option that costs least more: first those that are
// large, or in any order.
func (s *ruin) recreate(l *layout, off []int) {
	s.r.Shuffle(len(off), func(a, b int) { off[a], off[b] = off[b], off[a] })
	if s.r.IntN(3) > 0 {
		slices.SortStableFunc(off, func(a, b int) int { return cmp.Compare(s.rate[b][s.near[b][0]], s.rate[a][s.near[a][0]]) })
	}
	whole := 0.3 + 0.7*s.r.Float64()
	for _, service := range off {
		at, least, lacks := s.near[service][0], math.Inf(1), math.Inf(1)
		for _, o := range s.near[service] {
			usd, short := 0.0, 0.0
			option := &s.p.Services[service].Options[o]
			for i, part := range option.Parts {
				u, sh := l.more(service, o, i)
				by := min(whole*s.blend[part.Machine], 1)
				if s.blend[part.Machine] > 1 {
					u *= s.blend[part.Machine]
				}
				usd += by*u + (1-by)*shareOf(s.p, part)
				short += sh
			}
			usd += option.USD
			if better(usd, short, least, lacks) {
				at, least, lacks = o, usd, short
			}
		}
		l.insert(service, at)
	}
}
