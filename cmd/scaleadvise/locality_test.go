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
	"scaleadvise/advisor/fact"
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
		"advisor/plan/manifest_pod.go", // KServe's words for them
		"advisor/export/launch.go",     // how each is started
		"advisor/export/group.go",      // and over several machines
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

// literal is the text of a string in a program, "" for anything else.
func literal(n ast.Node) string {
	text, ok := n.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return ""
	}
	word, _ := strconv.Unquote(text.Value)
	return word
}

// TestAFactTouchesOneFile: its row, which holds its accessor, so that a rule with a new fact touches two.
func TestAFactTouchesOneFile(t *testing.T) {
	others := []string{
		"advisor/explain/explain.go",        // words that people ask for quantities by
		"advisor/workload/spec.go",          // keys of plans that are spelled alike
		"advisor/facts.go",                  // where a scaler's numbers were declared
		"advisor/check_serving.go",          // likewise
		"cmd/scaleadvise/check_settings.go", // the id of a rule
	}
	rows := map[string][]string{}
	for _, f := range fact.All() {
		rows[f.Name] = nil
	}
	touched(t, 1, func(file string, n ast.Node) string {
		name := literal(n)
		if call, ok := n.(*ast.CallExpr); ok && strings.HasPrefix(file, "advisor/fact/") && len(call.Args) > 3 {
			name = literal(call.Args[0])
		} else if strings.HasPrefix(file, "advisor/fact/") || slices.Contains(others, file) {
			return ""
		}
		if files, ok := rows[name]; ok && !slices.Contains(files, file) {
			rows[name] = append(files, file)
		}
		return ""
	})
	written := 0
	for name, files := range rows {
		if written += len(files); len(files) > 1 || len(files) == 1 && !strings.HasPrefix(files[0], "advisor/fact/") {
			t.Errorf("%s is named in %v", name, files)
		}
	}
	if written < 200 {
		t.Fatalf("%d rows of facts were found", written)
	}
}

// TestAnOutputFormatTouchesTwoFiles: its writer, and the list of formats.
func TestAnOutputFormatTouchesTwoFiles(t *testing.T) {
	const list = "advisor/report/report.go"
	var writers []string
	ast.Inspect(parse(t, filepath.Join(root, list)), func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && v.Names[0].Name == "formats" {
			ast.Inspect(v.Values[0], func(n ast.Node) bool {
				if row, ok := n.(*ast.CompositeLit); ok && len(row.Elts) == 2 {
					if w, ok := row.Elts[1].(*ast.Ident); ok {
						writers = append(writers, w.Name)
					}
				}
				return true
			})
		}
		return true
	})
	if len(writers) < 4 {
		t.Fatalf("writers of formats: %v", writers)
	}
	for _, writer := range writers {
		got := touched(t, 1, func(file string, n ast.Node) string {
			if i, ok := n.(*ast.Ident); ok && i.Name == writer && strings.HasPrefix(file, "advisor/report/") {
				return writer
			}
			return ""
		})
		if len(got) > 2 || !slices.Contains(got, list) {
			t.Errorf("%s is named in %v", writer, got)
		}
	}
}
