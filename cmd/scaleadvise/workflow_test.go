package main

import (
	"os"
	"os/exec"
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
	for _, name := range []string{".github/actions/check/action.yml", ".github/workflows/check.yml", ".pre-commit-hooks.yaml"} {
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
		for _, used := range regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(text, -1) {
			if !regexp.MustCompile(`^\./|@[0-9a-f]{40}$`).MatchString(used[1]) {
				t.Errorf("%s: %s may be changed by others: pin it by its commit", name, used[1])
			}
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

// actionSteps are the scripts of the action, in their order.
func actionSteps(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".github/actions/check/action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var action struct {
		Runs struct {
			Steps []struct{ Run, Uses string }
		}
	}
	if err := yaml.Unmarshal(text, &action); err != nil {
		t.Fatal(err)
	}
	var scripts []string
	for _, s := range action.Runs.Steps {
		if s.Uses != "" {
			t.Errorf("the action runs %s, which others may change: pin it by its commit, or do without", s.Uses)
		}
		scripts = append(scripts, s.Run)
	}
	if len(scripts) != 3 {
		t.Fatalf("the action has %d steps", len(scripts))
	}
	return scripts
}

// The action decides before it writes its comment; a token that may not write fails nothing,
// and the comment to renew is one of its own.
func TestAction(t *testing.T) {
	steps := actionSteps(t)
	folder := t.TempDir()
	write := func(name, script string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("scaleadvise", `echo "$@" >> "$RUNNER_TEMP/asked"; while [ $# -gt 0 ]; do [ "$1" = --output-file ] && echo judged > "$2"; shift; done; exit 1`)
	render := ""
	run := func(script string) (string, error) {
		c := exec.Command("bash", "-eo", "pipefail", "-c", script)
		c.Env = append(os.Environ(), "PATH="+folder+":"+os.Getenv("PATH"), "RUNNER_TEMP="+folder, "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary"),
			"GITHUB_BASE_REF=main", "GITHUB_REPOSITORY=a/b", "NUMBER=7", "PATHS=plans/*.yaml -x", "FLAGS=--strict", "RENDER="+render)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	content := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(folder, name))
		return string(text)
	}
	if out, err := run(steps[1]); err == nil {
		t.Errorf("the step that decides passed what fails: %s", out)
	}
	if got, want := content("asked"), "check --strict --compare-to origin/main -o github -- plans/*.yaml -x\n"; got != want {
		t.Errorf("it asked %q, want %q", got, want)
	}
	write("gh", `echo "gh: Resource not accessible by integration" >&2; exit 1`)
	if out, err := run(steps[2]); err != nil || content("summary") != "judged\n" {
		t.Errorf("without a token that may write: %v, summary %q: %s", err, content("summary"), out)
	}
	write("gh", `echo "$@" >> "$RUNNER_TEMP/calls"; case "$*" in *--jq*) printf '11\n12\n';; esac`)
	if out, err := run(steps[2]); err != nil || !strings.Contains(content("calls"), "-X PATCH repos/a/b/issues/comments/11 ") || !strings.Contains(content("calls"), `.user.login == "github-actions[bot]"`) {
		t.Errorf("%v: gh was asked %q: %s", err, content("calls"), out)
	}

	// Rendered manifests are compared with what the same command prints in a checkout of the base.
	render = "cat manifests.yaml"
	write("manifests.yaml", "now")
	write("git", `mkdir -p "$RUNNER_TEMP/scaleadvise-base"; echo before > "$RUNNER_TEMP/scaleadvise-base/manifests.yaml"`)
	write("scaleadvise", `echo "$@" > "$RUNNER_TEMP/asked"; cat >> "$RUNNER_TEMP/asked"`)
	if out, err := run("cd " + folder + "; " + steps[1]); err != nil || content("scaleadvise-before.yaml") != "before\n" {
		t.Errorf("rendered: %v, before %q: %s", err, content("scaleadvise-before.yaml"), out)
	}
	if got, want := content("asked"), "check --strict --compare-to "+folder+"/scaleadvise-before.yaml -o github -- -\n#!/bin/sh\nnow"; got != want {
		t.Errorf("it asked %q, want %q", got, want)
	}
}
