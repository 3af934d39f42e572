package offer

import (
	"fmt"

	"scaleadvise/advisor/catalog"
)

// shares lists the parts of accelerators that strategies may change to: those that were named,
// those of today's where it is a part, and for a light load those that clouds rent as such.
func shares(o *Offers) []Hardware {
	var out []Hardware
	seen := map[string]bool{}
	add := func(a catalog.Accelerator) {
		if !seen[a.ID] && o.Permits(a) {
			seen[a.ID], out = true, append(out, Hardware{a, 1})
		}
	}
	for _, name := range o.Workload.AllowGPU {
		if a, _, err := o.Catalog.ResolveAccelerator(name); err == nil && a.Part != nil {
			add(a)
		}
	}
	if o.limits.allowed != nil {
		return out
	}
	if len(o.Starts) == 1 && o.Starts[0].Accelerator.Part != nil {
		p := o.Starts[0].Accelerator.Part
		whole, _ := o.Catalog.Accelerator(p.Of)
		add(o.Starts[0].Accelerator)
		for _, q := range catalog.Partitions(p.Of) {
			add(whole.Share(q))
		}
	}
	if o.Pass == nil || !light(o) {
		return out
	}
	for _, a := range o.Catalog.Accelerators() {
		if o.foreign(a) {
			continue
		}
		for _, i := range instancesUnder(o, a.ID) {
			if part, ok := o.Catalog.Carried(i); ok && i.Fractional() && i.Price(priceList(o, a.ID)) > 0 {
				add(part)
			}
		}
	}
	return out
}

// instancesUnder lists the instances of an accelerator that the limits leave, those with a
// part of one among them.
func instancesUnder(o *Offers, accelerator string) []catalog.Instance {
	return o.Catalog.Instances(o.filter(accelerator))
}

// partHosting lists the ways to rent parts of an accelerator: instances with just such a part,
// and places on those with whole ones, at the part's share of their price.
func partHosting(o *Offers, h Hardware) []Hosting {
	p := *h.Accelerator.Part
	best, list := map[int]Hosting{}, priceList(o, p.Of)
	keep := func(place Hosting) {
		if old, ok := best[1]; !ok || place.USDPerHour < old.USDPerHour {
			best[1] = place
		}
	}
	for _, i := range o.Catalog.Sliced(o.filter(p.Of), p) {
		if price := i.Price(list); h.PerReplica == 1 && price > 0 && o.hosts(h, i) {
			keep(onList(Hosting{Instance: i, PerInstance: 1, USDPerHour: price, Pricing: list}))
		}
	}
	if len(best) > 0 {
		return byReplicas(best)
	}
	for _, i := range instances(o, p.Of) {
		places := int(i.Count) * p.PerCard / h.PerReplica
		if places < 1 || !o.hosts(h, i) {
			continue
		}
		n := float64(places)
		price := i.Price(list) / n
		i.Type = fmt.Sprintf("1/%d of %s", places, i.Type)
		i.VCPUs, i.MemoryGiB, i.DiskGiB, i.NetworkGbps = i.VCPUs/n, i.MemoryGiB/n, i.DiskGiB/n, i.NetworkGbps/n
		keep(onList(Hosting{Instance: i, PerInstance: 1, USDPerHour: price, Pricing: list, Share: 1 / n}))
	}
	return byReplicas(best)
}
