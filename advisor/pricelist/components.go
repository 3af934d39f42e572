package pricelist

import (
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
)

// The price lists, in the order in which a part keeps its prices.
const (
	onDemand = iota
	spot
	year
	triennium
	lists
)

// part is a piece of which Google's machines are put together, in one region.
type part struct{ what, region string }

// components are the prices of parts, US dollars an hour of one vCPU, GiB, accelerator or machine.
type components struct {
	prices   map[part]*[lists]float64
	from     map[part]*[lists]string // the descriptions that prices came with
	doubtful map[string]bool         // parts of which two descriptions say two prices
	regions  map[string]bool
}

func newComponents() *components {
	return &components{prices: map[part]*[lists]float64{}, from: map[part]*[lists]string{}, doubtful: map[string]bool{}, regions: map[string]bool{}}
}

// add gives a part its price on a list. Two prices under one description are an error; under two, which
// may mean two things, neither counts.
func (c *components) add(p part, list int, usd float64, description string) error {
	if usd == 0 {
		return nil
	}
	if c.prices[p] == nil {
		c.prices[p], c.from[p] = &[lists]float64{}, &[lists]string{}
		c.regions[p.region] = true
	}
	price, from := &c.prices[p][list], &c.from[p][list]
	name := p.what + " in " + p.region
	switch *from {
	case "":
		*from = strings.Clone(description)
	case description:
	default:
		if set(new(*price), usd, name) != nil {
			c.doubtful[name] = true
		}
		return nil
	}
	return set(price, usd, name)
}

// settle takes the prices back of which it is not known which one holds.
func (c *components) settle() {
	for p := range c.prices {
		if c.doubtful[p.what+" in "+p.region] {
			delete(c.prices, p)
		}
	}
}

// addLowest gives a part the lowest of the prices of its zones.
func (c *components) addLowest(what, region string, usd, onSpot float64) {
	key := part{what, region}
	if c.prices[key] == nil {
		c.prices[key] = &[lists]float64{}
	}
	c.regions[region] = true
	for list, v := range []float64{usd, onSpot} {
		if p := &c.prices[key][list]; v > 0 && (*p == 0 || v < *p) {
			*p = v
		}
	}
}

// of returns the price of a part on a list; 0 where it is not known.
func (c *components) of(what, region string, list int) float64 {
	if p := c.prices[part{what, region}]; p != nil {
		return p[list]
	}
	return 0
}

// compose puts the machine types that the catalog knows together from their parts.
func (c *components) compose(b *book) error {
	c.settle()
	var regions []string
	for region := range c.regions {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	for _, i := range googles(b.catalog) {
		for _, region := range regions {
			usd := c.machine(i, region)
			if usd == ([lists]float64{}) {
				continue
			}
			p, err := b.of(gcp, i.Type, region)
			if err != nil {
				return err
			}
			p.OnDemand, p.Spot, p.OneYear, p.ThreeYear = usd[onDemand], usd[spot], usd[year], usd[triennium]
		}
	}
	return nil
}

// googles are Google's machine types, each once.
func googles(c *catalog.Catalog) []catalog.Instance {
	var out []catalog.Instance
	seen := map[string]bool{}
	add := func(i catalog.Instance) {
		if i.Cloud == gcp && !seen[i.Type] {
			seen[i.Type] = true
			out = append(out, i)
		}
	}
	for _, i := range c.Rows() {
		add(i)
	}
	for _, m := range c.AllMachines() {
		i := m.Instance()
		i.Accelerator, i.Count = "", 0
		add(i)
	}
	return out
}

// machine is the price of a machine on each list of which all parts have one.
func (c *components) machine(i catalog.Instance, region string) (usd [lists]float64) {
	stem, _, _ := strings.Cut(i.Type, "+")
	for list := range usd {
		if whole := c.of("slice "+i.Accelerator, region, list); whole > 0 && i.Count > 0 {
			usd[list] = i.Count * whole
			continue
		}
		base := c.of("machine "+stem, region, list)
		if base == 0 {
			base = c.assembled(i, stem, region, list)
		}
		if base == 0 {
			continue
		}
		if i.Accelerator != "" && i.Count > 0 {
			accelerator := c.accelerator(i, region, list)
			if accelerator == 0 {
				continue
			}
			base += i.Count * accelerator
		}
		usd[list] = base
	}
	return usd
}

// assembled is the price of the cores, the memory and the local disks of a machine; 0 where one is not known.
func (c *components) assembled(i catalog.Instance, stem, region string, list int) float64 {
	of := seriesOf(stem)
	core, ram := c.of("core "+of, region, list), c.of("ram "+of, region, list)
	if core == 0 || ram == 0 || i.VCPUs == 0 || i.MemoryGiB == 0 {
		return 0
	}
	usd := i.VCPUs*core + i.MemoryGiB*ram
	if i.DiskGiB == 0 {
		return usd
	}
	disk := c.of("disk", region, list)
	if disk == 0 {
		disk = c.of("disk", region, onDemand)
	}
	if disk == 0 {
		return 0
	}
	return usd + i.DiskGiB*disk
}

// accelerator is the price of one accelerator of a machine: that of its series where it has one of its own.
func (c *components) accelerator(i catalog.Instance, region string, list int) float64 {
	if strings.HasPrefix(i.Type, "a3-mega") {
		if usd := c.of("accelerator "+i.Accelerator+megaMark, region, list); usd > 0 {
			return usd
		}
	}
	return c.of("accelerator "+i.Accelerator, region, list)
}

// megaMark tells the accelerators of a3-mega machines from the same parts in others.
const megaMark = " mega"

// seriesOf is the series of a machine type, as descriptions of SKUs name it.
func seriesOf(kind string) string {
	switch {
	case strings.HasPrefix(kind, "a3-mega"):
		return "a3plus"
	case strings.HasPrefix(kind, "a3-ultra"):
		return "a3ultra"
	}
	series, _, _ := strings.Cut(kind, "-")
	return series
}
