package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestWorkflows: the examples of workflows, the action and the hook are valid YAML and use
// flags that there are.
func TestWorkflows(t *testing.T) {
	texts := map[string]string{}
	for _, name := range []string{".github/actions/check/action.yml", ".pre-commit-hooks.yaml"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	page, err := os.ReadFile(filepath.Join("topics", "check-ci.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	for _, b := range blocks {
		texts["check-ci.md: "+strings.SplitN(b[1], "\n", 2)[0]] = b[1]
	}
	if len(blocks) < 3 {
		t.Errorf("check-ci.md has %d YAML blocks: where are the workflow, the job and the hook?", len(blocks))
	}
	for name, text := range texts {
		var document any
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, flag := range unknownFlags(text) {
			t.Errorf("%s: check has no flag %s", name, flag)
		}
	}
}

// unknownFlags are flags that stand behind "scaleadvise check" and that it does not have.
func unknownFlags(text string) (unknown []string) {
	known := map[string]bool{"-o": true}
	for _, o := range checkCommand().options() {
		known["--"+o.name] = true
	}
	for _, l := range strings.Split(text, "\n") {
		_, call, found := strings.Cut(l, "scaleadvise check ")
		if !found {
			continue
		}
		for _, flag := range regexp.MustCompile(`(^|[ :+])(--?[a-z][a-z-]*)`).FindAllStringSubmatch(call, -1) {
			if !known[flag[2]] {
				unknown = append(unknown, flag[2])
			}
		}
	}
	return unknown
}
