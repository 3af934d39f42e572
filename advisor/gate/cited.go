package gate

import (
	"slices"

	"scaleadvise/advisor/advice"
)

// cited picks the rules that findings name, suppressed ones among them, and the principles
// that those findings go by.
func cited(c *advice.Check, texts []advice.RuleText, lesson []advice.Principle) ([]advice.RuleText, []advice.Principle) {
	rules, principles := map[string]bool{}, map[string]bool{}
	for _, f := range allFindings(c) {
		rules[f.Rule] = true
		for _, id := range f.Principles {
			principles[id] = true
		}
	}
	texts = slices.DeleteFunc(slices.Clone(texts), func(t advice.RuleText) bool { return !rules[t.ID] })
	if rules[InvalidRule] {
		texts = append(texts, advice.RuleText{ID: InvalidRule, Title: "The plan cannot be understood", Severity: advice.Error,
			Why: "A plan that cannot be read promises nothing. Fix the file; `scaleadvise schema plan` describes it."})
	}
	lesson = slices.DeleteFunc(slices.Clone(lesson), func(p advice.Principle) bool { return !principles[p.ID] })
	return texts, lesson
}

// allFindings are those of all plans, suppressed ones among them, and of the totals.
func allFindings(c *advice.Check) []advice.Located {
	var all []advice.Located
	for _, p := range c.Plans {
		all = append(all, p.Findings...)
		for _, s := range p.Suppressed {
			all = append(all, s.Located)
		}
	}
	return append(all, c.Totals...)
}
