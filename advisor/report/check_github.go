package report

import (
	"bytes"
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
)

// checkGitHub writes workflow commands, which GitHub shows at the line in a pull request
// (docs.github.com, Workflow commands for GitHub Actions). The verdict is a line of the log.
func checkGitHub(out *bytes.Buffer, c *advice.Check, _ Options) error {
	for _, f := range located(c) {
		out.WriteString(workflowCommand(f))
	}
	for _, p := range unjudged(c) {
		fmt.Fprintf(out, "::notice file=%s,line=%d,title=%s::%s\n", commandProperty(line(p.File)), max(p.Line, 1),
			commandProperty("Not judged"), commandText(unjudgedWords(p)))
	}
	for _, note := range checkNotes(c) { // lines of the log: annotations are few
		fmt.Fprintf(out, "scaleadvise: note: %s\n", note)
	}
	fmt.Fprintf(out, "scaleadvise: %s %s\n", checkVerdict(c), checkCounts(c))
	return nil
}

// located are all findings of a check, those about all plans last.
func located(c *advice.Check) []advice.Located {
	var all []advice.Located
	for _, p := range c.Plans {
		all = append(all, p.Findings...)
	}
	return append(all, c.Totals...)
}

func workflowCommand(f advice.Located) string {
	level := map[advice.Severity]string{advice.Error: "error", advice.Warning: "warning"}[f.Severity]
	if level == "" {
		level = "notice"
	}
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+commandProperty(value)) }
	if p := f.Place; p.File != "" {
		add("file", line(p.File))
		if p.Line > 0 {
			add("line", fmt.Sprint(p.Line))
			add("col", fmt.Sprint(max(p.Column, 1)))
		}
		if p.Line > 0 && p.Length > 0 {
			add("endColumn", fmt.Sprint(p.Column+p.Length))
		}
	}
	add("title", line(f.Title)+" ["+line(f.Rule)+"]")
	return fmt.Sprintf("::%s %s::%s\n", level, strings.Join(properties, ","), commandText(checkMessage(f)))
}

var (
	commandEscapes  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// commandText and commandProperty escape as actions/toolkit does (command.ts).
func commandText(s string) string     { return commandEscapes.Replace(s) }
func commandProperty(s string) string { return propertyEscapes.Replace(s) }
