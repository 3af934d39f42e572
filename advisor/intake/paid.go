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
		var discounts []catalog.Discount
		for _, d := range w.Discounts {
			discounts = append(discounts, catalog.Discount{Cloud: d.Name, Share: d.Discount})
		}
		known, err := known.WithPrices(nil, discounts)
		if err != nil {
			return nil, w.Fault("discount", err)
		}
		var paid []catalog.Paid
		for _, p := range w.Paid {
			paid = append(paid, catalog.Paid{Name: p.Name, USDPerHour: p.USDPerHour, Lists: w.Prices})
		}
		known, err = known.WithPrices(paid, nil)
		return known, w.Fault("price", err)
	})
}
