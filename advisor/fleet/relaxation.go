package fleet

import (
	"math"
	"slices"
)

// relaxation is the linear program over a problem: how much of each option, how many machines of
// each stock. Capacity is that of all machines of a kind together; what a service needs by itself
// is added where it is violated.
type relaxation struct {
	p      *Problem
	lp     *linear
	option [][]int // column by service and option
	owner  []owner // by column: whose it is
	stock  [][]int // column by machine and stock
	quota  []int   // row by quota
	cut    map[[2]int]bool
	takers [][]takes
	lo, hi []float64 // of the columns, before any branching
}

// owner is a service and its option, or a machine and its stock.
type owner struct {
	service, option int
	machine, stock  int
}

// rowOf collects the entries of a row.
type rowOf struct {
	entries map[int]float64
	order   []int
}

func (r *rowOf) add(j int, v float64) {
	if r.entries == nil {
		r.entries = map[int]float64{}
	}
	if _, ok := r.entries[j]; !ok {
		r.order = append(r.order, j)
	}
	r.entries[j] += v
}

// relax sets up the relaxation.
func relax(p *Problem) *relaxation {
	r := &relaxation{p: p, cut: map[[2]int]bool{}}
	var cost []float64
	add := func(usd, most float64, at owner) int {
		cost, r.lo, r.hi, r.owner = append(cost, usd), append(r.lo, 0), append(r.hi, most), append(r.owner, at)
		return len(cost) - 1
	}
	r.option = make([][]int, len(p.Services))
	for s, one := range p.Services {
		for o, option := range one.Options {
			r.option[s] = append(r.option[s], add(option.USD, 1, owner{service: s, option: o, machine: -1}))
		}
	}
	r.stock = make([][]int, len(p.Machines))
	most := mostUsed(p)
	for m, one := range p.Machines {
		for i, s := range one.Stocks {
			r.stock[m] = append(r.stock[m], add(s.USD, math.Min(float64(s.Most), most[m]), owner{service: -1, machine: m, stock: i}))
		}
	}
	r.lp = newLinear(make([]sparse, len(cost)), cost, r.lo, r.hi)
	r.takers = takers(p, r)
	r.rows()
	return r
}

// mostUsed is by kind of machine how many may ever be in use.
func mostUsed(p *Problem) []float64 {
	n := make([]float64, len(p.Machines))
	for _, s := range p.Services {
		most := map[int]int{}
		for _, o := range s.Options {
			for _, part := range o.Parts {
				most[part.Machine] = max(most[part.Machine], part.Replicas)
			}
		}
		for m, k := range most {
			n[m] += float64(k)
		}
	}
	return n
}

func (r *relaxation) rows() {
	for s := range r.p.Services {
		var row rowOf
		for _, j := range r.option[s] {
			row.add(j, 1)
		}
		r.lp.addRow(row.entries, row.order, 1, 0)
	}
	cards, memory := make([]rowOf, len(r.p.Machines)), make([]rowOf, len(r.p.Machines))
	apart := make([]bool, len(r.p.Machines)) // whether the second dimension says more
	for s, one := range r.p.Services {
		for o, option := range one.Options {
			for _, part := range option.Parts {
				n := float64(part.Replicas)
				cards[part.Machine].add(r.option[s][o], n*part.Need.Cards)
				memory[part.Machine].add(r.option[s][o], n*part.Need.Memory)
				apart[part.Machine] = apart[part.Machine] || part.Need.Memory != part.Need.Cards
			}
		}
	}
	for m, one := range r.p.Machines {
		if len(cards[m].order) == 0 {
			continue
		}
		for _, j := range r.stock[m] {
			cards[m].add(j, -one.Cards)
			memory[m].add(j, -one.Memory)
		}
		r.lp.addRow(cards[m].entries, cards[m].order, 0, math.Inf(1))
		if one.Memory > 0 && apart[m] {
			r.lp.addRow(memory[m].entries, memory[m].order, 0, math.Inf(1))
		}
	}
	r.limits()
}

// limits adds the rows of quotas and of the budget.
func (r *relaxation) limits() {
	rows := make([]rowOf, len(r.p.Quotas))
	var budget rowOf
	for m, one := range r.p.Machines {
		for i, s := range one.Stocks {
			if s.Quota >= 0 {
				rows[s.Quota].add(r.stock[m][i], one.Cards)
			}
			budget.add(r.stock[m][i], s.USD)
		}
	}
	for i, row := range rows {
		r.quota = append(r.quota, len(r.lp.rhs))
		r.lp.addRow(row.entries, row.order, float64(r.p.Quotas[i].Most), math.Inf(1))
	}
	if r.p.Budget > 0 {
		r.lp.addRow(budget.entries, budget.order, r.p.Budget, math.Inf(1))
	}
}

