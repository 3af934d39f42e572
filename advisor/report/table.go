package report

import (
	"bytes"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// writeTable writes one screen for a person: the recommendation first, then what
// it was compared with, then why.
func writeTable(out *bytes.Buffer, a *advice.Advice, o Options) error {
	s := newScreen(out, o)
	s.headline(a)
	s.blank()
	s.labelled("Workload", named(a))
	s.labelled("Today", deployed(a))
	if err := s.alternatives(a); err != nil {
		return err
	}
	if err := s.verification(a); err != nil {
		return err
	}
	s.labelled("Elsewhere", elsewhere(a))
	s.labelled("Schedule", byTheClock(a))
	s.findings(a)
	if err := s.roadmap(a); err != nil {
		return err
	}
	s.assumed(a)
	s.derivation(a.Steps)
	if len(a.Next) > 0 {
		s.command("Next", line(a.Next[0]))
	}
	return nil
}

func (s *screen) headline(a *advice.Advice) {
	p := bold
	if !a.Feasible {
		p = red
	}
	s.paragraph("", title(a), p)
	if d := doubt(a); d != "" {
		s.paragraph("  ", d, plain)
	}
	for _, text := range []string{cost(a.Plan), follows(a), cheaper(a)} {
		if text != "" {
			s.paragraph("", text, plain)
		}
	}
}

// doubt is the largest doubt about the plan and what settles it; "" where there is none.
func doubt(a *advice.Advice) string {
	if all := a.Doubts(); len(all) > 0 {
		return sentence(all[0].Message) + " " + sentence(all[0].Remedy) + " [" + line(all[0].Rule) + "]"
	}
	return ""
}

// named is the workload as understood, its name first.
func named(a *advice.Advice) []string {
	if n := line(a.Workload.Name); n != "" {
		return append([]string{n}, understood(a)...)
	}
	return understood(a)
}

// cheaper says what would do for much less where today is kept.
func cheaper(a *advice.Advice) string {
	c := a.Cheaper
	if c == nil {
		return ""
	}
	return compact(*c) + " would do for " + money(c.CostPerMonth) + " USD a month, " + percent(1-c.CostPerMonth/a.Plan.CostPerMonth) + " less, and was measured (--objective cost takes it)."
}

// elsewhere is what another cloud or vendor would cost, in parts; none where that is no less.
func elsewhere(a *advice.Advice) []string {
	e := a.Elsewhere
	if e == nil {
		return nil
	}
	plan := compact(e.Plan) + ", " + money(e.Plan.CostPerMonth) + " USD/month"
	if e.Saves > 0 && e.Plan.CostPerMonth > 0 {
		plan += " (saves " + percent(e.Saves/(e.Saves+e.Plan.CostPerMonth)) + ")"
	}
	parts := append([]string{plan}, e.Moves...)
	if !e.Plan.Measured() {
		parts = append(parts, "predicted only")
	}
	if !e.Taken {
		parts = append(parts, "--stay none takes it")
	}
	return parts
}

// deployed is today's deployment in parts; none when no accelerator was named.
func deployed(a *advice.Advice) []string {
	t := a.Today
	if t == nil {
		return nil
	}
	plan := compact(t.Evaluation)
	if t.Assumed {
		plan += " (partly assumed)"
	}
	parts := []string{plan, reach(t)}
	if t.Priced {
		parts = append(parts, money(t.CostPerMonth)+" USD/month")
	}
	switch {
	case t.Holds && !t.AtHorizon.Holds && !t.HoldsUntil.IsZero():
		return append(parts, "holds until "+t.HoldsUntil.Format(time.DateOnly))
	case t.Holds && !t.AtHorizon.Holds:
		return append(parts, "holds now, not at the horizon: "+excused(t.AtHorizon.Excuse))
	case t.Holds:
		return append(parts, "holds")
	}
	if t.Excuse != nil && t.Excuse.Code == candidate.Unknown {
		return append(parts, "to be measured")
	}
	if t.Excuse != nil {
		return append(parts, "does not hold: "+excused(t.Excuse))
	}
	return append(parts, "does not hold")
}

// reach is what today's deployment carries against the demand.
func reach(t *advice.Today) string {
	switch {
	case t.Excuse != nil && t.Excuse.Code == candidate.SlowAlone:
		return "too slow alone" // whatever its limit without that bound would be
	case t.Basis == "":
		return "limit unknown"
	case finite(t.Utilization) && t.Utilization > 0:
		return "limit " + rate(t.CapacityQPS) + ", demand is " + percent(t.Utilization) + " of it"
	}
	return "limit " + rate(t.CapacityQPS)
}

// alternatives writes the table, or a few lines a strategy where it is too narrow.
func (s *screen) alternatives(a *advice.Advice) error {
	if len(a.Alternatives) == 0 {
		return nil
	}
	s.blank()
	columns := s.sign(mark(a, sideBySide(a)))
	fitting, ok := fit(narrowed(columns, a.Workload), s.width)
	if !ok {
		s.stacked(columns)
	} else {
		rows, err := lines(fitting)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put(row, rowStyle(row))
		}
	}
	if note := footnote(a); note != "" {
		s.paragraph("  ", note, plain)
	}
	return nil
}

