package catalog

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Paid is the user's own price for an accelerator or a machine, in place of its list price.
type Paid struct {
	Name       string   // as written
	USDPerHour float64  // of one accelerator, or of the machine
	Lists      []string // the price lists that it replaces; others stay as they are
}

// Discount is a cloud's discount on its list prices.
type Discount struct {
	Cloud string
	Share float64 // fraction
}

// given is the date of a price that the user gave.
const given = "your price"

// WithPrices returns the catalogue with prices that the user pays, and discounts off all others. An
// accelerator that none of the usual clouds rents gets a machine of its own at its price. The
// receiver stays as it was, and all but the prices is shared with it. The error names what is not
// known.
func (c *Catalog) WithPrices(paid []Paid, discounts []Discount) (*Catalog, error) {
	instances, machines := c.instances().clone(), c.machines().clone()
	for _, d := range discounts {
		if !slices.Contains(c.clouds(), strings.ToLower(d.Cloud)) && !slices.Contains(c.own, strings.ToLower(d.Cloud)) {
			return nil, fmt.Errorf("unknown cloud %s%s; known are %s", quote(d.Cloud), didYouMean(strings.ToLower(d.Cloud), c.clouds()), strings.Join(c.clouds(), ", "))
		}
		for i := range instances.rows {
			takeOff(&instances.rows[i], d)
		}
		for i := range machines.rows {
			one := machines.rows[i].Instance()
			takeOff(&one, d)
			machines.rows[i].Reprice(one)
		}
	}
	for _, p := range paid {
		if err := c.pay(p, instances, machines); err != nil {
			return nil, err
		}
	}
	over := *c
	over.near = nil
	over.instances, over.machines = func() *table[Instance] { return instances }, func() *table[Machine] { return machines }
	over.hosts = sync.OnceValue(func() map[string][]Instance { return hostsOf(instances.rows) })
	over.clouds = sync.OnceValue(func() []string { return cloudsOf(instances.rows) })
	over.priced = c.Facts()
	over.forget(nil)
	return &over, nil
}

// takeOff lowers the prices of an instance of the cloud.
func takeOff(i *Instance, d Discount) {
	if !strings.EqualFold(i.Cloud, d.Cloud) {
		return
	}
	for _, price := range []*float64{&i.OnDemand, &i.Spot, &i.OneYear, &i.ThreeYear} {
		*price *= 1 - d.Share
	}
	i.Discount = d.Share
}

// Reprice takes the prices of the machine as an instance.
func (m *Machine) Reprice(i Instance) {
	m.OnDemandUSD, m.SpotUSD, m.OneYearUSD, m.ThreeYearUSD = i.OnDemand, i.Spot, i.OneYear, i.ThreeYear
	m.Discount, m.AsOf, m.Source, m.Ownership = i.Discount, i.AsOf, i.Source, i.Ownership
}

// pay puts a price that the user pays into the rows that it is of.
func (c *Catalog) pay(p Paid, instances *table[Instance], machines *table[Machine]) error {
	found := false
	for i := range instances.rows {
		if row := &instances.rows[i]; strings.EqualFold(row.Type, p.Name) {
			found = true
			p.set(row, 1)
		}
	}
	for i := range machines.rows {
		if row := &machines.rows[i]; strings.EqualFold(row.Type, p.Name) {
			found = true
			one := row.Instance()
			p.set(&one, 1)
			row.Reprice(one)
		}
	}
	if found {
		return nil
	}
	if m, ok := c.Machine(p.Name); ok {
		one := m.Instance()
		p.set(&one, 1)
		m.Reprice(one)
		machines.put(machineSchema.key(&m), m)
		return nil
	}
	a, _, err := c.ResolveAccelerator(p.Name)
	if err != nil {
		return err
	}
	return payAccelerator(p, a, instances)
}

// payAccelerator puts a price of one accelerator into the rows of all machines that carry it.
func payAccelerator(p Paid, a Accelerator, instances *table[Instance]) error {
	if a.CPU || a.Part != nil {
		return fmt.Errorf("%s: give the price of a machine that carries it, or of the whole accelerator", quote(p.Name))
	}
	rented := false
	for i := range instances.rows {
		if row := &instances.rows[i]; row.Accelerator == a.ID && row.Count > 0 {
			rented = rented || slices.Contains(defaultClouds, row.Cloud) && row.Count >= 1
			p.set(row, row.Count)
		}
	}
	if !rented {
		row := Instance{Cloud: Own, Type: a.ID, Accelerator: a.ID, Count: 1}
		p.set(&row, 1)
		instances.put(instanceKey(row.Cloud, row.Type, row.Region), row)
	}
	return nil
}

// set gives an instance its price on the lists that are bought from.
func (p Paid) set(i *Instance, count float64) {
	for _, list := range p.Lists {
		switch usd := p.USDPerHour * count; list {
		case "spot":
			i.Spot = usd
		case "1y":
			i.OneYear = usd
		case "3y":
			i.ThreeYear = usd
		default:
			i.OnDemand = usd
		}
	}
	i.Discount, i.AsOf, i.Source, i.Notes, i.Ownership = 0, given, "given", "", Ownership{}
}
