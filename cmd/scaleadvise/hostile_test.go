package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"scaleadvise/advisor/report"
)

// steeringAnywhere are the colors that reports write.
var steeringAnywhere = regexp.MustCompile(`\r?\x1b\[[0-9;]*[mK]`)

// hostile is what a name may hold that others chose.
const hostile = "a\x1b[31mred\x1b]0;title\x07 \u202eback\u2066 ::error::x ##[error]y @everyone https://x.io <script>"

// TestHostileNames: whatever stands in a plan, a file or a flag, no output in any format steers a
// terminal, gives a workflow commands, or calls somebody by name.
func TestHostileNames(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, strings.ReplaceAll(hostile, "/", "_")+".yaml")
	quoted := strings.NewReplacer("\x1b", `\e`, "\x07", `\a`).Replace(hostile)
	plan := "version: 1\nname: \"" + quoted + "\"\nworkload: {qps: 5000}\ndeploy: {gpu: a10, replicas: 1}\n---\nversion: 1\nname: \"" + quoted + "\"\nworkload: {qps: 50, modle: \"" + quoted + "\"}\n"
	single := filepath.Join(dir, "single.yaml")
	trace := filepath.Join(dir, "trace.csv")
	for file, text := range map[string]string{name: plan, single: strings.Split(plan, "---\n")[0], trace: hostile + "\r::error::z\n1\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var lines [][]string
	for _, f := range report.CheckFormats() {
		lines = append(lines, []string{"check", name, "-o", f}, []string{"check", dir, "-o", f})
	}
	for _, f := range report.Formats() {
		lines = append(lines, []string{"advise", "--plan", single, "-o", f})
	}
	for _, flag := range []string{"--qps", "--model", "--gpu", "--output", "--selector", "--now", "--plan", "--rules", "--catalog", "--" + hostile} {
		lines = append(lines, []string{"advise", flag, hostile})
	}
	lines = append(lines,
		[]string{hostile}, []string{"capacity", "--gpu", "h100", "--model", "llama-3.1-8b", "--input-tokens", trace},
		[]string{"simulate", "--gpu", "l4", "--trace", trace}, []string{"validate", trace}, []string{"quiz", "--topic", hostile},
		[]string{"observe", "--metrics-file", trace}, []string{"explain", hostile}, []string{"catalog", "models", hostile})
	for _, args := range lines {
		for _, terminal := range []bool{false, true} {
			s := newStage()
			s.env["GITHUB_ACTIONS"], s.IsTTY, s.ErrIsTTY, s.Width = "true", terminal, terminal, 60
			s.run(args...)
			format := args[len(args)-1]
			held(t, args, s.out.String(), format == "github", format == "markdown")
			held(t, args, s.err.String(), false, false)
		}
	}
}

// held holds one output against what no output may hold.
func held(t *testing.T, args []string, text string, commands, markdown bool) {
	t.Helper()
	colorless := steeringAnywhere.ReplaceAllString(text, "")
	if i := strings.IndexFunc(colorless, func(r rune) bool {
		return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
	}); i >= 0 {
		t.Errorf("%.60q: a control character at %.60q", args, colorless[i:])
	}
	if strings.Contains(text, "\x1b[31mred") {
		t.Errorf("%.60q: a color of the name", args)
	}
	for line := range strings.Lines(text) {
		if begins := strings.HasPrefix(strings.TrimSpace(line), "::"); begins && (!commands || strings.Contains(line, "::error::x") && strings.HasPrefix(line, "::error::x")) {
			t.Errorf("%.60q: a command: %.80q", args, line)
		}
		if !commands && strings.Contains(line, "##[") {
			t.Errorf("%.60q: a command: %.80q", args, line)
		}
		if markdown && (strings.Contains(line, "@everyone") || strings.Contains(line, "https://x.io")) {
			t.Errorf("%.60q: a mention or a link: %.200q", args, line)
		}
	}
}
