package fleet

import (
	"container/heap"
	"context"
	"math"
	"slices"
)

// Effort bounds a search by what it does, not by a clock, so that it is the same on any machine.
type Effort struct {
	Nodes  int // of branch and bound
	Pivots int // of the relaxation, all nodes together
}

// Usual is the effort for a fleet: small ones are solved to the end.
func Usual(p *Problem) Effort {
	const small = 12 // services up to which the optimum is worth more time
	if len(p.Services) <= small {
		return Effort{Nodes: 4000, Pivots: 60_000}
	}
	return Effort{Nodes: 60, Pivots: 9000}
}

// Tolerance is the gap at which a solution counts as proved, a share of its cost.
const Tolerance = 1e-6

// Solve finds the cheapest way to run all services, or the nearest: nil where none was found that
// keeps within stocks, quotas and budget. proved says of a nil solution that there is none. Choices
// that are known are where it starts from, so that it finds none that costs more.
func Solve(ctx context.Context, p *Problem, e Effort, known ...[]int) (s *Solution, proved bool) {
	b := &search{ctx: ctx, p: p, effort: e, bound: math.Inf(-1), close: math.Inf(1)}
	for _, one := range p.Services {
		if len(one.Options) == 0 {
			return nil, true
		}
	}
	if len(p.Services) == 0 {
		return &Solution{Proved: true}, true
	}
	b.relaxation = relax(p)
	for _, choice := range known {
		if !slices.Contains(choice, Dropped) {
			b.offer(choice)
		}
	}
	b.root()
	b.run()
	if b.best == nil {
		return nil, b.complete()
	}
	modest(p, b.best)
	s = b.best.solution(p)
	s.Bound, s.Nodes, s.Limits = math.Min(b.lowest(), s.Cost), b.nodes, b.limits
	s.Proved = s.Cost-s.Bound <= Tolerance*math.Max(s.Cost, 1)
	return s, s.Proved
}

// search is branch and bound under way.
type search struct {
	*relaxation
	ctx    context.Context
	p      *Problem
	effort Effort
	queue  queue
	best   *result
	bound  float64 // of the root
	limits []float64
	nodes  int
	stuck  bool    // a node was left without an answer
	close  float64 // the lowest bound among nodes that were left
}

// node is a part of the problem: the root with columns bounded more tightly.
type node struct {
	bound  float64
	branch []change
	serial int
}

// queue is nodes by their bound, the lowest first.
type queue []node

func (q queue) Len() int      { return len(q) }
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(node)) }
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
		return math.Inf(1)
	}
	return b.best.cost - Tolerance/2*math.Max(b.best.cost, 1)
}

// lowest is a bound on the cost of all solutions: of the nodes that are left.
func (b *search) lowest() float64 {
	low := b.close
	if len(b.queue) > 0 {
		low = math.Min(low, b.queue[0].bound)
	}
	if b.best != nil {
		low = math.Min(low, b.best.cost)
	}
	return math.Max(low, b.bound)
}

func (b *search) complete() bool { return len(b.queue) == 0 && !b.stuck }

// offer takes a choice where it is better than what was found.
func (b *search) offer(choice []int) *result {
	r := assess(b.p, choice)
	if r.short > 0 || b.best == nil || r.cost < b.best.cost {
		improve(b.ctx, b.p, &r)
	}
	if r.short == 0 && (b.best == nil || r.cost < b.best.cost-1e-9) {
		kept := r
		b.best = &kept
	}
	return &r
}

// root solves the relaxation with its cuts, finds solutions near it and leaves out what costs more
// than the gap.
func (b *search) root() {
	b.offer(cheapest(b.p))
	order := make([]int, len(b.p.Services))
	for s := range order {
		order[s] = s
	}
	if choice, _ := Separate(b.p, order); !slices.Contains(choice, Dropped) {
		b.offer(choice)
	}
	for range 30 {
		if !b.relaxed() {
			return
		}
		if !b.tighten() {
			break
		}
	}
	if !b.relaxed() {
		return
	}
	bound, reduced := b.prices()
	b.bound = math.Max(0, bound)
	b.limits = b.savings()
	choice, _ := b.rounded()
	b.offer(choice)
	b.dive(nil)
	if b.best != nil {
		b.exclude(bound, reduced, b.ceiling())
	}
	heap.Push(&b.queue, node{bound: b.bound})
}

// relaxed solves the program; false where it has no solution, or none was found.
func (b *search) relaxed() bool {
	ok, done := b.lp.solve(max(b.effort.Pivots-b.lp.Steps, 500))
	b.stuck = b.stuck || !done
	return ok
}

// tighten adds rows that the solution violates; false where it violates none.
func (b *search) tighten() bool {
	alone := b.separate()
	return b.round() || alone
}

