package fleet

import (
	"fmt"
	"math/rand/v2"
)

// drawn is a random problem: kinds of machine of 1 to 8 cards, services with ways to run on some
// of them, now and then owned machines, quotas and a spread over machines.
func drawn(r *rand.Rand, services, kinds int, tight bool) *Problem {
	p := &Problem{}
	cards := []float64{1, 2, 4, 8}
	var perCard []float64
	for k := range kinds {
		m := Machine{Name: fmt.Sprint("m", k), Cards: cards[r.IntN(4)], Carded: true}
		m.Memory = m.Cards
		each := 300 + 3000*r.Float64()
		perCard = append(perCard, each)
		quota := -1
		if r.IntN(3) == 0 {
			p.Quotas = append(p.Quotas, Quota{fmt.Sprint("q", k), int(m.Cards) * (1 + r.IntN(services))})
			quota = len(p.Quotas) - 1
		}
		if r.IntN(4) == 0 {
			m.Stocks = append(m.Stocks, Stock{USD: each * m.Cards * 0.3 * r.Float64(), Most: 1 + r.IntN(2), Owned: true, Quota: -1})
		}
		if !tight || r.IntN(2) == 0 || len(m.Stocks) == 0 {
			m.Stocks = append(m.Stocks, Stock{USD: each * m.Cards, Most: Unlimited, Quota: quota})
		}
		p.Machines = append(p.Machines, m)
	}
	for s := range services {
		one := Service{Name: fmt.Sprint("s", s)}
		load := 0.3 + 12*r.Float64()*r.Float64()
		for m := range p.Machines {
			if len(one.Options) > 0 && r.IntN(3) == 0 {
				continue
			}
			speed := perCard[m] / 1500 * (0.6 + 0.8*r.Float64())
			size := min(cards[r.IntN(4)], p.Machines[m].Cards)
			need := Need{Cards: size, Memory: size}
			if r.IntN(5) == 0 {
				need = Need{Cards: 0.25, Memory: 0.25, Slice: "1/4"}
				speed *= 0.3 / need.Cards
			}
			n := max(1, int(load/(speed*need.Cards)+0.999))
			per := max(1, int(p.Machines[m].Cards/need.Cards))
			one.Options = append(one.Options, Option{Parts: []Part{{m, n, need, per}}})
			if r.IntN(2) == 0 && n > 1 {
				one.Options = append(one.Options, Option{Parts: []Part{{m, n + 1, need, max(1, per/2)}}})
			}
		}
		p.Services = append(p.Services, one)
	}
	return p
}

// varied is a random problem with all that a problem may have: also machines where memory counts
// apart, options on two kinds of machine, money beside the machines, going without, a budget.
func varied(r *rand.Rand, services, kinds int) *Problem {
	p := drawn(r, services, kinds, r.IntN(2) == 0)
	for m := range p.Machines {
		if r.IntN(3) == 0 {
			p.Machines[m].Memory = p.Machines[m].Cards * (2 + 6*r.Float64())
			p.Machines[m].Carded = false
		}
	}
	for s := range p.Services {
		one := &p.Services[s]
		for o := range one.Options {
			part := &one.Options[o].Parts[0]
			if m := &p.Machines[part.Machine]; !m.Carded {
				part.Need = Need{Cards: part.Need.Cards, Memory: m.Memory * (0.1 + 0.5*r.Float64())}
				part.Cap = 1 + r.IntN(4)
			}
		}
		if a, b := one.Options[r.IntN(len(one.Options))].Parts[0], one.Options[r.IntN(len(one.Options))].Parts[0]; r.IntN(2) == 0 {
			a.Replicas, b.Replicas = (a.Replicas+1)/2, (b.Replicas+1)/2
			one.Options = append(one.Options, Option{Parts: []Part{a, b}})
		}
		if r.IntN(3) == 0 {
			one.Options[0].USD = 500 * r.Float64()
		}
		if r.IntN(4) == 0 {
			one.Options = append(one.Options, Option{USD: 4000 * r.Float64()})
		}
	}
	if r.IntN(3) == 0 {
		p.Budget = float64(services) * (500 + 3000*r.Float64())
	}
	return p
}

// enumerated is the least cost over all choices, each filled exactly; ok is false where none fits.
func enumerated(p *Problem) (cost float64, ok bool) {
	choice := make([]int, len(p.Services))
	var visit func(s int)
	visit = func(s int) {
		if s == len(choice) {
			if r := assess(p, choice); r.short == 0 && (!ok || r.cost < cost) {
				cost, ok = r.cost, true
			}
			return
		}
		for o := range p.Services[s].Options {
			choice[s] = o
			visit(s + 1)
		}
	}
	visit(0)
	return cost, ok
}
