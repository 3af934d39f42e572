package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/memo"
)

// Instance is a machine type that a cloud rents, with its prices in US dollars an hour; a zero means
// unknown.
type Instance struct {
	Cloud, Type string
	Accelerator string  // catalogue id; "" where the source names no processor
	Count       float64 // accelerators; below 1 a share of one, 0 for a class of processors
	VCPUs       float64
	MemoryGiB   float64
	DiskGiB     float64 // local disk
	NetworkGbps float64 // 10^9 bit/s; that of bursts where the source gives no other
	Region      string  // "all": one list price everywhere; "": the source names none
	OnDemand    float64
	Spot        float64
	OneYear     float64 // committed for a year
	ThreeYear   float64 // committed for three
	Discount    float64 // fraction that was taken off the list prices
	Interrupted string  // share of spot machines reclaimed within a month, in the source's bands; "" unknown
	AsOf        string  // date of the prices, as their source says
	Source      string
	Notes       string
	Ownership   // of a machine on premises

	Away bool // counts only where its region is named
}

// Price returns the price in US dollars an hour on a price list: on-demand (also ""), spot, 1y
// or 3y. It is 0 where the price is unknown.
func (i Instance) Price(pricing string) float64 {
	switch pricing {
	case "", "on-demand":
		return i.OnDemand
	case "spot":
		return i.Spot
	case "1y":
		return i.OneYear
	case "3y":
		return i.ThreeYear
	}
	return 0
}

// Fractional reports whether the instance has a share of an accelerator only.
func (i Instance) Fractional() bool { return i.Count > 0 && i.Count < 1 }

// Everywhere is the region of an instance whose list price is the same in all regions.
const Everywhere = "all"

// DefaultClouds returns the clouds that are rented from unless others are named.
func DefaultClouds() []string { return slices.Clone(defaultClouds) }

var defaultClouds = []string{"aws", "gcp", "azure", "oci"}

// Own is the cloud of hardware that no cloud rents, whose price only the user gives.
const Own = "own"

// Filter chooses instances. An empty field does not restrict, but for Clouds, whose
// empty value means DefaultClouds and those that only the user's rows name.
type Filter struct {
	Accelerator string   // catalogue id
	Clouds      []string // in any case
	Region      string   // in any case
	Pricing     string   // keeps instances whose price on this list is known

	own []string // clouds that only the user's rows name
}

// instanceSchema is instances.csv.
var instanceSchema = schema[Instance]{
	file: "instances.csv",
	key:  func(i *Instance) string { return instanceKey(i.Cloud, i.Type, i.Region) },
	adopt: func(t *table[Instance], row *Instance) {
		if row.Region != "" {
			return
		}
		for i := range t.rows { // a row is large: it is not copied
			if strings.EqualFold(t.rows[i].Cloud, row.Cloud) && strings.EqualFold(t.rows[i].Type, row.Type) {
				row.Region = t.rows[i].Region
				return
			}
		}
	},
	check: func(i *Instance) error {
		i.Cloud = strings.ToLower(i.Cloud)
		if i.Accelerator == "" && i.Count > 0 {
			return errors.New("column accelerator_id is blank but accelerator_count is not; name the accelerator")
		}
		if i.Accelerator != "" && i.Count == 0 && !strings.HasPrefix(i.Accelerator, "cpu-") {
			return errors.New("column accelerator_count is blank or 0; say how many accelerators the machine has")
		}
		if i.Ownership.Given() {
			i.OnDemand = i.USDPerHour()
		}
		return i.Ownership.check()
	},
	source: func(i *Instance) *string { return &i.Source },
	date:   func(i *Instance) *string { return &i.AsOf },
	columns: append([]column[Instance]{
		keyText("cloud", func(i *Instance) *string { return &i.Cloud }),
		keyText("instance_type", func(i *Instance) *string { return &i.Type }),
		text("accelerator_id", func(i *Instance) *string { return &i.Accelerator }),
		number("accelerator_count", func(i *Instance) *float64 { return &i.Count }),
		number("vcpus", func(i *Instance) *float64 { return &i.VCPUs }),
		number("memory_gib", func(i *Instance) *float64 { return &i.MemoryGiB }),
		number("local_disk_gib", func(i *Instance) *float64 { return &i.DiskGiB }),
		number("network_gbps", func(i *Instance) *float64 { return &i.NetworkGbps }),
		optional(text("region", func(i *Instance) *string { return &i.Region })),
		number("on_demand_usd_per_hour", func(i *Instance) *float64 { return &i.OnDemand }),
		number("spot_usd_per_hour", func(i *Instance) *float64 { return &i.Spot }),
		number("one_year_commit_usd_per_hour", func(i *Instance) *float64 { return &i.OneYear }),
		number("three_year_commit_usd_per_hour", func(i *Instance) *float64 { return &i.ThreeYear }),
		text("spot_interruption", func(i *Instance) *string { return &i.Interrupted }),
		text("as_of", func(i *Instance) *string { return &i.AsOf }),
		text("source", func(i *Instance) *string { return &i.Source }),
		text("notes", func(i *Instance) *string { return &i.Notes }),
	}, ownershipColumns(func(i *Instance) *Ownership { return &i.Ownership })...),
}

