package report

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

func finding(rule string, s advice.Severity, argues, against string) advice.Finding {
	return advice.Finding{Rule: rule, Severity: s, For: []string{argues}, Against: []string{against}}
}

// one is the height of a finding that takes one line.
func one(advice.Finding) int { return 1 }

func names(findings []advice.Finding) []string {
	return each(findings, func(f advice.Finding) string { return f.Rule })
}

func TestChooseTakesWhatDecides(t *testing.T) {
	a := &advice.Advice{Strategy: candidate.Horizontal, DecidedBy: "decides", Findings: []advice.Finding{
		finding("error", advice.Error, "", ""),
		finding("idle-1", advice.Info, "", "horizontal"),
		finding("for-1", advice.Info, "horizontal", "horizontal"),
		finding("against-1", advice.Info, "", "vertical"),
		finding("warning", advice.Warning, "", "combined"),
		finding("against-2", advice.Info, "", "none"),
		finding("again", advice.Info, "", "none"),
		finding("idle-2", advice.Info, "vertical", "horizontal"),
		finding("for-2", advice.Info, "horizontal", "horizontal"),
		finding("decides", advice.Info, "", "horizontal"),
		finding("for-3", advice.Info, "horizontal", "horizontal"),
	}}
	s := choose(a, false, one)
	if want := []string{"error", "for-1", "against-1", "against-2", "for-2", "decides"}; !slices.Equal(names(s.why), want) {
		t.Errorf("why is %v, want %v", names(s.why), want)
	}
	if want := []string{"idle-1", "again", "idle-2", "for-3"}; !slices.Equal(s.others, want) {
		t.Errorf("the others are %v, want %v", s.others, want)
	}
}

func TestChooseKeepsToItsLines(t *testing.T) {
	a := &advice.Advice{Strategy: candidate.Horizontal}
	for i := range 8 {
		a.Findings = append(a.Findings,
			finding(fmt.Sprintf("reason-%d", i), advice.Info, "", ""), finding(fmt.Sprintf("warning-%d", i), advice.Warning, "", ""))
	}
	for height, want := range map[int][2]int{1: {6, 4}, 3: {4, 2}, 5: {3, 2}, 100: {3, 2}} {
		s := choose(a, false, func(advice.Finding) int { return height })
		if got := [2]int{len(s.why), len(s.warnings)}; got != want {
			t.Errorf("at %d lines each there are %v reasons and warnings, want %v", height, got, want)
		}
	}
	if s := choose(a, true, func(advice.Finding) int { return 100 }); len(s.others) > 0 {
		t.Errorf("%v are left out although all were asked for", s.others)
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
		s := choose(a, rapid.Bool().Draw(r, "all"), func(advice.Finding) int { return rapid.IntRange(1, 9).Draw(r, "height") })
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
