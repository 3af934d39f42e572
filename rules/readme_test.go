package rules

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The list of rules in README.md is made from the files.
func TestReadmeListsTheRules(t *testing.T) {
	content, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const head = "|---|---|---|---|\n"
	before, shown, found := strings.Cut(string(content), head)
	if !found {
		t.Fatal("README.md has no table of rules")
	}
	var list strings.Builder
	for _, r := range load(t).Rules() {
		fmt.Fprintf(&list, "| [%s](%s.yaml) | %s | %s | %s |\n", r.ID, r.ID, r.Stages, r.Severity, r.Title)
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(before+head+list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if shown != list.String() {
		t.Error("the list of rules in README.md is stale: run go generate ./rules")
	}
}