// mark puts the marker of the chosen alternative before the strategies.
func mark(a *advice.Advice, columns []column) []column {
	columns[0].head = "  " + columns[0].head
	for i, alt := range a.Alternatives {
		marker := "  "
		if alt.Chosen {
			marker = "> "
		}
		columns[0].cells[i] = marker + columns[0].cells[i]
	}
	return columns
}

func rowStyle(row string) style {
	if strings.HasPrefix(row, "> ") {
		return bold
	}
	return plain
}

// stacked writes each alternative as a few short lines.
func (s *screen) stacked(columns []column) {
	for r, name := range columns[0].cells {
		s.put(name, rowStyle(name))
		var parts []string
		for _, c := range columns[1:] {
			if text := stackedCell(c, c.cells[r]); text != "" && c.cells[r] != s.signs(none) {
				parts = append(parts, text)
			}
		}
		s.paragraph("    ", strings.Join(parts, ", "), plain)
	}
}

// stackedCell is a cell with what its header says.
func stackedCell(c column, cell string) string {
	switch {
	case cell == "" || !c.right:
		return cell
	case c.unit:
		return cell + " " + c.head
	}
	return c.head + " " + cell
}

// roadmap writes the stages where there is more than one.
func (s *screen) roadmap(a *advice.Advice) error {
	if len(a.Roadmap) < 2 {
		return nil
	}
	s.put("Roadmap", plain)
	shown := a.Roadmap
	if !s.o.Explain {
		shown = shown[:min(len(shown), mostStages)]
	}
	columns := s.sign(stages(shown))
	fitting, ok := fit(columns, s.width-2)
	if !ok {
		s.stacked(columns)
		return nil
	}
	rows, err := lines(fitting)
	for _, row := range rows {
		s.put("  "+row, plain)
	}
	if rest := len(a.Roadmap) - mostStages; rest > 0 && !s.o.Explain {
		s.put("  "+count(rest)+" more with --explain", plain)
	}
	return err
}

// How many stages and assumptions a screen holds.
const (
	mostStages      = 8
	mostAssumptions = 8
)

// assumed writes what was not given and how to set it.
func (s *screen) assumed(a *advice.Advice) {
	if s.o.Explain {
		s.items("Assumed", each(a.Assumptions, explained))
		return
	}
	parts := each(a.Assumptions, assumption)
	if rest := len(parts) - mostAssumptions; rest > 0 {
		parts = append(parts[:mostAssumptions], count(rest)+" more with --explain")
	}
	s.labelled("Assumed", parts)
}
