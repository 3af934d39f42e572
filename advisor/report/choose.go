package report

import (
	"slices"

	"scaleadvise/advisor/advice"
)

// budget is what a group of findings may take of a screen: a number of them, and
// beyond the first few a number of lines.
type budget struct{ most, few, lines int }

var (
	reasonBudget  = budget{most: 6, few: 3, lines: 13}
	warningBudget = budget{most: 4, few: 2, lines: 7}
	noBudget      = budget{most: 1 << 30, few: 1 << 30}
)

// shown are the findings a screen has room for, each group in the advice's order,
// and the rules of the others.
type shown struct {
	why, warnings []advice.Finding
	others        []string
}

// choose takes what decides: errors, then what decides best, then for each
// strategy that lost the first finding against it, then what speaks for the chosen
// one. height is how many lines a finding takes.
func choose(a *advice.Advice, all bool, height func(advice.Finding) int) shown {
	reasons, warnings := reasonBudget, warningBudget
	if all {
		reasons, warnings = noBudget, noBudget
	}
	isWarning := func(f advice.Finding) bool { return f.Severity == advice.Warning }
	isReason := func(f advice.Finding) bool { return !isWarning(f) }
	why, warned := reasons.take(a, isReason, height), warnings.take(a, isWarning, height)
	var s shown
	said := ""
	if doubts := a.Doubts(); len(doubts) > 0 && !all {
		said = doubts[0].Rule // under the headline
	}
	for i, f := range a.Findings {
		switch {
		case f.Rule == said:
		case why[i]:
			s.why = append(s.why, f)
		case warned[i]:
			s.warnings = append(s.warnings, f)
		default:
			s.others = append(s.others, line(f.Rule))
		}
	}
	return s
}

// take marks the findings of one group that weigh most and fit the budget,
// earlier ones first among equals.
func (b budget) take(a *advice.Advice, group func(advice.Finding) bool, height func(advice.Finding) int) map[int]bool {
	var order []int
	for i, f := range a.Findings {
		if group(f) {
			order = append(order, i)
		}
	}
	weight := weights(a)
	slices.SortStableFunc(order, func(i, j int) int { return weight[j] - weight[i] })
	taken, spent := map[int]bool{}, 0
	for n, i := range order {
		spent += height(a.Findings[i])
		if n >= b.most || n >= b.few && spent > b.lines {
			break
		}
		taken[i] = true
	}
	return taken
}

// weights is how much each finding matters to the choice.
func weights(a *advice.Advice) []int {
	answered := map[string]bool{string(a.Strategy): true} // strategies that need no further word against them
	deciding, out := a.Deciding(), make([]int, len(a.Findings))
	for i, f := range a.Findings {
		switch {
		case f.Severity == advice.Error:
			out[i] = 4
		case deciding != nil && f.Rule == deciding.Rule:
			out[i] = 3
		case slices.ContainsFunc(f.Against, func(s string) bool { return !answered[s] }):
			out[i] = 2
		case slices.Contains(f.For, string(a.Strategy)), a.Optimized && slices.Contains(f.For, "optimization"):
			out[i] = 1
		}
		for _, s := range f.Against {
			answered[s] = true
		}
	}
	return out
}
