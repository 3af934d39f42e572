package fleet

import (
	"context"
	"math"
	"slices"

	"scaleadvise/advisor/fanout"
)

// lagrangian is the relaxation in which nothing but a price holds a service to one of its options:
// each kind of machine takes the services that are worth its machines, which is a knapsack with
// whole machines. Its bound is that of column generation over the fillings of each kind, stronger
// than the linear program's, whose machines may be divided (Geoffrion 1974; for locations with
// capacities and single sources Holmberg, Rönnqvist, Yuan 1999; Díaz, Fernández 2002).
type lagrangian struct {
	p      *Problem
	kinds  []*kind
	apart  [][]outside // by service: options that do not stand on one kind of machine alone
	pieces int         // parts of such options
	cost   float64     // of the best plan known, +Inf for none
	prices             // the best so far
	mean   means       // what is taken at these prices on average
	bound  float64     // at these prices
	fixed  []int       // by service the option that is settled; none where there is a choice
	barred []bitset    // by service the options that are left out
	on     [][]int     // by service the kinds that its options stand on
	seen   []column    // fillings that were worth most at prices near the best
}

// prices are the multipliers: what serving a service is worth, what a piece of an option that
// stands on several kinds is, and what a card of a quota and a dollar of the budget cost more.
type prices struct {
	service, piece, quota []float64
	budget                float64
}

func (a *prices) clone() prices {
	return prices{slices.Clone(a.service), slices.Clone(a.piece), slices.Clone(a.quota), a.budget}
}

// outside is an option whose parts are pieces, from the first on; none where it goes without.
type outside struct {
	option, first, parts int
	usd                  float64
}

// newLagrangian sets up the relaxation; its prices start where each service is worth what it
// costs by its share of machines. weights say by kind how much cards count beside memory, 0 to 1.
func newLagrangian(p *Problem, weights []float64) *lagrangian {
	l := &lagrangian{p: p, apart: make([][]outside, len(p.Services)), cost: math.Inf(1), bound: math.Inf(-1)}
	most := mostUsed(p)
	for m := range p.Machines {
		l.kinds = append(l.kinds, &kind{machine: m, most: int(math.Min(most[m], float64(p.mostOf(m)))), weight: weights[m]})
	}
	l.service, l.fixed = make([]float64, len(p.Services)), make([]int, len(p.Services))
	for s, one := range p.Services {
		l.service[s], l.fixed[s] = math.Inf(1), none
		l.barred, l.on = append(l.barred, newBitset(len(one.Options))), append(l.on, nil)
		for o, option := range one.Options {
			l.service[s] = math.Min(l.service[s], share(p, option))
			l.add(s, o, option)
		}
	}
	for _, k := range l.kinds {
		k.ready()
	}
	l.quota = make([]float64, len(p.Quotas))
	l.mean = newMeans(p, l.pieces)
	return l
}

// add takes an option in: as a chunk of its kind of machine, or as a piece on each of several.
func (l *lagrangian) add(s, o int, option Option) {
	at := partsByKind(option)
	for _, parts := range at {
		if m := parts[0].Machine; !slices.Contains(l.on[s], m) {
			l.on[s] = append(l.on[s], m)
		}
	}
	if len(at) == 1 {
		l.kinds[at[0][0].Machine].add(l.p, s, o, at[0], option.USD, none)
		return
	}
	l.apart[s] = append(l.apart[s], outside{o, l.pieces, len(at), option.USD})
	for _, parts := range at {
		l.kinds[parts[0].Machine].add(l.p, s, o, parts, 0, l.pieces)
		usd := 0.0
		for _, part := range parts {
			usd += shareOf(l.p, part)
		}
		l.piece = append(l.piece, usd)
		l.pieces++
	}
}

// partsByKind are the parts of an option by the kind of machine that they stand on.
func partsByKind(option Option) [][]Part {
	var all [][]Part
	for _, part := range option.Parts {
		at := slices.IndexFunc(all, func(of []Part) bool { return of[0].Machine == part.Machine })
		if at < 0 {
			all = append(all, []Part{part})
			continue
		}
		all[at] = append(all[at], part)
	}
	return all
}

