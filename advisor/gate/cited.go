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
	for _, own := range fleetRules {
		if rules[own.ID] {
			texts = append(texts, own)
		}
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

// fleetIDs are what findings about fleets are called.
var fleetIDs = []string{advice.LossNotSurvived, advice.OverBudget, advice.OverQuota, advice.PackingImpossible}

// fleetRules are what a check finds of a fleet beyond what rules judge of one plan.
var fleetRules = []advice.RuleText{
	{ID: "packing-impossible", Title: "The services do not fit on the machines", Severity: advice.Error,
		Why: "Each service may be small enough for a machine, and all of them together too many for the pool. What does not fit stays pending, the least important first only where someone says so."},
	{ID: "loss-not-survived", Title: "The loss of a machine is not survived", Severity: advice.Error,
		Why: "Replicas that stand on one machine fail together. A promise of availability is kept only where what is left after a loss still carries the load."},
}
