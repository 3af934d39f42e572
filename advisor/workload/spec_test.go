package workload

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// The table derives flags, variables, keys and documentation, so it has to be whole.
func TestTheTableIsWhole(t *testing.T) {
	name := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	flags, keys := map[string]bool{}, map[string]bool{}
	for _, s := range Specs() {
		switch {
		case !name.MatchString(s.Name), s.Flag != strings.ReplaceAll(strings.TrimSuffix(s.Name, "_s"), "_", "-"):
			t.Errorf("%s: the flag %q is not the name with dashes", s.Name, s.Flag)
		case flags[s.Flag], keys[s.PlanKey], keys[s.OldKey]:
			t.Errorf("%s: the flag or the plan key is taken", s.Name)
		case s.Kind == 0, s.Group == "", s.Doc == "", s.Example == "", strings.HasSuffix(s.Doc, "."):
			t.Errorf("%s: the row is not complete: %+v", s.Name, s)
		case !slices.IsSorted(s.Words):
			t.Errorf("%s: the words are not sorted", s.Name)
		case s.Repeat != (s.Kind == unit.List):
			t.Errorf("%s: lists, and only lists, may be repeated", s.Name)
		}
		flags[s.Flag], keys[s.PlanKey] = true, true
		if s.OldKey != "" {
			keys[s.OldKey] = true
		}
	}
}

// No plan key may be the start of another: a value cannot be a section as well.
func TestNoPlanKeyIsASection(t *testing.T) {
	for _, a := range Specs() {
		for _, b := range Specs() {
			if strings.HasPrefix(b.PlanKey, a.PlanKey+".") {
				t.Errorf("%s is a value and the section of %s", a.PlanKey, b.PlanKey)
			}
		}
	}
}

func TestEveryExampleIsRead(t *testing.T) {
	for _, s := range Specs() {
		into := Set{}
		if err := ParseSet(s.Name, s.Example, origin.Origin{Kind: origin.Flag, Name: "--" + s.Flag}, into); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if v := into[s.Name]; v.Text != s.Example || v.Origin.Name != "--"+s.Flag {
			t.Errorf("%s: read as %+v", s.Name, v)
		}
	}
}

func TestEnvName(t *testing.T) {
	s, ok := Lookup("peak_to_mean")
	if !ok || EnvName(s) != "SCALEADVISE_PEAK_TO_MEAN" {
		t.Errorf("got %q", EnvName(s))
	}
	if _, ok := Lookup("peak-to-mean"); ok {
		t.Error("the flag is not the name")
	}
}

func TestModelKindsAreSorted(t *testing.T) {
	if !slices.IsSorted(ModelKinds()) {
		t.Error("the kinds are not sorted")
	}
}
