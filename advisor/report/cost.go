package report

import (
	"fmt"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// costDoc is what an advice comes to; null is what is not known.
type costDoc struct {
	Today   *float64       `json:"today_usd_per_month"`
	Now     *float64       `json:"now_usd_per_month"`
	Horizon *float64       `json:"horizon_usd_per_month"`
	Total   *float64       `json:"total_usd"` // from now to the horizon; null without one
	Change  *float64       `json:"change_usd_per_month"`
	Cloud   *string        `json:"cloud"`
	AsOf    *string        `json:"prices_as_of"`
	Age     *int           `json:"prices_age_days"`
	Months  []monthCostDoc `json:"months"`
	Without []string       `json:"not_included"`

	EnergyKWh *float64       `json:"energy_kwh_per_month"` // of the plan to deploy now, at rated power all the time; null where it is not known
	EnergyOf  *string        `json:"energy_of"`            // "accelerators", or "machines" whose power their owner states
	CO2Kg     *float64       `json:"co2_kg_per_month"`     // null without --grid-intensity
	BreakEven []breakEvenDoc `json:"break_even"`
}

// breakEvenDoc is another way to pay for the same hardware.
type breakEvenDoc struct {
	Pricing string   `json:"pricing"`
	Machine *string  `json:"machine"` // the owned machine; null for a price list
	USD     *float64 `json:"usd_per_month"`
	Months  *float64 `json:"pays_from_months"` // months of running after which it costs less than on demand
	Within  *float64 `json:"within_months"`
}

func newBreakEven(b advice.BreakEven) breakEvenDoc {
	return breakEvenDoc{clean(b.Pricing), optional(b.Machine), number(b.USDPerMonth), number(b.Months), number(b.WithinMonths)}
}

// monthCostDoc is what a calendar month costs, of which the first and the last may be a part.
type monthCostDoc struct {
	From  *string   `json:"from"`
	Hours *float64  `json:"hours"`
	USD   float64   `json:"usd"`
	Paid  []paidDoc `json:"paid"` // by price list
}

type paidDoc struct {
	Pricing string  `json:"pricing"`
	USD     float64 `json:"usd"`
}

func newMonths(months []advice.MonthCost) []monthCostDoc {
	return each(months, func(m advice.MonthCost) monthCostDoc {
		return monthCostDoc{date(m.From), number(m.Hours()), m.USD, each(m.Paid, func(p advice.Paid) paidDoc { return paidDoc{clean(p.Pricing), p.USD} })}
	})
}

// monthName is a month, or its part: "Dec 2026", "from 30 Nov 2026", "to 29 Nov 2027".
func monthName(months []advice.MonthCost, i int) string {
	m := months[i]
	whole := m.Hours() == unit.MonthStart(m.From, 1).Sub(unit.MonthStart(m.From, 0)).Hours()
	switch {
	case m.From.IsZero():
		return fmt.Sprintf("month %d", i+1)
	case whole:
		return m.From.Format("Jan 2006")
	case i == 0 && len(months) > 1:
		return "from " + day(m.From)
	}
	return "to " + day(m.From.Add(time.Duration(m.Hours()*float64(time.Hour))-1))
}

// byTheHour says how months are paid.
const byTheHour = "each month by its hours (USD/month is 730 h)"

// monthsOf are the columns of the cost by month, with the sum in the last row; none of fewer than two.
func monthsOf(c advice.Cost) []column {
	if len(c.Months) < 2 {
		return nil
	}
	from, usd := column{head: "month"}, column{head: "USD", right: true}
	for i, m := range c.Months {
		from.cells, usd.cells = append(from.cells, monthName(c.Months, i)), append(usd.cells, money(m.USD))
	}
	from.cells, usd.cells = append(from.cells, "in total"), append(usd.cells, money(c.Total.USD))
	return []column{from, usd}
}

// byMonth is the same in a line.
func byMonth(c advice.Cost) (texts []string) {
	if len(c.Months) < 2 {
		return nil
	}
	for i, m := range c.Months {
		texts = append(texts, monthName(c.Months, i)+" "+money(m.USD))
	}
	return append(texts, "in all "+money(c.Total.USD)+" USD", byTheHour)
}

// offeredDoc is a machine with a price elsewhere than was asked.
type offeredDoc struct {
	Cloud   string   `json:"cloud"`
	Region  *string  `json:"region"`
	Machine string   `json:"machine"`
	USD     *float64 `json:"usd_per_accelerator_hour"`
}

func newOffered(o advice.Offered) offeredDoc {
	return offeredDoc{clean(o.Cloud), optional(o.Region), clean(o.Machine), number(o.USDPerHour)}
}

func newCost(c advice.Cost) costDoc {
	d := costDoc{
		Today: amount(c.Today), Now: amount(c.Now), Horizon: amount(c.Horizon), Total: amount(c.Total), Change: amount(c.Change),
		Cloud: optional(c.Cloud), AsOf: date(c.AsOf), Months: newMonths(c.Months),
		Without: notIncluded,
	}
	if !c.AsOf.IsZero() {
		d.Age = &c.Age
	}
	d.BreakEven = each(c.BreakEven, newBreakEven)
	if e := c.Energy; e.KWh > 0 {
		of := "accelerators"
		if e.Whole {
			of = "machines"
		}
		d.EnergyKWh, d.EnergyOf = &e.KWh, &of
		if e.Stated {
			d.CO2Kg = &e.CO2
		}
	}
	return d
}

func amount(a advice.Amount) *float64 {
	if !a.Known {
		return nil
	}
	return number(a.USD)
}

// staleness warns of prices that are old at the clock of the run; none where they are not.
func staleness(c advice.Cost) []string {
	if !c.Stale {
		return nil
	}
	return []string{staleWords(c.AsOf, c.Age)}
}

// instead says on what else the hardware may be bought, and from when on that pays.
func instead(c advice.Cost) []string {
	return each(c.BreakEven, func(b advice.BreakEven) string {
		if b.Machine != "" {
			return fmt.Sprintf("a %s of your own, %s USD/month to run, is repaid after %s months", line(b.Machine), money(b.USDPerMonth), figure(b.Months))
		}
		return fmt.Sprintf("%s: %s USD/month, pays from %s of %s months on", pricing(b.Pricing), money(b.USDPerMonth), figure(b.Months), figure(b.WithinMonths))
	})
}

// energy says what the plan draws.
func energy(c advice.Cost) []string {
	e := c.Energy
	if e.KWh == 0 {
		return nil
	}
	s := "at most " + grouped(e.KWh, 0) + " kWh/month, its accelerators at their rated power"
	if e.Whole {
		s = "at most " + grouped(e.KWh, 0) + " kWh/month, its machines at the power stated"
	}
	if e.Stated {
		s += "; " + grouped(e.CO2, 0) + " kg of CO2"
	}
	return []string{s}
}
