package advisor

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// concluded writes down what was found, and why.
func concluded(ctx context.Context, in Together, o Options, p *problem, s *solution) (*advice.Fleet, error) {
	mixed(p, s)
	f := &advice.Fleet{
		Name: in.Fleet.Name, File: in.Fleet.File, Now: o.Now, Feasible: len(s.without) == 0,
		Cost: s.Cost, Bound: math.Min(s.Bound, s.Cost), Gap: s.Gap(), Proved: s.Proved, Cloud: p.cloud,
		Assumed: p.pool.notes, Warnings: slices.Concat(heldBackIn(p), misdescribed(p), ownLimits(p), unnamed(p, s), s.notes),
	}
	f.Separate = total(p, s.apart)
	f.Services = services(p, s)
	if !in.Declared {
		changed(p, f.Services)
	}
	f.Machines = machinesOf(p, s)
	f.Limits = limits(ctx, p, s)
	if !f.Feasible {
		whyNot(ctx, in, p, s, f)
	}
	f.Outgrown = outgrown(p, s, f)
	if f.Feasible { // else what is idle is so for want of something else
		f.Idle, f.IdleMachines = idle(p, s)
	}
	for _, w := range p.services {
		if w.unsafe {
			f.Unsafe = append(f.Unsafe, w.Name)
		}
	}
	f.Prices = prices(f)
	return f, ctx.Err()
}

// ownLimits are limits of single services that a fleet does not hold, said once each, and bounds that they
// do not have.
func ownLimits(p *problem) []string {
	var out []string
	for _, w := range p.services {
		if w.measures != nil && w.Case.Plan.Traits["p99"].Origin == w.Origin {
			out = append(out, w.Name+": its measured sizes come without a bound on latency, so none applies (slo: {p99: 2s} sets one)")
		}
		for _, name := range []string{"budget", "quota", "owned"} {
			if w.Case.Has(name) {
				out = append(out, fmt.Sprintf("%s: its own %s is not held; the fleet's pool and budget are", w.Name, name))
			}
		}
	}
	return out
}

// unnamed are services of which a time was measured and no one said on what, by what is assumed.
func unnamed(p *problem, s *solution) []string {
	of, order := map[string][]string{}, []string(nil)
	for i := range p.services {
		w := &p.services[i]
		if s.Choice[i] == none || w.measures != nil || w.space.Base.Known {
			continue
		}
		if r, ok := search.BaseReplica(w.space); ok && r.Service.Basis == service.Given {
			on := offer.ShortName(w.space.Base.Accelerator)
			if of[on] == nil {
				order = append(order, on)
			}
			of[on] = append(of[on], w.Name)
		}
	}
	for i, on := range order {
		order[i] = fmt.Sprintf("%s: no hardware was named, and the measurement is assumed to be from %s, the cheapest that can be rented; name it (deploy.machine, deploy.gpu or measured.on)",
			strings.Join(of[on], ", "), on)
	}
	return order
}

// byPriority is the order of the services: the most important first.
func byPriority(p *problem) []int {
	order := make([]int, len(p.services))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p.services[order[a]].Priority < p.services[order[b]].Priority })
	return order
}

// total is the sum of separate plans, where each has one.
func total(p *problem, a apart) advice.MaybeUSD {
	sum := advice.MaybeUSD{Known: true}
	for i, option := range a.choice {
		if option == fleet.Dropped {
			return advice.MaybeUSD{Why: p.services[i].Name + " finds no room after the others"}
		}
		sum.USD += a.usd[i]
	}
	return sum
}

// misdescribed names the services that were measured to be others than those described.
func misdescribed(p *problem) (all []string) {
	for _, w := range p.services {
		for _, text := range doubts(w.question) {
			all = append(all, w.Name+": "+text)
		}
	}
	return all
}

// heldBackIn names the services of which an argument of the engine makes a replica carry much less than it could.
func heldBackIn(p *problem) (all []string) {
	for _, w := range p.services {
		if h := heldBack(w.question); h.Given() {
			all = append(all, w.Name+": "+h.String()+"; "+strings.ToLower(h.Change[:1])+h.Remedy()[1:]+" before you take more accelerators")
		}
	}
	return all
}

