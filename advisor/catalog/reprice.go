package catalog

import (
	"cmp"
	"maps"
	"sync"
)

// Repriced returns the catalogue with other prices: those of all instances of an accelerator, on
// every price list, multiplied by the accelerator's factor. The receiver stays as it was, and
// all but the prices is shared with it.
func (c *Catalog) Repriced(factors map[string]float64) *Catalog {
	under := c.instances()
	t := under.clone()
	hosts := map[string][]Instance{}
	for accelerator, rows := range c.hosts() {
		hosts[accelerator] = rows
	}
	for i := range t.rows {
		row := &t.rows[i]
		if f, ok := factors[row.Accelerator]; ok {
			row.OnDemand, row.Spot, row.OneYear, row.ThreeYear = row.OnDemand*f, row.Spot*f, row.OneYear*f, row.ThreeYear*f
		}
	}
	for accelerator := range factors {
		hosts[accelerator] = nil
	}
	for _, row := range t.rows {
		if _, ok := factors[row.Accelerator]; ok {
			hosts[row.Accelerator] = append(hosts[row.Accelerator], row)
		}
	}
	over := *c
	over.near = nil
	over.instances = func() *table[Instance] { return t }
	over.hosts = func() map[string][]Instance { return hosts }
	over.factors = maps.Clone(c.factors)
	if over.factors == nil {
		over.factors = map[string]float64{}
	}
	for processor, f := range factors {
		over.factors[processor] = f * cmp.Or(over.factors[processor], 1)
	}
	over.chosen, over.priced = &sync.Map{}, c.Facts()
	return &over
}

// Facts returns the catalogue that this one is a repricing of, itself where it is none: what is
// learnt from it holds for both.
func (c *Catalog) Facts() *Catalog {
	if c.priced != nil {
		return c.priced
	}
	return c
}
