package advisor

import (
	"slices"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
)

// problem is a fleet as it is solved, and what its numbers stand for.
type problem struct {
	fleet.Problem
	pool     *pool
	cloud    string // from which all is rented
	services []ways
	hosting  []offer.Hosting // by kind of machine
	offered  []choices       // by service
	names    map[string]int  // of kinds of machine, by cloud and type
	quotas   map[string]int  // by accelerator
}

// choices are the options of a service: each is ways with the requests that they serve.
type choices [][]run

// run is a way and what it is asked to serve.
type run struct {
	search.Way
	space    *search.Space
	demand   search.Demand
	requests string    // "" for all
	share    float64   // of the demand
	parts    []float64 // of each size of request, where they are told apart
	by       *division // that tells them apart; nil for none
	of       *question // the service with these requests only; nil for the service
}

// summed reports whether what replicas carry is the sum of what was measured of each size.
func (r run) summed() bool { return r.by != nil && r.of == nil }

// pose puts the ways of all services as a problem of machines, quotas and a budget.
func pose(in Together, pool *pool, all []ways) *problem {
	p := &problem{pool: pool, services: all, names: map[string]int{}, quotas: map[string]int{}}
	p.Budget, p.quotas = in.Fleet.Budget(), pool.places()
	for _, id := range pool.order {
		p.Quotas = append(p.Quotas, fleet.Quota{Name: pool.quota[id].name, Most: pool.quota[id].most})
	}
	for i := range all {
		w := &all[i]
		p.Services = append(p.Services, fleet.Service{Name: w.Name})
		p.offered = append(p.offered, nil)
		for _, way := range w.ways {
			p.option(i, []run{{Way: way, space: w.space, demand: w.planned, share: 1}})
		}
		if w.measures != nil {
			p.bySize(i, w, w.measures)
		}
		for _, runs := range w.mixes {
			p.option(i, runs)
		}
		p.split(i, w)
	}
	return p
}

// machines makes known the machines of runs.
func (p *problem) machines(runs []run) {
	for _, r := range runs {
		p.machine(0, r)
	}
}

// option adds a way to run a service, where there are machines for it.
func (p *problem) option(service int, runs []run) {
	o := fleet.Option{Label: len(p.offered[service])}
	for _, r := range runs {
		m, ok := p.machine(service, r)
		if !ok {
			return
		}
		o.Parts = append(o.Parts, partOf(r, m, &p.Machines[m]))
	}
	p.Services[service].Options = append(p.Services[service].Options, o)
	p.offered[service] = append(p.offered[service], runs)
}

// machine is the kind of machine that a way stands on; ok is false where there is none to be had.
func (p *problem) machine(service int, r run) (int, bool) {
	key := r.Machine.Cloud + "/" + r.Machine.Type
	if m, ok := p.names[key]; ok {
		if m >= 0 && r.Machine.USDPerHour > 0 && p.hosting[m].USDPerHour == 0 {
			p.hosting[m] = r.Machine
			p.Machines[m].Stocks = p.stocksOf(service, r)
		}
		return m, m >= 0 && len(p.Machines[m].Stocks) > 0
	}
	m := fleet.Machine{Name: r.Machine.Type, Cards: r.Machine.Count, Memory: r.Machine.Count, Carded: true}
	switch {
	case r.Machine.Fractional():
		m.Cards, m.Memory = 1, 1
	case r.OfProcessor():
		m.Memory, m.Carded = r.Machine.MemoryGiB, false
	case r.Machine.Count == 0:
		m.Cards, m.Memory = float64(r.Machine.PerInstance*r.PerReplica), 0
	}
	m.Stocks = p.stocksOf(service, r)
	p.names[key] = len(p.Machines)
	p.Machines, p.hosting = append(p.Machines, m), append(p.hosting, r.Machine)
	return len(p.Machines) - 1, len(m.Stocks) > 0
}

func (p *problem) stocksOf(service int, r run) []fleet.Stock {
	return p.pool.stocks(r.Machine, wholeOf(r.Accelerator), p.services[service].question.Workload.Pricing, p.quotas)
}

// wholeOf is the id of the accelerator that is counted: of a part the whole one.
func wholeOf(a catalog.Accelerator) string {
	if a.Part != nil {
		return a.Part.Of
	}
	return a.ID
}

// partOf is what the replicas of a way take of their machines.
func partOf(r run, m int, machine *fleet.Machine) fleet.Part {
	part := fleet.Part{Machine: m, Replicas: r.Replicas, Cap: r.Cap}
	switch p := r.Accelerator.Part; {
	case r.Exclusive:
		part.Replicas, part.Cap = r.Own(), 1
		part.Need = fleet.Need{Cards: machine.Cards, Memory: machine.Memory}
	case r.Machine.Fractional():
		part.Need = fleet.Need{Cards: 1, Memory: 1}
	case p != nil && p.TimeSliced():
		part.Need = fleet.Need{Cards: p.Compute, Memory: p.Memory, Slice: p.Profile}
	case p != nil:
		part.Need = fleet.Need{Cards: p.Compute, Memory: p.Memory, Slice: "MIG"}
	case r.OfProcessor():
		part.Need = fleet.Need{Cards: float64(r.PerReplica)}
		if machine.Memory > 0 {
			part.Need.Memory = offer.NodeMemory(r.space.Offers, r.Hardware)
		}
	default:
		part.Need = fleet.Need{Cards: float64(r.PerReplica), Memory: float64(r.PerReplica)}
	}
	return part
}

// optional is the problem in which every service may go without: one that is more important costs
// more than all that are less so together, and any of them more than all machines.
func (p *problem) optional() *fleet.Problem {
	loose := p.Problem
	loose.Services = slices.Clone(p.Services)
	weights := p.weights()
	for i := range loose.Services {
		one := &loose.Services[i]
		one.Options = append(slices.Clone(one.Options), fleet.Option{USD: weights[i], Label: none})
	}
	return &loose
}

// weights are what going without a service costs in place of money.
func (p *problem) weights() []float64 {
	var levels []int
	for _, s := range p.services {
		levels = append(levels, s.Priority)
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	of, weight, total := map[int]float64{}, p.most(), 0.0
	const steepest = 1e9 // beyond it sums lose what machines cost
	top := weight * steepest
	for i := len(levels) - 1; i >= 0; i-- {
		of[levels[i]] = min(weight+total, top)
		for _, s := range p.services {
			if s.Priority == levels[i] {
				total += of[levels[i]]
			}
		}
	}
	out := make([]float64, len(p.services))
	for i, s := range p.services {
		out[i] = of[s.Priority]
	}
	return out
}

// most is more than all machines cost that could be of use.
func (p *problem) most() float64 {
	sum := 1000.0
	for _, s := range p.Services {
		dearest := 0.0
		for _, o := range s.Options {
			usd := 0.0
			for _, part := range o.Parts {
				stocks := p.Machines[part.Machine].Stocks
				usd += float64(part.Machines()) * stocks[len(stocks)-1].USD
			}
			dearest = max(dearest, usd)
		}
		sum += dearest
	}
	return sum
}

// without is the problem without some services.
func (p *problem) without(some []int) *fleet.Problem {
	kept := p.Problem
	kept.Services = nil
	for i, s := range p.Services {
		if !slices.Contains(some, i) {
			kept.Services = append(kept.Services, s)
		}
	}
	return &kept
}

// original is the place of a service that is the n-th of those that are left.
func (p *problem) original(n int, some []int) int {
	for i := range p.Services {
		if slices.Contains(some, i) {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return none
}
