package pricelist

import (
	"fmt"
	"strings"
)

const azure = "azure"

// azureItem is one price of Azure's Retail Prices API.
type azureItem struct {
	currency, region, kind, sku, meter, product, service, unit, offer, term, from string
	price, tier                                                                   float64
	savings                                                                       map[string]float64 // by term
}

// azureList is pages of the API while they are read.
type azureList struct {
	*book
	since map[*float64]string // when the price that is kept began
	more  string              // the page that follows
	any   bool
}

func newAzure(f *facts) *azureList { return &azureList{book: newBook(f), since: map[*float64]string{}} }

// document reads a member of a page; ok is false for one of another document.
func (l *azureList) document(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "Items":
		l.any = true
		return true, s.array(func() error { return l.item(s) })
	case "NextPageLink":
		l.more, err = s.optional()
		return true, err
	case "BillingCurrency":
		currency, err := s.optional()
		if err == nil && currency != "" && currency != "USD" {
			err = fmt.Errorf("its prices are in %s; only USD is read: leave currencyCode out of the address", currency)
		}
		return true, err
	case "CustomerEntityId", "CustomerEntityType":
		return true, s.skip()
	}
	return false, nil
}

// item reads one price.
func (l *azureList) item(s *scanner) error {
	var x azureItem
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

// member reads a member of a price; ok is false for one that says nothing here.
func (x *azureItem) member(s *scanner, key string) (ok bool, err error) {
	switch key {
	case "retailPrice":
		x.price, _, err = s.number()
		return true, err
	case "tierMinimumUnits":
		x.tier, _, err = s.number()
		return true, err
	case "savingsPlan":
		x.savings, err = savingsOf(s)
		return true, err
	}
	field := x.text(key)
	if field == nil {
		return false, nil
	}
	*field, err = s.optional()
	return true, err
}

// text returns where a text of a price is kept; nil for one that decides nothing.
func (x *azureItem) text(key string) *string {
	switch key {
	case "currencyCode":
		return &x.currency
	case "armRegionName":
		return &x.region
	case "armSkuName":
		return &x.kind
	case "skuName":
		return &x.sku
	case "meterName":
		return &x.meter
	case "productName":
		return &x.product
	case "serviceName":
		return &x.service
	case "unitOfMeasure":
		return &x.unit
	case "type":
		return &x.offer
	case "reservationTerm":
		return &x.term
	case "effectiveStartDate":
		return &x.from
	}
	return nil
}

// savingsOf reads prices under a savings plan, by term.
func savingsOf(s *scanner) (map[string]float64, error) {
	if b, err := s.peek(); err != nil || b != '[' {
		return nil, s.skip()
	}
	plans := map[string]float64{}
	return plans, s.array(func() error {
		term, usd := "", 0.0
		err := s.object(func(key string) (err error) {
			switch key {
			case "term":
				term, err = s.optional()
			case "retailPrice":
				usd, _, err = s.number()
			default:
				err = s.skip()
			}
			return err
		})
		plans[term] = usd
		return err
	})
}

// machine reports whether the price is that of a machine as it is rented by the hour with Linux.
func (x azureItem) machine() bool {
	product := strings.ReplaceAll(x.product, " ", "")
	return (x.service == "" || x.service == "Virtual Machines") && x.kind != "" && x.region != "" && x.tier == 0 &&
		!strings.HasSuffix(product, "Windows") && !strings.Contains(product, "CloudServices") && !strings.Contains(product, "DedicatedHost")
}

// take keeps a price that is wanted.
func (l *azureList) take(x azureItem) error {
	if !x.machine() || x.offer == "DevTestConsumption" || lowPriority(x) {
		return nil
	}
	if !l.knows(azure, x.kind) {
		if strings.HasPrefix(x.kind, "Standard_N") { // the series with accelerators
			l.leave(x.kind)
		}
		return nil
	}
	if x.currency != "" && x.currency != "USD" {
		return fmt.Errorf("%s in %s has a price in %s; only USD is read", x.kind, x.region, x.currency)
	}
	if x.price < 0 {
		return fmt.Errorf("%s in %s has a negative price", x.kind, x.region)
	}
	p, err := l.of(azure, x.kind, x.region)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%s in %s", x.kind, x.region)
	switch {
	case x.offer == "Reservation":
		return l.reserve(p, x, what)
	case x.unit != "" && x.unit != "1 Hour":
		return nil
	case isSpot(x):
		return l.latest(&p.Spot, x, what+" as spot")
	}
	for term, usd := range x.savings {
		if field := termOf(p, term); field != nil && *field == 0 {
			*field = usd // a reservation goes over it
		}
	}
	return l.latest(&p.OnDemand, x, what)
}

func isSpot(x azureItem) bool {
	return strings.HasSuffix(x.sku, " Spot") || strings.HasSuffix(x.meter, " Spot")
}

func lowPriority(x azureItem) bool {
	return strings.HasSuffix(x.sku, " Low Priority") || strings.HasSuffix(x.meter, " Low Priority")
}

// termOf returns where the price of a term goes; nil for a term of another length.
func termOf(p *Price, term string) *float64 {
	switch term {
	case "1 Year":
		return &p.OneYear
	case "3 Years":
		return &p.ThreeYear
	}
	return nil
}

// reserve puts a reservation, whose price is that of the whole term, into the prices.
func (l *azureList) reserve(p *Price, x azureItem, what string) error {
	field, years := termOf(p, x.term), 1.0
	if x.term == "3 Years" {
		years = 3
	}
	if field == nil || x.price == 0 {
		return nil
	}
	x.price /= yearHours * years
	if l.since[field] == "" {
		*field = 0 // that of a savings plan
	}
	return l.latest(field, x, what+" for "+x.term)
}

// latest keeps of several prices the one that began last.
func (l *azureList) latest(field *float64, x azureItem, what string) error {
	before, since := l.since[field], x.from
	if since == "" {
		since = "-"
	}
	switch {
	case x.price == 0 || before > since:
		return nil
	case before != "" && before < since:
		*field = 0
	}
	l.since[field] = since
	return set(field, x.price, what)
}

// finished is the list; where the last page names another, that is said.
func (l *azureList) finished() *List {
	out := l.list("Azure retail prices", "")
	if l.more != "" {
		out.Notes = append(out.Notes, "more pages follow the last one: fetch its NextPageLink, and give all pages together")
	}
	return out
}
