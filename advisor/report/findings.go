package report

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
)

// findings writes the reasons, the warnings, and the names of those left out.
func (s *screen) findings(a *advice.Advice) {
	t := newTeller(a)
	show := choose(a, s.o.Explain, func(f advice.Finding) int { return s.height(told(f), t.notes) })
	if len(show.why) > 0 {
		s.blank()
		s.paragraph("", why(a), plain)
	}
	for i, f := range show.why {
		s.finding(fmt.Sprintf("%3d. ", i+1), f, t)
	}
	s.warnings(a, show.warnings, t)
	if n := len(show.others); n > 0 {
		s.paragraph("  ", count(n)+" more with --explain or -o markdown: "+strings.Join(show.others, ", "), plain)
	}
	if s.o.Explain {
		s.items("Principles", each(a.Principles, principle))
	}
}

// why is the heading of the reasons: what decided, in the table's words.
func why(a *advice.Advice) string {
	by := won(a)
	if a.DecidedBy == string(a.Criterion) {
		by = line(a.Criterion.Because(a.Margin))
	}
	if by == "" {
		return "Why"
	}
	return "Why: " + by
}

// finding writes one finding, its rule at the right.
func (s *screen) finding(prefix string, f advice.Finding, t *teller) {
	p := plain
	if f.Severity == advice.Error {
		p = red
	}
	s.noted(prefix, t.tell(f), line(f.Rule), t.notes, p)
	if s.o.Explain && len(f.Evidence) > 0 {
		s.paragraph("     ", "with "+strings.Join(evidence(f), " · "), plain)
	}
}

// mostFootnotes is how many warnings without a rule a screen holds.
const mostFootnotes = 3

// warnings writes what should be known although it decides nothing.
func (s *screen) warnings(a *advice.Advice, findings []advice.Finding, t *teller) {
	footnotes := distinct(a.Warnings, a.Plan.Warnings)
	if len(findings)+len(footnotes) == 0 {
		return
	}
	s.put("Warnings", yellow)
	for _, f := range findings {
		s.finding("   - ", f, t)
	}
	if rest := len(footnotes) - mostFootnotes; rest > 0 && !s.o.Explain {
		footnotes = append(footnotes[:mostFootnotes], count(rest)+" more with --explain")
	}
	for _, w := range footnotes {
		s.paragraph("   - ", w, plain)
	}
}

// items writes a heading and one paragraph each.
func (s *screen) items(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	s.put(heading, plain)
	for _, text := range items {
		s.paragraph("   - ", text, plain)
	}
}

// teller words findings one after the other; a principle is named only once.
type teller struct {
	titles map[string]string // of principles, by id
	said   map[string]bool
	notes  int // width of the rules' column
}

func newTeller(a *advice.Advice) *teller {
	t := &teller{titles: map[string]string{}, said: map[string]bool{}}
	for _, p := range a.Principles {
		t.titles[p.ID] = line(p.Title)
	}
	for _, f := range a.Findings {
		t.notes = max(t.notes, width(line(f.Rule)))
	}
	return t
}

// told is what a finding says: its message, and what to do where something is wrong.
func told(f advice.Finding) string {
	s := sentence(f.Message)
	if s == "" {
		s = sentence(f.Title)
	}
	if f.Severity == advice.Error {
		s = "Error: " + s
	}
	if f.Severity > advice.Info && f.Remedy != "" {
		s += " " + sentence(f.Remedy)
	}
	return s
}

// tell is what is told with the first principle behind it, when that has not been named yet.
func (t *teller) tell(f advice.Finding) string {
	if len(f.Principles) == 0 {
		return told(f)
	}
	id := f.Principles[0]
	title := t.titles[id]
	if title == "" || t.said[id] {
		return told(f)
	}
	t.said[id] = true
	return told(f) + " Principle: " + title
}

// evidence lists the values of a finding.
func evidence(f advice.Finding) []string {
	return each(f.Evidence, func(e advice.Evidence) string {
		s := line(e.Name) + " " + quantity(e.Value, e.Unit)
		if e.Origin != "" {
			s += " (" + line(e.Origin) + ")"
		}
		return s
	})
}

// principle is a principle in one line.
func principle(p advice.Principle) string {
	s := line(p.Title) + " (" + line(p.ID) + "): " + sentence(p.Text)
	if p.Source != "" {
		s += " Source: " + line(p.Source)
	}
	return s
}

// plainly are assumptions whose value says what it is.
var plainly = map[string]bool{"model": true, "runtime": true, "precision": true, "engine": true, "input_tokens": true, "output_tokens": true}

// assumption is one assumption: its value and the flag that sets it.
func assumption(x advice.Assumption) string {
	s, v := inWords(x.Trait), quantity(x.Value, x.Unit)
	switch {
	case plainly[x.Trait] && v != "":
		s = runtimeName(v)
	case v != "":
		s += " " + v
	}
	if f := strings.TrimLeft(line(x.Flag), "-"); f != "" {
		s += " (--" + f + ")"
	}
	return s
}

// explained is an assumption with its reason.
func explained(x advice.Assumption) string {
	s := assumption(x)
	if r := line(x.Reason); r != "" {
		s += ": " + r
	}
	return s
}

// distinct joins lists of sentences, each sentence once.
func distinct(lists ...[]string) []string {
	var out []string
	seen := map[string]bool{}
	for _, list := range lists {
		for _, s := range list {
			if s = line(s); s != "" && !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}
