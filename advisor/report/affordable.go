package report

import (
	"time"

	"scaleadvise/advisor/advice"
)

// affordable says what a budget pays for while the load grows, and until when.
func affordable(a *advice.Advice) []string {
	b := a.Affordable
	if b == nil {
		return nil
	}
	text := money(b.Budget) + " USD/month pay for " + requests(twoDigits(b.LoadQPS), 0) + " at most (" + planned(b.Plan)
	if c := line(b.Plan.Cloud); c != "" && c != line(a.First.Cloud) {
		text += " at " + c
	}
	text += ")"
	switch {
	case b.Until.IsZero():
		return []string{text}
	case !b.Until.After(a.Now):
		return []string{text + ", which is less than today's load"}
	}
	return []string{text + ": enough until " + b.Until.Format(time.DateOnly)}
}

// affordableDoc is what a budget pays for while the load grows; its date is null for never.
type affordableDoc struct {
	Budget  float64  `json:"budget_usd_per_month"`
	Plan    planDoc  `json:"plan"`
	LoadQPS *float64 `json:"load_qps"`
	Until   *string  `json:"until"`
}

func newAffordable(b *advice.Affordable) *affordableDoc {
	if b == nil {
		return nil
	}
	return &affordableDoc{b.Budget, newPlan(b.Plan, true), number(b.LoadQPS), dateOf(b.Until)}
}
