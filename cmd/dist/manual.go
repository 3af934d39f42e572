package main

import (
	"fmt"
	"regexp"
	"strings"
)

// commandLine finds the commands in the overview: a word that is indented by two spaces.
var commandLine = regexp.MustCompile(`(?m)^  ([a-z][a-z-]*)\b`)

// manual is the page of scaleadvise(1), made of what the program says of itself.
func manual(say func(args ...string) (string, error)) (string, error) {
	overview, err := say("help")
	if err != nil {
		return "", err
	}
	version, err := say("version")
	if err != nil {
		return "", err
	}
	var page strings.Builder
	fmt.Fprintf(&page, ".TH SCALEADVISE 1 \"\" \"%s\" \"User Commands\"\n", quoted(strings.Join(strings.Fields(version)[:2], " ")))
	page.WriteString(".SH NAME\nscaleadvise \\- vertical, horizontal, both, or a cheaper model: how many, of what, at what cost, and why\n")
	page.WriteString(".SH SYNOPSIS\n.B scaleadvise\n[\\fIcommand\\fR] [\\fIflags\\fR]\n")
	page.WriteString(".SH DESCRIPTION\n" + verbatim(overview))
	for _, name := range commandsOf(overview) {
		text, err := say(name, "--help")
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&page, ".SH %s\n%s", strings.ToUpper(name), verbatim(text))
	}
	return page.String(), nil
}

// commandsOf are the commands that the overview lists, behind its examples and before its topics.
func commandsOf(overview string) []string {
	_, text, _ := strings.Cut(overview, "\nAdvice\n")
	text, _, _ = strings.Cut(text, "\nManual")
	var all []string
	seen := map[string]bool{}
	for _, m := range commandLine.FindAllStringSubmatch(text, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			all = append(all, m[1])
		}
	}
	return all
}

// verbatim keeps text as it stands.
func verbatim(text string) string {
	var out strings.Builder
	out.WriteString(".nf\n")
	for _, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		line = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(line)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		out.WriteString(line + "\n")
	}
	out.WriteString(".fi\n")
	return out.String()
}

// quoted keeps a word within an argument of a macro.
func quoted(text string) string { return strings.ReplaceAll(text, `"`, `\(dq`) }
