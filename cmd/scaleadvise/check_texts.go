package main

import (
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/rule"
	"scaleadvise/rules"
)

// allFindings are those of all plans, suppressed ones among them, and of the totals.
func allFindings(result *advice.Check) []advice.Located {
	var all []advice.Located
	for _, p := range result.Plans {
		all = append(all, p.Findings...)
		for _, s := range p.Suppressed {
			all = append(all, s.Located)
		}
	}
	return append(all, result.Totals...)
}

// cited are the principles that findings go by, in the lesson's order.
func cited(result *advice.Check) ([]advice.Principle, error) {
	named := map[string]bool{}
	for _, f := range allFindings(result) {
		for _, id := range f.Principles {
			named[id] = true
		}
	}
	lesson, err := rules.Lesson()
	var out []advice.Principle
	for _, p := range lesson {
		if named[p.ID] {
			out = append(out, advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source})
		}
	}
	return out, err
}

// texts are what the rules that findings name say of themselves.
func (k *checker) texts(result *advice.Check) []advice.RuleText {
	named := map[string]bool{}
	for _, f := range allFindings(result) {
		named[f.Rule] = true
	}
	var out []advice.RuleText
	for _, r := range k.all.Rules() {
		if named[r.ID] {
			out = append(out, ruleTextOf(r))
		}
	}
	if named[invalidRule] {
		out = append(out, advice.RuleText{ID: invalidRule, Title: "The plan cannot be understood", Severity: advice.Error,
			Why: "A plan that cannot be read promises nothing. Mend the file; `scaleadvise schema plan` describes it."})
	}
	return out
}

func ruleTextOf(r *rule.Rule) advice.RuleText {
	return advice.RuleText{ID: r.ID, Title: r.Title, Why: r.Why, Severity: r.Severity, Principles: r.Principles}
}
