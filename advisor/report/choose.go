package report

import (
	"slices"

	"scaleadvise.dev/scaleadvise/advisor/advice"
)

// How many findings of each kind a screen holds.
const (
	mostReasons  = 6
	mostWarnings = 4
)

// shown are the findings a screen has room for, each group in the advice's order,
// and the rules of the others.
type shown struct {
	why, warnings []advice.Finding
	others        []string
}

// choose takes what decides: errors, then the rule that decided, then what speaks
// against the strategies that lost, then what speaks for the chosen one.
func choose(a *advice.Advice, all bool) shown {
	reasons, warnings := mostReasons, mostWarnings
	if all {
		reasons, warnings = len(a.Findings), len(a.Findings)
	}
	var s shown
	keep := weightiest(a, reasons)
	for i, f := range a.Findings {
		switch {
		case f.Severity == advice.Warning && len(s.warnings) < warnings:
			s.warnings = append(s.warnings, f)
		case f.Severity != advice.Warning && keep[i]:
			s.why = append(s.why, f)
		default:
			s.others = append(s.others, line(f.Rule))
		}
	}
	return s
}

// weightiest marks the n reasons that weigh most, earlier ones first among equals.
func weightiest(a *advice.Advice, n int) map[int]bool {
	var order []int
	for i, f := range a.Findings {
		if f.Severity != advice.Warning {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return weight(a, a.Findings[j]) - weight(a, a.Findings[i])
	})
	keep := map[int]bool{}
	for _, i := range order[:min(n, len(order))] {
		keep[i] = true
	}
	return keep
}

func weight(a *advice.Advice, f advice.Finding) int {
	switch {
	case f.Severity == advice.Error:
		return 4
	case f.Rule == a.DecidedBy:
		return 3
	case slices.ContainsFunc(f.Against, func(s string) bool { return s != string(a.Strategy) }):
		return 2
	case slices.Contains(f.For, string(a.Strategy)), a.Optimized && slices.Contains(f.For, "optimization"):
		return 1
	}
	return 0
}
