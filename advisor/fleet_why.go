package advisor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
)

// mostAgain bounds how often a fleet is solved again to say what a limit costs.
const mostAgain = 12

// Of fleets that are not solved to the end few limits are, and only where they are not too large.
const fewAgain, mostAgainOf = 3, 40

func stockName(m fleet.Machine, s fleet.Stock) string {
	if s.Owned {
		return "owned " + strings.TrimPrefix(m.Name, "owned ")
	}
	return m.Name
}

// copied is a problem whose limits may be changed.
func copied(p *fleet.Problem) *fleet.Problem {
	more := *p
	more.Quotas = slices.Clone(p.Quotas)
	more.Machines = slices.Clone(p.Machines)
	for m := range more.Machines {
		more.Machines[m].Stocks = slices.Clone(p.Machines[m].Stocks)
	}
	return &more
}

// step is the fewest accelerators of a quota that a machine has; 0 where none has any.
func (p *problem) step(quota int) int {
	least := 0
	for _, m := range p.Machines {
		for _, s := range m.Stocks {
			if n := int(m.Cards); s.Quota == quota && (least == 0 || n < least) {
				least = n
			}
		}
	}
	return least
}

func (p *problem) quotaUsed(s *solution, quota int) int {
	n := 0
	for _, h := range s.Hosts {
		if p.Machines[h.Machine].Stocks[h.Stock].Quota == quota {
			n += int(p.Machines[h.Machine].Cards)
		}
	}
	return n
}

func (p *problem) stockUsed(s *solution, machine, stock int) int {
	n := 0
	for _, h := range s.Hosts {
		if h.Machine == machine && h.Stock == stock {
			n++
		}
	}
	return n
}

// whyNot says of a fleet that does not fit what goes without, what of it would still be served, and
// which single changes would make it fit.
func whyNot(ctx context.Context, in Together, p *problem, s *solution, f *advice.Fleet) {
	for _, i := range s.without {
		w := &p.services[i]
		if len(p.Services[i].Options) > 0 {
			f.Services[i].Reason = "no room is left"
			if s.proved {
				f.Services[i].Reason = "not all services fit, and its priority is the lowest"
			}
			f.Services[i].Share = p.served(s, i)
			continue
		}
		f.Services[i].Reason = "holds on nothing that is offered"
		if w.excuse != nil {
			f.Services[i].Reason += ": the nearest " + w.excuse.Text
		}
	}
	f.Changes = changes(ctx, in, p, s)
	for i := range f.Limits {
		f.Limits[i].Binds = 0
		for _, c := range f.Changes {
			if c.Kind == advice.MoreBudget && f.Limits[i].Limit == "budget" {
				f.Limits[i].Binds = c.USD
			}
		}
	}
	f.Looser = looser(ctx, in, p, s)
}

// served is the share of a service's demand that what is free would still carry.
func (p *problem) served(s *solution, service int) float64 {
	best := 0.0
	for _, o := range p.Services[service].Options {
		if len(o.Parts) != 1 {
			continue
		}
		part, r := o.Parts[0], p.offered[service][o.Label][0]
		n := fleet.Room(&p.Problem, s.Hosts, func(at fleet.Placement) fleet.Need {
			return p.Services[at.Service].Options[s.Choice[at.Service]].Parts[at.Part].Need
		}, part)
		if n > 0 && part.Replicas > 0 && !r.Exclusive {
			best = math.Max(best, search.Carried(r.space, r.Way, n, r.demand))
		}
	}
	return math.Min(best, 1)
}

// changes are the single changes with which every service would fit, the cheapest first.
func changes(ctx context.Context, in Together, p *problem, s *solution) []advice.FleetChange {
	for i := range p.Services {
		if len(p.Services[i].Options) == 0 {
			return nil
		}
	}
	var out []advice.FleetChange
	add := func(c advice.FleetChange, ok bool) {
		if ok {
			out = append(out, c)
		}
	}
	if p.Budget > 0 {
		add(p.moreBudget(ctx))
	}
	for i := range p.Quotas {
		add(p.moreQuota(ctx, i))
	}
	for m, one := range p.Machines {
		for i, stock := range one.Stocks {
			if stock.Most != fleet.Unlimited && len(out) < mostAgain {
				add(p.moreMachines(ctx, m, i))
			}
		}
	}
	if p.pool.onlyPool {
		wider := *p.pool
		wider.onlyPool = false
		more := pose(in, &wider, p.services)
		if t := again(ctx, &more.Problem); t != nil {
			add(advice.FleetChange{Kind: advice.BeyondPool, Text: "renting beyond the pool (without only_pool)", USD: t.Cost}, true)
		}
	}
	if len(out) == 0 {
		if t := again(ctx, lifted(p)); t != nil {
			all := p.together(t)
			add(advice.FleetChange{Kind: advice.MoreOfAll, All: all, Text: strings.Join(all, " and "), USD: t.Cost}, true)
		}
	}
	slices.SortStableFunc(out, func(a, b advice.FleetChange) int { return cmp.Compare(a.USD, b.USD) })
	return out
}

func again(ctx context.Context, p *fleet.Problem) *fleet.Solution {
	t, _ := fleet.Solve(ctx, p, fleet.Usual(p))
	return t
}

func (p *problem) moreBudget(ctx context.Context) (c advice.FleetChange, ok bool) {
	more := copied(&p.Problem)
	more.Budget = 0
	t := again(ctx, more)
	if t == nil {
		return c, false
	}
	return advice.FleetChange{Kind: advice.MoreBudget, Limit: "budget", Text: p.budgetWords(t.Cost), USD: t.Cost}, true
}

