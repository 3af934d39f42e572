package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// example is one command of a document with the output that the document shows.
type example struct {
	line       int // of the command, counted from 0
	command    string
	start, end int // lines of the output: start <= i < end
}

// examples finds the commands in the fenced blocks of a document: lines that start with "$ ",
// continued behind a backslash, each followed by its output.
func examples(lines []string) []example {
	var all []example
	fenced := false
	for i := 0; i < len(lines); i++ {
		switch {
		case strings.HasPrefix(lines[i], "```"):
			fenced = !fenced
		case fenced && strings.HasPrefix(lines[i], "$ "):
			e := example{line: i, command: lines[i][2:], start: i + 1}
			for strings.HasSuffix(e.command, `\`) && e.start < len(lines) {
				e.command += "\n" + lines[e.start]
				e.start++
			}
			e.end = e.start
			for e.end < len(lines) && !strings.HasPrefix(lines[e.end], "$ ") && !strings.HasPrefix(lines[e.end], "```") {
				e.end++
			}
			all = append(all, e)
			i = e.end - 1
		}
	}
	return all
}

// TestReadme runs every example of README.md that starts with scaleadvise, in order and in
// one folder, and compares what it prints with what the document shows.
func TestReadme(t *testing.T) {
	file := filepath.Join(root, "README.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	folder := exampleFolder(t)
	ran := 0
	var rewritten []string
	copied := 0
	for _, e := range examples(lines) {
		if !strings.HasPrefix(e.command, "scaleadvise") {
			continue
		}
		ran++
		got := shell(t, folder, e.command)
		want := lines[e.start:e.end]
		if diff := cmp.Diff(want, got); diff != "" && !*update {
			t.Errorf("README.md:%d: $ %s (-shown +printed):\n%s", e.line+1, e.command, diff)
		}
		rewritten = append(append(rewritten, lines[copied:e.start]...), got...)
		copied = e.end
	}
	if ran == 0 {
		t.Error("README.md shows no scaleadvise command")
	}
	if *update {
		rewritten = append(rewritten, lines[copied:]...)
		if err := os.WriteFile(file, []byte(strings.Join(rewritten, "\n")), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// exampleFolder is an empty folder from which testdata can be reached as from the root.
func exampleFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"testdata", "rules"} {
		target, err := filepath.Abs(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// shell runs a command line as a reader of the document would and returns the lines it prints,
// with those on stderr.
func shell(t *testing.T, folder, line string) []string {
	t.Helper()
	command := exec.Command("bash", "-c", line)
	command.Dir = folder
	command.Env = append(os.Environ(), "SCALEADVISE_NOW="+today, "COLUMNS=100")
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil {
		if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() > exitUsage {
			t.Errorf("$ %s: %v", line, err)
		}
	}
	text := strings.TrimSuffix(out.String(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestExamplesAreFound(t *testing.T) {
	text := "text\n$ not fenced\n```console\n$ one --a \\\n    --b\nout\n\nmore\n$ two\n```\n$ no\n"
	var got []string
	lines := strings.Split(text, "\n")
	for _, e := range examples(lines) {
		got = append(got, e.command+" => "+strings.Join(lines[e.start:e.end], "|"))
	}
	want := []string{"one --a \\\n    --b => out||more", "two => "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
