package capacity

import (
	"math"
	"sort"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/queue"
	"scaleadvise/advisor/unit"
)

// hosting is one way to rent a kind of hardware: an instance type and how many
// replicas one of it holds.
type hosting struct {
	catalog.Instance
	perInstance int
	usdPerHour  float64 // one instance; 0 when unpriced
}

// instances lists the whole-accelerator instances of an accelerator under the limits.
func (s *Space) instances(accelerator string) []catalog.Instance {
	all := s.Catalog.Instances(s.filter(accelerator))
	whole := all[:0:0]
	for _, i := range all {
		if (i.Count >= 1 || i.Count == 0) && i.Price(s.Workload.Pricing) > 0 {
			whole = append(whole, i)
		}
	}
	return whole
}

// hosting lists the ways to rent the hardware: the cheapest instance type for each
// number of replicas an instance may hold. Fewer replicas an instance cost more but
// lose less when an instance fails, so both are kept.
func (s *Space) hosting(h Hardware) []hosting {
	if options, ok := s.hostings[h.key()]; ok {
		return options
	}
	best := map[int]hosting{}
	for _, i := range s.instances(h.Accelerator.ID) {
		per := 1
		if i.Count >= 1 {
			per = int(i.Count) / h.PerReplica
		}
		price := i.Price(s.Workload.Pricing)
		if old, ok := best[per]; per >= 1 && (!ok || price < old.usdPerHour) {
			best[per] = hosting{i, per, price}
		}
	}
	options := make([]hosting, 0, len(best))
	for _, o := range best {
		options = append(options, o)
	}
	sort.Slice(options, func(i, j int) bool { return options[i].perInstance < options[j].perInstance })
	s.hostings[h.key()] = options
	return options
}

// instancesFor is how many instances n replicas need.
func (o hosting) instancesFor(n int) int { return (n + o.perInstance - 1) / o.perInstance }

// cost is US dollars a month for n replicas; +Inf when unpriced, so that the unknown
// never looks cheap.
func (o hosting) cost(n int) float64 {
	if o.usdPerHour == 0 {
		return math.Inf(1)
	}
	return float64(o.instancesFor(n)) * o.usdPerHour * unit.HoursPerMonth
}

// cheapest is the lowest cost of n replicas over the options.
func cheapest(options []hosting, n int) float64 {
	best := math.Inf(1)
	for _, o := range options {
		best = math.Min(best, o.cost(n))
	}
	return best
}

// unpriced is the hosting of hardware that no listed cloud rents: one replica a
// machine, no price.
func unpriced() hosting { return hosting{perInstance: 1} }

func (o hosting) describe(n int, pricing string) candidate.Hosting {
	return candidate.Hosting{
		Cloud: o.Cloud, Region: o.Region, InstanceType: o.Type,
		ReplicasPerInstance: o.perInstance, Instances: o.instancesFor(n),
		USDPerHour: o.usdPerHour, Pricing: pricing, AsOf: o.AsOf, Source: o.Source,
		Priced: o.usdPerHour > 0, NodeMemoryGiB: o.MemoryGiB, NodeDiskGiB: o.DiskGiB,
	}
}

// lost is how many of n replicas may be down at once at the availability asked: the
// instances by the binomial tail, or one whole zone, whichever takes more. ok is false
// when no number of losses short of all reaches the availability.
func (s *Space) lost(o hosting, n int) (replicas int, ok bool) {
	w := s.Workload
	if w.Availability == 0 {
		return 0, true
	}
	instances := o.instancesFor(n)
	down, known := s.losses[instances]
	if !known {
		down.k, down.ok = queue.LossesToSurvive(instances, w.ReplicaAvailability, w.Availability)
		s.losses[instances] = down
	}
	k, ok := down.k, down.ok
	if w.Zones >= 2 {
		k = max(k, (instances+w.Zones-1)/w.Zones)
	}
	return min(k*o.perInstance, n), ok
}

// down is how many of a number of instances may be down at once.
type down struct {
	k  int
	ok bool
}
