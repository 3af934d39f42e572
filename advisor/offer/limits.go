package offer

import (
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/workload"
)

// limits are what --allow-gpu and --max-gpu leave.
type limits struct {
	allowed   map[string]bool // by accelerator; nil for all
	strongest float64         // 0 for any

	owned, quota stock // nil for none
}

func (l limits) permit(a catalog.Accelerator) bool {
	of := a.ID
	if a.Part != nil {
		of = a.Part.Of
	}
	return (l.allowed == nil || l.allowed[a.ID] || l.allowed[of]) && (l.strongest == 0 || Strength(a) <= l.strongest)
}

// resolveLimits checks the names in the limits.
func resolveLimits(w *workload.Workload, n *names) (l limits, err error) {
	if l.allowed, err = allowList(w, n); err != nil {
		return l, err
	}
	if l.owned, err = stockOf("owned", w.Owned, n); err != nil {
		return l, err
	}
	if l.quota, err = stockOf("quota", w.Quota, n); err != nil {
		return l, err
	}
	if w.MaxGPU != "" {
		a, err := n.accelerator("max_gpu", w.MaxGPU)
		if err != nil {
			return l, err
		}
		l.strongest = Strength(a)
	}
	return l, checkClouds(w, n.catalog)
}

func allowList(w *workload.Workload, n *names) (map[string]bool, error) {
	if len(w.AllowGPU) == 0 {
		return nil, nil
	}
	allowed := map[string]bool{}
	for _, name := range w.AllowGPU {
		a, err := n.accelerator("allow_gpu", name)
		if err != nil {
			return nil, err
		}
		allowed[a.ID] = true
	}
	return allowed, nil
}

// checkClouds rejects a cloud or region that the catalog does not know: an empty result would
// otherwise look like "no price anywhere".
func checkClouds(w *workload.Workload, c *catalog.Catalog) error {
	all := filterOf(w, "")
	err := c.CheckFilter(all)
	switch {
	case err == nil:
		return nil
	case c.CheckFilter(catalog.Filter{Clouds: all.Clouds}) != nil:
		return w.Fault("cloud", err)
	}
	return w.Fault("region", err)
}

// filter chooses the instances of an accelerator under the limits, in the cloud where all of it
// is rented.
func (o *Offers) filter(accelerator string) catalog.Filter {
	f := filter(o, accelerator)
	f.Pricing = priceList(o, accelerator)
	return f
}

// filter returns that on the price list that was asked for.
func filter(o *Offers, accelerator string) catalog.Filter {
	f := filterOf(o.Workload, accelerator)
	switch {
	case o.home != "":
		f.Clouds = []string{o.home}
	case o.owner != "" && len(f.Clouds) == 0:
		f.Clouds = append(catalog.DefaultClouds(), o.owner)
	}
	return f
}

// filterOf chooses the instances of an accelerator under the limits; all for "".
func filterOf(w *workload.Workload, accelerator string) catalog.Filter {
	f := catalog.Filter{Accelerator: accelerator, Clouds: w.Clouds, Region: w.Region, Pricing: w.Pricing}
	if w.Assumed("cloud") {
		f.Clouds = nil // an assumed cloud has no prices in a region that was named
	}
	return f
}
