package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
)

// Ownership is what a machine on premises costs its owner, from which its hourly price follows; the zero
// value is for a rented machine.
type Ownership struct {
	PurchaseUSD float64 // to buy the machine
	Years       float64 // years over which the purchase is written off
	Watts       float64 // power at the meter
	USDPerKWh   float64
	RackUSD     float64 // USD a month for its place, cooling and network
	MonthlyUSD  float64 // USD a month for everything else
}

// Given reports whether any cost to the owner is stated.
func (o Ownership) Given() bool {
	return o.PurchaseUSD > 0 || o.USDPerKWh > 0 || o.RackUSD > 0 || o.MonthlyUSD > 0
}

const hoursPerYear = 12 * unit.HoursPerMonth

// USDPerHour returns the cost of the machine per hour, used or idle.
func (o Ownership) USDPerHour() float64 {
	usd := o.Watts / 1000 * o.USDPerKWh
	if o.Years > 0 {
		usd += o.PurchaseUSD / (o.Years * hoursPerYear)
	}
	return usd + (o.RackUSD+o.MonthlyUSD)/unit.HoursPerMonth
}

// check says what is missing.
func (o Ownership) check() error {
	switch {
	case o.PurchaseUSD > 0 && o.Years == 0:
		return errors.New("column lifetime_years is blank; say over how many years the purchase price is written off")
	case o.Years > 0 && o.PurchaseUSD == 0:
		return errors.New("column purchase_usd is blank; lifetime_years belongs to a purchase price")
	case o.USDPerKWh > 0 && o.Watts == 0:
		return errors.New("column power_watts is blank; usd_per_kwh belongs to the power that the machine draws")
	}
	return nil
}

// Words returns what the owner pays, in words: "12,000 USD over 4 years".
func (o Ownership) Words() string {
	var parts []string
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	add := func(v float64, text string) {
		if v > 0 {
			parts = append(parts, text)
		}
	}
	usd := func(v float64) string { return strings.TrimSuffix(unit.Format(unit.Money, v), "/month") }
	add(o.PurchaseUSD, fmt.Sprintf("%s over %s years", usd(o.PurchaseUSD), number(o.Years)))
	add(o.USDPerKWh, fmt.Sprintf("%s W at %s USD/kWh", number(o.Watts), number(o.USDPerKWh)))
	add(o.RackUSD, unit.Format(unit.Money, o.RackUSD)+" for its place")
	add(o.MonthlyUSD, unit.Format(unit.Money, o.MonthlyUSD))
	return strings.Join(parts, ", ")
}

// ownershipColumns are the columns of what a machine costs its owner.
func ownershipColumns[T any](of func(*T) *Ownership) []column[T] {
	return []column[T]{
		number("purchase_usd", func(row *T) *float64 { return &of(row).PurchaseUSD }),
		number("lifetime_years", func(row *T) *float64 { return &of(row).Years }),
		number("power_watts", func(row *T) *float64 { return &of(row).Watts }),
		number("usd_per_kwh", func(row *T) *float64 { return &of(row).USDPerKWh }),
		number("rack_usd_per_month", func(row *T) *float64 { return &of(row).RackUSD }),
		number("monthly_usd", func(row *T) *float64 { return &of(row).MonthlyUSD }),
	}
}
