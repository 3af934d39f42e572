package fleet

import (
	"context"
	"math"
)

// cheapest is the choice in which each service takes the option that costs it least by itself.
func cheapest(p *Problem) []int {
	choice := make([]int, len(p.Services))
	for s, one := range p.Services {
		least := math.Inf(1)
		for o, option := range one.Options {
			if usd := share(p, option); usd < least {
				choice[s], least = o, usd
			}
		}
	}
	return choice
}

// mostRounds bounds a local search.
const mostRounds = 30

// improve changes one service's option after the other while that costs less, or is nearer to what
// there is.
func improve(ctx context.Context, p *Problem, r *result) {
	for range mostRounds {
		better := false
		for s := range p.Services {
			if ctx.Err() != nil {
				return
			}
			better = improveOne(p, r, s) || better
		}
		if !better {
			return
		}
	}
}

// improveOne gives a service the option with which the whole costs least.
func improveOne(p *Problem, r *result, s int) bool {
	items := itemsOf(p, r.choice)
	base, better := *r, false
	for o := range p.Services[s].Options {
		if o == base.choice[s] || !promising(p, &base, r, items, s, o) {
			continue
		}
		next := swapped(p, &base, items, s, o)
		if next.short < r.short-1e-9 || next.short <= r.short+1e-9 && next.cost < r.cost-1e-9*math.Max(r.cost, 1) {
			*r, better = next, true
		}
	}
	return better
}

// promising reports whether the change may be better: by what the machines must hold at least.
func promising(p *Problem, base, best *result, items [][]item, s, o int) bool {
	if best.short > 0 {
		return true
	}
	low := base.cost + p.Services[s].Options[o].USD - p.Services[s].Options[base.choice[s]].USD
	for _, m := range touched(p, s, base.choice[s], o) {
		_, was, _ := stocked(&p.Machines[m], len(base.fillings[m].bins))
		_, usd, ok := stocked(&p.Machines[m], least(&p.Machines[m], without(p, items[m], m, s, o)))
		if !ok {
			return false
		}
		low += usd - was
	}
	return low < best.cost-1e-9*math.Max(best.cost, 1)
}

// touched are the kinds of machine that an exchange of options concerns.
func touched(p *Problem, s, from, to int) []int {
	var all []int
	seen := map[int]bool{}
	for _, o := range []int{from, to} {
		for _, part := range p.Services[s].Options[o].Parts {
			if !seen[part.Machine] {
				seen[part.Machine], all = true, append(all, part.Machine)
			}
		}
	}
	return all
}

// without are the items of a kind of machine with another option of a service.
func without(p *Problem, items []item, m, s, o int) []item {
	out := make([]item, 0, len(items)+1)
	for _, it := range items {
		if it.service != s {
			out = append(out, it)
		}
	}
	for i, part := range p.Services[s].Options[o].Parts {
		if part.Machine == m {
			out = append(out, item{s, i, part.Replicas, part.Cap, part.Need})
		}
	}
	return out
}

// swapped is a result with another option of one service.
func swapped(p *Problem, base *result, items [][]item, s, o int) result {
	next := *base
	next.choice = append([]int(nil), base.choice...)
	next.fillings = append([]filling(nil), base.fillings...)
	next.choice[s] = o
	for _, m := range touched(p, s, base.choice[s], o) {
		of := without(p, items[m], m, s, o)
		next.fillings[m].bins, next.fillings[m].exact = pack(&p.Machines[m], of, false)
		if len(of) > 0 && next.fillings[m].bins == nil {
			next.short = math.Inf(1)
			return next
		}
	}
	next.exact = true
	for _, f := range next.fillings {
		next.exact = next.exact && f.exact
	}
	if math.IsInf(next.short, 1) {
		next.short = 0
	}
	next.settle(p)
	return next
}

// modest exchanges options for those that take less of the machines at the same cost.
func modest(p *Problem, r *result) {
	for s := range p.Services {
		for o := range p.Services[s].Options {
			if takes, now := taken(p, s, o), taken(p, s, r.choice[s]); takes >= now-slack {
				continue
			}
			if next := swapped(p, r, itemsOf(p, r.choice), s, o); next.short == 0 && next.cost <= r.cost+1e-9*math.Max(r.cost, 1) {
				*r = next
			}
		}
	}
}

// taken is the share of machines that an option takes.
func taken(p *Problem, s, o int) float64 {
	sum := 0.0
	for _, part := range p.Services[s].Options[o].Parts {
		sum += float64(part.Replicas) * size(&p.Machines[part.Machine], item{need: part.Need})
	}
	return sum
}

// share is what an option costs by the share of machines that it takes, at the cheapest stock.
func share(p *Problem, o Option) float64 {
	sum := o.USD
	for _, part := range o.Parts {
		sum += shareOf(p, part)
	}
	return sum
}

func shareOf(p *Problem, part Part) float64 {
	m := &p.Machines[part.Machine]
	usd := math.Inf(1)
	for _, s := range m.Stocks {
		usd = math.Min(usd, s.USD)
	}
	return usd * math.Max(float64(part.Replicas)*size(m, item{need: part.Need}), 0)
}
