package rule

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"scaleadvise/advisor/fact"
)

func TestSealGivesWhatLoadGives(t *testing.T) {
	files := goodFiles(t)
	seal, err := Seal(files, principles)
	if err != nil {
		t.Fatal(err)
	}
	loaded := loadGood(t)
	unsealed, ok := Unseal(seal, files, principles)
	if !ok {
		t.Fatal("the seal is declined")
	}
	if diff := cmp.Diff(loaded.Rules(), unsealed.Rules(), cmpopts.IgnoreUnexported(Rule{})); diff != "" {
		t.Errorf("-loaded +unsealed:\n%s", diff)
	}
	if diff := cmp.Diff(loaded.Test(context.Background()), unsealed.Test(context.Background())); diff != "" {
		t.Errorf("-loaded +unsealed:\n%s", diff)
	}
	for i, r := range unsealed.Rules() {
		if !slices.Equal(r.Reads(), loaded.Rules()[i].Reads()) {
			t.Errorf("%s reads %v", r.ID, r.Reads())
		}
	}
	facts := fact.Map{"strongest.known": true, "strongest.plain_qps": 3000.0, "demand.plan_qps": 5000.0}
	want, _ := loaded.Evaluate(context.Background(), fact.Advise, facts)
	got, err := unsealed.Evaluate(context.Background(), fact.Advise, facts)
	if err != nil || len(got) != 1 {
		t.Fatalf("fired %v, error %v", ids(got), err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Rule{})); diff != "" {
		t.Errorf("-loaded +unsealed:\n%s", diff)
	}
}

func TestSealIsDeclined(t *testing.T) {
	files := goodFiles(t)
	seal, err := Seal(files, principles)
	if err != nil {
		t.Fatal(err)
	}
	changed := slices.Clone(files)
	changed[1].Text = append(bytes.Clone(changed[1].Text), '\n')
	renamed := slices.Clone(files)
	renamed[0].Name = "other.yaml"
	tests := []struct {
		name       string
		seal       []byte
		files      []Source
		principles []string
	}{
		{"a file changed", seal, changed, principles},
		{"a file was renamed", seal, renamed, principles},
		{"a file is missing", seal, files[1:], principles},
		{"another order", seal, []Source{files[1], files[0], files[2]}, principles},
		{"other principles", seal, files, principles[1:]},
		{"nothing", nil, files, principles},
		{"cut off", seal[:len(seal)/2], files, principles},
		{"not a seal", []byte("id: x"), files, principles},
	}
	for _, tt := range tests {
		if _, ok := Unseal(tt.seal, tt.files, tt.principles); ok {
			t.Errorf("%s: the seal is taken", tt.name)
		}
	}
}

func TestBadRulesAreNotSealed(t *testing.T) {
	if _, err := Seal([]Source{ruleFile("x", "plan.replica > 1")}, principles); err == nil {
		t.Error("sealed")
	}
}
