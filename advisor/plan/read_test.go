package plan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

func read(t *testing.T, text string) []Document {
	t.Helper()
	docs, err := Read(context.Background(), strings.NewReader(text), "plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

const full = `version: 1
name: checkout
workload:
  model: {id: mine-v2, name: mine, kind: encoder, params: 7B, gflops: 8.2, memory: 40GiB}
  qps: 800..1200
slo: {p99: 100ms}
limits:
  cloud:
    - aws
    - gcp
measured: {batch_time: {1: 9ms, 16: 85ms}}
ignore:
  - {rule: single-zone, reason: "dev only", until: 2027-03-01}
---
version: 1
deploy: {gpu: a10}
`

func TestReadKnowsWhereEverythingStands(t *testing.T) {
	docs := read(t, full)
	if len(docs) != 2 || docs[0].Name != "checkout" || docs[0].Line != 1 || docs[1].Line != 15 {
		t.Fatalf("got %d documents: %+v", len(docs), docs)
	}
	for name, want := range map[string]origin.Origin{
		"qps":        {Name: "workload.qps", Line: 5, Column: 8},
		"p99":        {Name: "slo.p99", Line: 6, Column: 12},
		"cloud":      {Name: "limits.cloud", Line: 9, Column: 7},
		"batch_time": {Name: "measured.batch_time", Line: 11, Column: 25},
		"model":      {Name: "workload.model", Line: 4, Column: 10},
	} {
		want.Kind, want.File = origin.Plan, "plan.yaml"
		if got := docs[0].Traits[name].Origin; got != want {
			t.Errorf("%s comes from %+v, want %+v", name, got, want)
		}
	}
	if got := docs[1].Traits["gpu"]; got.Text != "a10" || got.Origin.Line != 16 || docs[1].Facts != nil {
		t.Errorf("the second plan has %+v", got)
	}
}

func TestReadKeepsValues(t *testing.T) {
	doc := read(t, full)[0]
	if got := doc.Traits["qps"].Interval; got != (unit.Interval{Mid: 1000, Low: 800, High: 1200}) {
		t.Errorf("qps is %v", got)
	}
	if got := doc.Traits["cloud"].Words; len(got) != 2 || got[1] != "gcp" {
		t.Errorf("clouds are %q", got)
	}
	if got := doc.Traits["batch_time"].Points; len(got) != 2 || got[1] != (workload.Point{Batch: 16, Seconds: 0.085}) {
		t.Errorf("batch times are %v", got)
	}
	want := workload.ModelFacts{Name: "mine", Kind: "encoder", Params: 7e9, GFLOPs: 8.2, Memory: 40 << 30, Origin: doc.Traits["model"].Origin}
	if *doc.Facts != want || doc.Traits["model"].Text != "mine-v2" {
		t.Errorf("facts are %+v of %q", doc.Facts, doc.Traits["model"].Text)
	}
	i := doc.Ignores[0]
	if i.Rule != "single-zone" || i.Reason != "dev only" || !i.Until.Equal(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)) || i.Origin.Line != 13 {
		t.Errorf("ignores %+v", i)
	}
}

func TestModelNamedByIDAlone(t *testing.T) {
	doc := read(t, "version: 1\nworkload: {model: {id: bert-large, memory: 2GiB}}\n")[0]
	if doc.Facts.Name != "bert-large" || doc.Traits["model"].Text != "bert-large" {
		t.Errorf("got %+v and %+v", doc.Facts, doc.Traits["model"])
	}
}

func TestReadAcceptsWindowsFiles(t *testing.T) {
	doc := read(t, "\ufeffversion: 1\r\nworkload:\r\n  qps: 5\r\n")[0]
	if v := doc.Traits["qps"]; v.Interval != unit.Exact(5) || v.Origin.Line != 3 || v.Origin.Column != 8 {
		t.Errorf("got %+v", v)
	}
}

func TestReadRefusesWhatIsNoText(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"empty":       {"", "p.yaml: empty; a plan starts with"},
		"blank":       {" \n\t\n", "p.yaml: empty"},
		"mark only":   {"\ufeff", "p.yaml: empty"},
		"binary":      {"version: 1\x00", "p.yaml: binary; expected a plan in YAML"},
		"UTF-16":      {"\xff\xfev\x00e\x00", "p.yaml: UTF-16; save the plan as UTF-8 text"},
		"not UTF-8":   {"version: 1\nname: \xe9t\xe9\n", "p.yaml:2:7: not UTF-8"},
		"control":     {"version: 1\nname: a\x07b\n", "p.yaml"},
		"deep flow":   {"version: 1\na: " + strings.Repeat("[", 5000), "nested deeper than 16 levels"},
		"deep block":  {"version: 1\na:\n" + deepBlock(500), "nested deeper than 16 levels"},
		"tab":         {"version: 1\nslo:\n\tp99: 1s\n", "indent with spaces, not tabs"},
		"many plans":  {strings.Repeat("---\nversion: 1\n", 101), "p.yaml:201:1: more than 100 plans in one file"},
		"many faults": {"version: 1\n" + numbered("k%d: 1\n", 500), "and 480 more errors"},
	} {
		docs, err := Read(context.Background(), strings.NewReader(c.content), "p.yaml")
		var faults Errors
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &faults) || docs != nil {
			t.Errorf("%s: %v, %v, want %q", name, docs, err, c.want)
		}
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func deepBlock(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// counting is an endless reader that counts what was taken from it.
type counting struct{ taken int }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '#'
	}
	c.taken += len(p)
	return len(p), nil
}

