package rule

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"scaleadvise/advisor/fact"
)

// Whatever a file holds, it is loaded or refused with places that exist, and what is loaded
// can be run.
func FuzzLoad(f *testing.F) {
	for _, file := range goodFiles(f) {
		f.Add(bytes.ReplaceAll(file.Text, []byte("id: "+fileID(file.Name)), []byte("id: x")))
	}
	archives, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range archives {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(txtar.Parse(text).Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		set, err := Load([]Source{{"x.yaml", text}}, principles)
		if (err == nil) != (set != nil) {
			t.Fatalf("set %v, error %v", set, err)
		}
		if err != nil {
			checkProblems(t, text, err)
			return
		}
		for _, result := range set.Test(context.Background()) {
			_ = result.String()
		}
		if _, ok := unsealOf(t, text); !ok {
			t.Error("a loaded rule cannot be sealed and unsealed")
		}
	})
}

func unsealOf(t *testing.T, text []byte) (*Set, bool) {
	files := []Source{{"x.yaml", text}}
	seal, err := Seal(files, principles)
	if err != nil {
		t.Fatal(err)
	}
	return Unseal(seal, files, principles)
}

func checkProblems(t *testing.T, text []byte, err error) {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("not a list of problems: %v", err)
	}
	lines := splitLines(text)
	for _, one := range joined.Unwrap() {
		var p *Problem
		if !errors.As(one, &p) {
			t.Fatalf("not a problem: %v", one)
		}
		if p.Line < 0 || p.Line > len(lines)+1 || (p.Line > 0) != (p.Column > 0) {
			t.Errorf("%v: the file has %d lines", p, len(lines))
		}
		if !utf8.ValidString(p.Error()) || bytes.ContainsAny([]byte(p.Error()), "\n\x00") {
			t.Errorf("not one line of text: %q", p)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	files := goodFiles(b)
	for b.Loop() {
		if _, err := Load(files, principles); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(files))/b.Elapsed().Seconds(), "rules/s")
}

func BenchmarkCompile(b *testing.B) {
	rules := loadGood(b).Rules()
	for b.Loop() {
		for _, r := range rules {
			if _, faults := compile(r.When, r.condition.names); len(faults) > 0 {
				b.Fatal(faults)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(rules))/b.Elapsed().Seconds(), "rules/s")
}

// All rules stay silent, as most rules do most of the time.
func BenchmarkEvaluate(b *testing.B) {
	set := loadGood(b)
	facts := fact.Map{"plan.replicas": 3, "plan.utilization": 0.7, "demand.plan_qps": 5000.0, "strongest.known": true,
		"strongest.plain_qps": 9000.0, "plan.cost_usd_per_month": 700.0}
	for b.Loop() {
		if fired, err := set.Evaluate(context.Background(), fact.Advise, facts); err != nil || len(fired) > 0 {
			b.Fatal(ids(fired), err)
		}
	}
	b.ReportMetric(float64(b.N*len(set.Rules()))/b.Elapsed().Seconds(), "rules/s")
}
