package offer

import (
	"cmp"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/unit"
)

// mostPriced is the most places that a report names.
const mostPriced = 3

// PricedAt lists where an accelerator has a price that the limits leave out, each cloud once: the clouds
// that were asked for in another region first, the nearest of those by name before others, then by what
// one accelerator costs.
func PricedAt(o *Offers, accelerator string) []catalog.Instance {
	w := o.Workload
	list := cmp.Or(w.Pricing, onDemand)
	asked := filterOf(w, "").Clouds
	if len(asked) == 0 {
		asked = catalog.DefaultClouds()
	}
	rows := o.Catalog.Rows()
	if p, ok := catalog.FindProcessor(accelerator); ok && p.ID == accelerator {
		rows = nil
		for _, m := range o.Catalog.Machines() {
			if o.machine == "" || m.Type == o.machine {
				rows = append(rows, m.Instance())
			}
		}
	}
	best := map[string]catalog.Instance{}
	for _, i := range rows {
		if i.Accelerator != accelerator || i.Count < 1 || i.Price(list) == 0 {
			continue
		}
		if before, ok := best[i.Cloud]; !ok || fartherAway(w.Region, asked, list, before, i) > 0 {
			best[i.Cloud] = i
		}
	}
	var out []catalog.Instance
	for _, i := range best {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b catalog.Instance) int {
		return cmp.Or(fartherAway(w.Region, asked, list, a, b), cmp.Compare(a.Cloud, b.Cloud))
	})
	return out[:min(mostPriced, len(out))]
}

// InSmaller returns the cloud that rents the accelerators of replicas at the lowest cost on machines with
// fewer of them, and that cost, US dollars a month: a large cloud before others; "" where none does for less
// than a limit.
func InSmaller(o *Offers, h Hardware, replicas int, machine catalog.Instance, below float64) (cloud string, usd float64) {
	list := cmp.Or(o.Workload.Pricing, onDemand)
	large := catalog.DefaultClouds()
	found := false // with a large one
	for _, i := range o.Catalog.Rows() {
		per := int(i.Count) / max(h.PerReplica, 1)
		if i.Accelerator != h.Accelerator.ID || per < 1 || i.Count >= machine.Count || i.Price(list) == 0 {
			continue
		}
		cost := float64((replicas+per-1)/per) * i.Price(list) * unit.HoursPerMonth
		if known := slices.Contains(large, i.Cloud); cost < below && (known && !found || known == found && (usd == 0 || cost < usd)) {
			cloud, usd, found = i.Cloud, cost, known
		}
	}
	return cloud, usd
}

// fartherAway is above 0 where the second of two instances is the better answer.
func fartherAway(region string, asked []string, list string, a, b catalog.Instance) int {
	rank := func(i catalog.Instance) int {
		switch {
		case !slices.Contains(asked, i.Cloud):
			return 2
		case len(region) < 2 || !strings.EqualFold(i.Region[:min(2, len(i.Region))], region[:2]):
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Price(list)/a.Count, b.Price(list)/b.Count), cmp.Compare(a.Region, b.Region))
}
