package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"scaleadvise/advisor/advice"
)

// checkText shows each finding with the line it is about (actionlint's and Rust's manner),
// then what a change does, then the verdict.
func checkText(out *bytes.Buffer, c *advice.Check, o Options) error {
	s := newScreen(out, o)
	for _, old := range []bool{false, true} {
		s.checked(c, old)
	}
	for _, f := range c.Totals {
		s.found(f, c)
	}
	s.unjudged(unjudged(c))
	for _, p := range c.Plans {
		s.figured(p)
	}
	if err := s.compared(c.Comparison); err != nil {
		return err
	}
	p := plain
	switch c.Outcome {
	case advice.Fails, advice.Invalid:
		p = red
	case advice.Unjudged:
		p = yellow
	}
	s.paragraph("", strings.Join(distinct([]string{checkVerdict(c), checkCounts(c), checkCost(c)}), " "), p)
	s.labelled("Costs", checkQuotes(c).notes(o))
	for _, note := range checkNotes(c) {
		s.paragraph("note: ", note, plain)
	}
	return nil
}

// unjudged lists what nothing could be held against.
func (s *screen) unjudged(all []advice.Checked) {
	if len(all) == 0 {
		return
	}
	s.put("Not judged:", bold)
	for _, p := range all {
		what := strings.TrimSpace(line(p.Kind) + " " + line(p.Name))
		s.paragraph("  ", fmt.Sprintf("%s:%d: %s: %s", line(p.File), p.Line, what, sentence(p.Reason)), plain)
	}
	s.blank()
}

// figured writes how a plan's figures came about, where it was asked.
func (s *screen) figured(p advice.Checked) {
	if len(p.Steps) > 0 {
		s.paragraph("", "How the numbers of "+planTitle(p)+" came about", bold)
		s.steps(p.Steps)
		s.blank()
	}
}

// checked writes the findings of all plans, those that are new or those that are not.
func (s *screen) checked(c *advice.Check, old bool) {
	first := true
	for _, p := range c.Plans {
		for _, f := range p.Findings {
			if f.Old != old {
				continue
			}
			if old && first {
				s.put("As before, in "+line(c.Comparison.Base)+" too:", bold)
				s.blank()
			}
			first = false
			s.found(f, c)
		}
	}
}

// found writes one finding.
func (s *screen) found(f advice.Located, c *advice.Check) {
	paint := map[advice.Severity]style{advice.Error: red, advice.Warning: yellow}[f.Severity]
	s.paragraph("", fmt.Sprintf("%s: %s [%s]", f.Severity, line(f.Title), line(f.Rule)), paint)
	s.put("  "+spot(f.Place), plain)
	s.caret(f)
	s.with(f)
	if f.Remedy != "" {
		s.paragraph("  do: ", sentence(f.Remedy)+s.more(f, c), plain)
	}
	s.blank()
}

// more says where to read on about a rule, and the principle that it goes by.
func (s *screen) more(f advice.Located, c *advice.Check) string {
	if len(f.Principles) == 0 { // found by no rule
		return ""
	}
	more := " More: scaleadvise rules show " + line(f.Rule) + "."
	var cited []string
	for _, id := range f.Principles {
		if i := slices.IndexFunc(c.Principles, func(p advice.Principle) bool { return p.ID == id }); i >= 0 {
			cited = append(cited, line(c.Principles[i].Title))
		}
	}
	switch {
	case len(cited) == 0:
		return more
	case !s.o.Explain:
		cited = cited[:1]
	}
	return more + " Principle: " + strings.Join(cited, "; ")
}

// caret shows the line and, below the value that is meant, the message.
func (s *screen) caret(f advice.Located) {
	message := sentence(f.Message)
	text, column := shownLine(f.Place, s.width-10)
	if text == "" {
		s.paragraph("  ", message, plain)
		return
	}
	number := fmt.Sprintf(" %d", f.Place.Line)
	gutter := strings.Repeat(" ", len(number)) + " | "
	s.put(number+" | "+text, plain)
	mark := strings.Repeat(" ", column) + "^ "
	if room := s.width - width(gutter) - width(mark); width(s.signs(message)) <= room || room >= leastBeside {
		s.paragraph(gutter+mark, message, plain)
		return
	}
	s.put(gutter+mark, plain)
	s.paragraph(gutter+"  ", message, plain)
}

// shownLine is the part of a line around its place that fits n columns, without tabs, and
// how many columns stand before the place.
func shownLine(p advice.Place, n int) (text string, before int) {
	if p.Line == 0 || strings.TrimSpace(p.Text) == "" {
		return "", 0
	}
	runes := []rune(p.Text)
	at := min(max(p.Column-1, 0), len(runes))
	left, right := tidy(string(runes[:at])), tidy(string(runes[at:]))
	if width(left) > n*2/3 {
		pieces := cut(left, max(n/3, 1))
		left = "…" + pieces[len(pieces)-1]
	}
	if room := max(n-width(left), 1); width(right) > room {
		right = cut(right, room-1)[0] + "…"
	}
	return strings.TrimRight(left+right, " "), width(left)
}

// tidy is text as it may be printed beside other text: clean, tabs as spaces.
func tidy(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(clean(s), "\n", string(utf8.RuneError)), "\t", "  ")
}

// mostEvidence is how many values a finding shows unless everything is asked for.
const mostEvidence = 4

// with lists the values that a finding rests on; those that were given come with their
// place, and all of them where everything is asked for.
func (s *screen) with(f advice.Located) {
	prefix, shown := "  with ", 0
	for _, e := range f.Evidence {
		given := e.Origin != "" && e.Origin != "computed"
		if !s.o.Explain && (!given || unset(e) || shown == mostEvidence) {
			continue
		}
		text := line(e.Name) + " " + quantity(e.Value, e.Unit)
		if given {
			text += " from " + line(e.Origin)
		}
		s.paragraph(prefix, text, plain)
		prefix, shown = "       ", shown+1
	}
}

// unset reports whether evidence is of a trait that was not given and has no default.
func unset(e advice.Evidence) bool {
	return e.Origin == "default" && (e.Value == 0.0 || e.Value == int64(0) || e.Value == "")
}

// compared writes what a change does to the plans.
func (s *screen) compared(c *advice.Comparison) error {
	if c == nil {
		return nil
	}
	s.paragraph("", "Against "+line(c.Base)+":", bold)
	if columns := s.sign(changes(c, -1)); len(columns[0].cells) > 0 {
		fitting, ok := fit(columns, s.width-2)
		if !ok {
			s.stacked(columns)
		} else {
			rows, err := lines(fitting)
			if err != nil {
				return err
			}
			for _, row := range rows {
				s.put("  "+row, plain)
			}
		}
	} else {
		s.paragraph("  ", "no plan changes its capacity, headroom, cost or runway", plain)
	}
	s.paragraph("  ", comparedFindings(c), plain)
	s.blank()
	return nil
}