// savings are the prices of quotas: what one more card of each saves.
func (b *search) savings() []float64 {
	dual := b.lp.duals()
	out := make([]float64, len(b.quota))
	for i, row := range b.quota {
		out[i] = math.Max(0, -dual[row])
	}
	return out
}

// dive rounds the solution of the program step by step, and solves it again after each.
func (b *search) dive(branch []change) {
	path := append([]change(nil), branch...)
	for range 3 * len(b.p.Services) {
		choice, fractional := b.rounded()
		if fractional == 0 {
			b.offer(choice)
			break
		}
		s := b.surest(choice)
		path = append(path, b.only(s, choice[s], true)...)
		b.bounds(path)
		if b.lp.Steps > b.effort.Pivots || !b.relaxed() {
			break
		}
	}
	b.bounds(branch)
}

// surest is the service whose largest share is nearest to one among those that are divided.
func (b *search) surest(choice []int) int {
	at, most := 0, -1.0
	for s, o := range choice {
		if x := b.lp.x(b.option[s][o]); x < 1-1e-6 && x > most {
			at, most = s, x
		}
	}
	return at
}

// run looks through the nodes, the one with the lowest bound first.
func (b *search) run() {
	for len(b.queue) > 0 && b.ctx.Err() == nil {
		if b.queue[0].bound >= b.ceiling() {
			b.queue = nil // all that is left costs more
			return
		}
		if b.nodes >= b.effort.Nodes || b.lp.Steps >= b.effort.Pivots {
			return
		}
		n := heap.Pop(&b.queue).(node)
		b.nodes++
		b.visit(n)
	}
}

// visit solves one node and branches.
func (b *search) visit(n node) {
	b.bounds(n.branch)
	for range 4 {
		ok, done := b.lp.solve(max(b.effort.Pivots-b.lp.Steps, 500))
		if !done {
			b.leave(n.bound)
			return
		}
		if !ok {
			return
		}
		if !b.tighten() {
			break
		}
		b.bounds(n.branch)
	}
	if ok, done := b.lp.solve(1000); !ok || !done {
		if !done {
			b.leave(n.bound)
		}
		return
	}
	bound, reduced := b.prices()
	n.bound = math.Max(n.bound, bound)
	if len(n.branch) == 0 && b.best != nil {
		b.exclude(bound, reduced, b.ceiling())
	}
	if n.bound >= b.ceiling() {
		return
	}
	b.branch(n)
}

// leave gives a node up: its bound stays that of all that is below it.
func (b *search) leave(bound float64) {
	b.stuck, b.close = true, math.Min(b.close, bound)
}

// branch divides a node: by a number of machines that is no whole one, by a service that is
// divided between options, or by one whose machines do not suffice when they are filled.
func (b *search) branch(n node) {
	if j, x := b.fractionalStock(); j >= 0 {
		b.push(n, change{j, math.Ceil(x), math.Inf(1)})
		b.push(n, change{j, 0, math.Floor(x)})
		choice, _ := b.rounded()
		b.offer(choice)
		return
	}
	choice, fractional := b.rounded()
	if fractional > 0 {
		b.divide(n, b.surest(choice), choice)
		b.offer(choice)
		return
	}
	plain := assess(b.p, choice)
	b.offer(choice)
	if plain.short == 0 && plain.cost <= b.lp.objective()+Tolerance*math.Max(plain.cost, 1) {
		return
	}
	if s := b.undecided(); s >= 0 {
		b.divide(n, s, choice)
		return
	}
	if !plain.exact { // all is decided, and the filling may not be the best
		b.leave(n.bound)
	}
}

func (b *search) push(n node, more ...change) {
	b.nodes++
	heap.Push(&b.queue, node{n.bound, append(append([]change(nil), n.branch...), more...), b.nodes})
}

// divide branches on whether a service takes an option.
func (b *search) divide(n node, s int, choice []int) {
	b.push(n, b.only(s, choice[s], false)...)
	b.push(n, b.only(s, choice[s], true)...)
}

// undecided is a service with more than one option left; -1 for none.
func (b *search) undecided() int {
	for s := range b.p.Services {
		if len(b.relaxation.open(s)) > 1 {
			return s
		}
	}
	return -1
}

// fractionalStock is the stock whose number is farthest from a whole one, by what it costs.
func (b *search) fractionalStock() (column int, x float64) {
	column, most := -1, 0.0
	for m, columns := range b.stock {
		for i, j := range columns {
			v := b.lp.x(j)
			off := math.Abs(v - math.Round(v))
			if by := off * (1 + b.p.Machines[m].Stocks[i].USD); off > 1e-6 && by > most {
				column, x, most = j, v, by
			}
		}
	}
	return column, x
}
