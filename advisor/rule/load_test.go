package rule

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted errors")

var principles = []string{"growth-patterns", "redundancy", "vertical-limit"}

// loadGood loads the sound rules of the corpus.
func loadGood(tb testing.TB) *Set {
	tb.Helper()
	set, err := Load(goodFiles(tb), principles)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

func goodFiles(tb testing.TB) []Source {
	tb.Helper()
	paths, err := filepath.Glob("testdata/good/*.yaml")
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no sound rules: %v", err)
	}
	var files []Source
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, Source{filepath.Base(path), text})
	}
	return files
}

// Each archive under testdata/bad has the files of one load and the error that it must give.
func TestBad(t *testing.T) {
	paths, err := filepath.Glob("testdata/bad/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no bad rules: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { checkBad(t, path) })
	}
}

func checkBad(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var files []Source
	var want *txtar.File
	for i, f := range archive.Files {
		if f.Name == "want" {
			want = &archive.Files[i]
			continue
		}
		files = append(files, Source{f.Name, f.Data})
	}
	set, err := Load(files, principles)
	if err == nil || set != nil {
		t.Fatalf("loaded, but must be refused: %v", set)
	}
	got := err.Error() + "\n"
	if *update {
		want.Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(want.Data), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, line := range strings.Split(strings.TrimSpace(got), "\n") {
		if !strings.HasPrefix(line, files[0].Name+":") && !strings.HasPrefix(line, files[len(files)-1].Name+":") {
			t.Errorf("a problem does not begin with its file: %s", line)
		}
		if bytes.ContainsAny([]byte(line), "\x1b") || len(line) > 400 {
			t.Errorf("a problem is too long or not plain text: %q", line)
		}
	}
}