func (p *problem) budgetWords(usd float64) string {
	return fmt.Sprintf("a budget of %s (now %s)", unit.Format(unit.Money, math.Ceil(usd)), unit.Format(unit.Money, p.Budget))
}

func (p *problem) moreQuota(ctx context.Context, i int) (c advice.FleetChange, ok bool) {
	more, q := copied(&p.Problem), p.Quotas[i]
	t := nearest(ctx, more, &more.Quotas[i].Most, func(t *fleet.Solution) int { return p.quotaUsed(&solution{Solution: t}, i) })
	if t == nil {
		return c, false
	}
	n := p.quotaUsed(&solution{Solution: t}, i)
	return advice.FleetChange{Kind: advice.MoreQuota, Limit: q.Name, Has: q.Most, Enough: n, Text: fmt.Sprintf("a quota of %d %s (now %d)", n, q.Name, q.Most), USD: t.Cost}, true
}

func (p *problem) moreMachines(ctx context.Context, m, i int) (c advice.FleetChange, ok bool) {
	more, stock := copied(&p.Problem), p.Machines[m].Stocks[i]
	t := nearest(ctx, more, &more.Machines[m].Stocks[i].Most, func(t *fleet.Solution) int { return p.stockUsed(&solution{Solution: t}, m, i) })
	if t == nil {
		return c, false
	}
	n, name := p.stockUsed(&solution{Solution: t}, m, i), strings.TrimPrefix(stockName(p.Machines[m], stock), "owned ")
	return advice.FleetChange{Kind: advice.MoreMachines, Limit: name, Has: stock.Most, Enough: n, Text: fmt.Sprintf("%s of %s (now %d)", machines(n), name, stock.Most), USD: t.Cost}, true
}

// nearest is the plan with the least of a limit with which all services fit, found by halving what is
// between too little and enough; nil where no more of it makes them fit.
func nearest(ctx context.Context, p *fleet.Problem, most *int, used func(*fleet.Solution) int) *fleet.Solution {
	few := *most
	*most = few + len(p.Services)*mostReplicas(p.Services)
	best := again(ctx, p)
	if best == nil {
		return nil
	}
	for enough := used(best); enough-few > 1; {
		*most = few + (enough-few)/2
		if t := again(ctx, p); t != nil {
			best, enough = t, used(t)
		} else {
			few = *most
		}
	}
	return best
}

// lifted is a problem without limits on what may be had.
func lifted(p *problem) *fleet.Problem {
	more := copied(&p.Problem)
	more.Budget = 0
	for i := range more.Quotas {
		more.Quotas[i].Most = fleet.Unlimited
	}
	for m := range more.Machines {
		for i := range more.Machines[m].Stocks {
			if s := &more.Machines[m].Stocks[i]; s.Most != fleet.Unlimited {
				s.Most += len(p.Services) * mostReplicas(p.Services)
			}
		}
	}
	return more
}

func mostReplicas(all []fleet.Service) int {
	most := 1
	for _, s := range all {
		for _, o := range s.Options {
			for _, part := range o.Parts {
				most = max(most, part.Replicas)
			}
		}
	}
	return min(most, 1000)
}

// together are the limits that a plan goes beyond, with what each would have to be.
func (p *problem) together(t *fleet.Solution) []string {
	s := &solution{Solution: t}
	var all []string
	if p.Budget > 0 && t.Cost > p.Budget {
		all = append(all, p.budgetWords(t.Cost))
	}
	for i, q := range p.Quotas {
		if n := p.quotaUsed(s, i); n > q.Most {
			all = append(all, fmt.Sprintf("a quota of %d %s (now %d)", n, q.Name, q.Most))
		}
	}
	for m, one := range p.Machines {
		for i, stock := range one.Stocks {
			if n := p.stockUsed(s, m, i); n > stock.Most {
				all = append(all, fmt.Sprintf("%s of %s (now %d)", machines(n), strings.TrimPrefix(stockName(one, stock), "owned "), stock.Most))
			}
		}
	}
	return all
}

// outgrown is the service that first needs more than it has, and the machine that it needs then.
func outgrown(p *problem, s *solution, f *advice.Fleet) *advice.Outgrown {
	first := none
	for i, one := range f.Services {
		if !one.HoldsUntil.IsZero() && (first == none || one.HoldsUntil.Before(f.Services[first].HoldsUntil)) {
			first = i
		}
	}
	if first == none || s.Choice[first] == none {
		return nil
	}
	option := p.Services[first].Options[s.Choice[first]]
	part, r := option.Parts[0], p.runs(first, s.Choice[first])[0]
	out := &advice.Outgrown{Service: f.Services[first].Name, Date: f.Services[first].HoldsUntil, Replicas: 1}
	hosts := fleet.Room(&problemOnHosts(p, s).Problem, s.Hosts, func(at fleet.Placement) fleet.Need {
		return p.Services[at.Service].Options[s.Choice[at.Service]].Parts[at.Part].Need
	}, part)
	if out.Fits = hosts > 0; !out.Fits {
		out.Next = r.Machine.Type
		out.USD = r.Machine.USDPerHour * unit.HoursPerMonth
	}
	return out
}

// problemOnHosts is a problem with no machines beyond those in use.
func problemOnHosts(p *problem, s *solution) *problem {
	closed := *p
	closed.Problem = *copied(&p.Problem)
	for m := range closed.Machines {
		for i := range closed.Machines[m].Stocks {
			closed.Machines[m].Stocks[i].Most = p.stockUsed(s, m, i)
		}
	}
	return &closed
}
