package report

import (
	"bytes"
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/pattern"
)

// writeMarkdown writes GitHub-flavoured Markdown: the first screen, short enough for a comment on a
// pull request, and everything else folded below it.
func writeMarkdown(out *bytes.Buffer, whole *advice.Advice, o Options) error {
	m, a := markdown{out}, withShortNames(whole)
	heading := "Capacity advice"
	if n := line(a.Workload.Name); n != "" {
		heading += ": " + escape(n)
	}
	m.printf("## %s\n\n**%s**\n", heading, escape(title(a)))
	for _, text := range []string{price(a), serving(a), shortOf(a), doubt(a)} {
		if text != "" {
			m.printf("\n%s\n", escape(text))
		}
	}
	m.alternatives(a, o)
	m.facts(a)
	m.printf("\n<details><summary>Findings, assumptions and how the numbers came about</summary>\n")
	m.verification(a)
	m.findings(a)
	m.list("Warnings", distinct(a.Warnings, a.Plan.Warnings))
	m.roadmap(a)
	m.list("Assumed", each(a.Assumptions, explained))
	m.principles(a)
	m.derivation(a.Steps)
	m.next(a)
	m.printf("\n</details>\n")
	return nil
}

// facts are the labelled lines of the first screen.
func (m markdown) facts(a *advice.Advice) {
	m.printf("\n")
	for _, f := range []struct {
		label string
		parts []string
	}{
		{"Today", deployed(a)}, {"Workload", understood(a)}, {"Steps", way(a)}, {"Budget", affordable(a)}, {"Autoscaling", autoscaled(a)}, {"Schedule", byTheClock(a)}, {"Cheaper", cheaper(a)}, {"Room", room(a)},
		{"Elsewhere", elsewhere(a)}, {"Pools", apart(a)}, {"API", hosted(a)}, {"Why", because(a)}, {"Prices", prices(a)}, {"Or pay", instead(a.Cost)}, {"Energy", energy(a.Cost)},
	} {
		if len(f.parts) > 0 {
			m.printf("- %s: %s\n", f.label, escape(strings.Join(f.parts, " · ")))
		}
	}
}

func autoscaled(a *advice.Advice) []string {
	if text := follows(a); text != "" {
		return []string{text}
	}
	return nil
}

type markdown struct{ out *bytes.Buffer }

func (m markdown) printf(format string, args ...any) { fmt.Fprintf(m.out, format, args...) }

// table writes columns as a table, numbers to the right, and some rows strong.
func (m markdown) table(columns []column, strong func(row int) bool) {
	head, rule := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		head[i], rule[i] = escape(c.head), "---"
		if c.right {
			rule[i] = "---:"
		}
	}
	m.row(head)
	m.row(rule)
	for r := range columns[0].cells {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = escape(c.cells[r])
			if strong(r) && cells[i] != "" {
				cells[i] = "**" + cells[i] + "**"
			}
		}
		m.row(cells)
	}
}

func (m markdown) row(cells []string) { m.printf("| %s |\n", strings.Join(cells, " | ")) }

func (m markdown) alternatives(a *advice.Advice, o Options) {
	rows, folded := rowsOf(a, o.All)
	if len(rows) == 0 {
		return
	}
	m.printf("\n")
	m.table(columnsOf(a, rows, o.All), func(r int) bool { return rows[r].alternative.Chosen })
	if note := foldedNote(a, folded); note != "" {
		m.printf("\n%s\n", escape(note))
	}
}

// findings writes every finding with its remedy, evidence and principles.
func (m markdown) findings(a *advice.Advice) {
	if len(a.Findings) == 0 {
		return
	}
	m.printf("\n### %s\n\n", escape(why(a)))
	for i, f := range a.Findings {
		m.printf("%d. %s**%s** (%s)", i+1, severity(f), escape(line(f.Title)), code(f.Rule))
		if s := sentence(f.Message); s != "" {
			m.printf(": %s", escape(s))
		}
		if s := sentence(f.Remedy); s != "" {
			m.printf(" Do: %s", escape(s))
		}
		if e := evidence(f); len(e) > 0 {
			m.printf(" With %s.", escape(strings.Join(e, ", ")))
		}
		if len(f.Principles) > 0 {
			m.printf(" Principles: %s.", strings.Join(each(f.Principles, code), ", "))
		}
		m.printf("\n")
	}
}

// severity is a word before what is more than information.
func severity(f advice.Finding) string {
	if f.Severity <= advice.Info {
		return ""
	}
	return f.Severity.String() + ": "
}

func (m markdown) list(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	m.printf("\n### %s\n\n", heading)
	for _, s := range items {
		m.printf("- %s\n", escape(s))
	}
}

func (m markdown) roadmap(a *advice.Advice) {
	if len(a.Roadmap) < 2 {
		return
	}
	m.printf("\n### Roadmap\n\n")
	m.table(stages(a.Roadmap), func(int) bool { return false })
	if months := monthsOf(a.Cost); len(months) > 0 {
		m.printf("\n### Cost by month\n\n")
		m.table(months, func(r int) bool { return r == len(a.Cost.Months) })
	}
}

func (m markdown) principles(a *advice.Advice) {
	if len(a.Principles) == 0 {
		return
	}
	m.printf("\n### Principles\n\n")
	for _, p := range a.Principles {
		m.printf("- **%s** (%s): %s", escape(line(p.Title)), code(p.ID), escape(sentence(p.Text)))
		if s := line(p.Source); s != "" {
			m.printf(" Source: %s", escape(s))
		}
		m.printf("\n")
	}
}

func (m markdown) next(a *advice.Advice) {
	if len(a.Next) == 0 {
		return
	}
	m.printf("\n### Next\n\n")
	for _, s := range a.Next {
		m.printf("- %s\n", code(s))
	}
}

// Markdown makes one line of text that Markdown shows as it is: no mark, no link, no mention.
func Markdown(text string) string { return escape(text) }

// escape makes one line of text that Markdown shows as it is.
func escape(s string) string {
	var b strings.Builder
	for _, r := range line(s) {
		if strings.ContainsRune("\\`*_[]<>|~#&$!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return linkless.ReplaceAllString(b.String(), "$1<!-- -->$2")
}

// linkless finds what GitHub and GitLab make a link or a mention of by themselves, wherever a
// text came from: no one is called by the name of a plan. An empty comment keeps the two halves
// apart and shows nothing.
var linkless = pattern.Of(`(@|#|\b(?:https?|ftp|mailto|xmpp):|\bwww)([\pL\d_/.\\])`)

// code is a code span, fenced by more backticks than stand in a row within.
func code(s string) string {
	s = line(s)
	longest, run := 0, 0
	for _, r := range s {
		run++
		if r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
