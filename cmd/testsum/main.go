package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	failed, err := summarize(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(3)
	}
	if failed {
		os.Exit(1)
	}
}

// event is one line of go test -json.
type event struct {
	Action, Package, Test, Output string
	ImportPath                    string // package that did not build
}

// results collects events until their test, or their package, ends.
type results struct {
	output  map[string]*strings.Builder // by package and test
	skipped []string
	passed  int
	failed  bool
}

// summarize copies what matters of the events and reports whether anything failed.
func summarize(in io.Reader, out io.Writer) (failed bool, err error) {
	r := &results{output: map[string]*strings.Builder{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // go itself, outside any package
			continue
		}
		fmt.Fprint(out, r.take(e))
	}
	if err := lines.Err(); err != nil {
		return true, err
	}
	_, err = fmt.Fprint(out, r.summary())
	return r.failed, err
}

// take notes an event and returns what to show of it now.
func (r *results) take(e event) string {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		if r.output[key] == nil {
			r.output[key] = &strings.Builder{}
		}
		r.output[key].WriteString(e.Output)
	case "build-output":
		return e.Output
	case "build-fail":
		r.failed = true
	case "pass", "fail", "skip":
		return r.end(e, key)
	}
	return ""
}

// end returns what to show of a test or a package that ended.
func (r *results) end(e event, key string) string {
	text := ""
	if r.output[key] != nil {
		text = r.output[key].String()
		delete(r.output, key)
	}
	switch {
	case e.Action == "fail":
		r.failed = true
		return text
	case e.Test == "":
		return verdictLine(text)
	case e.Action == "skip":
		r.skipped = append(r.skipped, strings.TrimPrefix(e.Package, "scaleadvise/")+" "+e.Test+reason(text))
	default:
		r.passed++
	}
	return ""
}

// verdictLine is the line in which go test says how a package ended.
func verdictLine(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "? ") {
			return line
		}
	}
	return ""
}

// reason returns what a skipped test said, without the place in its source.
func reason(text string) string {
	for line := range strings.Lines(text) {
		if place, why, found := strings.Cut(strings.TrimSpace(line), ": "); found && strings.Contains(place, "_test.go:") {
			return ": " + why
		}
	}
	return ""
}

// summary is the last line, and above it the tests that were skipped.
func (r *results) summary() string {
	var b strings.Builder
	for _, name := range r.skipped {
		fmt.Fprintf(&b, "SKIPPED %s\n", name)
	}
	verdict := "ok"
	if r.failed {
		verdict = "FAIL"
	}
	fmt.Fprintf(&b, "%s: %d tests passed, %d skipped\n", verdict, r.passed, len(r.skipped))
	return b.String()
}
