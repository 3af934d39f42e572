package pricelist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/catalog"
)

// Price is the price of one machine type in one region, US dollars an hour; 0 is unknown.
type Price struct {
	Cloud, Type, Region                string
	OnDemand, Spot, OneYear, ThreeYear float64

	facts *catalog.Instance // of a type that the catalog does not know; nil where it does
}

// List is the content of a price list.
type List struct {
	Kind   string // "AWS price list"
	AsOf   string // the date of the prices, YYYY-MM-DD; "" for none
	Prices []Price
	Left   []string // machine types with accelerators that the catalog does not know, sorted
	Notes  []string // what the file lacks, such as pages that follow
}

// book collects the prices of a list: each once.
type book struct {
	*facts
	prices map[[3]string]*Price
	left   map[string]bool
	names  map[string]string // each string once
}

// Bounds of what is kept.
const (
	mostPrices = 500_000
	mostLeft   = 1_000
)

func newBook(f *facts) *book {
	return &book{facts: f, prices: map[[3]string]*Price{}, left: map[string]bool{}, names: map[string]string{}}
}

// once returns the same string for all of a value.
func (b *book) once(s string) string {
	if known, ok := b.names[s]; ok {
		return known
	}
	if len(b.names) < mostPrices {
		s = strings.Clone(s)
		b.names[s] = s
	}
	return s
}

// of returns the price of a machine type in a region.
func (b *book) of(cloud, kind, region string) (*Price, error) {
	key := [3]string{cloud, kind, region}
	if p, ok := b.prices[key]; ok {
		return p, nil
	}
	if len(b.prices) == mostPrices {
		return nil, fmt.Errorf("more than %d prices of known machines: split the file", mostPrices)
	}
	p := &Price{Cloud: cloud, Type: b.once(kind), Region: b.once(region)}
	b.prices[[3]string{cloud, p.Type, p.Region}] = p
	return p, nil
}

// leave notes a machine type with an accelerator of which nothing is known.
func (b *book) leave(kind string) {
	if len(b.left) < mostLeft && !b.left[kind] {
		b.left[b.once(kind)] = true
	}
}

// set gives a field its price; another one than before is an error.
func set(field *float64, usd float64, what string) error {
	const rounding = 1e-9
	if *field != 0 && (usd-*field > rounding || *field-usd > rounding) {
		return fmt.Errorf("two prices for %s: %v and %v USD/h; keep one", what, *field, usd)
	}
	*field = usd
	return nil
}

// list is the book as a list, in order.
func (b *book) list(kind, asOf string) *List {
	l := &List{Kind: kind, AsOf: asOf}
	for _, p := range b.prices {
		if p.OnDemand > 0 || p.Spot > 0 || p.OneYear > 0 || p.ThreeYear > 0 {
			l.Prices = append(l.Prices, *p)
		}
	}
	slices.SortFunc(l.Prices, func(x, y Price) int {
		return cmp.Or(cmp.Compare(x.Cloud, y.Cloud), cmp.Compare(x.Type, y.Type), cmp.Compare(x.Region, y.Region))
	})
	for kind := range b.left {
		l.Left = append(l.Left, kind)
	}
	slices.Sort(l.Left)
	return l
}

// few names the first of some things.
func few(names []string) string {
	const most = 5
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// facts are the machine types that the catalog knows.
type facts struct {
	catalog *catalog.Catalog
	known   map[string]bool // by cloud and type, in lower case
}

func newFacts(c *catalog.Catalog) *facts {
	f := &facts{catalog: c, known: map[string]bool{}}
	for _, i := range c.Rows() {
		f.known[typeKey(i.Cloud, i.Type)] = true
	}
	for _, m := range c.AllMachines() {
		f.known[typeKey(m.Cloud, m.Type)] = true
	}
	return f
}

func typeKey(cloud, kind string) string { return strings.ToLower(cloud + "/" + kind) }

// knows reports whether the catalog says what a machine type is.
func (f *facts) knows(cloud, kind string) bool { return f.known[typeKey(cloud, kind)] }