// none marks a chunk that is an option by itself.
const none = -1

// mostOf is how many machines of a kind stocks and quotas allow.
func (p *Problem) mostOf(m int) int {
	n := 0
	for _, s := range p.Machines[m].Stocks {
		most := s.Most
		if s.Quota >= 0 && p.Machines[m].Cards > 0 {
			most = min(most, int(float64(p.Quotas[s.Quota].Most)/p.Machines[m].Cards+slack))
		}
		n = min(n+max(most, 0), Unlimited)
	}
	return n
}

// means are a solution of the relaxation, or an average of some.
type means struct {
	option [][]float64 // by service
	cover  []float64   // by service: how much of its options together
	piece  []float64   // taken less asked for
	quota  []float64   // cards beyond it
	budget float64     // beyond it
}

func newMeans(p *Problem, pieces int) means {
	m := means{option: make([][]float64, len(p.Services)), cover: make([]float64, len(p.Services)), piece: make([]float64, pieces), quota: make([]float64, len(p.Quotas))}
	for s, one := range p.Services {
		m.option[s] = make([]float64, len(one.Options))
	}
	return m
}

// blend moves the average toward a solution.
func (m *means) blend(to *means, by float64) {
	mix := func(a, b []float64) {
		for i := range a {
			a[i] += by * (b[i] - a[i])
		}
	}
	for s := range m.option {
		mix(m.option[s], to.option[s])
	}
	mix(m.cover, to.cover)
	mix(m.piece, to.piece)
	mix(m.quota, to.quota)
	m.budget += by * (to.budget - m.budget)
}

// at evaluates the relaxation at prices: the bound, and what is taken.
func (l *lagrangian) at(price *prices) (bound float64, taken means) {
	p := l.p
	taken = newMeans(p, l.pieces)
	solve := func(i int) { l.kinds[i].solve(p, price, l.fixed, l.barred) }
	if len(p.Services) > Small { // what is small takes less than a second processor costs
		fanout.Each(len(l.kinds), solve)
	} else {
		for i := range l.kinds {
			solve(i)
		}
	}
	for i, q := range p.Quotas {
		bound -= price.quota[i] * float64(q.Most)
		taken.quota[i] = -float64(q.Most)
	}
	bound -= price.budget * p.Budget
	taken.budget = -p.Budget
	for s, all := range l.apart {
		if o := l.fixed[s]; o != none {
			bound += p.Services[s].Options[o].USD
			taken.option[s][o], taken.cover[s] = 1, 1
			continue
		}
		bound += price.service[s]
		at, least := l.cheapestApart(s, price)
		if bound += least; at >= 0 {
			o := all[at]
			taken.option[s][o.option]++
			taken.cover[s]++
			for k := range o.parts {
				taken.piece[o.first+k]--
			}
		}
	}
	for _, k := range l.kinds {
		bound += k.value
		k.count(p, &taken)
	}
	return bound, taken
}

// cheapestApart is the option of a service that adds least among those that are pieces, none where
// none adds less than nothing.
func (l *lagrangian) cheapestApart(s int, price *prices) (at int, least float64) {
	at = none
	for i, o := range l.apart[s] {
		if l.barred[s].has(o.option) {
			continue
		}
		usd := o.usd - price.service[s]
		for k := range o.parts {
			usd += price.piece[o.first+k]
		}
		if usd < least {
			at, least = i, usd
		}
	}
	return at, least
}

// outside is what options that are pieces add to the bound.
func (l *lagrangian) outside(s int) float64 {
	_, least := l.cheapestApart(s, &l.prices)
	return least
}

// climb raises the bound by the volume algorithm (Barahona, Anbil 2000): steps along the subgradient
// of an average of the solutions, which comes near to that of the linear program over fillings.
func (l *lagrangian) climb(ctx context.Context, steps int) {
	const blend, shortest = 0.1, 1e-4
	factor, failed := 0.5, 0
	if math.IsInf(l.bound, -1) {
		l.scaled()
	}
	for i := range steps {
		if ctx.Err() != nil || l.bound >= l.cost*(1-Tolerance) || factor < shortest {
			return
		}
		price := l.stepped(factor)
		bound, taken := l.at(&price)
		l.mean.blend(&taken, math.Max(blend*math.Pow(0.998, float64(i)), 0.01))
		if bound > l.bound+1e-9*math.Abs(l.bound) {
			if l.rises(&taken) {
				factor = math.Min(factor*1.1, 2)
			}
			l.bound, l.prices, failed = bound, price, 0
			l.note()
			continue
		}
		if failed++; failed >= 12 {
			factor, failed = factor*0.7, 0
		}
	}
}

