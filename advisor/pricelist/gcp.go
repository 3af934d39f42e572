package pricelist

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/unit"
)

const gcp = "gcp"

// gcpSKU is one price of the Cloud Billing Catalog.
type gcpSKU struct {
	description, usage, unit, currency string
	regions                            []string
	usd                                float64
}

// gcpList is pages of SKUs while they are read.
type gcpList struct {
	*book
	parts *components
	more  string // the page that follows
	any   bool
}

func newGCP(f *facts) *gcpList { return &gcpList{book: newBook(f), parts: newComponents()} }

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
	err := s.object(func(key string) (err error) {
		switch key {
		case "description":
			x.description, err = s.optional()
		case "category":
			err = s.object(func(key string) (err error) {
				if key != "usageType" {
					return s.skip()
				}
				x.usage, err = s.optional()
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
			err = s.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.take(x)
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

// Descriptions of SKUs.
var (
	passed      = regexp.MustCompile(`(?i)\b(custom|premium|reserved|sole tenancy|dws|calendar mode|flex)\b`)
	ofSeries    = regexp.MustCompile(`(?i)^(?:spot preemptible |preemptible )?(\S+)(?: predefined| amd| arm)? instance (core|ram) `)
	ofContract  = regexp.MustCompile(`(?i)^commitment(?: v1)?: (?:(\S+) )?(?:amd |arm )?(cpu|core|ram) in .*for [13] years?`)
	ofGPU       = regexp.MustCompile(`(?i)nvidia (.+?) gpus?\b`)
	ofLocalDisk = regexp.MustCompile(`(?i)^(?:ssd backed local storage|commitment(?: v1)?: local ssd)`)
)

// take keeps a price that is wanted.
func (l *gcpList) take(x gcpSKU) error {
	what := l.what(x)
	if what == "" || passed.MatchString(x.description) {
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
	list := slices.Index([]string{"OnDemand", "Preemptible", "Commit1Yr", "Commit3Yr"}, x.usage)
	if strings.Contains(x.description, "Spot Preemptible") {
		list = spot
	}
	if list < 0 {
		return nil
	}
	for _, region := range x.regions {
		if err := l.parts.add(what, region, list, x.usd); err != nil {
			return err
		}
	}
	return nil
}

// what names the part that a SKU is the price of; "" for none of a machine's.
func (l *gcpList) what(x gcpSKU) string {
	if m := ofSeries.FindStringSubmatch(x.description); m != nil {
		return strings.ToLower(m[2] + " " + m[1])
	}
	if m := ofContract.FindStringSubmatch(x.description); m != nil {
		series, part := strings.ToLower(m[1]), strings.ToLower(m[2])
		if part == "cpu" {
			part = "core"
		}
		if series == "" {
			series = "n1"
		}
		return part + " " + series
	}
	if ofLocalDisk.MatchString(x.description) {
		return "disk"
	}
	if m := ofGPU.FindStringSubmatch(x.description); m != nil {
		if id := googleAccelerator(l.catalog, m[1]); id != "" {
			return "accelerator " + id
		}
		l.leave("Nvidia " + m[1])
	}
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
	if l.more != "" {
		out.Notes = append(out.Notes, "more pages follow the last one: fetch them with its nextPageToken, and give all pages together")
	}
	return out, nil
}