// services are the services with what they run on.
func services(p *problem, s *solution) []advice.FleetService {
	costs := shares(p, s)
	out := make([]advice.FleetService, len(p.services))
	for i := range p.services {
		w := &p.services[i]
		one := advice.FleetService{
			Name: w.Name, Priority: w.Priority, Feasible: s.Choice[i] != none, DemandQPS: w.planned.Peak,
			Model: w.space.Model.Name, Warnings: w.question.Workload.Warnings,
		}
		for _, usd := range costs[i] {
			one.Cost += usd
		}
		if s.apart.choice[i] != fleet.Dropped {
			one.Alone = s.apart.usd[i]
		}
		if one.Feasible {
			one.Share = 1
			for _, r := range p.runs(i, s.Choice[i]) {
				plan := planOf(w, r)
				one.Plans = append(one.Plans, plan)
				if !plan.HoldsUntil.IsZero() && (one.HoldsUntil.IsZero() || plan.HoldsUntil.Before(one.HoldsUntil)) {
					one.HoldsUntil = plan.HoldsUntil
				}
				one.Losses = max(one.Losses, losses(w, plan))
			}
		} else {
			one.Excuse = w.excuse
		}
		out[i] = one
	}
	return out
}

// runs are the ways of an option.
func (p *problem) runs(service, option int) []run {
	return p.offered[service][p.Services[service].Options[option].Label]
}

// planOf describes a way.
func planOf(w *ways, r run) advice.FleetPlan {
	e := search.Run(r.space, r.Way, r.demand)
	if r.summed() {
		e = ofSizes(w, r, e)
	}
	if s, ok := w.growth.Until(e.CarriesQPS/math.Max(r.share, 1e-9), 1); ok {
		e.HoldsUntil, e.HoldsSeconds = w.question.date(s), s
	}
	return advice.FleetPlan{Evaluation: e, Requests: r.requests, Share: r.share, MostOn: r.Cap}
}

// ofSizes is an evaluation by what the replicas were measured to carry of each size of request.
func ofSizes(w *ways, r run, e candidate.Evaluation) candidate.Evaluation {
	key := kindKey(r.Way)
	load := 0.0
	for i, z := range r.by.sizes {
		if c, ok := z.kinds[key]; ok && c.most > 0 {
			load += r.parts[i] * z.share * w.planned.Peak / c.most
		}
	}
	e.Basis = service.Given
	e.DemandQPS = r.demand.Peak
	e.CapacityQPS = r.demand.Peak * float64(r.Replicas) / math.Max(load, 1e-12)
	e.LowQPS, e.HighQPS, e.SaturationQPS, e.CarriesQPS, e.AfterLossesQPS = e.CapacityQPS, e.CapacityQPS, e.CapacityQPS, e.CapacityQPS, e.CapacityQPS
	e.Utilization = r.demand.Peak / e.CapacityQPS
	return e
}

// losses is how many machines a plan is promised to survive.
func losses(w *ways, e advice.FleetPlan) int {
	if w.question.Workload.Availability == 0 {
		return 0
	}
	n, _ := search.LossesToSurvive(w.space, e.Instances)
	return n
}

// shares divide what machines cost among the replicas that stand on them, by what each takes: for each
// service by its runs.
func shares(p *problem, s *solution) [][]float64 {
	out := make([][]float64, len(p.services))
	for i := range out {
		if s.Choice[i] != none {
			out[i] = make([]float64, len(p.runs(i, s.Choice[i])))
		}
	}
	for _, h := range s.Hosts {
		usd, sum := p.Machines[h.Machine].Stocks[h.Stock].USD, 0.0
		for _, at := range h.Placed {
			sum += p.takes(s, at)
		}
		for _, at := range h.Placed {
			out[at.Service][at.Part] += usd * p.takes(s, at) / sum
		}
	}
	return out
}

