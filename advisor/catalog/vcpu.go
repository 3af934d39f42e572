package catalog

import (
	"slices"
	"strings"
)

// VCPUName is the prefix of the short name of a processor as hardware of a replica, which is counted in
// vCPUs.
const VCPUName = "vCPU "

// Accelerator returns one vCPU of the processor in place of an accelerator.
func (p Processor) Accelerator() Accelerator {
	return Accelerator{
		ID: p.ID, Vendor: p.Vendor(), Name: VCPUName + p.Name, CPU: true, Sources: p.Source, AsOf: p.AsOf,
		FP32TFLOPS: p.FP32GFLOPS * p.CoresPerVCPU / 1e3, BF16TFLOPS: p.BF16GFLOPS * p.CoresPerVCPU / 1e3, INT8TOPS: p.INT8GOPS * p.CoresPerVCPU / 1e3,
		BandwidthGBs: p.BandwidthGBs * p.CoresPerVCPU / float64(max(p.CoresPerSocket, 1)),
	}
}

// Instance returns the machine as an instance whose accelerators are the vCPUs of its processor.
func (m Machine) Instance() Instance {
	return Instance{
		Cloud: m.Cloud, Type: m.Type, Accelerator: m.Processor, Count: float64(m.VCPUs), VCPUs: float64(m.VCPUs), MemoryGiB: m.MemoryGiB,
		Region: m.Region, OnDemand: m.OnDemandUSD, Spot: m.SpotUSD, OneYear: m.OneYearUSD, ThreeYear: m.ThreeYearUSD, Discount: m.Discount, AsOf: m.AsOf, Source: m.Source, Notes: m.Notes, Ownership: m.Ownership, Away: m.Away,
	}
}

// VCPUs lists the machines without an accelerator that the filter chooses, as instances.
func (c *Catalog) VCPUs(f Filter) []Instance {
	if c.under != nil && f.Accelerator != "" && !c.reprices(f.Accelerator) {
		return c.under.VCPUs(f)
	}
	key, ok := f.key()
	key.vcpus = true
	return c.choice(key, ok, func() []Instance {
		var chosen []Instance
		f.own = c.own
		rows := c.machines().rows
		for k := range rows {
			if f.Accelerator != "" && f.Accelerator != rows[k].Processor {
				continue
			}
			if i := rows[k].Instance(); f.matches(&i) {
				if by, ok := c.factors[i.Accelerator]; ok {
					i.scale(by)
				}
				chosen = append(chosen, i)
			}
		}
		return chosen
	})
}

// InstanceNamed returns the instance of a type that carries accelerators or a part of one, as
// its cloud spells it.
func (c *Catalog) InstanceNamed(kind string) (Instance, bool) {
	for _, i := range c.typed(kind) {
		if i.Count > 0 && i.Accelerator != "" && strings.EqualFold(i.Type, strings.TrimSpace(kind)) {
			return i, true
		}
	}
	return Instance{}, false
}

// FamilyAccelerators returns the accelerators that machines of a family carry, sorted: g6 of AWS, a3 of
// Google.
func (c *Catalog) FamilyAccelerators(family string) []string {
	var all []string
	for _, of := range []func() *table[Instance]{c.near, c.instances} {
		if of == nil || len(all) > 0 || family == "" {
			continue
		}
		for _, i := range of().rows {
			rest, ok := strings.CutPrefix(i.Type, strings.ToLower(family))
			if ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "-")) && i.Accelerator != "" && i.Count >= 1 && !slices.Contains(all, i.Accelerator) {
				all = append(all, i.Accelerator)
			}
		}
	}
	slices.Sort(all)
	return all
}

// typed lists the instances of a type, those that count where no region is named first.
func (c *Catalog) typed(kind string) []Instance {
	kind = strings.TrimSpace(kind)
	for _, of := range []func() *table[Instance]{c.near, c.instances} {
		if of == nil {
			continue
		}
		var found []Instance
		for _, i := range of().rows {
			if strings.EqualFold(i.Type, kind) {
				found = append(found, i)
			}
		}
		if len(found) > 0 {
			return found
		}
		if _, _, ok := c.part(kind); ok {
			break // it is no type of a machine, and the other regions' table is large
		}
	}
	return nil
}
