package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// notIncluded is what no cost here has in it.
var notIncluded = []string{"egress", "storage", "load balancer", "support", "tax"}

// withoutLine is what no cost here has in it, in one line.
func withoutLine() string { return "not included: " + strings.Join(notIncluded, ", ") }

// withoutCell is the same as a cell of a table for spreadsheets.
var withoutCell = strings.Join(notIncluded, "; ")

// quotes are the dates of the prices that some costs rest on.
type quotes struct {
	first, last time.Time // zero where no price has a date
	undated     bool      // a list gives none for some
	any         bool      // something has a price
}

// quoted are the dates of the prices of plans.
func quoted(plans ...candidate.Evaluation) quotes {
	var q quotes
	for _, e := range plans {
		if e.Priced && e.CostPerMonth > 0 {
			q.add(e.AsOf)
		}
	}
	return q
}

// quotedOn are the dates of some prices, as a catalog writes them.
func quotedOn(dates ...string) quotes {
	var q quotes
	for _, d := range dates {
		q.add(d)
	}
	return q
}

func (q *quotes) add(asOf string) {
	q.any = true
	day, err := time.Parse(time.DateOnly, asOf[:min(len(asOf), len(time.DateOnly))])
	switch {
	case err != nil:
		q.undated = q.undated || asOf != "" // a price of one's own needs no date
		return
	case q.first.IsZero() || day.Before(q.first):
		q.first = day
	}
	if day.After(q.last) {
		q.last = day
	}
}

// age is how many days before a run the oldest price is of.
func (q quotes) age(r *Run) (days int, old bool) {
	if r == nil || r.At.IsZero() || q.first.IsZero() {
		return 0, false
	}
	days = max(0, int(r.At.Sub(q.first)/(24*time.Hour)))
	return days, days > advice.StaleDays
}

// words say of when the prices are; "" where none has a date.
func (q quotes) words(r *Run) string {
	if q.first.IsZero() {
		if q.undated {
			return "prices undated"
		}
		return ""
	}
	s := "prices of " + q.first.Format(time.DateOnly)
	if q.last.After(q.first) {
		s += " to " + q.last.Format(time.DateOnly)
	}
	if days, old := q.age(r); old {
		s += fmt.Sprintf(" (%d days old)", days)
	}
	if q.undated {
		s += ", some undated"
	}
	return s
}

// notes say of when the prices are and what costs leave out; nothing where nothing has a price.
func (q quotes) notes(o Options) []string {
	if !q.any {
		return nil
	}
	return distinct([]string{q.words(o.Run), withoutLine()})
}

// warning is about prices that are old at the clock of a run; none where they are not.
func (q quotes) warning(r *Run) []string {
	days, old := q.age(r)
	if !old {
		return nil
	}
	return []string{staleWords(q.first, days)}
}

// dated is the date of a price, with its age where it is old at the clock of the run.
func (o Options) dated(asOf string) string {
	s := dated(asOf)
	if days, old := quotedOn(asOf).age(o.Run); old {
		s += fmt.Sprintf(" (%d days old)", days)
	}
	return s
}

// costs writes of when the prices are and what costs leave out.
func (m markdown) costs(q quotes, o Options) {
	if notes := q.notes(o); len(notes) > 0 {
		m.printf("\nCosts: %s\n", escape(joined(notes)))
	}
}

// staleWords warns of prices of a day.
func staleWords(asOf time.Time, days int) string {
	return fmt.Sprintf("the prices are from %s, %d days before this run: scaleadvise catalog import, --price or a file of --catalog gives newer ones", asOf.Format(time.DateOnly), days)
}

// pricedDoc is what a document says of the prices that its costs rest on.
type pricedDoc struct {
	AsOf    *string  `json:"prices_as_of"`    // the oldest date
	Age     *int     `json:"prices_age_days"` // days at the time of the run
	Without []string `json:"not_included"`    // what no cost includes
	quotes  quotes
}

func newPriced(q quotes) pricedDoc {
	return pricedDoc{AsOf: date(q.first), Without: notIncluded, quotes: q}
}

// aged notes the age of the prices at the run, and returns what is to be warned of.
func (d *pricedDoc) aged(r *Run) []string {
	if r == nil || r.At.IsZero() || d.quotes.first.IsZero() {
		return nil
	}
	days, _ := d.quotes.age(r)
	d.Age = &days
	return d.quotes.warning(r)
}

// pricedPlans are the plans of what would be if.
func pricedPlans(w *advice.WhatIf) (plans []candidate.Evaluation) {
	if w.Base != nil {
		plans = append(plans, w.Base.Plan)
	}
	if w.Sweep != nil {
		for _, p := range w.Sweep.Points {
			plans = append(plans, p.Plan)
		}
	}
	for _, f := range w.Flips {
		plans = append(plans, f.Then.Plan)
	}
	for _, x := range w.Swings {
		plans = append(plans, x.At[0].Plan, x.At[1].Plan)
	}
	return slices.DeleteFunc(plans, func(e candidate.Evaluation) bool { return e.Replicas == 0 })
}
