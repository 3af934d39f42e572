package main

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"scaleadvise/advisor/engine"
)

// touched are the files that name several of the kinds of a thing, and so are touched where another
// kind is added.
func touched(t *testing.T, several int, kind func(file string, n ast.Node) string) []string {
	t.Helper()
	var files []string
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			file, named := p.folder()+"/"+name, map[string]bool{}
			ast.Inspect(parse(t, filepath.Join(p.Dir, name)), func(n ast.Node) bool {
				if k := kind(file, n); k != "" {
					named[k] = true
				}
				return true
			})
			if len(named) >= several {
				files = append(files, file)
			}
		}
	}
	slices.Sort(files)
	return files
}

// TestAStrategyTouchesFourFiles: those that the map of the house names. A file that names most of the
// strategies holds a list of them.
func TestAStrategyTouchesFourFiles(t *testing.T) {
	strategies := []string{"None", "Vertical", "Horizontal", "Combined"}
	got := touched(t, 3, func(file string, n ast.Node) string {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "candidate" && slices.Contains(strategies, n.Sel.Name) {
				return n.Sel.Name
			}
		case *ast.Ident:
			if strings.HasPrefix(file, "advisor/candidate/") && slices.Contains(strategies, n.Name) {
				return n.Name
			}
		}
		return ""
	})
	page, err := os.ReadFile(filepath.Join(root, "advisor/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 || len(got) > 4 {
		t.Errorf("the strategies are listed in %v", got)
	}
	_, row, _ := strings.Cut(string(page), "| a strategy |")
	row, _, _ = strings.Cut(row, "\n")
	for _, file := range got {
		if !strings.Contains(row, "`"+file+"`") {
			t.Errorf("%s lists the strategies, and the map of the house does not say so", file)
		}
	}
}

// TestAnEngineTouchesOneFile: its row. How servers are started, which tells the engine of a manifest,
// is a table of its own.
func TestAnEngineTouchesOneFile(t *testing.T) {
	names := engine.Names()
	if len(names) < 3 {
		t.Fatalf("engines: %v", names)
	}
	got := touched(t, 2, func(file string, n ast.Node) string {
		text, ok := n.(*ast.BasicLit)
		if !ok || text.Kind != token.STRING || strings.HasPrefix(file, "cmd/") {
			return ""
		}
		word, _ := strconv.Unquote(text.Value)
		if slices.Contains(names, word) {
			return word
		}
		return ""
	})
	want := []string{
		"advisor/engine/table.go", "advisor/launch/dialect.go",
		"advisor/check_fit.go",         // how servers of manifests divide memory
		"advisor/plan/manifest_pod.go", // KServe's words for them
		"advisor/export/launch.go",     // how each is started
		"advisor/export/query.go",      // their metrics in alerts
	}
	for _, file := range got {
		if !slices.Contains(want, file) {
			t.Errorf("%s lists engines by name", file)
		}
	}
	if !slices.Contains(got, want[0]) {
		t.Errorf("the engines are listed in %v", got)
	}
}
