package offer

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// Hosting is one way to rent a kind of hardware: an instance type and how many replicas one instance holds.
type Hosting struct {
	catalog.Instance
	PerInstance int
	USDPerHour  float64        // one instance; 0 when unpriced
	Pricing     string         // price list of USDPerHour; "" when unpriced
	Terms       purchase.Terms // the price lists it may be bought on; the zero value is Pricing alone
	Owned       int            // replicas that fit on hardware that is already owned, before any is rented
	Share       float64        // share of a machine that a replica pays for, others being assumed to pay the rest; 0 for a whole one
	Stated      *float64       // USD a month of one replica, as its owner states it; nil for the price of machines
	Joined      int            // machines that one replica spans, rented and lost together; 0 for one
	Zones       int            // zones over which replicas are spread
}

// Unpriced returns the hosting of hardware that no listed cloud rents: one replica a
// machine, no price.
func Unpriced() Hosting { return Hosting{PerInstance: 1} }

// instances lists the whole-accelerator instances of an accelerator under the limits.
func instances(o *Offers, accelerator string) []catalog.Instance {
	return instancesOn(o, accelerator, priceList(o, accelerator))
}

// wholeOn is what the whole machines with a price on a list depend on.
type wholeOn struct{ accelerator, list, clouds, region string }

// instancesOn lists the whole machines with a price on a list; read them only.
func instancesOn(o *Offers, accelerator, list string) []catalog.Instance {
	f := filter(o, accelerator)
	f.Pricing = list
	key := wholeOn{accelerator, list, strings.Join(f.Clouds, " "), f.Region}
	return o.Catalog.Kept(accelerator, key, func() any {
		all := o.Catalog.Instances(f)
		if len(all) == 0 {
			all = o.Catalog.VCPUs(f)
		}
		whole := all[:0:0]
		for i := range all {
			if (all[i].Count >= 1 || all[i].Count == 0) && all[i].Price(f.Pricing) > 0 {
				whole = append(whole, all[i])
			}
		}
		return slices.Clip(whole)
	}).([]catalog.Instance)
}

// The price lists that others fall back on, and that interruptions come with.
const (
	onDemand = purchase.OnDemand
	spot     = purchase.Spot
)

// priceList returns the list that an accelerator's prices are taken from: the one asked for, or that of
// demand where nothing of the accelerator has a price on it.
func priceList(o *Offers, accelerator string) string {
	return o.priceLists.Get(accelerator, func() string {
		f := filter(o, accelerator)
		if f.Pricing == onDemand || len(o.Catalog.Instances(f)) > 0 || len(o.Catalog.VCPUs(f)) > 0 {
			return f.Pricing
		}
		return onDemand
	})
}

// Hosting lists the ways to rent the hardware: the cheapest instance type for each number of replicas an
// instance may hold. Fewer replicas per instance cost more but lose less when an instance fails, so both are
// kept.
func (o *Offers) Hosting(h Hardware) []Hosting {
	return o.hostings.Get(h.Kind(), func() []Hosting {
		if h.Accelerator.Part != nil {
			return zoned(o, ownedFirst(o, h, partHosting(o, h)))
		}
		list := priceList(o, h.Accelerator.ID)
		ways := hostingOn(o, h, list)
		if len(ways) == 0 && list != onDemand { // the machine that was named has no such price
			ways = hostingOn(o, h, onDemand)
		}
		return zoned(o, ownedFirst(o, h, ways))
	})
}

// zoned are ways to host replicas that are spread over the zones asked for.
func zoned(o *Offers, ways []Hosting) []Hosting {
	if o.Workload.Zones < 2 {
		return ways
	}
	ways = slices.Clone(ways) // others may see them
	for i := range ways {
		ways[i].Zones = o.Workload.Zones
	}
	return ways
}

// rented is the ways to rent a kind of hardware on one price list: the cheapest for each number of
// replicas an instance may hold, and all, cheapest first.
type rented struct{ cheapest, all []Hosting }

// rentedKey is all that they depend on beside the rows of the accelerator.
type rentedKey struct {
	kind                                   Kind
	list, clouds, region, pricing, machine string
	generates, start                       bool
	needed                                 float64 // GiB, on a processor
}

// hostingOn lists the ways to rent the hardware on one price list.
func hostingOn(o *Offers, h Hardware, list string) []Hosting {
	f := filter(o, h.Accelerator.ID)
	key := rentedKey{
		kind: h.Kind(), list: list, clouds: strings.Join(f.Clouds, " "), region: f.Region, pricing: f.Pricing, generates: o.Generates(),
		machine: o.machine, start: o.machine != "" && h.Kind() == o.Starts[0].Kind(),
	}
	if h.OfProcessor() {
		key.needed = o.needed(h)
	}
	found := o.Catalog.Kept(h.Accelerator.ID, key, func() any { return rentedOn(o, h, list, key.needed) }).(rented)
	return bought(o, withRoomier(o, h, found.cheapest, found.all))
}

func rentedOn(o *Offers, h Hardware, list string, needed float64) (found rented) {
	best := map[int]Hosting{}
	for _, i := range instancesOn(o, h.Accelerator.ID, list) {
		if !o.hosts(h, i) || h.OfProcessor() && i.MemoryGiB*float64(h.PerReplica) < needed*i.VCPUs {
			continue
		}
		alone := i.Count
		i = spanned(o, h, i)
		per := 1
		if i.Count >= 1 {
			per = int(i.Count) / h.PerReplica
		}
		price := i.Price(list)
		if per < 1 {
			continue
		}
		way := Hosting{Instance: i, PerInstance: per, USDPerHour: price, Pricing: list}
		if i.Count > alone && alone >= 1 {
			way.Joined = int(i.Count / alone)
		}
		if old, ok := best[per]; !ok || price < old.USDPerHour {
			best[per] = way
		}
		found.all = append(found.all, way)
	}
	found.cheapest = byReplicas(best)
	slices.SortStableFunc(found.all, func(a, b Hosting) int { return cmp.Compare(a.USDPerHour, b.USDPerHour) })
	return found
}

