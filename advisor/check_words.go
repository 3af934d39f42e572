package advisor

import (
	"context"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/rule"
)

// Stale has the rules word what the gate found of ignore entries.
func Stale(ctx context.Context, rules *rule.Set, entries []gate.Stale) ([]advice.Located, error) {
	var out []advice.Located
	for _, e := range entries {
		facts := factMap{
			"check.ignored_rule": e.Rule, "check.ignored_reason": e.Reason, "check.ignored_days": int64(e.Days),
		}
		if !e.Until.IsZero() {
			facts["check.ignored_until"] = e.Until.Format(time.DateOnly)
		}
		o := e.Origin
		found, err := worded(ctx, rules, facts, advice.Place{File: o.File, Line: o.Line, Column: o.Column}, "ignore "+e.Rule)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// SameName has the rules word that a plan has the name of another; first is where the first
// of them stands.
func SameName(ctx context.Context, rules *rule.Set, p advice.Checked, count int, first string) ([]advice.Located, error) {
	facts := factMap{"check.name": p.Name, "check.same_name": int64(count), "check.same_name_first": first}
	return worded(ctx, rules, facts, advice.Place{File: p.File, Line: p.Line, Column: 1}, "name")
}

// Limits are those on all plans together; money is US dollars a month.
type Limits struct {
	Cost            float64 // 0: none
	Increase        float64 // a fraction of the cost before
	IncreaseLimited bool
	Before          advice.Total // what the plans of the base cost
}

// Totals has the rules word what all plans together cost.
func Totals(ctx context.Context, rules *rule.Set, now advice.Total, l Limits) ([]advice.Located, error) {
	facts := factMap{
		"check.total_usd_per_month": now.USDPerMonth, "check.total_limit_usd_per_month": l.Cost,
		"check.base_usd_per_month": l.Before.USDPerMonth, "check.cost_increase_limit": l.Increase, "check.cost_increase_limited": l.IncreaseLimited,
	}
	if before := l.Before.USDPerMonth; before > 0 {
		facts["check.cost_increase"] = now.USDPerMonth/before - 1
	}
	return worded(ctx, rules, facts, advice.Place{}, "total")
}

// worded gives what the rules say of a few facts, all of it about one place.
func worded(ctx context.Context, rules *rule.Set, facts factMap, at advice.Place, subject string) ([]advice.Located, error) {
	fired, err := rules.Evaluate(ctx, fact.Check, facts)
	var out []advice.Located
	for _, f := range findings(fired) {
		out = append(out, advice.Located{Finding: f, Place: at, Subject: subject})
	}
	return out, err
}
