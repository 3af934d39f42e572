package intake

import (
	"fmt"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/workload"
)

// pay returns the catalog with what the user pays, made once for the same prices.
func (s *shelf) pay(w *workload.Workload, known *catalog.Catalog) (*catalog.Catalog, error) {
	if known == nil || len(w.Paid) == 0 && len(w.Discounts) == 0 {
		return known, nil
	}
	return keep(s, fmt.Sprint("prices ", w.Paid, w.Discounts, w.Prices), func() (*catalog.Catalog, error) {
		paid, err := known, error(nil)
		if len(w.Discounts) > 0 {
			var discounts []catalog.Discount
			for _, d := range w.Discounts {
				discounts = append(discounts, catalog.Discount{Cloud: d.Name, Share: d.Discount})
			}
			if paid, err = paid.WithPrices(nil, discounts); err != nil {
				return nil, w.Fault("discount", err)
			}
		}
		if len(w.Paid) == 0 {
			return paid, nil
		}
		var prices []catalog.Paid
		for _, p := range w.Paid {
			prices = append(prices, catalog.Paid{Name: p.Name, USDPerHour: p.USDPerHour, Lists: w.Prices})
		}
		if paid, err = paid.WithPrices(prices, nil); err != nil {
			return nil, w.Fault("price", err)
		}
		return paid, nil
	})
}
