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

// unwanted reads the words that no text uses, each with what to write instead.
func unwanted(t *testing.T) (words []*regexp.Regexp, instead []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "testdata", "unwanted-words.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		word, better, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if strings.HasPrefix(word, "#") || word == "" {
			continue
		}
		if !ok {
			t.Fatalf("unwanted-words.txt: %q does not say what to write instead", word)
		}
		words, instead = append(words, regexp.MustCompile(`(?i)(^|[^\pL-])(`+word+`)($|[^\pL-])`)), append(instead, strings.TrimSpace(better))
	}
	return words, instead
}

// Texts for people are plain: those of the rules, the lesson, the quiz and the manual, and all that
// the program prints.
func TestTextsArePlain(t *testing.T) {
	check := plainWords(t)
	code := regexp.MustCompile(`(?m)^(when|error_when|evidence|fixtures):(.*\n)((  .*|)\n)*|[a-z_]+\.excuse\w*`)
	rules, err := filepath.Glob(filepath.Join(root, "rules", "*.yaml"))
	if err != nil || len(rules) < 50 {
		t.Fatalf("%d rules, %v", len(rules), err)
	}
	for _, file := range rules {
		check(file, code.ReplaceAllString(read(t, file), ""))
	}
	block := regexp.MustCompile("(?ms)^```.*?^```$|`[^`\n]*`")
	pages, err := filepath.Glob(filepath.Join(root, "cmd", "scaleadvise", "topics", "*.md"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d topics, %v", len(pages), err)
	}
	for _, file := range append(pages, filepath.Join(root, "README.md"), filepath.Join(root, "rules", "README.md")) {
		check(file, block.ReplaceAllString(read(t, file), ""))
	}
	for _, dir := range []string{"advisor", "cmd/scaleadvise"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				plainLiterals(t, path, check)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// plainWords returns a check of one text.
func plainWords(t *testing.T) func(path, text string) {
	words, instead := unwanted(t)
	return func(path, text string) {
		t.Helper()
		text = strings.Join(strings.Fields(text), " ")
		for i, word := range words {
			if at := word.FindStringIndex(text); at != nil {
				t.Errorf("%s: %q; write %s: …%s…", path, word.FindString(text), instead[i], text[max(0, at[0]-40):min(len(text), at[1]+40)])
			}
		}
	}
}

// plainLiterals looks at the strings of a Go file that are more than a name.
func plainLiterals(t *testing.T, path string, check func(path, text string)) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil && strings.Contains(strings.TrimSpace(text), " ") {
				check(path, text)
			}
		}
		return true
	})
}
