package rule

import (
	"context"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
)

func evaluated(t *testing.T, set *Set, stage fact.Stage, facts fact.Map) []Fired {
	t.Helper()
	fired, err := set.Evaluate(context.Background(), stage, facts)
	if err != nil {
		t.Fatal(err)
	}
	return fired
}

// A finding of a rule with error_when is an error where that condition holds, also from a seal.
func TestErrorWhen(t *testing.T) {
	file := ruleFile("raised", "plan.replicas > 1", "error_when: plan.replicas > param.most\nparams: {most: {value: 3, doc: replicas}}")
	seal, err := Seal([]Source{file}, principles)
	if err != nil {
		t.Fatal(err)
	}
	unsealed, ok := Unseal(seal, []Source{file}, principles)
	if !ok {
		t.Fatal("the seal is not of this file")
	}
	for _, set := range []*Set{loadRules(t, file), unsealed} {
		for replicas, want := range map[int]advice.Severity{2: advice.Warning, 3: advice.Warning, 4: advice.Error} {
			fired := evaluated(t, set, fact.Advise, fact.Map{"plan.replicas": replicas})
			if len(fired) != 1 || fired[0].Severity != want {
				t.Errorf("%d replicas: %v, wanted %v", replicas, fired, want)
			}
		}
	}
}

func TestStagesAndSeverities(t *testing.T) {
	both := ruleFile("both", "plan.replicas == 1", "stages: [advise, check]")
	both.Text = []byte(strings.Replace(string(both.Text), "severity: warning", "severity: {advise: info, check: error}", 1))
	set := loadRules(t, both, ruleFile("one", "plan.replicas == 1", "stages: [check]"),
		ruleFile("settled", "plan.replicas == 1 && !vertical.feasible"))
	facts := fact.Map{"plan.replicas": 1}
	if got := ids(evaluated(t, set, fact.Advise, facts)); !slices.Equal(got, []string{"both", "settled"}) {
		t.Errorf("advise: %v", got)
	}
	fired := evaluated(t, set, fact.Check, facts)
	if got := ids(fired); !slices.Equal(got, []string{"both", "one"}) {
		t.Errorf("check: %v", got)
	}
	if fired[0].Finding().Severity != advice.Error || evaluated(t, set, fact.Advise, facts)[0].Severity != advice.Info {
		t.Error("the severity is not that of the stage")
	}
}

func TestOfAGroupTheFirstSpeaks(t *testing.T) {
	set := loadRules(t,
		ruleFile("late", "plan.replicas > 0", "group: load", "order: 30"),
		ruleFile("lone", "plan.replicas > 0", "order: 20"),
		ruleFile("early", "plan.replicas > 0 && plan.feasible", "group: load", "order: 10"))
	for feasible, want := range map[bool][]string{true: {"early", "lone"}, false: {"lone", "late"}} {
		if got := ids(evaluated(t, set, fact.Advise, fact.Map{"plan.replicas": 2, "plan.feasible": feasible})); !slices.Equal(got, want) {
			t.Errorf("feasible %v: %v, wanted %v", feasible, got, want)
		}
	}
	rest := set.Where(func(r *Rule) bool { return r.ID != "early" })
	if got := ids(evaluated(t, rest, fact.Advise, fact.Map{"plan.replicas": 2, "plan.feasible": true})); !slices.Equal(got, []string{"lone", "late"}) {
		t.Errorf("without the first: %v", got)
	}
}

func TestFormerIdsAreFound(t *testing.T) {
	set := loadRules(t, ruleFile("now", "plan.replicas > 0", "formerly: [then, before-that]"))
	for _, id := range []string{"now", "then", "before-that"} {
		if r, ok := set.Rule(id); !ok || r.ID != "now" {
			t.Errorf("%s finds %v", id, r)
		}
	}
	if _, ok := set.Rule(""); ok {
		t.Error("no id finds a rule")
	}
	if _, err := Merge(set, []Source{ruleFile("then", "plan.replicas > 1")}); err == nil {
		t.Error("a former id can be taken again")
	}
}

// ceilingRule has a parameter in its condition and its message.
func ceilingRule() Source {
	return ruleFile("ceiling", "plan.replicas == 1 || plan.utilization > param.most", "params: {most: {value: 0.8, unit: fraction, doc: what is allowed}}",
		"remedy: '{plan.utilization} of at most {param.most}{if plan.optimized}, optimized{else}{if not plan.feasible}, plain{end}{end}'")
}

