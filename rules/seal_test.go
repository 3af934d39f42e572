package rules

import (
	"context"
	"flag"
	"io/fs"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"scaleadvise/advisor/rule"
)

var update = flag.Bool("update", false, "seal the catalogue anew")

// unsealed reads the catalogue as if there were no seal.
func unsealed(tb testing.TB) (catalogue, []byte) {
	tb.Helper()
	c, err := read(embedded, seal{})
	if err != nil {
		tb.Fatal(err)
	}
	text, err := fs.ReadFile(embedded, lessonFile)
	if err != nil {
		tb.Fatal(err)
	}
	return c, text
}

func TestSealIsOfTheseFiles(t *testing.T) {
	c, text := unsealed(t)
	if *update {
		fresh, err := sealed(c, text)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("catalogue.seal", fresh, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	const remedy = "run go generate ./rules"
	l, ok := ourSeal().lessonOf(text)
	if !ok {
		t.Fatalf("the lesson has changed since it was sealed; %s", remedy)
	}
	set, ok := rule.Unseal(ourSeal().Rules, c.sources, c.principles())
	if !ok {
		t.Fatalf("the rules or the facts have changed since they were sealed; %s", remedy)
	}
	loaded, err := rule.Load(c.sources, c.principles())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.lesson, l); diff != "" {
		t.Errorf("%s: -files +seal:\n%s", remedy, diff)
	}
	if diff := cmp.Diff(loaded.Rules(), set.Rules(), cmpopts.IgnoreUnexported(rule.Rule{})); diff != "" {
		t.Errorf("%s: -files +seal:\n%s", remedy, diff)
	}
	ctx := context.Background()
	if diff := cmp.Diff(loaded.Test(ctx), set.Test(ctx)); diff != "" {
		t.Errorf("%s: -files +seal:\n%s", remedy, diff)
	}
}

func TestASealOfOtherFilesIsPassedOver(t *testing.T) {
	_, text := unsealed(t)
	if _, ok := (seal{}).lessonOf(text); ok {
		t.Error("an empty seal is taken")
	}
	if _, ok := ourSeal().lessonOf(append(text, '\n')); ok {
		t.Error("a seal of another lesson is taken")
	}
}

// What the seal saves: the same without it.
func BenchmarkLoadUnsealed(b *testing.B) {
	n := 0
	for b.Loop() {
		c, err := read(embedded, seal{})
		if err != nil {
			b.Fatal(err)
		}
		set, err := rule.Load(c.sources, c.principles())
		if err != nil {
			b.Fatal(err)
		}
		n += len(set.Rules())
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rules/s")
}
