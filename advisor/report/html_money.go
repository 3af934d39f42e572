package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// newPageCost shows what the plan costs month by month until the horizon; nil where there is but one, or a price is not known.
func newPageCost(a *advice.Advice) *pageCharted {
	c := a.Cost
	if len(c.Months) < 2 {
		return nil
	}
	p, lists := &pageCharted{Title: "Cost by month"}, listsOf(c.Months)
	columns := monthsOf(c)
	if len(lists) > 1 {
		for _, l := range lists {
			columns = append(columns, column{head: pricing(l) + ", USD", right: true, cells: each(c.Months, func(m advice.MonthCost) string { return money(paid(m, l)) })})
		}
	}
	p.Finding = fmt.Sprintf("%s USD in %s, %s: from %s USD/month now to %s at the horizon.", money(c.Total.USD), measure(a.Workload.HorizonMonths, "month"), byTheHour, money(c.Now.USD), money(c.Horizon.USD))
	if c.Today.Known {
		columns = append(columns, column{head: "today’s deployment, USD", right: true, cells: each(c.Months, func(m advice.MonthCost) string {
			return money(c.Today.USD * m.Hours() / unit.HoursPerMonth)
		})})
		p.Finding += fmt.Sprintf(" Today's deployment costs %s.", money(c.Today.USD))
	}
	p.Table, p.Drawing = htmlColumns(columns, unchosen), drawCost(c, lists, p.Finding)
	return p
}

// listsOf are the price lists that some months are paid on, what is fixed for the longest first.
func listsOf(months []advice.MonthCost) (lists []string) {
	for _, m := range months {
		for _, p := range m.Paid {
			if !slices.Contains(lists, p.Pricing) {
				lists = append(lists, p.Pricing)
			}
		}
	}
	order := []string{candidate.OwnedAlready, purchase.ThreeYear, purchase.OneYear, purchase.OnDemand, purchase.Spot}
	slices.SortStableFunc(lists, func(a, b string) int { return cmp.Compare(slices.Index(order, a), slices.Index(order, b)) })
	return lists
}

// paid is what a month costs on one price list.
func paid(m advice.MonthCost, list string) float64 {
	for _, p := range m.Paid {
		if p.Pricing == list {
			return p.USD
		}
	}
	return 0
}

func drawCost(c advice.Cost, lists []string, finding string) template.HTML {
	months, most := c.Months, 0.0
	today := func(m advice.MonthCost) float64 { return c.Today.USD * m.Hours() / unit.HoursPerMonth }
	for _, m := range months {
		most = math.Max(most, math.Max(m.USD, today(m)))
	}
	if !(most > 0) {
		return ""
	}
	n := len(months)
	return twice("cost", finding, wideChart, func(f *frame) {
		f.mostX = float64(n)
		if !f.narrow() {
			f.right = 150
		}
		f.scaleY(most, brief)
		every := f.everyMonth(n)
		var standing [][2]float64
		for i, m := range months {
			from, to := float64(i)+0.12, float64(i)+0.88
			f.stack(from, to, m, lists)
			standing = append(standing, [2]float64{float64(i), today(m)}, [2]float64{float64(i + 1), today(m)})
			if i%every == 0 {
				f.label("axis", f.x(float64(i)+0.5), f.base()+20, "middle", shortMonth(m, i))
			}
		}
		if c.Today.Known {
			f.path("declared", standing)
			f.series("ink", float64(n), today(months[n-1]), "today "+brief(c.Today.USD))
		}
		last := max(0, n-2) // the last whole month: the very last may be a part of one
		if len(lists) < 2 {
			f.series("accent", float64(n), months[last].USD, brief(c.Horizon.USD)+" USD/month")
		}
		if len(lists) == 1 && lists[0] != purchase.OnDemand {
			f.series("accent", float64(n), months[last].USD, pricing(lists[0]))
		}
		top := 0.0
		for i, l := range lists {
			top += paid(months[last], l)
			if len(lists) > 1 {
				f.series(fmt.Sprintf("accent paid%d", i), float64(n), top, pricing(l))
			}
		}
	})
}

// stack draws a month, each price list upon the one before.
func (f *frame) stack(from, to float64, m advice.MonthCost, lists []string) {
	if len(lists) < 2 {
		f.block("bars", from, to, 0, m.USD)
		return
	}
	base := 0.0
	for i, l := range lists {
		usd := paid(m, l)
		f.block(fmt.Sprintf("bars paid%d", i), from, to, base, base+usd)
		base += usd
	}
}

func shortMonth(m advice.MonthCost, i int) string {
	switch {
	case m.From.IsZero():
		return fmt.Sprint(i + 1)
	case i == 0 || m.From.Month() == 1:
		return m.From.Format("Jan ’06")
	}
	return m.From.Format("Jan")
}