func TestReadIsBounded(t *testing.T) {
	endless := &counting{}
	if _, err := Read(context.Background(), endless, "p.yaml"); err == nil || err.Error() != "p.yaml: larger than 4 MiB; a plan is a short text" {
		t.Errorf("got %v", err)
	}
	if endless.taken > 3*maxBytes {
		t.Errorf("%d bytes were read", endless.taken)
	}
}

func TestReadPassesOnAFailingReader(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := Read(context.Background(), io.MultiReader(strings.NewReader("version: 1\n"), iotest.ErrReader(broken)), "p.yaml")
	if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "p.yaml: cannot be read") {
		t.Errorf("got %v", err)
	}
}

// A small file must not become large through aliases: nested lists of aliases are
// never expanded, and a list of aliases of one long mapping is cut off.
func TestAliasBombs(t *testing.T) {
	laughs := "version: 1\nx0: &x0 [a]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("x%d: &x%d [*x%d, *x%d, *x%d, *x%d]\n", i, i, i-1, i-1, i-1, i-1)
	}
	laughs += "limits: {cloud: *x29}\n"
	if _, err := Read(context.Background(), strings.NewReader(laughs), "p.yaml"); err == nil || !strings.Contains(err.Error(), "unknown key x0") {
		t.Errorf("billion laughs: %v", err)
	}
	wide := "version: 1\nname: &n [" + strings.Repeat("a, ", 1000) + "]\nignore:\n- &m {" + numbered("until: &u%d 2027-03-01, ", 1) + "rule: a, reason: b}\n" + strings.Repeat("- *m\n", 15000)
	if _, err := Read(context.Background(), strings.NewReader(wide), "p.yaml"); err == nil || !strings.Contains(err.Error(), "more than 20000 entries") {
		t.Errorf("many aliases: %v", err)
	}
}

func TestErrorsUnwrapToTheQuantity(t *testing.T) {
	_, err := Read(context.Background(), strings.NewReader("version: 1\nslo: {p99: 100}\n"), "p.yaml")
	var fault *Error
	var quantity *unit.Error
	if !errors.As(err, &fault) || fault.Line != 2 || fault.Column != 12 || !errors.As(err, &quantity) || quantity.Text != "100" {
		t.Errorf("got %#v", err)
	}
}

// FuzzRead: no content panics; an error is an Errors with places within the file;
// what is read resolves or is refused, and never both.
func FuzzRead(f *testing.F) {
	f.Add(full)
	for _, s := range []string{"version: 1", "a: &x {<<: *x}", "? [a]\n: b", "version: 1\nworkload: &w\n  data: *w\n", "%YAML 1.1\n---\nversion: 1\n",
		"version: 1\nmeasured: {batch_time: {1: 9ms}, elsewhere: [\"t4:1/s\"]}", "- - - -", "\ufeff", "version: 1\nname: \"\\x1b\"", "!!binary x", "--- |\n x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		docs, err := Read(context.Background(), strings.NewReader(text), "p.yaml")
		var faults Errors
		switch {
		case err == nil && len(docs) == 0:
			t.Fatal("neither a plan nor an error")
		case err != nil && (docs != nil || !errors.As(err, &faults) || len(faults) == 0):
			t.Fatalf("error %#v beside %d plans", err, len(docs))
		}
		for _, fault := range faults {
			if fault.Line < 0 || fault.Line > strings.Count(text, "\n")+strings.Count(text, "\r")+2 || fault.Message == "" {
				t.Fatalf("fault %+v", fault)
			}
		}
		for _, doc := range docs {
			if w, err := workload.Resolve(doc.Traits, doc.Facts, doc.Name); (w == nil) == (err == nil) {
				t.Fatalf("workload %v and error %v", w, err)
			}
		}
	})
}
