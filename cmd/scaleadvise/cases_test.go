package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestManifestCases checks each manifest of the corpus by itself: its first line says the exit
// code, and a pattern that the report must match, line breaks of its layout undone. None passes
// in silence.
func TestManifestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata/cases/k8s/*.yaml"))
	if err != nil || len(files) < 100 {
		t.Fatalf("%d cases, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(content), "\n")
			code, pattern, ok := strings.Cut(strings.TrimPrefix(first, "# want: "), "; ")
			if !ok {
				t.Fatalf("the first line is %q, not # want: CODE; PATTERN", first)
			}
			s := newStage()
			got := s.run("check", file)
			text := regexp.MustCompile(`\n[ |]+`).ReplaceAllString(s.out.String()+s.err.String(), " ")
			if strconv.Itoa(got) != code || !regexp.MustCompile("(?m)"+pattern).MatchString(text) {
				t.Errorf("exit code %d, want %s, and a report that matches %q:\n%s", got, code, pattern, text)
			}
			if strings.Contains(text, "No plans.") && !strings.Contains(text, "skipped") {
				t.Errorf("it passes in silence:\n%s", text)
			}
		})
	}
}
