package gate

import (
	"slices"
	"time"

	"scaleadvise/advisor/advice"
)

// Policy says how findings count.
type Policy struct {
	FailOn   advice.Severity // a finding of this severity or above fails its plan
	Least    advice.Severity // findings below are neither shown nor counted
	Strict   bool            // what could not be judged fails the check, except for what its owner excludes
	Now      time.Time
	Baseline *Baseline         // nil where every finding counts
	Base     *Base             // nil without a comparison
	Renamed  map[string]string // former ids of rules, each with today's
}

// Base is the state that a check is compared with.
type Base struct {
	Name  string // as the user named it
	Plans []advice.Checked
}

// Selection says which rules apply.
type Selection struct {
	Only []string // where there are any, no other rules apply
	Not  []string
}

// Allows reports whether a rule applies.
func (s Selection) Allows(rule string) bool {
	if len(s.Only) > 0 && !slices.Contains(s.Only, rule) {
		return false
	}
	return !slices.Contains(s.Not, rule)
}

// Judge decides the outcomes. It changes the plans of the check: findings that do not count move to
// Suppressed.
func (p Policy) Judge(plans []advice.Checked) *advice.Check {
	c := &advice.Check{Plans: plans, FailOn: p.FailOn, Outcome: advice.Passes, Cost: Cost(plans)}
	p.Base.drop(p.Least)
	pairs := p.Base.match(plans)
	for i := range plans {
		p.settle(&plans[i], pairs[i])
	}
	if p.Base != nil {
		c.Comparison = p.Base.compare(plans, pairs)
	}
	p.count(c)
	return c
}

// Add judges findings about all plans together.
func (p Policy) Add(c *advice.Check, totals []advice.Located) {
	for _, f := range totals {
		if f.Severity < p.Least {
			continue
		}
		c.Totals = append(c.Totals, f)
		add(&c.Counts, f)
		if f.Severity >= p.FailOn {
			c.Outcome = worse(c.Outcome, advice.Fails)
		}
	}
}

// formerly lists the ids that a rule had.
func (p Policy) formerly(rule string) []string {
	var ids []string
	for id, today := range p.Renamed {
		if today == rule {
			ids = append(ids, id)
		}
	}
	return ids
}

// settle decides what counts of one plan, and what becomes of it.
func (p Policy) settle(plan *advice.Checked, before *advice.Checked) {
	fingerprint(plan)
	var kept []advice.Located
	for i, f := range plan.Findings {
		f.Old = has(before, f)
		switch {
		case p.Baseline.covers(plan, i, p.formerly(f.Rule)):
			plan.Suppressed = append(plan.Suppressed, advice.Suppressed{Located: f, By: ByBaseline})
		case f.Severity >= p.Least || plan.Outcome == advice.Invalid:
			kept = append(kept, f)
		}
	}
	plan.Findings = kept
	if plan.Outcome == advice.Invalid {
		return
	}
	if plan.Reason != "" && !(plan.Partly && p.fails(*plan)) {
		plan.Outcome = advice.Unjudged // whatever is ignored or in a baseline
		return
	}
	plan.Outcome = advice.Passes
	if p.fails(*plan) {
		plan.Outcome = advice.Fails
	}
}

// fails reports whether a finding of a plan fails it.
func (p Policy) fails(plan advice.Checked) bool {
	return slices.ContainsFunc(plan.Findings, func(f advice.Located) bool { return f.Severity >= p.FailOn && !f.Old })
}

// Why a finding does not count.
const (
	ByIgnore   = "ignore"
	ByBaseline = "baseline"
)

// count sums up.
func (p Policy) count(c *advice.Check) {
	files := map[string]bool{}
	for i := range c.Plans {
		plan := &c.Plans[i]
		files[plan.File] = true
		addPlan(&c.Counts, plan.Outcome)
		for _, f := range plan.Findings {
			add(&c.Counts, f)
			if p.Base != nil && !f.Old {
				c.Counts.New++
			}
		}
		for _, s := range plan.Suppressed {
			if s.By == ByBaseline {
				c.Counts.Baseline++
			} else {
				c.Counts.Ignored++
			}
		}
		c.Outcome = worse(c.Outcome, plan.Outcome)
		if plan.Outcome == advice.Unjudged && (p.Strict && !plan.Waived || p.fails(*plan)) {
			c.Outcome = worse(c.Outcome, advice.Fails)
		}
	}
	if c.Outcome == advice.Unjudged && c.Counts.Holds > 0 {
		c.Outcome = advice.Passes // what was judged holds, and the rest is listed
	}
	c.Counts.Files, c.Counts.Plans = len(files), len(c.Plans)
}

// worse is the graver of two outcomes: what could not be read is graver than what fails.
func worse(a, b advice.Outcome) advice.Outcome {
	order := []advice.Outcome{advice.Passes, advice.Unjudged, advice.Fails, advice.Invalid}
	return order[max(slices.Index(order, a), slices.Index(order, b))]
}

// Cost adds up what the plans cost.
func Cost(plans []advice.Checked) advice.Total {
	var t advice.Total
	for _, p := range plans {
		switch {
		case !p.Figures.Known:
		case p.Figures.Priced:
			t.USDPerMonth += p.Figures.Cost
			if day := p.Figures.AsOf; t.AsOf == "" || day != "" && day < t.AsOf {
				t.AsOf = day
			}
		default:
			t.Unpriced++
		}
	}
	return t
}

func add(n *advice.Counts, f advice.Located) {
	switch f.Severity {
	case advice.Error:
		n.Errors++
	case advice.Warning:
		n.Warnings++
	default:
		n.Info++
	}
}

func addPlan(n *advice.Counts, o advice.Outcome) {
	switch o {
	case advice.Invalid:
		n.Invalid++
	case advice.Fails:
		n.Fails++
	case advice.Unjudged:
		n.Unjudged++
	default:
		n.Holds++
	}
}
