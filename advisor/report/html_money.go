package report

import (
	"fmt"
	"html/template"
	"math"
	"time"

	"scaleadvise/advisor/advice"
)

// pageCost is what the plan costs month by month until the horizon.
type pageCost struct {
	Finding string
	Drawing template.HTML
	Rows    []pageMonth
}

type pageMonth struct{ Month, Cost, Today string }

// newPageCost shows the cost by month; nil where nothing grows, or a price is not known.
func newPageCost(a *advice.Advice) *pageCost {
	if len(a.Cost.Months) < 2 {
		return nil
	}
	months := each(a.Cost.Months, func(m advice.MonthCost) float64 { return m.USD })
	today := 0.0
	if t := a.Today; t != nil && t.Priced {
		today = t.CostPerMonth
	}
	c := &pageCost{}
	for i, usd := range months {
		row := pageMonth{Month: monthName(a, i), Cost: money(usd), Today: none}
		if today > 0 {
			row.Today = money(today)
		}
		c.Rows = append(c.Rows, row)
	}
	c.Finding = fmt.Sprintf("%s USD over %s, from %s USD in the first to %s in the last.", money(a.Cost.Total.USD), numbered(len(months), "month", "months"), money(months[0]), money(months[len(months)-1]))
	if today > 0 {
		c.Finding += fmt.Sprintf(" Today's deployment costs %s USD a month.", money(today))
	}
	c.Drawing = drawCost(a, months, today, c.Finding)
	return c
}

// monthName is the month that begins i months from now.
func monthName(a *advice.Advice, i int) string {
	if a.Now.IsZero() {
		return fmt.Sprintf("month %d", i+1)
	}
	return monthAt(a, i).Format("Jan 2006")
}

func drawCost(a *advice.Advice, months []float64, today float64, finding string) template.HTML {
	most := today
	for _, usd := range months {
		most = math.Max(most, usd)
	}
	if !(most > 0) {
		return ""
	}
	n := len(months)
	return twice("cost", finding, wideChart, func(f *frame) {
		f.mostX = float64(n)
		if !f.narrow() {
			f.right = 130
		}
		f.scaleY(most, brief)
		for i, usd := range months {
			f.block("bars", float64(i)+0.12, float64(i)+0.88, 0, usd)
		}
		every := int(math.Ceil(float64(n) / 12))
		if f.narrow() {
			every = int(math.Ceil(float64(n) / 5))
		}
		for i := 0; i < n; i += every {
			f.label("axis", f.x(float64(i)+0.5), f.base()+20, "middle", shortMonth(a, i))
		}
		if today > 0 {
			f.across("declared", today)
			f.series("ink", float64(n), today, "today "+brief(today))
		}
		f.series("accent", float64(n), months[n-1], brief(months[n-1])+" USD/month")
	})
}

func shortMonth(a *advice.Advice, i int) string {
	if a.Now.IsZero() {
		return fmt.Sprint(i + 1)
	}
	t := monthAt(a, i)
	if i == 0 || t.Month() == 1 {
		return t.Format("Jan ’06")
	}
	return t.Format("Jan")
}

// monthAt is the first day of the month i months from now: adding months to the last day of one
// would pass over a short one.
func monthAt(a *advice.Advice, i int) time.Time {
	y, m, _ := a.Now.Date()
	return time.Date(y, m+time.Month(i), 1, 0, 0, 0, 0, time.UTC)
}
