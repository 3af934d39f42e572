package rule

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Units that facts may have: measure.go and the rendering of facts must know each.
var factUnits = []string{"", "1/s", "ms", "USD/month", "USD", "fraction", "fraction/month", "GiB", "month", "h"}

func TestVocabulary(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Facts() {
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
		if f.Type != Double && f.Unit != "" {
			t.Errorf("%s: %s has no unit", f.Name, f.Type)
		}
		if found, ok := FactNamed(f.Name); !ok || found.Name != f.Name {
			t.Errorf("%s is not found", f.Name)
		}
	}
	if _, ok := FactNamed("plan.nothing"); ok {
		t.Error("a fact is found that is not declared")
	}
}

// Every fact can be read, and one that is not given is its type's zero.
func TestEveryFactIsZeroUnlessGiven(t *testing.T) {
	zeros := map[Type]string{Double: "%s == 0", Int: "%s == 0", Bool: "!%s", String: "%s == ''", Strings: "size(%s) == 0"}
	for _, f := range Facts() {
		c, faults := compile(fmt.Sprintf(zeros[f.Type], f.Name), f.Scope() == Candidate)
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
	tests := map[string]Scope{
		"demand.plan_qps": Before, "slo.availability": Before, "model.id": Before, "service.cv": Before,
		"base.fits": Before, "today.holds": Before, "limits.max_replicas": Before, "losses.asked": Before,
		"memory.deficit_gib": Before, "scaling.sigma": Before,
		"candidate.replicas": Candidate,
		"plan.replicas":      Outcome, "none.feasible": Outcome, "cheaper.exists": Outcome, "roadmap.changes": Outcome,
	}
	for name, want := range tests {
		if f, ok := FactNamed(name); !ok || f.Scope() != want {
			t.Errorf("%s: found %v, wanted scope %d", name, f, want)
		}
	}
}
