package workload

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/unit"
)

// Price is what the user pays for a thing, or a discount on its price.
type Price struct {
	Name       string  // an accelerator or a machine, as written; of a discount the cloud
	USDPerHour float64 // 0 for a discount
	Discount   float64 // fraction; 0 for a price
}

// parsePrice reads NAME=USD/PERIOD, or of a discount CLOUD=PERCENT.
func (s Spec) parsePrice(text string) (Price, error) {
	name, amount, ok := strings.Cut(text, "=")
	name, amount = strings.TrimSpace(name), strings.TrimSpace(amount)
	if !ok || name == "" || amount == "" {
		return Price{}, fmt.Errorf("%q: expected a name and what it is, such as %s", text, s.Example)
	}
	if s.Name == "discount" {
		if strings.HasPrefix(amount, "-") {
			return Price{}, fmt.Errorf("%q is negative: a discount is subtracted; for a higher price give --price", text)
		}
		v, err := unit.Parse(unit.Fraction, amount)
		switch {
		case err != nil:
			return Price{}, err
		case !v.IsExact() || v.Mid <= 0 || v.Mid >= 1:
			return Price{}, fmt.Errorf("%q: a discount lies between 0%% and 100%%, such as %s", text, s.Example)
		}
		return Price{Name: name, Discount: v.Mid}, nil
	}
	v, err := unit.Parse(unit.Money, amount)
	switch {
	case err != nil:
		return Price{}, err
	case !v.IsExact() || v.Mid <= 0:
		return Price{}, fmt.Errorf("%q: one price above zero, such as %s", text, s.Example)
	}
	return Price{Name: name, USDPerHour: v.Mid / unit.HoursPerMonth}, nil
}
