package pricelist

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const aws = "aws"

// Terms of a reservation.
const (
	oneYear    = "1yr"
	threeYears = "3yr"
	yearHours  = 8760.0
)

// awsProduct is what of a product decides whether its price is that of a machine: the plain Linux
// machine, shared, with nothing installed.
type awsProduct struct {
	sku, family, kind, region, system, tenancy, installed, capacity, market, usage, gpus string
}

// field returns where an attribute is kept; nil for one that decides nothing.
func (p *awsProduct) field(name string) *string {
	switch name {
	case "instanceType":
		return &p.kind
	case "regionCode":
		return &p.region
	case "operatingSystem":
		return &p.system
	case "tenancy":
		return &p.tenancy
	case "preInstalledSw":
		return &p.installed
	case "capacitystatus":
		return &p.capacity
	case "marketoption":
		return &p.market
	case "usagetype":
		return &p.usage
	case "gpu":
		return &p.gpus
	}
	return nil
}

// plain reports whether the product is a machine as it is rented by the hour.
func (p *awsProduct) plain() bool {
	is := func(value string, wanted ...string) bool { return value == "" || slices.Contains(wanted, value) }
	return p.kind != "" && p.region != "" && p.sku != "" && p.system == "Linux" &&
		is(p.family, "Compute Instance", "Compute Instance (bare metal)") && is(p.tenancy, "Shared") && is(p.installed, "NA") &&
		is(p.capacity, "Used") && is(p.market, "OnDemand") && (p.usage == "" || strings.Contains(p.usage, "BoxUsage"))
}

// machine is a wanted product: the prices that its terms go to, and what the reservations are made of.
type machine struct {
	price *Price
	ranks [2]int // how good the offer is from which the commitments come; 0 for none
}

// awsList is an AWS price list while it is read.
type awsList struct {
	*book
	skus     map[string]*machine
	asOf     string
	products bool // they were read
}

func newAWS(f *facts) *awsList { return &awsList{book: newBook(f), skus: map[string]*machine{}} }

// take keeps a product that is wanted.
func (l *awsList) take(p awsProduct) error {
	if !p.plain() {
		return nil
	}
	if !l.knows(aws, p.kind) {
		if n, err := strconv.ParseFloat(p.gpus, 64); err == nil && n > 0 {
			l.leave(p.kind)
		}
		return nil
	}
	price, err := l.of(aws, p.kind, p.region)
	if err != nil {
		return err
	}
	l.skus[strings.Clone(p.sku)] = &machine{price: price}
	return nil
}

// awsTerm is one offer of a SKU.
type awsTerm struct {
	hourly, fee             float64
	currency                string // that of a price which is not in US dollars
	length, class, purchase string
	several                 bool // two prices by the hour
}

// apply puts an offer into the prices of its machine.
func (l *awsList) apply(sku string, reserved bool, t awsTerm) error {
	m := l.skus[sku]
	switch {
	case m == nil:
		return nil
	case t.currency != "":
		return fmt.Errorf("SKU %s has a price in %s; only lists in USD are read", sku, t.currency)
	case t.several:
		return fmt.Errorf("two prices for SKU %s (%s %s); keep one", sku, m.price.Type, m.price.Region)
	case t.hourly < 0 || t.fee < 0:
		return fmt.Errorf("SKU %s has a negative price", sku)
	case !reserved && t.hourly > 0:
		return set(&m.price.OnDemand, t.hourly, fmt.Sprintf("%s in %s (SKU %s)", m.price.Type, m.price.Region, sku))
	case reserved && t.class == "standard":
		l.commit(m, t)
	}
	return nil
}

// commit puts a reservation into the prices: of those of one length the one without a fee before it,
// else the one with the smaller.
func (l *awsList) commit(m *machine, t awsTerm) {
	years, field, rank := 1.0, &m.price.OneYear, &m.ranks[0]
	switch t.length {
	case oneYear:
	case threeYears:
		years, field, rank = 3, &m.price.ThreeYear, &m.ranks[1]
	default:
		return
	}
	this := map[string]int{"All Upfront": 1, "Partial Upfront": 2, "No Upfront": 3}[t.purchase]
	if usd := t.fee/(yearHours*years) + t.hourly; usd > 0 && this > *rank {
		*field, *rank = usd, this
	}
}

// document reads a member of the price list's JSON; ok is false for one of another document.
func (l *awsList) document(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "products":
		l.products = true
		return true, s.object(func(string) error { return l.product(s) })
	case "terms":
		if !l.products {
			return true, errors.New("its terms come before its products; fetch it again")
		}
		return true, s.object(func(kind string) error { return l.terms(s, kind) })
	case "publicationDate":
		date, err := s.optional()
		l.asOf = day(date)
		return true, err
	case "offerCode", "formatVersion":
		return true, s.skip()
	}
	return false, nil
}

// product reads a product.
func (l *awsList) product(s *scanner) error {
	var p awsProduct
	err := s.object(func(key string) (err error) {
		switch key {
		case "sku":
			p.sku, err = s.optional()
		case "productFamily":
			p.family, err = s.optional()
		case "attributes":
			return s.object(func(name string) error {
				field := p.field(name)
				if field == nil {
					return s.skip()
				}
				value, err := s.optional()
				*field = value
				return err
			})
		default:
			return s.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.take(p)
}

// terms reads the offers of one kind, by SKU.
func (l *awsList) terms(s *scanner, kind string) error {
	if kind != "OnDemand" && kind != "Reserved" {
		return s.skip()
	}
	return s.object(func(sku string) error {
		if l.skus[sku] == nil {
			return s.skip()
		}
		return s.object(func(string) error { return l.term(s, sku, kind == "Reserved") })
	})
}

// term reads an offer.
func (l *awsList) term(s *scanner, sku string, reserved bool) error {
	t, err := readTerm(s)
	if err != nil {
		return err
	}
	return l.apply(sku, reserved, t)
}

func readTerm(s *scanner) (t awsTerm, err error) {
	err = s.object(func(key string) error {
		switch key {
		case "priceDimensions":
			return s.object(func(string) error { return t.dimension(s) })
		case "termAttributes":
			return s.object(func(name string) (err error) {
				field := map[string]*string{"LeaseContractLength": &t.length, "OfferingClass": &t.class, "PurchaseOption": &t.purchase}[name]
				if field == nil {
					return s.skip()
				}
				*field, err = s.optional()
				return err
			})
		}
		return s.skip()
	})
	return t, err
}

// dimension reads one price of an offer: by the hour, or the fee before it.
func (t *awsTerm) dimension(s *scanner) error {
	unit, usd, found, other := "", 0.0, false, ""
	err := s.object(func(key string) (err error) {
		switch key {
		case "unit":
			unit, err = s.optional()
			return err
		case "pricePerUnit":
			return s.object(func(currency string) (err error) {
				if currency != "USD" {
					other = strings.Clone(currency)
					return s.skip()
				}
				usd, found, err = s.number()
				return err
			})
		}
		return s.skip()
	})
	if err == nil && !found && other != "" {
		t.currency = other
	}
	t.add(unit, usd)
	return err
}

// add puts a price of an offer where its unit says.
func (t *awsTerm) add(unit string, usd float64) {
	if strings.EqualFold(unit, "Quantity") {
		t.fee += usd
		return
	}
	t.several = t.several || t.hourly != 0 && t.hourly != usd
	t.hourly = usd
}

// day is the date of a time stamp.
func day(stamp string) string {
	if len(stamp) < len("2006-01-02") || stamp[4] != '-' {
		return ""
	}
	return stamp[:len("2006-01-02")]
}
