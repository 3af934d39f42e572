package listing

import (
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/rule"
)

// LessonText renders principles as text for a terminal.
func LessonText(all []advice.ExplainedPrinciple, width int) func(io.Writer) error {
	return func(w io.Writer) error {
		p := NewPage(width)
		for i, principle := range all {
			if i > 0 {
				p.Line("")
			}
			p.Line(principle.Title + " [" + principle.ID + "]")
			p.Indented(principle.Text)
			for _, m := range principle.Mistakes {
				p.Indented("Often said: " + m.Words())
			}
			if principle.Check != "" {
				p.Indented("Check: " + principle.Check)
			}
			if principle.Example != "" {
				p.Indented("Example: " + principle.Example)
			}
			p.Indented("Source: " + principle.Source)
		}
		return p.Flush(w)
	}
}

// LessonMarkdown renders principles as Markdown.
func LessonMarkdown(all []advice.ExplainedPrinciple) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		for i, p := range all {
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "## %s\n\n`%s`\n\n%s\n\n", p.Title, p.ID, strings.TrimSpace(p.Text))
			for _, m := range p.Mistakes {
				fmt.Fprintf(&b, "- Often said: %s\n", m.Words())
			}
			if p.Check != "" {
				fmt.Fprintf(&b, "- Check: %s\n", p.Check)
			}
			if p.Example != "" {
				fmt.Fprintf(&b, "- Example: %s\n", p.Example)
			}
			fmt.Fprintf(&b, "- Source: %s\n", p.Source)
		}
		_, err := io.WriteString(w, b.String())
		return err
	}
}

// RuleText renders one rule as text for a terminal.
func RuleText(r *rule.Rule, width int) func(io.Writer) error {
	return func(w io.Writer) error {
		p := NewPage(width)
		p.Line(r.Title + " [" + r.ID + "]")
		p.Line("")
		for _, row := range ruleFacts(r) {
			p.Entry(row[0], row[1])
		}
		p.Heading("Fires when")
		for row := range strings.Lines(strings.TrimSpace(r.When)) {
			p.Line("  " + strings.TrimSpace(row))
		}
		p.Heading("Says")
		p.Indented(r.Message)
		if r.Remedy != "" {
			p.Heading("Remedy")
			p.Indented(r.Remedy)
		}
		p.Heading("Why")
		for i, paragraph := range strings.Split(strings.TrimSpace(r.Why), "\n\n") {
			if i > 0 {
				p.Line("")
			}
			p.Indented(paragraph)
		}
		return p.Flush(w)
	}
}

// ruleFacts are the short properties of a rule, those that it has.
func ruleFacts(r *rule.Rule) [][2]string {
	all := [][2]string{
		{"severity", r.Severity.String()}, {"stages", r.Stages.String()}, {"since", r.Since}, {"formerly", strings.Join(r.Formerly, ", ")},
		{"group", r.Group}, {"doubt", doubt(r)}, {"error when", strings.TrimSpace(r.ErrorWhen)},
		{"principles", strings.Join(r.Principles, ", ")},
		{"argues for", strategies(r.For)}, {"argues against", strategies(r.Against)},
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

// doubt words how large a doubt about the plan a rule raises.
func doubt(r *rule.Rule) string {
	if r.Doubt == 0 {
		return ""
	}
	return fmt.Sprintf("said under the headline, place %d", r.Doubt)
}

// RuleMarkdown renders one rule as Markdown.
func RuleMarkdown(r *rule.Rule) func(io.Writer) error {
	return func(w io.Writer) error {
		var b strings.Builder
		fmt.Fprintf(&b, "## %s\n\n", report.Markdown(r.Title))
		fmt.Fprintf(&b, "- id: `%s`\n", r.ID)
		for _, row := range ruleFacts(r) {
			fmt.Fprintf(&b, "- %s: %s\n", row[0], report.Markdown(row[1]))
		}
		fmt.Fprintf(&b, "\nFires when\n\n```cel\n%s\n```\n\nSays: %s\n", strings.TrimSpace(r.When), report.Markdown(r.Message))
		if r.Remedy != "" {
			fmt.Fprintf(&b, "\nRemedy: %s\n", report.Markdown(r.Remedy))
		}
		fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(r.Why))
		_, err := io.WriteString(w, b.String())
		return err
	}
}

// Lesson lists principles.
func Lesson(all []advice.ExplainedPrinciple) Listing {
	l := Listing{Schema: "urn:scaleadvise:lesson:v1", Name: "principles", Columns: []Column{
		{"id", "id"}, {"title", "title"}, {"text", ""}, {"check", ""}, {"example", ""}, {"level", ""}, {"source", "source"},
	}}
	for _, p := range all {
		l.Rows = append(l.Rows, []any{p.ID, p.Title, p.Text, p.Check, p.Example, p.Level, p.Source})
	}
	return l
}

// strategies lists what a rule argues about, in the words for people.
func strategies(ids []string) string {
	var words []string
	for _, id := range ids {
		words = append(words, candidate.Strategy(id).Words())
	}
	return strings.Join(words, ", ")
}