// instanceKey is the key of an instance; the case of its words does not matter.
func instanceKey(cloud, kind, region string) string {
	return strings.ToLower(cloud + "/" + kind + "/" + region)
}

// chosenKey is what a choice of instances depends on.
type chosenKey struct {
	accelerator, clouds, region, pricing string
	vcpus                                bool // machines without an accelerator
}

// key is the filter as a key; ok is false for a choice that is too long to be kept.
func (f Filter) key() (key chosenKey, ok bool) {
	return chosenKey{accelerator: f.Accelerator, clouds: strings.Join(f.Clouds, " "), region: f.Region, pricing: f.Pricing},
		f.Accelerator != "" || len(f.Clouds) == 0 && f.Region == ""
}

// Instances lists the instances that the filter chooses, in the order of the table. A name
// in the filter that the catalogue does not know chooses nothing; CheckFilter finds it.
func (c *Catalog) Instances(f Filter) []Instance {
	if c.under != nil && f.Accelerator != "" && !c.reprices(f.Accelerator) {
		return c.under.Instances(f)
	}
	key, ok := f.key()
	return c.choice(key, ok, func() []Instance {
		of, hosts := c.instances, c.hosts
		if c.near != nil && f.Region == "" && !slices.ContainsFunc(f.Clouds, func(cloud string) bool { return !slices.Contains(defaultClouds, strings.ToLower(cloud)) }) {
			of, hosts = c.near, c.nearHosts
		}
		f.own = c.own
		if f.Accelerator != "" {
			return f.choose(hosts()[f.Accelerator])
		}
		return f.choose(of().rows)
	})
}

// choice returns what was chosen for a key, choosing the first time where it may be kept.
func (c *Catalog) choice(key chosenKey, keep bool, choose func() []Instance) []Instance {
	if !keep {
		return choose()
	}
	return c.chosen.Beside(key, mostKept, func() []Instance { return slices.Clip(choose()) })
}

// mostKept bounds what is kept of choices: those of some hundred questions.
const mostKept = 4096

// forget begins with nothing kept, over the catalogue of which all but some prices hold.
func (c *Catalog) forget(under *Catalog) {
	c.chosen, c.kept, c.under = new(memo.Recent[chosenKey, []Instance]), new(memo.Recent[any, any]), under
}

// Kept caches what a caller computes from the rows of an accelerator: the value for a key is computed once
// for these rows.
func (c *Catalog) Kept(accelerator string, key any, work func() any) any {
	if c.under != nil && !c.reprices(accelerator) {
		return c.under.Kept(accelerator, key, work)
	}
	return c.kept.Beside(key, mostKept, work)
}

// Rows lists all instances, of every cloud and region, in the order of the table.
func (c *Catalog) Rows() []Instance { return c.instances().rows }

// Usual lists the instances of instances.csv where the catalogue keeps them separately, else all: enough for
// most questions.
func (c *Catalog) Usual() []Instance {
	if c.near != nil {
		return c.near().rows
	}
	return c.Rows()
}

func (f *Filter) choose(rows []Instance) []Instance {
	var chosen []Instance
	for i := range rows {
		if f.matches(&rows[i]) {
			chosen = append(chosen, rows[i])
		}
	}
	return chosen
}

// hostsOf groups instances by their accelerator, each group in the order of the table.
func hostsOf(rows []Instance) map[string][]Instance {
	hosts := map[string][]Instance{}
	for i := range rows {
		hosts[rows[i].Accelerator] = append(hosts[rows[i].Accelerator], rows[i])
	}
	return hosts
}

