package fleet

import "math"

// Separate plans one service after the other, in the given order, each on machines of its own from what the
// earlier ones left, as is done without a plan for all. It returns the choice, Dropped for a service that
// does not fit, and the cost of each.
func Separate(p *Problem, order []int) (choice []int, usd []float64) {
	choice, usd = make([]int, len(p.Services)), make([]float64, len(p.Services))
	left := *p
	left.Machines = append([]Machine(nil), p.Machines...)
	left.Quotas = append([]Quota(nil), p.Quotas...)
	for _, s := range order {
		choice[s] = Dropped
		var best result
		for o := range p.Services[s].Options {
			one := alone(&left, s, o)
			if one.short == 0 && (choice[s] == Dropped || one.cost < usd[s]) {
				choice[s], usd[s], best = o, one.cost, one
			}
		}
		if choice[s] != Dropped {
			take(&left, best)
		}
	}
	return choice, usd
}

// Dropped is the choice of a service that is left out of the plan.
const Dropped = -1

// alone is one service with an option, and nothing else.
func alone(p *Problem, s, o int) result {
	one := *p
	one.Services = []Service{{Options: []Option{p.Services[s].Options[o]}}}
	return assess(&one, []int{0})
}

// take leaves what a result does not use.
func take(left *Problem, r result) {
	for m := range left.Machines {
		stocks := append([]Stock(nil), left.Machines[m].Stocks...)
		for i, n := range r.counts[m] {
			if stocks[i].Most != Unlimited {
				stocks[i].Most -= n
			}
			if q := stocks[i].Quota; q >= 0 {
				left.Quotas[q].Most -= n * int(left.Machines[m].Cards)
			}
		}
		left.Machines[m].Stocks = stocks
	}
	if left.Budget > 0 {
		left.Budget = math.Max(left.Budget-r.cost, 1e-9)
	}
}
