package advisor

import (
	"errors"
	"fmt"
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// pool is what a fleet file says of machines, resolved.
type pool struct {
	owned    []stock
	bounded  []stock          // machines of which only so many may be rented
	quota    map[string]quota // by accelerator
	order    []string         // of the quotas
	cloud    string           // of its machines, where all are of one
	onlyPool bool
	notes    []string
}

// stock is machines of one kind.
type stock struct {
	plan.Stock
	catalog.Instance
	count int
	usd   float64 // a month, one; meaningful where it was said
}

type quota struct {
	name string
	most int
}

// placed reports whether an error says where it is.
func placed(err error) bool {
	var trait *workload.TraitError
	var fault *plan.Error
	return errors.As(err, &fault) || errors.As(err, &trait) && trait.Origin.Line > 0
}

// poolOf resolves the names of a pool. The error is every fault with its place.
func poolOf(in Together) (*pool, error) {
	p := &pool{quota: map[string]quota{}, onlyPool: in.Fleet.OnlyPool}
	var faults []error
	clouds := map[string]bool{}
	for _, s := range in.Fleet.Pool {
		err := p.add(in.Catalog, s, clouds)
		if err != nil {
			faults = append(faults, &plan.Error{File: s.Origin.File, Line: s.Origin.Line, Column: s.Origin.Column, Message: err.Error()})
		}
	}
	if len(clouds) == 1 {
		for p.cloud = range clouds {
		}
	}
	if p.onlyPool && len(in.Fleet.Pool) == 0 {
		faults = append(faults, fmt.Errorf("%s: only_pool with nothing in the pool: no machine is left; add entries to pool, or leave out only_pool", in.Fleet.File))
	}
	return p, errors.Join(faults...)
}

func (p *pool) add(c *catalog.Catalog, s plan.Stock, clouds map[string]bool) error {
	if s.Machine != "" {
		i, err := machineNamed(c, s.Machine)
		if err != nil {
			return err
		}
		if i.Fractional() {
			return fmt.Errorf("machine: %s has a part of an accelerator only, which no other service can share; plan it by --machine", i.Type)
		}
		one := stock{s, i, s.Count, s.USD}
		if s.Owned {
			p.owned = append(p.owned, one)
		} else {
			p.bounded = append(p.bounded, one)
		}
		clouds[i.Cloud] = true
		return nil
	}
	a, note, err := c.ResolveAccelerator(s.GPU)
	switch {
	case err != nil:
		return fmt.Errorf("gpu: %w", err)
	case a.Part != nil:
		return fmt.Errorf("gpu: %s is a part of an accelerator; name the whole one, which the plan divides", s.GPU)
	}
	if note != "" {
		p.notes = append(p.notes, note)
	}
	if !s.Owned {
		if s.Priced {
			return errors.New("cost: is for owned machines; the price of rented ones comes from a file of --catalog")
		}
		if _, twice := p.quota[a.ID]; twice {
			return fmt.Errorf("gpu: a second max of %s; keep one", s.GPU)
		}
		p.quota[a.ID], p.order = quota{offer.ShortName(a), s.Most}, append(p.order, a.ID)
		return nil
	}
	return p.servers(c, a, s)
}

// servers are machines of accelerators that are owned, of which no type is said.
func (p *pool) servers(c *catalog.Catalog, a catalog.Accelerator, s plan.Stock) error {
	const usual = 8 // accelerators of one machine
	count := s.Count
	if count == 0 {
		count = max(1, (s.Most+usual-1)/usual)
		for s.Most%count != 0 {
			count++
		}
		if s.Most > 1 {
			p.notes = append(p.notes, fmt.Sprintf("the %d owned %s are assumed to be on %s (count sets how many)", s.Most, offer.ShortName(a), machines(count)))
		}
	}
	if s.Most == 0 {
		return errors.New("max: 0 accelerators that are owned are none; leave the entry out")
	}
	each := s.Most / count
	i := catalog.Instance{Type: fmt.Sprintf("owned %d × %s", each, offer.ShortName(a)), Accelerator: a.ID, Count: float64(each)}
	for _, known := range c.Instances(catalog.Filter{Accelerator: a.ID, Clouds: c.Clouds()}) {
		if known.Count == i.Count && known.VCPUs > i.VCPUs { // what such machines usually have beside them
			i.VCPUs, i.NetworkGbps = known.VCPUs, known.NetworkGbps
		}
	}
	p.owned = append(p.owned, stock{s, i, count, s.USD})
	return nil
}

func machines(n int) string {
	if n == 1 {
		return "1 machine"
	}
	return unit.Format(unit.Count, float64(n)) + " machines"
}

// machineNamed finds a machine by the type of its cloud.
func machineNamed(c *catalog.Catalog, name string) (catalog.Instance, error) {
	if i, ok := c.InstanceNamed(name); ok {
		return i, nil
	}
	if m, ok := c.Machine(name); ok {
		return m.Instance(), nil
	}
	return catalog.Instance{}, fmt.Errorf("machine: %w; owned accelerators may be written as {gpu: a100-sxm-80gb, max: 8, owned: true}", c.UnknownMachine(name))
}

// places are those of the quotas, by accelerator.
func (p *pool) places() map[string]int {
	all := map[string]int{}
	for i, id := range p.order {
		all[id] = i
	}
	return all
}

// closed reports whether nothing may be rented.
func (p *pool) closed() bool { return p.onlyPool && len(p.quota) == 0 && len(p.bounded) == 0 }

// market is what a service may stand on.
func (p *pool) market(o *offer.Offers) search.Market {
	m := search.Market{There: p.there(o), Parts: !o.Generates()}
	if p.onlyPool {
		m.Rents = func(accelerator string) bool { _, ok := p.quota[accelerator]; return ok }
	}
	return m
}

// there are the kinds of replica that machines of the pool may hold for a service.
func (p *pool) there(o *offer.Offers) []search.There {
	var all []search.There
	for _, s := range slices.Concat(p.owned, p.bounded) {
		for _, h := range offer.On(o, s.Instance) {
			n := offer.PerMachine(o, h, s.Instance)
			if n < 1 || slices.ContainsFunc(all, func(t search.There) bool { return t.Machine.Type == s.Type && t.Kind() == h.Kind() }) {
				continue
			}
			all = append(all, search.There{Hardware: h, Machine: offer.Hosting{Instance: s.Instance, PerInstance: n, Zones: o.Workload.Zones}})
		}
	}
	return all
}

// stocks are the machines of a kind that may be used, those that are owned first, then by price.
func (p *pool) stocks(at offer.Hosting, whole, list string, quotas map[string]int) []fleet.Stock {
	var all []fleet.Stock
	same := func(s stock) bool { return s.Type == at.Type && s.Cloud == at.Cloud }
	for _, s := range p.owned {
		if same(s) {
			all = append(all, fleet.Stock{USD: s.usd, Most: s.count, Owned: true, Quota: -1})
		}
	}
	q, bounded := quotas[whole]
	if !bounded {
		q = -1
	}
	usd, most, named := at.USDPerHour*unit.HoursPerMonth, fleet.Unlimited, false
	for _, s := range p.bounded {
		if !same(s) {
			continue
		}
		most, named = s.count, true
		if usd == 0 {
			usd = s.Price(list) * unit.HoursPerMonth
		}
		if s.Priced {
			usd = s.usd
		}
	}
	if usd > 0 && (!p.onlyPool || named || bounded) {
		all = append(all, fleet.Stock{USD: usd, Most: most, Quota: q})
	}
	slices.SortStableFunc(all, func(a, b fleet.Stock) int {
		switch {
		case a.USD < b.USD:
			return -1
		case a.USD > b.USD:
			return 1
		}
		return 0
	})
	return all
}

// tooSmall refuses a pool of which no machine holds one replica of a service, where nothing else may
// be rented.
func tooSmall(p *pool, all []ways) error {
	if !p.closed() {
		return nil
	}
	var faults []error
	for _, w := range all {
		if len(w.ways)+len(w.Sizes) > 0 || w.excuse != nil && w.excuse.Code != candidate.Memory {
			continue
		}
		text := "no machine of the pool can hold a replica; add larger machines to pool, or leave out only_pool"
		switch {
		case w.excuse != nil:
			text = "no machine of the pool holds even one replica: " + w.excuse.Text + "; add larger machines to pool, or leave out only_pool"
		case w.space.Offers.UserMeasured() && !w.space.Base.Known:
			text = "what was measured says nothing of the machines of the pool; name what it was measured on (deploy.machine or deploy.gpu)"
		}
		faults = append(faults, &plan.Error{File: w.Origin.File, Line: w.Origin.Line, Column: w.Origin.Column, Message: w.Name + ": " + text})
	}
	return errors.Join(faults...)
}
