package report

import (
	"fmt"

	"scaleadvise/advisor/advice"
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
}

type monthCostDoc struct {
	From *string `json:"from"`
	USD  float64 `json:"usd"`
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

// notIncluded is what no cost here has in it.
var notIncluded = []string{"egress", "storage", "load balancer", "support", "tax"}

func newCost(c advice.Cost) costDoc {
	d := costDoc{
		Today: amount(c.Today), Now: amount(c.Now), Horizon: amount(c.Horizon), Total: amount(c.Total), Change: amount(c.Change),
		Cloud: optional(c.Cloud), AsOf: date(c.AsOf), Months: each(c.Months, func(m advice.MonthCost) monthCostDoc { return monthCostDoc{date(m.From), m.USD} }),
		Without: notIncluded,
	}
	if !c.AsOf.IsZero() {
		d.Age = &c.Age
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
	return []string{fmt.Sprintf("the prices are of %s, %d days before this run: --price or a file of --catalog brings newer ones", *date(c.AsOf), c.Age)}
}
