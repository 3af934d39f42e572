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
		v := emptyView(rules)
		v.Gate.Ignored.Rule, v.Gate.Ignored.Reason, v.Gate.Ignored.Days = e.Rule, e.Reason, e.Days
		if !e.Until.IsZero() {
			v.Gate.Ignored.Until = e.Until.Format(time.DateOnly)
		}
		o := e.Origin
		v.Origins["ignore"] = o.String()
		found, err := worded(ctx, rules, v, advice.Place{File: o.File, Line: o.Line, Column: o.Column}, "ignore "+e.Rule)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// SameName has the rules word that a plan has the name of another; first is the place of the first of them.
func SameName(ctx context.Context, rules *rule.Set, p advice.Checked, count int, first string) ([]advice.Located, error) {
	v := emptyView(rules)
	v.Gate.SameName.Name, v.Gate.SameName.Count, v.Gate.SameName.First = p.Name, count, first
	return worded(ctx, rules, v, advice.Place{File: p.File, Line: p.Line, Column: 1}, "name")
}

// Limits bound all plans together; money is US dollars a month.
type Limits struct {
	Cost            float64 // 0 for none
	Increase        float64 // fraction of the cost of the base
	IncreaseLimited bool
	Before          advice.Total // cost of the plans of the base
}

// Totals has the rules word what all plans together cost.
func Totals(ctx context.Context, rules *rule.Set, now advice.Total, l Limits) ([]advice.Located, error) {
	v := emptyView(rules)
	total := &v.Gate.Total
	total.Now, total.Limit, total.Before = now.USDPerMonth, l.Cost, l.Before.USDPerMonth
	total.IncreaseLimit, total.IncreaseLimited = l.Increase, l.IncreaseLimited
	if total.Before > 0 {
		total.Increase = total.Now/total.Before - 1
	}
	v.Origins["max_cost"], v.Origins["max_cost_increase"] = "--max-cost", "--max-cost-increase"
	return worded(ctx, rules, v, advice.Place{}, "total")
}

// worded gives what the rules say of a few facts, all of it about one place.
func worded(ctx context.Context, rules *rule.Set, v *fact.View, at advice.Place, subject string) ([]advice.Located, error) {
	fired, err := rules.Evaluate(ctx, fact.Check, fact.Read(v))
	var out []advice.Located
	found := findings(fired)
	setOrigins(found, fact.Check, v.Origins)
	for _, f := range found {
		out = append(out, advice.Located{Finding: f, Place: at, Subject: subject})
	}
	return out, err
}
