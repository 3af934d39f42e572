package fleet

import (
	"container/heap"
	"context"
	"math"
	"slices"
)

// Effort bounds a search by its work, not by a clock, so that the result is the same on any machine.
type Effort struct {
	Nodes  int // nodes of branch and bound
	Pivots int // pivots of the linear program
	Steps  int // steps of the price search
	Rounds int // rounds of ruin and recreate
}

// Usual returns the effort for a fleet: small ones are solved to proven optimality.
func Usual(p *Problem) Effort {
	switch n := len(p.Services); {
	case n <= Small:
		return Effort{Nodes: 20_000, Pivots: 10_000, Steps: 300, Rounds: 2000}
	case n <= 40:
		return Effort{Nodes: 400 * Few / max(Few, p.Ways()), Pivots: 10_000, Steps: 1200, Rounds: 12_000}
	case n <= 150:
		return Effort{Pivots: 10_000, Steps: 1200, Rounds: 16_000}
	}
	return Effort{Pivots: 10_000, Steps: 600, Rounds: 6000}
}

// Few is the number of options in total up to which a node of the search takes little time.
const Few = 1000

// Ways returns how many options the services have in all.
func (p *Problem) Ways() int {
	n := 0
	for _, s := range p.Services {
		n += len(s.Options)
	}
	return n
}

// Small is the number of services up to which a fleet is solved to proven optimality.
const Small = 12

// Tolerance is the gap at which a solution counts as proved, as a share of its cost.
const Tolerance = 1e-6

// Solve finds the cheapest way to run all services, or the nearest: nil where none was found that keeps
// within stocks, quotas and budget. proved with a nil solution says that none exists. The search starts from
// known choices, so that it finds none that costs more.
func Solve(ctx context.Context, p *Problem, e Effort, known ...[]int) (s *Solution, proved bool) {
	for _, one := range p.Services {
		if len(one.Options) == 0 {
			return nil, true
		}
	}
	if len(p.Services) == 0 {
		return &Solution{Proved: true}, true
	}
	p = tightened(p)
	b := &search{ctx: ctx, p: p, effort: e, bound: math.Inf(-1), left: math.Inf(1)}
	for _, choice := range known {
		if !slices.Contains(choice, Dropped) {
			b.offer(choice)
		}
	}
	if b.root() {
		b.run()
	}
	if b.best == nil {
		return nil, len(b.queue) == 0 && math.IsInf(b.left, 1) && ctx.Err() == nil
	}
	modest(p, b.best)
	s = b.best.solution(p)
	s.Bound, s.Nodes, s.Limits, s.Stocks = math.Min(b.lowest(), s.Cost), b.nodes, b.limits, b.stocks
	s.Proved = s.Cost-s.Bound <= Tolerance*math.Max(s.Cost, 1)
	return s, s.Proved
}

// search is branch and bound under way.
type search struct {
	l      *lagrangian
	ctx    context.Context
	p      *Problem
	effort Effort
	queue  queue
	best   *result
	bound  float64     // of all that is looked through
	limits []float64   // prices of the quotas
	stocks [][]float64 // and of the stocks
	nodes  int
	runs   int
	left   float64 // the lowest bound among nodes that were left without an answer
}

// node is a part of the problem: some services are settled, some options are barred.
type node struct {
	bound   float64
	settled []int // by service: its option, none where it has a choice
	barred  []bitset
	prices  prices
	mean    means
	serial  int
}