// takes is how many cards a placement takes.
func (p *problem) takes(s *solution, at fleet.Placement) float64 {
	part := p.Services[at.Service].Options[s.Choice[at.Service]].Parts[at.Part]
	return float64(at.Replicas) * part.Need.Cards
}

// machinesOf are the machines in use, by kind and by whether they are owned.
func machinesOf(p *problem, s *solution) []advice.FleetMachine {
	type key struct{ machine, stock int }
	known, there := map[key]int{}, replicasOn(p, s)
	var out []advice.FleetMachine
	for at, h := range s.Hosts {
		k := key{h.Machine, h.Stock}
		i, ok := known[k]
		if !ok {
			i = len(out)
			known[k] = i
			stock, hosting := p.Machines[h.Machine].Stocks[h.Stock], p.hosting[h.Machine]
			out = append(out, advice.FleetMachine{
				Machine: hosting.Type, Cloud: hosting.Cloud, Accelerator: cardName(p, hosting), Cards: cardsOf(hosting, p.Machines[h.Machine].Cards), Owned: stock.Owned, USD: stock.USD,
			})
		}
		m := &out[i]
		host := advice.FleetHost{}
		if s.zones != nil {
			host.Zone = s.zones[at]
		}
		for _, placed := range h.Placed {
			cards := p.takes(s, placed) * m.Cards / p.Machines[h.Machine].Cards
			host.Used += cards / m.Cards
			host.Placed = append(host.Placed, advice.FleetPlaced{Service: placed.Service, Name: p.services[placed.Service].Name, Replicas: there(placed), Cards: cards})
		}
		m.Hosts = append(m.Hosts, host)
		m.Count++
	}
	for i := range out {
		for _, h := range out[i].Hosts {
			out[i].Used += h.Used / float64(out[i].Count)
		}
	}
	slices.SortStableFunc(out, func(a, b advice.FleetMachine) int {
		switch {
		case a.Owned != b.Owned && a.Owned:
			return -1
		case a.Owned != b.Owned:
			return 1
		}
		return 0
	})
	return out
}

// replicasOn gives the function that says how many replicas stand where a placement is, asked in the
// order of the machines: services on machines of their own have theirs divided evenly.
func replicasOn(p *problem, s *solution) func(fleet.Placement) int {
	asked := map[[2]int]int{}
	return func(at fleet.Placement) int {
		r := p.runs(at.Service, s.Choice[at.Service])[at.Part]
		if !r.Exclusive {
			return at.Replicas
		}
		key := [2]int{at.Service, at.Part}
		machines := r.Own()
		n := r.Replicas / machines
		if asked[key] < r.Replicas%machines {
			n++
		}
		asked[key]++
		return n
	}
}

// cardsOf is how many cards a machine has; those that have a part of one are counted as such.
func cardsOf(h offer.Hosting, cards float64) float64 {
	if h.Fractional() {
		return h.Count
	}
	return cards
}

// cardName names what a machine has its cards of.
func cardName(p *problem, h offer.Hosting) string {
	if a, ok := p.services[0].space.Accelerator(h.Accelerator); ok {
		return offer.ShortName(a)
	}
	return "vCPU"
}

// idle are machines of the pool that are not needed.
func idle(p *problem, s *solution) (words []string, all int) {
	used := map[string]int{}
	for _, h := range s.Hosts {
		if p.Machines[h.Machine].Stocks[h.Stock].Owned {
			used[p.hosting[h.Machine].Type]++
		}
	}
	for _, o := range p.pool.owned {
		if n := o.count - min(o.count, used[o.Type]); n > 0 {
			all += n
			words = append(words, fmt.Sprintf("%s × %s", unit.Format(unit.Count, float64(n)), o.Type))
		}
		used[o.Type] = max(0, used[o.Type]-o.count)
	}
	return words, all
}

// prices say where and when what is rented is rented.
func prices(f *advice.Fleet) string {
	for _, s := range f.Services {
		for _, e := range s.Plans {
			if e.USDPerHour > 0 {
				return fmt.Sprintf("%s %s, %s", e.Cloud, e.Region, e.Pricing)
			}
		}
	}
	return ""
}