// mostRows bounds the program: beyond it no cut is added.
const mostRows = 700

// separate adds what the solution violates of the machines that a service needs by itself: as many
// as its most replicas on one allow. It returns whether there was any.
func (r *relaxation) separate() bool {
	machines := make([]float64, len(r.p.Machines))
	for m, columns := range r.stock {
		for _, j := range columns {
			machines[m] += r.lp.x(j)
		}
	}
	added := false
	for s, one := range r.p.Services {
		need := map[int]float64{}
		for o, option := range one.Options {
			if x := r.lp.x(r.option[s][o]); x > feasible {
				for _, part := range option.Parts {
					need[part.Machine] += x * float64(part.Machines())
				}
			}
		}
		for m := range r.p.Machines {
			if need[m] > machines[m]+1e-4 && !r.cut[[2]int{s, m}] && len(r.lp.rhs) < mostRows {
				r.cutOf(s, m)
				added = true
			}
		}
	}
	return added
}

func (r *relaxation) cutOf(s, m int) {
	r.cut[[2]int{s, m}] = true
	var row rowOf
	for o, option := range r.p.Services[s].Options {
		for _, part := range option.Parts {
			if part.Machine == m {
				row.add(r.option[s][o], float64(part.Machines()))
			}
		}
	}
	for _, j := range r.stock[m] {
		row.add(j, -1)
	}
	r.lp.addRow(row.entries, row.order, 0, math.Inf(1))
}

// prices are the Lagrangian bound at the duals of the program: what the solution costs at least,
// and by how much more it would with each column one higher. Duals of the wrong sign, which
// rounding errors make, are taken as 0, so that the bound holds whatever they are.
func (r *relaxation) prices() (bound float64, reduced []float64) {
	dual := r.lp.duals()
	for i := range dual {
		if i < len(r.p.Services) {
			dual[i] = 0 // each service takes its cheapest option
		} else {
			dual[i] = math.Min(dual[i], 0)
		}
		bound += dual[i] * r.lp.rhs[i]
	}
	reduced = make([]float64, len(r.lp.cols))
	for j, c := range r.lp.cols {
		d := r.lp.cost[j]
		for i, row := range c.rows {
			d -= dual[row] * c.vals[i]
		}
		reduced[j] = d
		if r.owner[j].service < 0 {
			bound += math.Min(d*r.lp.lo[j], d*r.lp.hi[j])
		}
	}
	for s := range r.p.Services {
		least := math.Inf(1)
		for _, j := range r.option[s] {
			if r.lp.hi[j] > 0 {
				least = math.Min(least, reduced[j])
			}
		}
		for _, j := range r.option[s] {
			reduced[j] -= least
		}
		bound += least
	}
	return bound, reduced
}

// exclude leaves out for good the options that cost more than the gap.
func (r *relaxation) exclude(bound float64, reduced []float64, best float64) {
	for s := range r.p.Services {
		for _, j := range r.option[s] {
			if r.hi[j] > 0 && bound+reduced[j] > best {
				r.hi[j], r.lp.hi[j] = 0, 0
			}
		}
	}
}

// open lists the options of a service that are not excluded here.
func (r *relaxation) open(s int) []int {
	var left []int
	for o, j := range r.option[s] {
		if r.lp.hi[j] > 0 {
			left = append(left, o)
		}
	}
	return left
}

// rounded is the option of each service that the solution has most of.
func (r *relaxation) rounded() (choice []int, fractional int) {
	choice = make([]int, len(r.p.Services))
	for s := range choice {
		best, most := 0, -1.0
		for o, j := range r.option[s] {
			if x := r.lp.x(j); r.lp.hi[j] > 0 && x > most+1e-9 {
				best, most = o, x
			}
		}
		choice[s] = best
		if most < 1-1e-6 {
			fractional++
		}
	}
	return choice, fractional
}

// bounds sets the bounds of the columns to those before branching, then to those of a branch.
func (r *relaxation) bounds(branch []change) {
	copy(r.lp.lo, r.lo)
	copy(r.lp.hi, r.hi)
	for _, c := range branch {
		r.lp.lo[c.column] = math.Max(r.lp.lo[c.column], c.lo)
		r.lp.hi[c.column] = math.Min(r.lp.hi[c.column], c.hi)
	}
}

// change bounds one column more tightly.
type change struct {
	column int
	lo, hi float64
}

// only keeps of a service one option, or all but it.
func (r *relaxation) only(s, option int, keep bool) []change {
	if !keep {
		return []change{{r.option[s][option], 0, 0}}
	}
	var out []change
	for o, j := range r.option[s] {
		if o != option && r.lp.hi[j] > 0 {
			out = append(out, change{j, 0, 0})
		}
	}
	return slices.Clip(out)
}
