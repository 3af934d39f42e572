package rule

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/fact"
)

// Units that facts may have: measure.go and the rendering of facts must know each.
var factUnits = []string{"", "1/s", "ms", "USD/month", "USD", "fraction", "fraction/month", "GiB", "month", "h"}

func TestVocabulary(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fact.All() {
		if seen[f.Name] {
			t.Errorf("%s is declared twice", f.Name)
		}
		seen[f.Name] = true
		if f.Doc == "" || !strings.Contains(f.Name, ".") {
			t.Errorf("%s: a fact has a group and a word of documentation", f.Name)
		}
		if !slices.Contains(factUnits, f.Unit) {
			t.Errorf("%s: the unit %q is not one that is known", f.Name, f.Unit)
		}
		if f.Type != fact.Double && f.Unit != "" {
			t.Errorf("%s: %s has no unit", f.Name, f.Type)
		}
		if found, ok := fact.Named(f.Name); !ok || found.Name != f.Name {
			t.Errorf("%s is not found", f.Name)
		}
	}
	if _, ok := fact.Named("plan.nothing"); ok {
		t.Error("a fact is found that is not declared")
	}
}

// Every fact can be read, and one that is not given is its type's zero.
func TestEveryFactIsZeroUnlessGiven(t *testing.T) {
	zeros := map[fact.Type]string{fact.Double: "%s == 0", fact.Int: "%s == 0", fact.Bool: "!%s", fact.String: "%s == ''", fact.Strings: "size(%s) == 0"}
	for _, f := range fact.All() {
		c, faults := compile(fmt.Sprintf(zeros[f.Type], f.Name), names{stages: fact.Search | judging})
		if len(faults) > 0 {
			t.Errorf("%s: %v", f.Name, faults)
			continue
		}
		if holds, err := c.holds(context.Background(), values{}); !holds || err != nil {
			t.Errorf("%s is not zero: %v", f.Name, err)
		}
		if !slices.Equal(c.reads, []string{f.Name}) {
			t.Errorf("%s: the condition reads %v", f.Name, c.reads)
		}
	}
}

func TestScopes(t *testing.T) {
	always := fact.Search | outcome
	tests := map[string]fact.Stage{
		"demand.plan_qps": always, "slo.availability": always, "model.id": always, "service.cv": always,
		"base.fits": always, "today.holds": always, "limits.max_replicas": always, "losses.asked": always,
		"memory.deficit_gib": always, "scaling.sigma": always,
		"candidate.replicas": fact.Search, "plan.replicas": outcome, "none.feasible": outcome,
		"fleet.services": fact.Fleet, "member.name": fact.Fleet, "vertical.feasible": fact.Advise, "roadmap.changes": fact.Advise, "check.missing": fact.Check,
	}
	for name, want := range tests {
		if f, ok := fact.Named(name); !ok || f.Stages() != want {
			t.Errorf("%s: found %v, wanted the stages %s", name, f, want)
		}
	}
}
