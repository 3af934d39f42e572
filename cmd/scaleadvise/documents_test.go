package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"scaleadvise/cmd/scaleadvise/topics"
)

// example is one command of a document with the output that the document shows.
type example struct {
	line       int // of the command, counted from 0
	indent     string
	command    string
	start, end int // lines of the output: start <= i < end
}

// examples finds the commands in the fenced blocks of a document: lines that start with "$ ",
// continued behind a backslash, each followed by its output. A block may be indented, as in
// the text of a rule.
func examples(lines []string) []example {
	var all []example
	fenced := false
	for i := 0; i < len(lines); i++ {
		text := strings.TrimLeft(lines[i], " ")
		switch {
		case strings.HasPrefix(text, "```"):
			fenced = !fenced
		case fenced && strings.HasPrefix(text, "$ "):
			e := example{line: i, indent: lines[i][:len(lines[i])-len(text)], command: text[2:], start: i + 1}
			for strings.HasSuffix(e.command, `\`) && e.start < len(lines) {
				e.command += "\n" + lines[e.start]
				e.start++
			}
			e.end = e.start
			for e.end < len(lines) && !endsOutput(strings.TrimPrefix(lines[e.end], e.indent)) {
				e.end++
			}
			all = append(all, e)
			i = e.end - 1
		}
	}
	return all
}

func endsOutput(line string) bool {
	return strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "```")
}

// documents returns every text for readers: all Markdown files, and the rules.
func documents(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md", "rules/*.yaml")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("git ls-files: %v", err)
	}
	return strings.Fields(string(out))
}

// TestDocuments runs every example that starts with scaleadvise, those of one document in
// order and in one folder, and compares what it prints with what the document shows.
func TestDocuments(t *testing.T) {
	for _, name := range documents(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		all := examples(lines)
		if len(all) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := executed(t, name, lines, all)
			if *update {
				save(t, filepath.Join(root, name), strings.Join(shown, "\n"))
			}
		})
	}
}

// executed returns the lines of a document with the output that its commands print.
func executed(t *testing.T, name string, lines []string, all []example) []string {
	folder := exampleFolder(t)
	var rewritten []string
	copied := 0
	for _, e := range all {
		if !strings.HasPrefix(e.command, "scaleadvise") {
			continue
		}
		got := shell(t, folder, e.command)
		for i, line := range got {
			got[i] = strings.TrimRight(e.indent+line, " ")
		}
		if diff := cmp.Diff(lines[e.start:e.end], got); diff != "" && !*update {
			t.Errorf("%s:%d: $ %s (-shown +printed):\n%s", name, e.line+1, e.command, diff)
		}
		rewritten = append(append(rewritten, lines[copied:e.start]...), got...)
		copied = e.end
	}
	return append(rewritten, lines[copied:]...)
}

func save(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
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
	command.Env = append(os.Environ(), "SCALEADVISE_NOW="+today, "SCALEADVISE_TIME_LIMIT=1h", "COLUMNS=100")
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
	text := "text\n$ not fenced\n```console\n$ one --a \\\n    --b\nout\n\nmore\n$ two\n```\n$ no\n" +
		"  ```\n  $ three\n  out\n  ```\n"
	var got []string
	lines := strings.Split(text, "\n")
	for _, e := range examples(lines) {
		got = append(got, e.command+" => "+strings.Join(lines[e.start:e.end], "|"))
	}
	want := []string{"one --a \\\n    --b => out||more", "two => ", "three =>   out"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

var picture = regexp.MustCompile(`!\[\$ (scaleadvise[^]]*)\]\(([^)]+\.svg)\)`)

// TestPictures draws what README's pictures are called after, a command, and compares.
func TestPictures(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := picture.FindAllStringSubmatch(string(text), -1)
	if len(found) == 0 {
		t.Error("README.md shows no picture of a command")
	}
	for _, match := range found {
		printed := strings.Join(shell(t, exampleFolder(t), match[1]), "\n")
		draw := exec.Command("go", "run", "./cmd/screenshot", match[1])
		draw.Dir, draw.Stdin, draw.Stderr = root, strings.NewReader(printed), os.Stderr
		drawn, err := draw.Output()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(root, match[2])
		if *update {
			save(t, file, string(drawn))
		}
		if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, drawn) {
			t.Errorf("%s is not what %s prints (%v): make golden", match[2], match[1], err)
		}
	}
}

// TestScenarioTable keeps the table of scenarios to what their files say.
func TestScenarioTable(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "testdata", "scenarios", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	table := "| scenario | strategy | decided by | first argument for it | principle |\n|---|---|---|---|---|\n"
	for _, file := range files {
		want := verdictOf(t, file)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		table += fmt.Sprintf("| %s (`%s`) | %s | `%s` | `%s` | %s |\n", strings.TrimSuffix(title, "."), filepath.Base(file),
			want["strategy"], want["decided_by"], want["supported_by"], want["principle"])
	}
	page := filepath.Join(root, "cmd", "scaleadvise", "topics", "scenarios.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(text), "| scenario |")
	if *update {
		save(t, page, before+table)
	} else if diff := cmp.Diff(before+table, string(text)); diff != "" {
		t.Errorf("topics/scenarios.md (-scenarios +shown): %s", diff)
	}
}

// TestTopicsStandAlone: every link of the manual leads to a topic, every page is listed once,
// and a page says where the command of its name has its flags.
func TestTopicsStandAlone(t *testing.T) {
	pages, err := topics.All()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join("topics", "*.md"))
	if err != nil || len(files) != len(pages) {
		t.Errorf("%d pages, %d listed, %v", len(files), len(pages), err)
	}
	for _, page := range pages {
		for _, link := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(page.Text, -1) {
			if _, ok := findTopic(pages, strings.TrimSuffix(link[1], ".md")); !ok {
				t.Errorf("%s.md links to %s, which is no topic", page.Name, link[1])
			}
		}
		if page.Title == "" || !strings.HasPrefix(page.Text, "# ") {
			t.Errorf("%s.md does not begin with its title", page.Name)
		}
	}
}

var mentioned = regexp.MustCompile("`([a-z./_-]+/[a-zA-Z0-9./_-]+)`|\\]\\(([^)#:]+)\\)")

// TestPathsExist: files that documents for developers name are there.
func TestPathsExist(t *testing.T) {
	for _, name := range []string{"README.md", "advisor/README.md", "advisor/catalog/README.md", ".github/CONTRIBUTING.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range mentioned.FindAllStringSubmatch(string(text), -1) {
			file := match[1] + match[2]
			if strings.Contains(file, "NAME") || strings.HasPrefix(file, "./") {
				continue
			}
			_, fromRoot := os.Stat(filepath.Join(root, file))
			_, fromHere := os.Stat(filepath.Join(root, filepath.Dir(name), file))
			if fromRoot != nil && fromHere != nil {
				t.Errorf("%s names %s, which is not there", name, file)
			}
		}
	}
}

// TestHouseIsDrawn: the drawing for readers names every package on its floor, in the order in
// which they may import each other.
func TestHouseIsDrawn(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "advisor", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, drawing, _ := strings.Cut(string(text), "```")
	drawing, _, _ = strings.Cut(drawing, "```")
	drawn := map[int][]string{} // words of each floor, in order
	floor := 0
	for line := range strings.Lines(drawing) {
		if n := strings.TrimSpace(line[:min(len(line), 3)]); n != "" {
			if _, err := fmt.Sscan(n, &floor); err != nil {
				t.Fatalf("%q begins with no floor", line)
			}
			line = line[3:]
		}
		drawn[floor] = append(drawn[floor], strings.Fields(line)...)
	}
	after := map[int]int{} // words of each floor that are read
	for _, level := range house {
		words := drawn[level.floor]
		for _, name := range strings.Fields(level.row) {
			short := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "advisor/"), "cmd/scaleadvise/"), "cmd/")
			i := slices.IndexFunc(words[after[level.floor]:], func(w string) bool { return w == name || w == short })
			if i < 0 {
				t.Errorf("advisor/README.md does not draw %s on floor %d to the right of what stands before it", name, level.floor)
				continue
			}
			after[level.floor] += i + 1
		}
	}
}
