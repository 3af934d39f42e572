package report

import (
	"bytes"
	"io"

	"scaleadvise/advisor/advice"
)

// whatIfFormats is the one ordered list of formats of what would be if.
var whatIfFormats = []format[advice.WhatIf]{
	{"table", whatIfTable},
	{"json", asJSON(newWhatIf)},
	{"yaml", asYAML(newWhatIf)},
	{"markdown", whatIfMarkdown},
	{"csv", whatIfCSV},
	{"html", asDocument(whatIfPage)},
}

// WhatIfFormats lists the names of the formats of a what-if, the default first.
func WhatIfFormats() []string { return formatNames(whatIfFormats) }

// WriteWhatIf renders w in the named format, as Write does advice.
func WriteWhatIf(out io.Writer, name string, w *advice.WhatIf, o Options) error {
	return write(out, "answer", whatIfFormats, name, w, o)
}

// whatIfTable writes a sweep with its plot, or what flips the choice and what moves it.
func whatIfTable(out *bytes.Buffer, w *advice.WhatIf, o Options) error {
	s := newScreen(out, o)
	if text := unfinished(w); text != "" {
		s.paragraph("", text, bold)
		s.blank()
	}
	if w.Sweep != nil {
		if err := s.sweep(w); err != nil {
			return err
		}
		s.labelled("Costs", quoted(pricedPlans(w)...).notes(o))
		return nil
	}
	s.paragraph("", flipsTitle(w), bold)
	for _, part := range flipParts(w, mostFlips) {
		if err := s.part(part); err != nil {
			return err
		}
	}
	if len(w.Unmoved) > 0 {
		s.paragraph("", "Without effect: "+line(unmoved(w))+".", plain)
	}
	s.labelled("Costs", quoted(pricedPlans(w)...).notes(o))
	return nil
}

// part writes a heading and a grid below it.
func (s *screen) part(p flipPart) error {
	s.blank()
	s.paragraph("", p.heading, plain)
	if len(p.columns) == 0 || len(p.columns[0].cells) == 0 {
		s.paragraph("  ", p.otherwise, plain)
		return nil
	}
	return s.grid(p.columns)
}

// grid writes columns set in by two, or each row as a few short lines where they are too wide.
func (s *screen) grid(columns []column) error {
	columns = s.sign(columns)
	fitting, ok := fit(columns, s.width-2)
	if !ok {
		columns[0].cells = append([]string{}, columns[0].cells...)
		for i, cell := range columns[0].cells {
			columns[0].cells[i] = "  " + cell
		}
		s.stacked(columns)
		return nil
	}
	rows, err := lines(fitting)
	for _, row := range rows {
		s.put("  "+row, plain)
	}
	return err
}

// sweep writes the values one a row, where another strategy begins, and the cost as a plot.
func (s *screen) sweep(w *advice.WhatIf) error {
	s.paragraph("", sweepTitle(w), bold)
	s.blank()
	columns := s.sign(sweepColumns(w))
	fitting, ok := fit(columns, s.width)
	if ok {
		rows, err := lines(fitting)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put(row, rowStyle(row))
		}
	} else {
		s.stacked(columns)
	}
	for i, c := range w.Sweep.Changes {
		label := ""
		if i == 0 {
			s.blank()
			label = "Changes"
		}
		s.paragraph(pad(label, margin), crossed(w.Sweep.Of, c), plain)
	}
	s.sweepPlot(w.Sweep)
	return nil
}
