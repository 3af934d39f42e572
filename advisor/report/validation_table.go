package report

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
)

// How many lines of each list a screen holds; the machine formats hold all.
const (
	mostToldSkips = 5
	mostToldWorst = 5
)

// validationTable writes one screen for a person.
func validationTable(out *bytes.Buffer, v *advice.Validation, o Options) error {
	s := newScreen(out, o)
	s.paragraph("", verdict(v), bold)
	s.blank()
	s.labelled("Source", rowsRead(v))
	s.blank()
	columns := s.sign(scores(v))
	if fitting, ok := fit(columns, s.width); ok {
		rows, err := lines(fitting)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put(row, plain)
		}
	} else {
		s.stacked(columns)
	}
	s.list("Farthest off", far(v)[:min(len(v.Worst), mostToldWorst)])
	s.list("Skipped", skips(v))
	s.list("Warnings", each(v.Warnings, line))
	return nil
}

// list writes items under a heading, and nothing without items.
func (s *screen) list(heading string, items []string) {
	if len(items) == 0 {
		return
	}
	s.blank()
	s.put(heading, plain)
	for _, item := range items {
		s.paragraph("  ", item, plain)
	}
}

// verdict is the outcome in one sentence.
func verdict(v *advice.Validation) string {
	if v.Used == 1 {
		inside := "inside"
		if v.Coverage90 < 1 {
			inside = "outside"
		}
		return fmt.Sprintf("The prediction is %s off; the measurement lies %s its 90 %% interval.", lean(v.Bias), inside)
	}
	return fmt.Sprintf("Predictions miss by %s at the median and %s at the 90th percentile; the 90 %% interval holds %s of the measurements.",
		share(v.MdAPE), share(v.P90APE), share(v.Coverage90))
}

// share is a fraction in percent to one decimal, "4.2 %".
func share(fraction float64) string {
	if !finite(fraction) {
		return none
	}
	return grouped(100*fraction, 1) + " %"
}

// lean is a signed fraction in percent, "+1.0 %".
func lean(fraction float64) string {
	if finite(fraction) && math.Round(1000*fraction) > 0 {
		return "+" + share(fraction)
	}
	return strings.Replace(share(fraction), "-0.0", "0.0", 1)
}

// rowsRead says how much was read and used, in parts.
func rowsRead(v *advice.Validation) []string {
	var parts []string
	if n := line(v.Source); n != "" {
		parts = append(parts, n)
	}
	measurements := " measurements"
	if v.Rows == 1 {
		measurements = " measurement"
	}
	parts = append(parts, count(v.Rows)+measurements, count(v.Used)+" judged")
	if skipped := v.Rows - v.Used; skipped > 0 {
		parts = append(parts, count(skipped)+" skipped")
	}
	return parts
}

// scores are the columns of the table of groups, all together in the first row.
func scores(v *advice.Validation) []column {
	rows := append([]advice.GroupScore{{Group: "all", Score: v.Score}}, v.By...)
	if len(v.By) == 1 && v.GroupedBy == "prediction" {
		rows = v.By
	}
	columns := []column{
		{head: inWords(v.GroupedBy)}, {head: "n", right: true}, {head: "median error", right: true},
		{head: "p90 error", right: true}, {head: "bias", right: true}, {head: "in interval", right: true},
		{head: "high/low", right: true, drop: 1},
	}
	columns[0].most = 40
	for _, g := range rows {
		for i, text := range []string{
			line(g.Group), count(g.N), share(g.MdAPE), share(g.P90APE), lean(g.Bias),
			share(g.Coverage90), times(g.MedianIntervalRatio),
		} {
			columns[i].cells = append(columns[i].cells, text)
		}
	}
	return columns
}

// times is a ratio, "1.32".
func times(ratio float64) string {
	if !finite(ratio) {
		return none
	}
	return grouped(ratio, 2)
}

// far are the farthest misses, each with its place.
func far(v *advice.Validation) []string {
	return each(v.Worst, func(j advice.Judgement) string { return place(v, j.Line) + judged(j) })
}

// place is where a measurement stands in its file.
func place(v *advice.Validation, n int) string { return line(v.Counts+" "+strconv.Itoa(n)) + ": " }

// judged is one measurement beside its prediction.
func judged(j advice.Judgement) string {
	high := quantity(j.High, j.Unit)
	if !finite(j.High) {
		high = "unstable"
	}
	return fmt.Sprintf("%s: predicted %s (90 %%: %s to %s), measured %s, %s off", line(j.What),
		quantity(j.Predicted, j.Unit), quantity(j.Low, j.Unit), high, quantity(j.Measured, j.Unit), lean(j.Predicted/j.Measured-1))
}

// skips are the first rows that could not be judged, with their reasons.
func skips(v *advice.Validation) []string {
	var out []string
	for _, s := range v.Skipped[:min(len(v.Skipped), mostToldSkips)] {
		out = append(out, place(v, s.Line)+line(s.Reason))
	}
	if rest := v.Rows - v.Used - len(out); rest > 0 && len(out) > 0 {
		out = append(out, count(rest)+" more; -o json lists them")
	}
	return out
}

// validationMarkdown writes GitHub-flavoured Markdown.
func validationMarkdown(out *bytes.Buffer, v *advice.Validation, _ Options) error {
	m := markdown{out}
	m.printf("## Predictions against measurements\n\n**%s**\n\n%s\n\n", escape(verdict(v)), escape(strings.Join(rowsRead(v), " · ")))
	m.table(scores(v), func(int) bool { return false })
	m.list("Farthest off", far(v))
	m.list("Skipped", skips(v))
	m.list("Warnings", each(v.Warnings, line))
	return nil
}
