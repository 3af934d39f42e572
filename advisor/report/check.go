package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
)

// checkFormats is the one ordered list of formats of a check.
var checkFormats = []format[advice.Check]{
	{"text", checkText},
	{"json", asJSON(newCheck)},
	{"github", checkGitHub},
	{"gitlab", checkGitLab},
	{"sarif", checkSARIF},
	{"junit", checkJUnit},
	{"checkstyle", checkCheckstyle},
	{"markdown", checkMarkdown},
	{"html", asDocument(checkPage)},
}

// CheckFormats lists the names of the formats of a check, the default first.
func CheckFormats() []string { return formatNames(checkFormats) }

// WriteCheck renders c in the named format, as Write does advice.
func WriteCheck(w io.Writer, name string, c *advice.Check, o Options) error {
	return write(w, "check", checkFormats, name, c, o)
}

// checkMessage is what is wrong and then what to do, in one line, for formats whose messages
// stand alone.
func checkMessage(f advice.Located) string {
	s := sentence(f.Message)
	if s == "" {
		s = sentence(f.Title)
	}
	if r := sentence(f.Remedy); r != "" {
		s += " Do: " + r
	}
	if len(f.Principles) > 0 {
		s += " Principle: " + sentence(f.Principles[0])
	}
	return s
}

// planTitle names a plan for a person: its name, else its file and line.
func planTitle(p advice.Checked) string {
	if n := line(p.Name); n != "" {
		return n
	}
	if p.Line > 1 {
		return fmt.Sprintf("%s:%d", line(p.File), p.Line)
	}
	return line(p.File)
}

// spot is where a finding stands: file, line and column as far as they are known.
func spot(p advice.Place) string {
	switch {
	case p.File == "":
		return "all plans"
	case p.Line == 0:
		return line(p.File)
	}
	return fmt.Sprintf("%s:%d:%d", line(p.File), p.Line, max(p.Column, 1))
}

// checkVerdict is the check in one sentence. What was not judged does not hold.
func checkVerdict(c *advice.Check) string {
	n := c.Counts
	judged := n.Plans - n.Unjudged
	var parts []string
	for _, x := range []struct {
		n   int
		one string
		all string
	}{{n.Holds, "holds", "hold"}, {n.Fails, "fails", "fail"}, {n.Invalid, "cannot be understood", "cannot be understood"}} {
		if x.n > 0 {
			parts = append(parts, numbered(x.n, x.one, x.all))
		}
	}
	s := ""
	switch {
	case n.Plans == 0:
		return "No plans."
	case judged == 1 && n.Unjudged == 0:
		s = "The plan " + strings.TrimPrefix(parts[0], "1 ") + "."
	case judged > 0:
		s = "Of " + plural(judged, "plan") + " " + strings.Join(parts, ", ") + "."
	}
	if n.Unjudged > 0 {
		s = strings.TrimSpace(s + " Not judged: " + count(n.Unjudged) + ".")
	}
	if c.Outcome == advice.Fails && n.Fails == 0 && len(c.Totals) > 0 {
		s += " A limit on all plans together is exceeded."
	}
	return s
}

// unjudged are the plans and objects that nothing could be held against.
func unjudged(c *advice.Check) []advice.Checked {
	var all []advice.Checked
	for _, p := range c.Plans {
		if p.Reason != "" {
			all = append(all, p)
		}
	}
	return all
}

// checkNotes are what was noted of each plan, then of the run: what was read otherwise than it may be meant, what
// was skipped, and how sure a judgement is.
func checkNotes(c *advice.Check) []string {
	var all []string
	for _, p := range c.Plans {
		for _, w := range p.Warnings {
			all = append(all, planTitle(p)+": "+line(w))
		}
	}
	return append(all, each(c.Warnings, line)...)
}

// unjudgedPlace is where it stands.
func unjudgedPlace(p advice.Checked) advice.Place {
	return advice.Place{File: p.File, Line: p.Line, Column: 1}
}

// unjudgedWords say what was not judged, and why, in one line.
func unjudgedWords(p advice.Checked) string {
	what := strings.TrimSpace(line(p.Kind) + " " + line(p.Name))
	return "Not judged: " + what + ": " + sentence(p.Reason)
}

// unjudgedRule is the name under which formats that want one list what was not judged.
const unjudgedRule = "unjudged"

func numbered(n int, one, all string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + all
}

