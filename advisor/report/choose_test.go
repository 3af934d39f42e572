package report

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise.dev/scaleadvise/advisor/advice"
	"scaleadvise.dev/scaleadvise/advisor/candidate"
)

func finding(rule string, s advice.Severity, argues, against string) advice.Finding {
	return advice.Finding{Rule: rule, Severity: s, For: []string{argues}, Against: []string{against}}
}

func names(findings []advice.Finding) []string {
	return each(findings, func(f advice.Finding) string { return f.Rule })
}

func TestChooseTakesWhatDecides(t *testing.T) {
	a := &advice.Advice{Strategy: candidate.Horizontal, DecidedBy: "decides", Findings: []advice.Finding{
		finding("error", advice.Error, "", ""),
		finding("idle-1", advice.Info, "", "horizontal"),
		finding("for-1", advice.Info, "horizontal", "horizontal"),
		finding("against-1", advice.Info, "", "vertical"),
		finding("warning", advice.Warning, "", "vertical"),
		finding("against-2", advice.Info, "", "none"),
		finding("idle-2", advice.Info, "vertical", "horizontal"),
		finding("for-2", advice.Info, "horizontal", "horizontal"),
		finding("decides", advice.Info, "", "horizontal"),
		finding("for-3", advice.Info, "horizontal", "horizontal"),
	}}
	s := choose(a, false)
	if want := []string{"error", "for-1", "against-1", "against-2", "for-2", "decides"}; !slices.Equal(names(s.why), want) {
		t.Errorf("why is %v, want %v", names(s.why), want)
	}
	if want := []string{"idle-1", "idle-2", "for-3"}; !slices.Equal(s.others, want) {
		t.Errorf("the others are %v, want %v", s.others, want)
	}
}

func TestChooseLosesNothing(t *testing.T) {
	severities := rapid.SampledFrom([]advice.Severity{advice.Info, advice.Warning, advice.Error})
	strategies := rapid.SampledFrom([]string{"none", "vertical", "horizontal", "combined", "optimization"})
	rapid.Check(t, func(r *rapid.T) {
		a := &advice.Advice{Strategy: candidate.Horizontal}
		var all []string
		for i := range rapid.IntRange(0, 30).Draw(r, "n") {
			rule := fmt.Sprintf("rule-%02d", i)
			all = append(all, rule)
			a.Findings = append(a.Findings, finding(rule, severities.Draw(r, "severity"), strategies.Draw(r, "for"), strategies.Draw(r, "against")))
		}
		s := choose(a, rapid.Bool().Draw(r, "all"))
		for _, group := range [][]string{names(s.why), names(s.warnings), s.others} {
			if !slices.IsSorted(group) {
				r.Errorf("%v is out of order", group)
			}
		}
		got := slices.Concat(names(s.why), names(s.warnings), s.others)
		slices.Sort(got)
		if !slices.Equal(got, all) {
			r.Errorf("%v became %v", all, got)
		}
	})
}
