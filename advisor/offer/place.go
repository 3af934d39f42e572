package offer

import (
	"math"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Home returns the cloud from which everything is rented, "" where any will do.
func Home(o *Offers) string { return o.home }

// In returns the same offers rented from one cloud alone, from any for "".
func In(o *Offers, cloud string) *Offers {
	return at(o, cloud, o.stays, "in "+cloud)
}

// Starting returns the same offers with a new list of the deployments from which strategies may start, where
// none runs today.
func Starting(o *Offers) (*Offers, error) {
	if o.Starts[0].Known {
		return o, nil
	}
	other := In(o, o.home)
	all, err := starts(other, &names{workload: o.Workload, catalog: o.Catalog})
	other.Starts = all
	return other, err
}

// Everywhere returns the same offers without the restriction to today's cloud and, for language models, to
// today's vendor. For other models the times on another vendor's software are less certain, so those are
// considered only on request.
func Everywhere(o *Offers) *Offers {
	return at(o, "", o.stays && !o.Generates(), "everywhere")
}

// at returns the offers at another place, whose lists are kept by its name.
func at(o *Offers, cloud string, stays bool, name string) *Offers {
	other := &Offers{settled: o.settled, lists: o.lists.copies.Get(name, func() *lists { return new(lists) })}
	other.home, other.stays = cloud, stays
	return other
}

// cloudOf returns the cloud of a deployment: its machine's, else the one that rents it for least; ""
// where none does.
func cloudOf(o *Offers, b Base) string {
	cloud, least := "", math.Inf(1)
	for _, h := range o.Hosting(b.Hardware) {
		if cost := h.Cost(b.Replicas); cost < least {
			cloud, least = h.Cloud, cost
		}
	}
	return cloud
}

// VendorName names an accelerator's vendor as its name does: "AMD".
func VendorName(a catalog.Accelerator) string {
	name, _, _ := strings.Cut(a.Name, " ")
	return name
}

// Foreign reports whether an accelerator runs another vendor's software than today's.
func Foreign(o *Offers, a catalog.Accelerator) bool { return !a.CPU && a.Vendor != o.vendor }

// Balanced returns the same offers with requests balanced in another way.
func Balanced(o *Offers, balancing string) *Offers {
	w := *o.Workload
	w.Balancing, w.LeastLoaded = balancing, balancing == "least-loaded"
	other := &Offers{settled: o.settled, lists: o.lists}
	other.Workload = &w
	other.home, other.stays = o.home, o.stays
	return other
}