func TestParameters(t *testing.T) {
	set := loadRules(t, ceilingRule())
	facts := fact.Map{"plan.utilization": 0.75}
	if fired := evaluated(t, set, fact.Advise, facts); len(fired) > 0 {
		t.Fatalf("75 %% is above 80 %%: %v", fired)
	}
	for _, text := range []string{"0.7", "70%", " 70 % "} {
		own, err := set.With([]Setting{{"ceiling.most", text, "--set"}})
		if err != nil {
			t.Fatal(err)
		}
		fired := evaluated(t, own, fact.Advise, facts)
		if len(fired) != 1 || fired[0].Remedy != "75 % of at most 70 %, plain" {
			t.Errorf("%q: %+v", text, fired)
		}
		if v, ok := own.Where(func(*Rule) bool { return false }).Param("ceiling.most"); !ok || v != 0.7 {
			t.Errorf("facts read %v, %v", v, ok)
		}
	}
	if v, _ := set.Param("ceiling.most"); v != 0.8 {
		t.Errorf("the set itself has changed: %v", v)
	}
	for name, want := range map[string]string{
		"ceilng.most": "unknown rule", "ceiling.more": "it has ceiling.most", "ceiling": "no parameter",
	} {
		if _, err := set.With([]Setting{{name, "0.7", "--set"}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, text := range []string{"", "most", "NaN", "Inf", "-1", "1e999"} {
		if _, err := set.With([]Setting{{"ceiling.most", text, "--set"}}); err == nil {
			t.Errorf("%q is taken for a value", text)
		}
	}
}

func TestAParameterSurvivesTheSeal(t *testing.T) {
	files := []Source{ceilingRule()}
	seal, err := Seal(files, principles)
	if err != nil {
		t.Fatal(err)
	}
	set, ok := Unseal(seal, files, principles)
	if !ok {
		t.Fatal("the seal is declined")
	}
	fired := evaluated(t, set, fact.Advise, fact.Map{"plan.utilization": 0.9, "plan.optimized": true})
	if len(fired) != 1 || fired[0].Remedy != "90 % of at most 80 %, optimized" {
		t.Fatalf("%+v", fired)
	}
	if len(fired[0].Trace) == 0 || fired[0].Trace[len(fired[0].Trace)-1].String() != "param.most = 80 %" {
		t.Errorf("the trace is %v", fired[0].Trace)
	}
}

func TestFilters(t *testing.T) {
	facts := fact.Map{"plan.replicas": 1, "plan.instances": 3, "plan.optimizations": []string{"int8", "mig", "cache"},
		"slo.percentile": 0.999, "plan.strategy": "none", "plan.mean_batch": 350.0, "plan.accelerator": "1/s"}
	for text, want := range map[string]string{
		"{plan.replicas|count:replica}, {plan.instances|count:replica}": "1 replica, 3 replicas",
		"{plan.instances|count:entry,entries}":                          "3 entries",
		"{plan.optimizations|and}; {plan.optimizations|or}":             "int8, mig and cache; int8, mig or cache",
		"{slo.percentile|percentile}":                                   "p99.9",
		"{plan.strategy|strategy}":                                      "as today",
		"{plan.mean_batch|in:plan.accelerator}":                         "350/s",
		"{if plan.optimized}a{else}b{if plan.replicas}c{end}{end}d":     "bcd",
	} {
		if got, err := Say(text, facts); err != nil || got != want {
			t.Errorf("%s: %q, error %v", text, got, err)
		}
	}
}

// A rule of fleets and of other stages reads the facts of either, and those of the other are zero.
func TestAFleetIsAStage(t *testing.T) {
	both := fleetRule("both", "fleet.services > 1 || plan.replicas > 1", "stages: [check, fleet]", "evidence: [fleet.services, plan.replicas]")
	set := loadRules(t, both, fleetRule("settled", "fleet.services > 1"))
	for stage, facts := range map[fact.Stage]fact.Map{fact.Fleet: {"fleet.services": 2}, fact.Check: {"plan.replicas": 2}} {
		want := []string{"both", "settled"}
		if stage == fact.Check {
			want = want[:1]
		}
		fired := evaluated(t, set, stage, facts)
		if got := ids(fired); !slices.Equal(got, want) {
			t.Errorf("%s: %v, wanted %v", stage, got, want)
		}
		if n := len(fired[0].Evidence); n != 1 {
			t.Errorf("%s: %d pieces of evidence, wanted the one that is known there", stage, n)
		}
	}
}

// An id that a rule had may be that of another of other stages: it names both, that of today first.
func TestAFormerIDOfAnotherStage(t *testing.T) {
	today := fleetRule("lost", "fleet.services > 1")
	set := loadRules(t, fleetRule("spare", "plan.replicas > 0", "formerly: [lost]"), today)
	var named []string
	for _, r := range set.Named("lost") {
		named = append(named, r.ID)
	}
	if r, _ := set.Rule("lost"); r.ID != "lost" || !slices.Equal(named, []string{"lost", "spare"}) {
		t.Errorf("found %s of %v", r.ID, named)
	}
	if _, err := Load([]Source{fleetRule("spare", "plan.replicas > 0", "formerly: [lost]"), fleetRule("lost", "plan.replicas > 1")}, principles); err == nil {
		t.Error("two rules of one stage have one id")
	}
}

// fleetRule is a rule file whose message and evidence are of a fleet.
func fleetRule(id, when string, more ...string) Source {
	file := ruleFile(id, when, more...)
	if !strings.Contains(when, "plan.") {
		file.Text = []byte(strings.ReplaceAll(string(file.Text), "{plan.replicas}", "{fleet.services}"))
	}
	return file
}