// column is what one kind of machine holds: options of services.
type column struct {
	machine int
	placed  [][2]int // service and option
}

// mostColumns bounds the fillings that are remembered.
const mostColumns = 4000

// note remembers the fillings that were found last.
func (l *lagrangian) note() {
	var all []column
	for _, k := range l.kinds {
		if len(k.taken) == 0 {
			continue
		}
		c := column{machine: k.machine}
		for _, t := range k.taken {
			c.placed = append(c.placed, [2]int{t.service, t.option})
		}
		all = append(all, c)
	}
	l.remember(all)
}

func (l *lagrangian) remember(all []column) {
	l.seen = append(l.seen, all...)
	if n := len(l.seen) - mostColumns; n > 0 {
		l.seen = append(l.seen[:0], l.seen[n:]...)
	}
}

// target is what the bound climbs toward.
func (l *lagrangian) target() float64 {
	if math.IsInf(l.cost, 1) {
		return l.bound + 0.05*math.Abs(l.bound) + 1
	}
	return l.cost * 1.001
}

// scaled starts from the multiple of the first prices at which the bound is highest.
func (l *lagrangian) scaled() {
	first := l.prices.clone()
	l.bound, l.mean = l.at(&l.prices)
	for by := 1.08; by < 3; by *= 1.08 {
		price := first.clone()
		for s := range price.service {
			price.service[s] *= by
		}
		for i := range price.piece {
			price.piece[i] *= by
		}
		bound, taken := l.at(&price)
		if bound <= l.bound {
			return
		}
		l.bound, l.prices, l.mean = bound, price, taken
	}
}

// twin is the same relaxation at the same prices, for a search of its own.
func (l *lagrangian) twin() *lagrangian {
	t := newLagrangian(l.p, l.weights())
	t.cost, t.prices, t.bound = l.cost, l.prices.clone(), l.bound
	t.mean.blend(&l.mean, 1)
	return t
}

func (l *lagrangian) weights() []float64 {
	out := make([]float64, len(l.kinds))
	for m, k := range l.kinds {
		out[m] = k.weight
	}
	return out
}

// rises reports whether the new solution points the way that was gone.
func (l *lagrangian) rises(taken *means) bool {
	dot := 0.0
	for s := range taken.cover {
		dot += (1 - taken.cover[s]) * (1 - l.mean.cover[s])
	}
	return dot > 0
}

// stepped are prices a step along the subgradient of the average from the best ones.
func (l *lagrangian) stepped(factor float64) prices {
	g, norm := &l.mean, 1e-9
	next := l.prices.clone()
	for _, c := range g.cover {
		norm += (1 - c) * (1 - c)
	}
	for _, d := range g.piece {
		norm += d * d
	}
	for i, d := range g.quota {
		if d > 0 || next.quota[i] > 0 {
			norm += d * d
		}
	}
	budget := l.p.Budget > 0 && (g.budget > 0 || next.budget > 0)
	scale := math.Max(l.p.Budget, 1) / float64(len(l.p.Services)) // a step of the price of a dollar is as large as that of a service
	if budget {
		norm += g.budget * g.budget / scale / scale
	}
	step := factor * math.Max(l.target()-l.bound, 0) / norm
	for s, c := range g.cover {
		next.service[s] += step * (1 - c)
	}
	for i, d := range g.piece {
		next.piece[i] = math.Max(0, next.piece[i]-step*d)
	}
	for i, d := range g.quota {
		next.quota[i] = math.Max(0, next.quota[i]+step*d)
	}
	if budget {
		next.budget = math.Max(0, next.budget+step*g.budget/scale/scale)
	}
	return next
}