func plural(n int, what string) string { return numbered(n, what, what+"s") }

// checkCounts is how many findings there are, of each severity and beside those that count.
func checkCounts(c *advice.Check) string {
	n := c.Counts
	var parts []string
	for _, x := range []struct {
		n    int
		text string
	}{
		{n.Errors, plural(n.Errors, "error")}, {n.Warnings, plural(n.Warnings, "warning")}, {n.Info, count(n.Info) + " for information"},
		{n.Ignored, count(n.Ignored) + " ignored"}, {n.Baseline, count(n.Baseline) + " in the baseline"},
	} {
		if x.n > 0 {
			parts = append(parts, x.text)
		}
	}
	if c.Comparison != nil && n.Errors+n.Warnings+n.Info > 0 {
		parts = append(parts, count(n.New)+" new since "+line(c.Comparison.Base))
	}
	if len(parts) == 0 {
		return "No findings."
	}
	return "Findings: " + strings.Join(parts, ", ") + "."
}

// checkCost is what all plans cost together; "" where nothing is known.
func checkCost(c *advice.Check) string {
	if c.Cost.USDPerMonth == 0 {
		return ""
	}
	s := "Together " + money(c.Cost.USDPerMonth) + " USD a month"
	if c.Cost.Unpriced > 0 {
		s += ", and " + plural(c.Cost.Unpriced, "plan") + " without a known price"
	}
	return s + "."
}

// changes are the plans that a change alters, as columns: what was, and what is. At most so
// many rows name one, and a further one says how many are left out; below 0 there is no limit.
func changes(c *advice.Comparison, most int) []column {
	columns := []column{
		{head: "plan", wraps: true}, {head: "deployment", drop: 1}, {head: "capacity"}, {head: "headroom"},
		{head: "USD/month"}, {head: "holds until"},
	}
	row := func(cells ...string) {
		for i := range columns {
			columns[i].cells = append(columns[i].cells, cells[i])
		}
	}
	left := 0
	for _, d := range c.Plans {
		if !d.Changed() {
			continue
		}
		if len(columns[0].cells) == most {
			left++
			continue
		}
		name := line(d.Name)
		if name == "" {
			name = line(d.File)
		}
		row(name, arrow(d, func(f advice.Figures) string { return line(f.Words) }), arrow(d, func(f advice.Figures) string { return rate(f.CapacityQPS) }),
			arrow(d, headroom), arrow(d, monthly), arrow(d, runway))
	}
	if left > 0 {
		row(fmt.Sprintf("%s more", count(left)), "", "", "", "", "")
	}
	if c.Before != c.After {
		row("in total", passage(plural(c.Before.Replicas, "replica"), plural(c.After.Replicas, "replica")), passage(rate(c.Before.CapacityQPS), rate(c.After.CapacityQPS)), "",
			passage(money(c.Before.Cost), money(c.After.Cost))+increase(c.Before.Cost, c.After.Cost), "")
	}
	return columns
}

// arrow is one figure before and after.
func arrow(d advice.Delta, of func(advice.Figures) string) string {
	switch {
	case d.Before == nil:
		return "new: " + of(*d.After)
	case d.After == nil:
		return of(*d.Before) + " → gone"
	}
	return passage(of(*d.Before), of(*d.After))
}

func passage(before, after string) string {
	if before == after {
		return after
	}
	return before + " → " + after
}

func headroom(f advice.Figures) string {
	if f.CapacityQPS <= 0 {
		return none
	}
	return percent(f.Headroom)
}

func monthly(f advice.Figures) string {
	if !f.Priced {
		return none
	}
	return money(f.Cost)
}

func runway(f advice.Figures) string {
	switch {
	case f.Grows && f.Runway == 0:
		return "too small"
	case !f.Grows || f.HoldsUntil.IsZero():
		return none
	}
	return f.HoldsUntil.Format(time.DateOnly)
}

// increase is a cost's change in percent, in brackets; "" where there is none to tell.
func increase(before, after float64) string {
	if before <= 0 || before == after {
		return ""
	}
	sign := "+"
	if after < before {
		sign = ""
	}
	return " (" + sign + percent(after/before-1) + ")"
}

// comparedFindings says which findings a change brings and takes.
func comparedFindings(c *advice.Comparison) string {
	return fmt.Sprintf("Findings since %s: %s new, %s as before, %s gone.", line(c.Base), count(c.New), count(c.Old), count(c.Gone))
}
