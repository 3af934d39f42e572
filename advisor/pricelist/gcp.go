package pricelist

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/pattern"
	"scaleadvise/advisor/unit"
)

const gcp = "gcp"

// gcpSKU is one price of the Cloud Billing Catalog.
type gcpSKU struct {
	description, group, usage, unit, currency string
	regions                                   []string
	usd                                       float64
}

// gcpList is pages of SKUs while they are read.
type gcpList struct {
	*book
	parts  *components
	means  map[string]string // what descriptions name; some are those of thousands of SKUs
	more   string            // the page that follows
	odd    map[string]bool   // descriptions of parts of machines that are not understood, without their place
	oddest int               // prices under them
	any    bool
}

func newGCP(f *facts) *gcpList {
	return &gcpList{book: newBook(f), parts: newComponents(), means: map[string]string{}, odd: map[string]bool{}}
}

// document reads a member of a page; ok is false for one of another document.
func (l *gcpList) document(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "skus":
		l.any = true
		return true, s.array(func() error { return l.sku(s) })
	case "nextPageToken":
		l.more, err = s.optional()
		return true, err
	}
	return false, nil
}

// sku reads one SKU.
func (l *gcpList) sku(s *scanner) error {
	var x gcpSKU
	err := s.object(func(key string) error {
		ok, err := x.member(s, key)
		if !ok && err == nil {
			err = s.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.take(x)
}

// member reads a member of a SKU; ok is false for one that says nothing here.
func (x *gcpSKU) member(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "description":
		x.description, err = s.optional()
	case "category":
		err = s.object(func(key string) (err error) {
			switch key {
			case "usageType":
				x.usage, err = s.optional()
			case "resourceGroup":
				x.group, err = s.optional()
			default:
				err = s.skip()
			}
			return err
		})
	case "serviceRegions":
		err = s.array(func() error {
			region, err := s.optional()
			x.regions = append(x.regions, region)
			return err
		})
	case "pricingInfo":
		err = s.array(func() error { return x.pricing(s) })
	default:
		return false, nil
	}
	return true, err
}

// pricing reads the prices of a SKU: that of the last tier counts.
func (x *gcpSKU) pricing(s *scanner) error {
	return s.object(func(key string) error {
		if key != "pricingExpression" {
			return s.skip()
		}
		return s.object(func(key string) (err error) {
			switch key {
			case "usageUnit":
				x.unit, err = s.optional()
			case "tieredRates":
				err = s.array(func() error { return x.tier(s) })
			default:
				err = s.skip()
			}
			return err
		})
	})
}

// tier reads the price of a tier.
func (x *gcpSKU) tier(s *scanner) error {
	return s.object(func(key string) error {
		if key != "unitPrice" {
			return s.skip()
		}
		units, nanos := 0.0, 0.0
		err := s.object(func(key string) (err error) {
			switch key {
			case "currencyCode":
				x.currency, err = s.optional()
			case "units":
				units, _, err = s.number()
			case "nanos":
				nanos, _, err = s.number()
			default:
				err = s.skip()
			}
			return err
		})
		if usd := units + nanos/1e9; usd != 0 {
			x.usd = usd
		}
		return err
	})
}

// Descriptions of SKUs. What comes before the place and the term is what is sold.
var (
	passed      = pattern.Of(`(?i)\b(custom|premium|reserved|sole tenancy|dws|calendar mode|flex|licensing fee|upgrade)\b`)
	place       = pattern.Of(`(?i) (?:running )?in .*$`)
	prefix      = pattern.Of(`(?i)^(?:spot preemptible|preemptible|commitment(?: v\d)?:) *`)
	attached    = pattern.Of(`(?i) attached to (?:spot preemptible |preemptible )?vms?$`)
	ofSeries    = pattern.Of(`(?i)^(?:(.+?) )??(?:(?:predefined|amd|arm) )?(?:instance )?(core|cpu|ram)$`)
	ofGPU       = pattern.Of(`(?i)^(?:\w+ )?nvidia (.+?)(?: gpus?)?$|^(.+?) gpus?$|^(rtx .+)$`)
	slice       = pattern.Of(`(?i) \(1 gpu slice\)$`)
	ofTPU       = pattern.Of(`(?i)^tpu-?(v[5-9][a-z]?)$`)
	ofLocalDisk = pattern.Of(`(?i)^(?:ssd backed local storage|(?:\S+ instance )?local ssd)$`)
)

// named are the series that descriptions call by other names than machine types do.
var named = map[string]string{"": "n1", "compute optimized": "c2", "memory-optimized": "m1", "a3 ultra": "a3ultra", "a3 plus": "a3plus", "a3 mega": "a3plus", "a3mega": "a3plus"}

// take keeps a price that is wanted.
func (l *gcpList) take(x gcpSKU) error {
	list := x.list()
	if list < 0 {
		return nil
	}
	what := l.meaning(x)
	switch what {
	case ofNoInterest:
		return nil
	case "":
		l.strange(x)
		return nil
	}
	if x.currency != "" && x.currency != "USD" {
		return fmt.Errorf("%q has a price in %s; only USD is read", x.description, x.currency)
	}
	if x.usd < 0 {
		return fmt.Errorf("%q has a negative price", x.description)
	}
	switch {
	case x.unit == "GiBy.mo" && what == "disk":
		x.usd /= unit.HoursPerMonth
	case x.unit != "h" && x.unit != "GiBy.h":
		return nil
	}
	for _, region := range x.regions {
		if err := l.parts.add(part{what, region}, list, x.usd, x.description); err != nil {
			return err
		}
	}
	return nil
}

// ofNoInterest is the meaning of a description of what no machine is made of.
const ofNoInterest = "-"

// meaning is what a SKU names.
func (l *gcpList) meaning(x gcpSKU) string {
	if what, ok := l.means[x.description]; ok {
		return what
	}
	what := ofNoInterest
	if !passed.MatchString(x.description) {
		what = l.what(x.sold())
	}
	if len(l.means) < mostPrices {
		l.means[strings.Clone(x.description)] = what
	}
	return what
}

// list is the price list that a SKU is on; below 0 for none that is read.
func (x gcpSKU) list() int {
	if strings.Contains(x.description, "Spot Preemptible") || strings.HasPrefix(x.description, "Preemptible ") {
		return spot
	}
	return slices.Index([]string{"OnDemand", "Preemptible", "Commit1Yr", "Commit3Yr"}, x.usage)
}

// sold is what a SKU is a price of: its description without the terms and the place.
func (x gcpSKU) sold() string {
	s := place.ReplaceAllString(strings.Join(strings.Fields(x.description), " "), "")
	return attached.ReplaceAllString(prefix.ReplaceAllString(s, ""), "")
}

// strange notes a price of what machines are made of that is not understood.
func (l *gcpList) strange(x gcpSKU) {
	if slices.Contains([]string{"CPU", "RAM", "GPU", "TPU", "N1Standard"}, x.group) && x.usd > 0 {
		if l.oddest++; len(l.odd) < mostLeft {
			l.odd[strings.Clone(x.sold())] = true
		}
	}
}

// what names the part that is sold; "" for none of a machine's.
func (l *gcpList) what(sold string) string {
	switch {
	case ofLocalDisk.MatchString(sold):
		return "disk"
	case slice.MatchString(sold): // an accelerator with its share of the machine
		if m := ofGPU.FindStringSubmatch(slice.ReplaceAllString(sold, "")); m != nil {
			return l.sliceOf(cmp.Or(m[1], m[2], m[3]))
		}
	case ofTPU.MatchString(sold):
		return l.sliceOf("tpu-" + strings.ToLower(ofTPU.FindStringSubmatch(sold)[1]))
	}
	if m := ofSeries.FindStringSubmatch(sold); m != nil {
		series, part := strings.TrimSuffix(strings.ToLower(m[1]), " memory-optimized"), strings.ToLower(m[2])
		if name, ok := named[series]; ok {
			series = name
		}
		if part == "cpu" {
			part = "core"
		}
		if !strings.Contains(series, " ") {
			return part + " " + series
		}
	}
	if m := ofGPU.FindStringSubmatch(sold); m != nil {
		name := cmp.Or(m[1], m[2], m[3])
		if id := googleAccelerator(l.catalog, name); id != "" {
			return "accelerator " + id
		}
		l.leave("Nvidia " + name)
	}
	return ""
}

// sliceOf names a part that is sold with its machine.
func (l *gcpList) sliceOf(name string) string {
	if id := googleAccelerator(l.catalog, name); id != "" {
		return "slice " + id
	}
	l.leave(name)
	return ""
}

// googleAccelerator is the part that Google and SkyPilot mean by a name; "" where it is not known.
func googleAccelerator(c *catalog.Catalog, name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	mark := ""
	for _, word := range []string{" mega", "-mega", " plus"} {
		if strings.Contains(name, word) {
			name, mark = strings.ReplaceAll(name, word, ""), megaMark
		}
	}
	if name == "a100" || name == "tesla a100" {
		name = "a100-sxm-40gb"
	}
	if name == "rtx 6000 96gb" || name == "rtx pro 6000" {
		name = "rtx-pro-6000-blackwell-server"
	}
	if name == "a100 80gb" || name == "tesla a100 80gb" || name == "a100-80gb" {
		name = "a100-sxm-80gb"
	}
	a, _, err := c.ResolveAccelerator(name)
	if err != nil {
		return ""
	}
	return a.ID + mark
}

// finished is the list; where another page follows, that is said.
func (l *gcpList) finished() (*List, error) {
	if err := l.parts.compose(l.book); err != nil {
		return nil, err
	}
	out := l.list("Google Cloud billing catalog", "")
	if len(l.odd) > 0 {
		out.Notes = append(out.Notes, fmt.Sprintf("left out %d prices of cores, memory or accelerators that are not understood: %s", l.oddest, few(slices.Sorted(maps.Keys(l.odd)))))
	}
	if len(l.parts.doubtful) > 0 {
		out.Notes = append(out.Notes, "left out parts of machines that two descriptions price differently: "+few(slices.Sorted(maps.Keys(l.parts.doubtful))))
	}
	if l.more != "" {
		out.Notes = append(out.Notes, "more pages follow the last one: fetch them with its nextPageToken, and give all pages together")
	}
	return out, nil
}
