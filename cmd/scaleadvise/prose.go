package main

import (
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/rule"
)

// prose sets principles as text for a terminal.
func prose(all []taught, width int) func(io.Writer) error {
	return func(w io.Writer) error {
		p := &page{width: width}
		for i, principle := range all {
			if i > 0 {
				p.line("")
			}
			p.line(principle.Title + " [" + principle.ID + "]")
			p.indented(principle.Text)
			for _, m := range principle.Mistakes {
				p.indented("Often said: " + m.Said + " " + m.WhyWrong)
			}
			if principle.Check != "" {
				p.indented("Check: " + principle.Check)
			}
			if principle.example != "" {
				p.indented("Example: " + principle.example)
			}
			p.indented("Source: " + principle.Source)
		}
		return p.flush(w)
	}
}

// chapters sets principles as Markdown.
func chapters(all []taught) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		for i, p := range all {
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "## %s\n\n`%s`\n\n%s\n\n", p.Title, p.ID, strings.TrimSpace(p.Text))
			for _, m := range p.Mistakes {
				fmt.Fprintf(&b, "- Often said: %s %s\n", m.Said, m.WhyWrong)
			}
			if p.Check != "" {
				fmt.Fprintf(&b, "- Check: %s\n", p.Check)
			}
			if p.example != "" {
				fmt.Fprintf(&b, "- Example: %s\n", p.example)
			}
			fmt.Fprintf(&b, "- Source: %s\n", p.Source)
		}
		_, err := io.WriteString(w, b.String())
		return err
	}
}

// ruleText sets one rule as text for a terminal.
func ruleText(r *rule.Rule, width int) func(io.Writer) error {
	return func(w io.Writer) error {
		p := &page{width: width}
		p.line(r.Title + " [" + r.ID + "]")
		p.line("")
		for _, row := range ruleFacts(r) {
			p.entry(row[0], row[1])
		}
		p.heading("Fires when")
		for row := range strings.Lines(strings.TrimSpace(r.When)) {
			p.line("  " + strings.TrimSpace(row))
		}
		p.heading("Says")
		p.indented(r.Message)
		if r.Remedy != "" {
			p.heading("Remedy")
			p.indented(r.Remedy)
		}
		p.heading("Why")
		for i, paragraph := range strings.Split(strings.TrimSpace(r.Why), "\n\n") {
			if i > 0 {
				p.line("")
			}
			p.indented(paragraph)
		}
		return p.flush(w)
	}
}

// ruleFacts are the short properties of a rule, those that it has.
func ruleFacts(r *rule.Rule) [][2]string {
	all := [][2]string{
		{"severity", r.Severity.String()}, {"stages", r.Stages.String()}, {"since", r.Since}, {"formerly", strings.Join(r.Formerly, ", ")},
		{"group", r.Group},
		{"principles", strings.Join(r.Principles, ", ")},
		{"argues for", strings.Join(r.For, ", ")}, {"argues against", strings.Join(r.Against, ", ")},
		{"evidence", strings.Join(r.Evidence, ", ")}, {"file", r.File},
	}
	for _, p := range r.Params {
		all = append(all, [2]string{"parameter", p.Name + " = " + p.String() + ": " + p.Doc})
	}
	if r.Blocks {
		all = append(all, [2]string{"blocks", "candidate"})
	}
	var some [][2]string
	for _, row := range all {
		if row[1] != "" {
			some = append(some, row)
		}
	}
	return some
}

// ruleMarkdown sets one rule as Markdown.
func ruleMarkdown(r *rule.Rule) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		fmt.Fprintf(&b, "## %s\n\n", r.Title)
		fmt.Fprintf(&b, "- id: `%s`\n", r.ID)
		for _, row := range ruleFacts(r) {
			fmt.Fprintf(&b, "- %s: %s\n", row[0], row[1])
		}
		fmt.Fprintf(&b, "\nFires when\n\n```cel\n%s\n```\n\nSays: %s\n", strings.TrimSpace(r.When), r.Message)
		if r.Remedy != "" {
			fmt.Fprintf(&b, "\nRemedy: %s\n", r.Remedy)
		}
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.Why))
		_, err := io.WriteString(w, b.String())
		return err
	}
}

// indented is a paragraph set in by two columns.
func (p *page) indented(text string) {
	for _, row := range wrap(text, p.width-2) {
		p.line("  " + row)
	}
}
