package fleet

import "math"

// filling is machines of one kind with what stands on them.
type filling struct {
	bins  []bin
	exact bool
}

// itemsOf are the items of a choice by kind of machine.
func itemsOf(p *Problem, choice []int) [][]item {
	all := make([][]item, len(p.Machines))
	for s, o := range choice {
		for i, part := range p.Services[s].Options[o].Parts {
			all[part.Machine] = append(all[part.Machine], item{s, i, part.Replicas, part.Cap, part.Need})
		}
	}
	return all
}

// stocked takes n machines of a kind from its stocks, cheapest first: how many of each, and what
// they cost; ok is false where there are not as many.
func stocked(m *Machine, n int) (counts []int, usd float64, ok bool) {
	counts = make([]int, len(m.Stocks))
	for i, s := range m.Stocks {
		k := min(n, s.Most)
		counts[i], n = k, n-k
		usd += float64(k) * s.USD
	}
	return counts, usd, n == 0
}

// result is what a choice comes to.
type result struct {
	choice   []int
	fillings []filling
	counts   [][]int // by kind and stock
	cost     float64
	exact    bool
	short    float64 // how far beyond stocks, quotas and budget it is; 0 where it is feasible
}

// assess fills the machines of a choice.
func assess(p *Problem, choice []int) result {
	r := result{choice: append([]int(nil), choice...), fillings: make([]filling, len(p.Machines)), exact: true}
	for m, items := range itemsOf(p, choice) {
		r.fillings[m].bins, r.fillings[m].exact = pack(&p.Machines[m], items, true)
		if len(items) > 0 && r.fillings[m].bins == nil {
			r.short = math.Inf(1)
		}
		r.exact = r.exact && r.fillings[m].exact
	}
	r.settle(p)
	return r
}

// settle takes the machines from their stocks.
func (r *result) settle(p *Problem) {
	r.counts, r.cost = make([][]int, len(p.Machines)), 0
	apart := 0.0 // from the budget
	for s, o := range r.choice {
		apart += p.Services[s].Options[o].USD
	}
	short := 0.0
	quota := make([]int, len(p.Quotas))
	for m := range p.Machines {
		n := len(r.fillings[m].bins)
		counts, usd, ok := stocked(&p.Machines[m], n)
		if !ok {
			for _, c := range counts {
				n -= c
			}
			short += float64(n) * p.Machines[m].Cards
		}
		r.counts[m], r.cost = counts, r.cost+usd
		for i, s := range p.Machines[m].Stocks {
			if s.Quota >= 0 {
				quota[s.Quota] += counts[i] * int(p.Machines[m].Cards)
			}
		}
	}
	for i, q := range p.Quotas {
		short += math.Max(0, float64(quota[i]-q.Most))
	}
	if p.Budget > 0 && r.cost > p.Budget*(1+1e-9) {
		short += (r.cost - p.Budget) / p.Budget
	}
	r.cost += apart
	if !math.IsInf(r.short, 1) {
		r.short = short
	}
}

// solution writes a result down.
func (r *result) solution(p *Problem) *Solution {
	s := &Solution{Choice: r.choice, Cost: r.cost}
	for m := range p.Machines {
		stock, left := 0, 0
		if len(r.counts[m]) > 0 {
			left = r.counts[m][0]
		}
		for _, b := range r.fillings[m].bins {
			for left == 0 && stock < len(r.counts[m])-1 {
				stock++
				left = r.counts[m][stock]
			}
			left--
			s.Hosts = append(s.Hosts, Host{Machine: m, Stock: stock, Placed: b.placed})
		}
	}
	return s
}
