package report

import (
	"bytes"
	"strings"

	"scaleadvise/advisor/advice"
)

// checkMarker lets a job find the comment that it wrote before and replace it. It names
// nothing of the check, so that there is one comment a pull request.
const checkMarker = "<!-- scaleadvise:check -->"

// mostRows keeps a comment below what code hosts accept (GitHub: 65,536 characters).
const mostRows = 60

// checkMarkdown writes a comment for a pull request.
func checkMarkdown(out *bytes.Buffer, c *advice.Check, o Options) error {
	m := markdown{out}
	m.printf("%s\n## Capacity check: %s\n\n%s\n", checkMarker, c.Outcome,
		escape(strings.Join(distinct([]string{checkVerdict(c), checkCounts(c), checkCost(c)}), " ")))
	m.costs(checkQuotes(c), o)
	m.compared(c.Comparison)
	var now, before []advice.Located
	for _, f := range located(c) {
		if f.Old {
			before = append(before, f)
		} else {
			now = append(now, f)
		}
	}
	m.located("Findings", now)
	if len(before) > 0 {
		m.printf("\n<details><summary>%s as before</summary>\n", plural(len(before), "finding"))
		m.located("", before)
		m.printf("\n</details>\n")
	}
	m.unjudged(unjudged(c))
	for _, p := range c.Plans {
		if len(p.Steps) > 0 {
			m.printf("\n<details><summary>How the numbers of %s came about</summary>\n\n", escape(planTitle(p)))
			m.steps(p.Steps)
			m.printf("\n</details>\n")
		}
	}
	m.list("Notes", checkNotes(c))
	return nil
}

// unjudged writes what nothing could be held against as a table.
func (m markdown) unjudged(all []advice.Checked) {
	if len(all) == 0 {
		return
	}
	m.printf("\n### Not judged\n\n| where | what | why |\n| --- | --- | --- |\n")
	for i, p := range all {
		if i == mostRows {
			m.row([]string{"", escape(count(len(all)-i) + " more"), ""})
			return
		}
		m.row([]string{escape(spot(unjudgedPlace(p))), escape(strings.TrimSpace(line(p.Kind) + " " + line(p.Name))), escape(sentence(p.Reason))})
	}
}

// compared writes what the change does to the plans.
func (m markdown) compared(c *advice.Comparison) {
	if c == nil {
		return
	}
	m.printf("\n### Against %s\n\n", escape(c.Base))
	columns := changes(c, mostRows)
	if rows := len(columns[0].cells); rows > 0 {
		m.table(columns, func(r int) bool { return r == rows-1 && columns[0].cells[r] == "in total" })
		m.printf("\n")
	}
	m.printf("%s\n", escape(comparedFindings(c)))
}

// located writes findings as a table.
func (m markdown) located(heading string, all []advice.Located) {
	if len(all) == 0 {
		return
	}
	if heading != "" {
		m.printf("\n### %s\n", heading)
	}
	m.printf("\n| | where | what | do |\n| --- | --- | --- | --- |\n")
	for i, f := range all {
		if i == mostRows {
			m.row([]string{"", "", escape(count(len(all)-i) + " more findings"), ""})
			return
		}
		m.row([]string{f.Severity.String(), escape(spot(f.Place)), "**" + escape(line(f.Title)) + "** (" + tableCode(f.Rule) + "): " + escape(sentence(f.Message)), escape(sentence(f.Remedy)) + principleOf(f)})
	}
}

// principleOf is the principle that a finding goes by.
func principleOf(f advice.Located) string {
	if len(f.Principles) == 0 {
		return ""
	}
	return " Principle: " + tableCode(f.Principles[0]) + "."
}

// tableCode is a code span in a cell: there a pipe ends the cell even inside one.
func tableCode(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }
