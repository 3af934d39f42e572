package offer

import (
	"math"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm"
)

// Machines lists the ways to rent the hardware on machines that other services may share: for a
// part of an accelerator machines with just such a part, and those with whole ones, which are
// divided.
func Machines(o *Offers, h Hardware) []Hosting {
	p := h.Accelerator.Part
	if p == nil {
		return o.Hosting(h)
	}
	list := priceList(o, p.Of)
	var sliced []Hosting
	for _, way := range o.Hosting(h) {
		if way.Fractional() && way.Share == 0 {
			sliced = append(sliced, way)
		}
	}
	best := map[int]Hosting{}
	for _, i := range instances(o, p.Of) {
		places := int(i.Count) * p.PerCard / h.PerReplica
		if price := i.Price(list); places > 0 && o.hosts(h, i) {
			if old, ok := best[places]; !ok || price < old.USDPerHour {
				best[places] = Hosting{Instance: i, PerInstance: places, USDPerHour: price, Pricing: list}
			}
		}
	}
	return append(sliced, zoned(o, byReplicas(best))...)
}

// On lists the kinds of replica that an existing machine may hold: one to all of its
// accelerators, parts of one, or some of its vCPUs.
func On(o *Offers, i catalog.Instance) []Hardware {
	if p, ok := catalog.FindProcessor(i.Accelerator); ok {
		return processorsOn(o, p, i)
	}
	a, ok := o.Catalog.Accelerator(i.Accelerator)
	if !ok || !o.Permits(a) || a.CPU {
		return nil
	}
	sizes := []int{1}
	if o.Generates() {
		sizes = llm.ValidTP(o.Language.Shape, int(i.Count))
	} else {
		for g := 2; g <= int(i.Count); g *= 2 {
			sizes = append(sizes, g)
		}
	}
	var all []Hardware
	for _, g := range sizes {
		all = append(all, Hardware{a, g})
	}
	return append(all, Parts(o, a)...)
}

// Parts lists the parts of an accelerator that a replica may have: MIG instances where it has them,
// halves, quarters and eighths of its time where it has not.
func Parts(o *Offers, a catalog.Accelerator) []Hardware {
	if a.CPU || a.Part != nil {
		return nil
	}
	parts := catalog.Partitions(a.ID)
	if len(parts) == 0 {
		for _, n := range []string{":1/2", ":1/4", ":1/8"} {
			if part, _, err := o.Catalog.ResolveAccelerator(a.ID + n); err == nil && part.Part != nil {
				parts = append(parts, *part.Part)
			}
		}
	}
	var all []Hardware
	for _, p := range parts {
		if part := a.Share(p); p.PerCard > 1 && o.Permits(part) {
			all = append(all, Hardware{part, 1})
		}
	}
	return all
}

func processorsOn(o *Offers, p catalog.Processor, i catalog.Instance) []Hardware {
	if o.Generates() || o.Pass == nil && (len(o.Starts) == 0 || o.Starts[0].Accelerator.ID != p.Accelerator().ID) {
		return nil
	}
	var all []Hardware
	for g := 2; g <= min(int(i.Count), mostVCPUs); g *= 2 {
		all = append(all, Hardware{p.Accelerator(), g})
	}
	return all
}

// PerMachine returns how many replicas of the hardware an existing machine holds; 0 for none.
func PerMachine(o *Offers, h Hardware, i catalog.Instance) int {
	n := int(i.Count) / max(h.PerReplica, 1)
	if p := h.Accelerator.Part; p != nil {
		n = int(i.Count) * p.PerCard / max(h.PerReplica, 1)
	}
	if need := NodeMemory(o, h); need > 0 && i.MemoryGiB > 0 {
		n = min(n, int(i.MemoryGiB/need))
	}
	return n
}

// NodeMemory returns what a replica takes of its machine's memory, GiB, which is known only for processors,
// whose memory is the machine's.
func NodeMemory(o *Offers, h Hardware) float64 {
	if !h.OfProcessor() {
		return 0
	}
	if need := o.needed(h); !math.IsNaN(need) && need > 0 {
		return need
	}
	return 0
}