// queue is nodes by their bound, the lowest first.
type queue []*node

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*node)) }
func (q queue) Less(i, j int) bool {
	if q[i].bound != q[j].bound {
		return q[i].bound < q[j].bound
	}
	return q[i].serial > q[j].serial // the deeper one
}
func (q *queue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// ceiling is the cost that a node must stay below.
func (b *search) ceiling() float64 {
	if b.best == nil {
		return b.dearest()
	}
	return b.best.cost - Tolerance/2*math.Max(b.best.cost, 1)
}

// dearest is more than any plan costs.
func (b *search) dearest() float64 {
	sum := 1.0
	for _, s := range b.p.Services {
		most := 0.0
		for _, o := range s.Options {
			usd := o.USD
			for _, part := range o.Parts {
				dearest := 0.0
				for _, stock := range b.p.Machines[part.Machine].Stocks {
					dearest = math.Max(dearest, stock.USD)
				}
				usd += dearest * float64(part.Replicas)
			}
			most = math.Max(most, usd)
		}
		sum += most
	}
	return sum * (1 + 1e-9)
}

// lowest is a bound on the cost of all solutions: of the nodes that are left.
func (b *search) lowest() float64 {
	low := b.left
	if len(b.queue) > 0 {
		low = math.Min(low, b.queue[0].bound)
	}
	if b.best != nil {
		low = math.Min(low, b.best.cost)
	}
	return math.Max(low, b.bound)
}

// offer takes a choice where it is better than what was found.
func (b *search) offer(choice []int) *result {
	r := assess(b.p, choice)
	if r.short > 0 || b.best == nil || r.cost < b.best.cost {
		improve(b.ctx, b.p, &r)
	}
	b.keep(r)
	return &r
}

func (b *search) keep(r result) {
	if r.short == 0 && (b.best == nil || r.cost < b.best.cost-1e-9) {
		b.best = &r
	}
}

// root finds prices and a plan for the whole problem; false where there is no more to look for.
func (b *search) root() bool {
	b.keep(assess(b.p, cheapest(b.p)))
	order := make([]int, len(b.p.Services))
	for s := range order {
		order[s] = s
	}
	if choice, _ := Separate(b.p, order); !slices.Contains(choice, Dropped) {
		b.keep(assess(b.p, choice))
	}
	r := relax(b.p)
	const large = 350 // rows, beyond which the program takes longer than the prices
	if len(r.lp.rhs) <= large {
		if ok, done := r.lp.solve(b.effort.Pivots); done && !ok {
			return false
		}
	}
	b.l = r.start()
	b.explore()
	b.bound, b.limits = math.Max(0, b.l.bound), slices.Clone(b.l.quota)
	b.stocks = b.l.scarce()
	if b.bound >= b.ceiling() {
		return false
	}
	first := &node{bound: b.bound, settled: slices.Clone(b.l.fixed), prices: b.l.prices.clone(), mean: b.l.mean}
	for _, s := range b.p.Services {
		first.barred = append(first.barred, newBitset(len(s.Options)))
	}
	heap.Push(&b.queue, first)
	return true
}

// run looks through the nodes, the one with the lowest bound first.
func (b *search) run() {
	for len(b.queue) > 0 {
		if b.queue[0].bound >= b.ceiling() {
			b.queue = nil // all that is left costs more
			return
		}
		if b.nodes >= b.effort.Nodes || b.ctx.Err() != nil {
			return
		}
		b.nodes++
		b.visit(heap.Pop(&b.queue).(*node))
	}
}

// stepsOfNode is how far the prices of a node are moved.
const stepsOfNode = 30

// visit raises the bound of a node, bars what costs more than the best plan, and branches.
func (b *search) visit(n *node) {
	l := b.l
	l.enter(n)
	for again := range 3 {
		bound, taken := l.at(&l.prices)
		if math.IsInf(bound, 1) {
			return
		}
		l.bound = bound
		l.mean.blend(&taken, 0.2)
		l.cost = b.ceiling()
		l.climb(b.ctx, stepsOfNode)
		if n.bound = math.Max(n.bound, l.bound); n.bound >= b.ceiling() {
			return
		}
		forced := l.probe()
		barred, settled, ok := n.narrow(forced, b.ceiling())
		if !ok {
			return
		}
		if settled == 0 && (barred == 0 || again == 2) {
			n.prices, n.mean = l.prices.clone(), l.mean
			b.branch(n, forced)
			return
		}
		n.prices, n.mean = l.prices.clone(), l.mean
		l.enter(n)
	}
	b.branch(n, l.probe())
}

// branch gives a service one of its options in each child: the service whose cheapest option then
// costs most, so that the bound rises.
func (b *search) branch(n *node, forced [][]float64) {
	choice := slices.Clone(n.settled)
	at, most, count := none, math.Inf(-1), 0
	for s, bounds := range forced {
		if n.settled[s] != none {
			continue
		}
		least, open := math.Inf(1), 0
		for o, v := range bounds {
			if n.barred[s].has(o) {
				continue
			}
			open++
			if v < least {
				choice[s], least = o, v
			}
		}
		if open == 0 || math.IsInf(least, 1) {
			return // it has no place here
		}
		if at == none || least > most+1e-9 || least > most-1e-9 && open < count {
			at, most, count = s, least, open
		}
	}
	r := b.offer(choice)
	if at == none {
		if plain := assess(b.p, choice); !plain.exact && r.cost > n.bound+Tolerance*math.Max(r.cost, 1) {
			b.left = math.Min(b.left, n.bound) // all is settled, and the filling may not be the best
		}
		return
	}
	for o, v := range forced[at] {
		if n.barred[at].has(o) {
			continue
		}
		bound := math.Max(n.bound, v)
		if bound >= b.ceiling() {
			continue
		}
		child := &node{bound: bound, settled: slices.Clone(n.settled), barred: n.barred, prices: n.prices, mean: n.mean, serial: b.nodes}
		child.settled[at] = o
		heap.Push(&b.queue, child)
	}
}
