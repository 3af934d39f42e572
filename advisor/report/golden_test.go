package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares out with the file, or rewrites the file.
func golden(t *testing.T, name, out string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), out); d != "" {
		t.Errorf("%s (-want +got); run with -update where the change is meant:\n%s", name, d)
	}
}

// TestGolden keeps what people read for every sample, and what programs read for
// those that say something: YAML is held to JSON elsewhere.
func TestGolden(t *testing.T) {
	kept := map[string][]string{
		"table": nil, "markdown": nil, "json": {"typical", "infeasible"}, "yaml": {"typical"}, "csv": {"typical", "infeasible", "hostile"}, "html": {"growing"}, "plain": {"typical", "growing", "infeasible"},
	}
	extensions := map[string]string{"table": ".txt", "json": ".json", "yaml": ".yaml", "markdown": ".md", "csv": ".csv", "html": ".html", "plain": ".plain"}
	for _, s := range samples() {
		for _, f := range Formats() {
			if names := kept[f]; names != nil && !slices.Contains(names, s.name) {
				continue
			}
			t.Run(s.name+"/"+f, func(t *testing.T) {
				golden(t, s.name+extensions[f], render(t, f, s, Options{}))
			})
		}
	}
}

func TestGoldenTables(t *testing.T) {
	for name, o := range map[string]Options{
		"typical-40.txt":      {Width: 40},
		"typical-80.txt":      {Width: 80},
		"typical-200.txt":     {Width: 200},
		"typical-color.txt":   {Color: true},
		"typical-ascii.txt":   {ASCII: true},
		"typical-explain.txt": {Explain: true},
		"typical-all.txt":     {All: true},
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, render(t, "table", sample{advice: typical()}, o)) })
	}
}

func render(t *testing.T, format string, s sample, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, s.advice, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
