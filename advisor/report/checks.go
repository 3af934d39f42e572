package report

import (
	"strings"

	"scaleadvise/advisor/advice"
)

// What is to be checked before anyone buys: at most this many warnings stand on the first screen, in
// at most this many lines.
const (
	mostChecks     = 3
	mostCheckLines = 6
)

// checks writes what was given oddly and the warnings that may hurt, the gravest first, and names the
// others.
func (s *screen) checks(a *advice.Advice) {
	type check struct{ text, name string }
	var all []check
	for _, text := range a.Cautions {
		all = append(all, check{sentence(capital(line(text))), "a note"})
	}
	for _, f := range warned(a) {
		all = append(all, check{remark(f), line(f.Rule)})
	}
	var named []string
	label, shown, spent := "Check", 0, 0
	for _, c := range all {
		n := len(wrap(s.signs(c.text), s.width-margin))
		if shown >= mostChecks || shown > 0 && spent+n > mostCheckLines {
			named = append(named, c.name)
			continue
		}
		shown, spent = shown+1, spent+n
		s.labelled(label, []string{c.text})
		label = ""
	}
	if len(named) > 0 {
		s.labelled(label, []string{"also: " + strings.Join(distinct(named), ", ") + " (--explain)"})
	}
}

// warned are the findings to check: the doubts after the first, then the warnings, and the errors
// where nothing holds.
func warned(a *advice.Advice) []advice.Finding {
	var out []advice.Finding
	doubts := a.Doubts()
	if len(doubts) > 1 {
		out = append(out, doubts[1:]...)
	}
	for _, f := range a.Findings {
		switch {
		case f.Doubt > 0:
		case f.Severity == advice.Warning, f.Severity == advice.Error && !a.Feasible:
			out = append(out, f)
		}
	}
	return out
}

// capital is a text with its first letter large; names of flags stay.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