// matches reports whether the filter chooses the instance. An instance without a region
// of its own is chosen for a named region only where its cloud was named too: nothing else
// says that the region is one of that cloud's.
func (f *Filter) matches(i *Instance) bool {
	clouds, own := f.Clouds, slices.Contains(f.own, i.Cloud)
	if len(clouds) == 0 {
		clouds = defaultClouds
	}
	switch {
	case f.Accelerator != "" && f.Accelerator != i.Accelerator,
		!(own && len(f.Clouds) == 0) && i.Cloud != Own && !slices.ContainsFunc(clouds, func(c string) bool { return strings.EqualFold(c, i.Cloud) }),
		f.Pricing != "" && i.Price(f.Pricing) == 0:
		return false
	case f.Region == "":
		return !i.Away
	case inRegion(i.Cloud, i.Region, f.Region):
		return true
	}
	return regionless(*i) && (len(f.Clouds) > 0 || own || i.Cloud == Own)
}

// regionless reports whether the price of the instance holds in no particular region.
func regionless(i Instance) bool { return i.Region == "" || i.Region == Everywhere }

// Clouds lists the clouds of the catalogue, sorted.
func (c *Catalog) Clouds() []string { return slices.Clone(c.clouds()) }

func cloudsOf(rows []Instance) []string {
	var clouds []string
	for i := range rows {
		clouds = append(clouds, rows[i].Cloud)
	}
	return sorted(clouds)
}

// Regions lists the regions with prices in these clouds (none: DefaultClouds), sorted.
func (c *Catalog) Regions(clouds []string) []string {
	var regions []string
	if len(clouds) == 0 {
		clouds = slices.Concat(defaultClouds, c.own)
	}
	for _, i := range c.Rows() {
		if !regionless(i) && slices.ContainsFunc(clouds, func(cloud string) bool { return strings.EqualFold(cloud, i.Cloud) }) {
			regions = append(regions, i.Region)
		}
	}
	return sorted(regions)
}

// CheckFilter says which name of the filter the catalogue does not know, and which it knows.
func (c *Catalog) CheckFilter(f Filter) error {
	known := c.clouds()
	for _, cloud := range f.Clouds {
		if !slices.Contains(known, strings.ToLower(cloud)) {
			return fmt.Errorf("unknown cloud %s%s; known are %s", quote(cloud), didYouMean(strings.ToLower(cloud), known), strings.Join(known, ", "))
		}
	}
	if !slices.Contains([]string{"", "on-demand", "spot", "1y", "3y"}, f.Pricing) {
		return fmt.Errorf("unknown pricing %s; known are on-demand, spot, 1y, 3y", quote(f.Pricing))
	}
	return c.checkRegion(f)
}

// checkRegion wants a region that some instance of these clouds names. Clouds that name none
// but have one price everywhere, such as oci, leave their regions unknown: any will do.
func (c *Catalog) checkRegion(f Filter) error {
	if f.Region == "" {
		return nil
	}
	regions := c.Regions(f.Clouds)
	g := Filter{Clouds: f.Clouds, Region: f.Region, own: c.own}
	switch {
	case slices.ContainsFunc(c.Rows(), func(i Instance) bool { return !regionless(i) && g.matches(&i) }):
		return nil
	case len(regions) > 0:
		return fmt.Errorf("no prices in region %s%s; known are %s", quote(f.Region), didYouMean(strings.ToLower(f.Region), regions), fewRegions(f.Region, regions))
	case slices.ContainsFunc(c.Instances(Filter{Clouds: f.Clouds}), func(i Instance) bool { return i.Region == Everywhere }):
		return nil
	}
	return fmt.Errorf("no prices by region are known for %s; leave the region out", strings.Join(f.Clouds, ", "))
}

// fewRegions lists regions, those that begin like the one that was asked for first; of many the first.
func fewRegions(asked string, regions []string) string {
	const most = 8
	like := func(region string) bool {
		return asked != "" && strings.HasPrefix(region, strings.ToLower(asked)[:min(2, len(asked))])
	}
	regions = slices.Clone(regions)
	slices.SortStableFunc(regions, func(a, b string) int {
		switch {
		case like(a) && !like(b):
			return -1
		case like(b) && !like(a):
			return 1
		}
		return 0
	})
	if rest := len(regions) - most; rest > 0 {
		return fmt.Sprintf("%s and %d more (scaleadvise catalog instances); us, eu and ap take each cloud's usual one there", strings.Join(regions[:most], ", "), rest)
	}
	return strings.Join(regions, ", ")
}

// sorted is the list without repetitions, in order.
func sorted(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