// hosts reports whether a replica may stand on an instance: today's stand on the machine
// that was named.
func (o *Offers) hosts(h Hardware, i catalog.Instance) bool {
	return o.machine == "" || h.Kind() != o.Starts[0].Kind() || i.Type == o.machine
}

// MachineOf returns the type of the machine that was named for today's replicas, where a replica is one of
// them; "" elsewhere.
func MachineOf(o *Offers, h Hardware) string {
	if h.Kind() != o.Starts[0].Kind() {
		return ""
	}
	return o.machine
}

func byReplicas(best map[int]Hosting) []Hosting {
	options := make([]Hosting, 0, len(best))
	for _, o := range best {
		options = append(options, o)
	}
	sort.Slice(options, func(i, j int) bool { return options[i].PerInstance < options[j].PerInstance })
	return options
}

// Placing returns how replicas are put on the instances.
func (h Hosting) Placing() candidate.Placing {
	return candidate.Placing{PerMachine: h.PerInstance, Zones: h.Zones}
}

// InstancesFor returns how many instances n replicas need.
func (h Hosting) InstancesFor(n int) int { return h.Placing().Machines(n) }

// Fullest returns the most of n replicas that may be on one instance.
func (h Hosting) Fullest(n int) int { return h.Placing().Fullest(n) }

// Cost returns US dollars a month for n replicas; +Inf when unpriced, so that the unknown
// never looks cheap.
func (h Hosting) Cost(n int) float64 {
	switch rented := h.Rented(n); {
	case h.Stated != nil:
		return float64(n) * *h.Stated
	case rented == 0 && h.Owned > 0:
		return 0
	case h.USDPerHour == 0:
		return math.Inf(1)
	default:
		return h.hourly(rented) * unit.HoursPerMonth
	}
}

// CostOf returns US dollars a month for n replicas whose machines run a share of the time; commitments are
// paid for all of it.
func (h Hosting) CostOf(n int, share float64) float64 {
	if whole := h.Cost(n); !(whole > 0) || math.IsInf(whole, 1) || !h.Terms.Priced() {
		return whole
	}
	return purchase.Sum(h.Terms.Elastic(slices.Repeat([]float64{share}, h.Rented(n)))) * unit.HoursPerMonth
}

// At returns the hosting with the cost of one replica that its owner states, USD a month, in place of list
// prices.
func (h Hosting) At(cost float64) Hosting {
	h.Stated, h.Terms, h.Owned = &cost, purchase.Terms{}, 0
	h.USDPerHour = cost * float64(max(h.PerInstance, 1)) / unit.HoursPerMonth
	h.Pricing, h.AsOf, h.Source, h.Interrupted = cmp.Or(h.Pricing, onDemand), "", "as the manifest states it", ""
	return h
}

// hourly returns what rented machines cost an hour, US dollars.
func (h Hosting) hourly(rented int) float64 {
	if !h.Terms.Priced() {
		return float64(rented) * h.USDPerHour
	}
	return h.Terms.Hourly(rented)
}

// Each returns what one machine of n replicas costs an hour, US dollars: on average where they are
// bought on several lists; 0 when unpriced.
func (h Hosting) Each(n int) float64 {
	lines := h.Terms.Lines(h.Rented(n))
	switch len(lines) {
	case 0:
		return h.USDPerHour
	case 1:
		return lines[0].Each
	}
	return h.hourly(h.Rented(n)) / float64(h.Rented(n))
}

// Least returns the lowest price of a machine, US dollars an hour; 0 when unpriced.
func (h Hosting) Least() float64 {
	if !h.Terms.Priced() {
		return h.USDPerHour
	}
	return h.Terms.Least()
}

// Rented returns how many instances are rented for n replicas: as many as are needed, in each zone, beyond
// the owned hardware.
func (h Hosting) Rented(n int) int {
	rest := max(n-h.Owned, 0)
	packed := candidate.Placing{PerMachine: h.PerInstance}
	return min(max(packed.Machines(rest), h.InstancesFor(n)-packed.Machines(n-rest)), rest)
}

// Describe returns how n replicas are placed. asked is the price list that was asked for.
func (h Hosting) Describe(n int, asked string) candidate.Hosting {
	list, missing := h.Pricing, ""
	switch {
	case list == "":
		list = asked
	case list != asked:
		missing = asked
	case len(h.Terms.Lines(h.Rented(n))) == 1:
		list = h.Terms.Lines(h.Rented(n))[0].Pricing
	}
	return candidate.Hosting{
		Cloud: h.Cloud, Region: h.Region, InstanceType: h.Type,
		ReplicasPerInstance: h.PerInstance, Part: h.Share, Joined: h.Joined, Zones: h.Zones, Instances: h.InstancesFor(n),
		Owned: min(n, h.Owned), Rented: h.Rented(n),
		USDPerHour: h.Each(n), Pricing: list, NoPrice: missing, Interrupted: h.Interrupted, Discount: h.Discount, Owning: h.Ownership.Words(), Derived: h.derived(list), AsOf: h.AsOf, Source: h.Source,
		Purchase: h.lines(n), BreakEven: h.Terms.BreakEven(),
		Priced: !math.IsInf(h.Cost(n), 1), NodeMemoryGiB: h.MemoryGiB, NodeDiskGiB: h.DiskGiB, NodeVCPUs: h.VCPUs,
	}
}
