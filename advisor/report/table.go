package report

import (
	"bytes"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// writeTable writes one screen for a person: what to do and what it costs, what it carries, the
// largest doubt; then today, the alternatives, why, what to check. --explain adds the rest.
func writeTable(out *bytes.Buffer, a *advice.Advice, o Options) error {
	return firstScreen(newScreen(out, o), a)
}

// writePlain writes the same with one line a fact, for screen readers and grep.
func writePlain(out *bytes.Buffer, a *advice.Advice, o Options) error {
	o.Plain = true
	return firstScreen(newScreen(out, o), a)
}

func firstScreen(s *screen, whole *advice.Advice) error {
	a := withShortNames(whole)
	s.headline(a)
	s.blank()
	if !keepsToday(a) || !a.Feasible {
		s.labelled("Today", deployed(a))
	}
	s.labelled("Workload", asked(a))
	s.labelled("Assumed", assumed(a))
	if err := s.alternatives(a); err != nil {
		return err
	}
	if err := s.verification(a); err != nil {
		return err
	}
	s.labelled("Steps", way(a))
	s.labelled("Budget", affordable(a))
	if o := line(a.Order); o != "" {
		s.labelled("Order", []string{o})
	}
	if s.o.All && !s.o.Explain {
		if err := s.roadmap(a); err != nil {
			return err
		}
	}
	if text := follows(a); text != "" {
		s.paragraph("", text, plain)
	}
	s.labelled("Schedule", byTheClock(a))
	s.labelled("Cheaper", cheaper(a))
	s.labelled("Room", room(a))
	s.labelled("Elsewhere", elsewhere(a))
	s.labelled("Pools", apart(a))
	s.labelled("API", hosted(a))
	s.labelled("Why", because(a))
	s.checks(a)
	s.labelled("Prices", prices(a))
	if s.o.All && !s.o.Explain {
		s.labelled("By month", byMonth(a.Cost))
	}
	if s.o.All || s.o.Explain {
		s.labelled("Or pay", instead(a.Cost))
		s.labelled("Energy", energy(a.Cost))
	}
	s.next(a)
	if text := s.out.Bytes(); bytes.HasSuffix(text, []byte("\n\n")) {
		s.out.Truncate(len(text) - 1) // nothing followed the headline
	}
	if s.o.Explain {
		return s.explained(a)
	}
	return nil
}

// headline writes the three lines that come first.
func (s *screen) headline(a *advice.Advice) {
	p, text, money := bold, title(a), price(a)
	if n := line(a.Workload.Name); n != "" {
		text = n + ": " + text
	}
	if !a.Feasible {
		p = red
	}
	if room := s.width - width(s.signs(text)) - width(s.signs(money)); money != "" && room >= 2 && !s.o.Plain {
		s.put(s.signs(text)+pad("", room)+s.signs(money), p)
	} else {
		s.paragraph("", text, p)
		if money != "" {
			s.paragraph("  ", money, p)
		}
	}
	for _, more := range []string{serving(a), shortOf(a), doubt(a)} {
		if more != "" {
			s.paragraph("  ", more, plain)
		}
	}
}

// shortOf says what the nearest plan lacks where none holds, and what would be enough.
func shortOf(a *advice.Advice) string {
	x := nearest(a)
	if a.Feasible || a.Untold() || x == nil || a.Plan.Replicas == 0 {
		return ""
	}
	s := "Nearest: " + planned(a.Plan) + ", " + excused(x) + "."
	if more := enough(x.NearMiss); more != "" && len(x.Also) == 0 && x.Code != candidate.SlowAlone {
		s += " " + more
	}
	return s
}

// explained writes all that the first screen leaves out.
func (s *screen) explained(a *advice.Advice) error {
	s.blank()
	s.findings(a)
	if err := s.roadmap(a); err != nil {
		return err
	}
	s.items("Assumed", each(a.Assumptions, explained))
	s.derivation(a.Steps)
	if len(a.Next) > 0 {
		s.command("Next", line(a.Next[0]))
	}
	return nil
}

// roadmap writes the stages where there is more than one.
func (s *screen) roadmap(a *advice.Advice) error {
	if len(a.Roadmap) < 2 {
		return nil
	}
	s.put("Roadmap", plain)
	columns := s.sign(stages(a.Roadmap))
	fitting, ok := fit(columns, s.width-2)
	if !ok {
		s.stacked(columns)
		return nil
	}
	rows, err := lines(fitting)
	for _, row := range rows {
		s.put("  "+row, plain)
	}
	return err
}
