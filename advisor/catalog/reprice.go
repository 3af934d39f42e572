package catalog

import (
	"cmp"
	"maps"
	"slices"
	"sync"
)

// Repriced returns the catalogue with other prices: those of all instances of an accelerator, on
// every price list, multiplied by the accelerator's factor. The receiver stays as it was, and
// all but the prices is shared with it.
func (c *Catalog) Repriced(factors map[string]float64) *Catalog {
	over := *c
	over.instances, over.hosts = repriced(c.instances, factors), rehosted(c.hosts, factors)
	if c.near != nil {
		over.near, over.nearHosts = repriced(c.near, factors), rehosted(c.nearHosts, factors)
	}
	over.factors = maps.Clone(c.factors)
	if over.factors == nil {
		over.factors = map[string]float64{}
	}
	for processor, f := range factors {
		over.factors[processor] = f * cmp.Or(over.factors[processor], 1)
	}
	over.priced = c.Facts()
	over.forget(c)
	return &over
}

// reprices reports whether prices of an accelerator, or of a processor, are others than those of the
// catalogue below.
func (c *Catalog) reprices(id string) bool {
	return c.factors[id] != c.under.factors[id]
}

// repriced are instances at other prices, by the factors on those of their accelerators.
func repriced(of func() *table[Instance], factors map[string]float64) func() *table[Instance] {
	return sync.OnceValue(func() *table[Instance] {
		t := of().clone()
		for i := range t.rows {
			if f, ok := factors[t.rows[i].Accelerator]; ok {
				t.rows[i].scale(f)
			}
		}
		return t
	})
}

// rehosted are the same by accelerator: those of others are shared.
func rehosted(of func() map[string][]Instance, factors map[string]float64) func() map[string][]Instance {
	return sync.OnceValue(func() map[string][]Instance {
		hosts := maps.Clone(of())
		for accelerator, f := range factors {
			rows := slices.Clone(hosts[accelerator])
			for i := range rows {
				rows[i].scale(f)
			}
			hosts[accelerator] = rows
		}
		return hosts
	})
}

// scale multiplies the prices on all lists.
func (i *Instance) scale(by float64) {
	i.OnDemand, i.Spot, i.OneYear, i.ThreeYear = i.OnDemand*by, i.Spot*by, i.OneYear*by, i.ThreeYear*by
}

// Facts returns the catalogue that this one is a repricing of, or itself: what is learnt from one applies to
// both.
func (c *Catalog) Facts() *Catalog {
	if c.priced != nil {
		return c.priced
	}
	return c
}
