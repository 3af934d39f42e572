package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// unwanted are words that a manual does not use, or uses for something else.
var unwanted = regexp.MustCompile(`(?i)\b(nobody|so many|dearer|whoever|may not fail|none may fail|stops? to hold|forevery|somebody|excuses?|the crowd|of cases)\b|× too slow`)

// Texts for people are plain: those of the rules, and all that the program prints.
func TestTextsArePlain(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "rules", "*.yaml"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d rules, %v", len(files), err)
	}
	code := regexp.MustCompile(`(?m)^(when|evidence|fixtures):(.*\n)((  .*|)\n)*|[a-z_]+\.excuse\w*`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		plain(t, file, code.ReplaceAllString(string(text), ""))
	}
	for _, dir := range []string{"advisor", "cmd/scaleadvise"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				plainLiterals(t, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// plainLiterals looks at the strings of a Go file that are more than a name.
func plainLiterals(t *testing.T, path string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(strings.TrimSpace(text), " ") {
				plain(t, path, text)
			}
		}
		return true
	})
}

func plain(t *testing.T, path, text string) {
	t.Helper()
	if found := unwanted.FindString(text); found != "" {
		at := strings.Index(text, found)
		t.Errorf("%s: %q in %q", path, found, text[max(0, at-40):min(len(text), at+60)])
	}
}
