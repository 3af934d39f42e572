package fleet

import "math"

// relaxation is the linear program over a problem: how much of each option, how many machines of
// each stock, with the capacity of all machines of a kind together. Its prices are where the
// Lagrangian relaxation starts from, and where it has no solution, the problem has none.
type relaxation struct {
	p        *Problem
	lp       *linear
	option   [][]int  // column by service and option
	stock    [][]int  // column by machine and stock
	quota    []int    // row by quota
	budget   int      // its row, -1 for none
	capacity [][2]int // by machine the rows of cards and of memory, -1 for none
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
	r := &relaxation{p: p, budget: -1}
	var cost, low, high []float64
	add := func(usd, most float64) int {
		cost, low, high = append(cost, usd), append(low, 0), append(high, most)
		return len(cost) - 1
	}
	r.option = make([][]int, len(p.Services))
	for s, one := range p.Services {
		for _, option := range one.Options {
			r.option[s] = append(r.option[s], add(option.USD, 1))
		}
	}
	r.stock = make([][]int, len(p.Machines))
	most := mostUsed(p)
	for m, one := range p.Machines {
		for _, s := range one.Stocks {
			r.stock[m] = append(r.stock[m], add(s.USD, math.Min(float64(s.Most), most[m])))
		}
	}
	r.lp = newLinear(make([]sparse, len(cost)), cost, low, high)
	r.rows()
	return r
}

// mostUsed is by kind of machine how many may ever be in use.
func mostUsed(p *Problem) []float64 {
	n := make([]float64, len(p.Machines))
	for _, s := range p.Services {
		most := map[int]int{}
		for _, o := range s.Options {
			of := map[int]int{}
			for _, part := range o.Parts {
				of[part.Machine] += part.Replicas
			}
			for m, k := range of {
				most[m] = max(most[m], k)
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
		r.capacity = append(r.capacity, [2]int{-1, -1})
		if len(cards[m].order) == 0 {
			continue
		}
		for _, j := range r.stock[m] {
			cards[m].add(j, -one.Cards)
			memory[m].add(j, -one.Memory)
		}
		r.capacity[m][0] = len(r.lp.rhs)
		r.lp.addRow(cards[m].entries, cards[m].order, 0, math.Inf(1))
		if one.Memory > 0 && apart[m] {
			r.capacity[m][1] = len(r.lp.rhs)
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
		r.budget = len(r.lp.rhs)
		r.lp.addRow(budget.entries, budget.order, r.p.Budget, math.Inf(1))
	}
}

// start sets up the Lagrangian relaxation at the prices of the program.
func (r *relaxation) start() *lagrangian {
	dual := r.lp.duals()
	l := newLagrangian(r.p, r.weights(dual))
	for s := range l.service {
		l.service[s] = math.Max(l.service[s], dual[s])
	}
	for i, row := range r.quota {
		l.quota[i] = math.Max(0, -dual[row])
	}
	if r.budget >= 0 {
		l.budget = math.Max(0, -dual[r.budget])
	}
	return l
}

// weights are by kind how much cards count beside memory at the prices of the program.
func (r *relaxation) weights(dual []float64) []float64 {
	out := make([]float64, len(r.p.Machines))
	for m, one := range r.p.Machines {
		out[m] = 1
		if cards, memory := r.capacity[m][0], r.capacity[m][1]; cards >= 0 && memory >= 0 {
			c, g := math.Max(0, -dual[cards]*one.Cards), math.Max(0, -dual[memory]*one.Memory)
			if c+g > 0 {
				out[m] = c / (c + g)
			}
		}
	}
	return out
}
