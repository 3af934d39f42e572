package listing

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// awkward is a listing with everything that breaks a format.
func awkward() Listing {
	return Listing{Schema: "urn:scaleadvise:test:v1", Name: "rows", Columns: []Column{
		{"name", "name"}, {"rate_per_s", "rate"}, {"hidden", ""}, {"words", "words"},
	}, Rows: [][]any{
		{"a|b<script>", 1234.5, nil, []string{"x", "y"}},
		{"two\nlines, \"quoted\"", 7.0, "seen", []string{}},
		{"yes", nil, true, []string{"- z"}},
	}}
}

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestListingJSONAndYAMLAgree(t *testing.T) {
	var fromJSON, fromYAML any
	if err := json.Unmarshal([]byte(render(t, awkward().writeJSON)), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(render(t, awkward().writeYAML)), &fromYAML); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"schema": "urn:scaleadvise:test:v1", "rows": []any{
		map[string]any{"name": "a|b<script>", "rate_per_s": 1234.5, "hidden": nil, "words": []any{"x", "y"}},
		map[string]any{"name": "two\nlines, \"quoted\"", "rate_per_s": 7.0, "hidden": "seen", "words": []any{}},
		map[string]any{"name": "yes", "rate_per_s": nil, "hidden": true, "words": []any{"- z"}},
	}}
	if diff := cmp.Diff(want, fromJSON); diff != "" {
		t.Error("JSON", diff)
	}
	normal, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	fromYAML = nil
	json.Unmarshal(normal, &fromYAML)
	if diff := cmp.Diff(want, fromYAML); diff != "" {
		t.Error("YAML", diff)
	}
}

func TestListingCSV(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(render(t, awkward().writeCSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"name", "rate_per_s", "hidden", "words"},
		{"a|b<script>", "1234.5", "", "x, y"},
		{"two\nlines, \"quoted\"", "7", "seen", ""},
		{"yes", "", "true", "- z"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestListingMarkdown(t *testing.T) {
	want := "| name | rate | words |\n|---|---|---|\n" +
		`| a\|b\<script\> | 1234.5 | x, y |` + "\n" +
		"| two lines, \"quoted\" | 7 |  |\n| yes |  | - z |\n"
	if diff := cmp.Diff(want, render(t, awkward().writeMarkdown)); diff != "" {
		t.Error(diff)
	}
}

// TestMarkdownCallsNoOne: rows of a folder that others wrote neither mention nor link.
func TestMarkdownCallsNoOne(t *testing.T) {
	l := Listing{Columns: []Column{{"name", "name"}}, Rows: [][]any{{"@everyone https://x.io #1 [a](b)"}}}
	want := "| name |\n|---|\n| @<!-- -->everyone https:<!-- -->//x.io \\#<!-- -->1 \\[a\\](b) |\n"
	if diff := cmp.Diff(want, render(t, l.writeMarkdown)); diff != "" {
		t.Error(diff)
	}
}

func TestListingTable(t *testing.T) {
	l := Listing{Columns: []Column{{"name", "name"}, {"n", "n"}, {"note", "note"}}, Rows: [][]any{
		{"one", 1, "short"}, {"twelve", 1200, "a note that is far too long"},
	}}
	got := render(t, func(w io.Writer) error { return l.writeTable(w, 24) })
	want := "name       n  note\none        1  short\ntwelve  1200  a note th…\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got = render(t, func(w io.Writer) error { return awkward().writeTable(w, 26) })
	want = "name           rate  words\na|b<script>    1234  x, y\ntwo lines, \"…     7\nyes                  - z\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWrap(t *testing.T) {
	got := wrap("the quick  brown\nfox extraordinarily", 10)
	if diff := cmp.Diff([]string{"the quick", "brown fox", "extraordinarily"}, got); diff != "" {
		t.Error(diff)
	}
}
