package pricelist

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/pattern"
)

// noPrice stands in SkyPilot's files for a price that is not known.
const noPrice = 700.0

// Regions as the large clouds name them.
var regions = []struct {
	cloud string
	form  *pattern.Text
}{
	{aws, pattern.Of(`^[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]$`)},
	{gcp, pattern.Of(`^[a-z]+-[a-z]+[0-9]+$`)},
	{azure, pattern.Of(`^[a-z]+[0-9]?$`)},
}

// skyList is a catalog file of SkyPilot while it is read.
type skyList struct {
	*book
	cloud string
	parts *components
	spots map[*Price]*mean // over zones
}

// mean is that of the prices so far.
type mean struct{ sum, n float64 }

// readSkyPilot reads a catalog file: a row a machine type and zone.
func readSkyPilot(s *sheet, name string, f *facts) (*List, error) {
	l := &skyList{book: newBook(f), cloud: path.Base(path.Dir(strings.ReplaceAll(name, `\`, "/"))), parts: newComponents(), spots: map[*Price]*mean{}}
	if !slices.Contains(f.catalog.Clouds(), l.cloud) {
		l.cloud = ""
	}
	if column := s.missing("instancetype", "acceleratorname", "acceleratorcount", "price", "region"); column != "" {
		return nil, fmt.Errorf("column %s is missing; take vms.csv of SkyPilot's catalog", column)
	}
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = l.row(s)
		}
		if err != nil {
			return nil, err
		}
	}
	for p, zones := range l.spots {
		p.Spot = zones.sum / zones.n
	}
	if err := l.parts.compose(l.book); err != nil {
		return nil, err
	}
	return l.list("SkyPilot catalog", ""), nil
}

// row reads one row.
func (l *skyList) row(s *sheet) error {
	usd, err := s.number("price")
	if err != nil {
		return err
	}
	onSpot, err := s.number("spotprice")
	if err != nil {
		return err
	}
	count, err := s.number("acceleratorcount")
	if err != nil {
		return err
	}
	region, kind := s.cell("region"), s.cell("instancetype")
	if usd == noPrice {
		usd = 0
	}
	if onSpot == noPrice || onSpot == usd {
		onSpot = 0
	}
	cloud := l.cloudOf(kind, region)
	if cloud == "" {
		return s.fault(fmt.Errorf("region %q is of no known cloud; keep the file in the folder of its cloud, as in catalogs/v8/gcp/vms.csv", region))
	}
	if kind == "" || cloud == gcp {
		l.part(s, kind, region, count, usd, onSpot)
		return nil
	}
	return l.machine(s, cloud, kind, region, count, usd, onSpot)
}

// cloudOf is the cloud of a row: of the folder, of the machine type, or of the region's form.
func (l *skyList) cloudOf(kind, region string) string {
	if l.cloud != "" {
		return l.cloud
	}
	for _, r := range regions {
		if l.knows(r.cloud, kind) || r.form.MatchString(region) {
			return r.cloud
		}
	}
	return ""
}

// machine keeps the price of a whole machine.
func (l *skyList) machine(s *sheet, cloud, kind, region string, count, usd, onSpot float64) error {
	facts := (*catalog.Instance)(nil)
	if !l.knows(cloud, kind) {
		if s.cell("acceleratorname") == "" || count == 0 {
			return nil
		}
		if facts = l.described(s, cloud, kind, region, count); facts == nil {
			l.leave(kind)
			return nil
		}
	}
	p, err := l.of(cloud, kind, region)
	if err != nil {
		return s.fault(err)
	}
	p.facts = facts
	if usd > 0 {
		if err := set(&p.OnDemand, usd, kind+" in "+region); err != nil {
			return s.fault(err)
		}
	}
	if onSpot > 0 {
		if l.spots[p] == nil {
			l.spots[p] = &mean{}
		}
		l.spots[p].sum, l.spots[p].n = l.spots[p].sum+onSpot, l.spots[p].n+1
	}
	return nil
}

// described is a machine type as the row describes it; nil where its accelerator is not known.
func (l *skyList) described(s *sheet, cloud, kind, region string, count float64) *catalog.Instance {
	a, _, err := l.catalog.ResolveAccelerator(s.cell("acceleratorname"))
	if err != nil {
		return nil
	}
	vcpus, errCPU := s.number("vcpus")
	memory, errMemory := s.number("memorygib")
	if errCPU != nil || errMemory != nil {
		return nil
	}
	return &catalog.Instance{Cloud: cloud, Type: kind, Region: region, Accelerator: a.ID, Count: count, VCPUs: vcpus, MemoryGiB: memory}
}

// part keeps the price of what Google's machines are put together from: machines without their
// accelerators, and accelerators.
func (l *skyList) part(s *sheet, kind, region string, count, usd, onSpot float64) {
	name := s.cell("acceleratorname")
	switch {
	case kind != "":
		l.parts.addLowest("machine "+kind, region, usd, onSpot)
	case count > 0 && !strings.HasPrefix(strings.ToLower(name), "tpu"):
		if id := googleAccelerator(l.catalog, name); id != "" {
			l.parts.addLowest("accelerator "+id, region, usd/count, onSpot/count)
		} else {
			l.leave(name)
		}
	}
}
