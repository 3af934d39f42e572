package report

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/guptarohit/asciigraph"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// sweepPlot draws the cost over the values, each as wide as the next, with a strip below that
// names the strategy of each.
func (s *screen) sweepPlot(sweep *advice.Sweep) {
	priced := 0
	for _, p := range sweep.Points {
		if p.Feasible && p.Plan.Priced {
			priced++
		}
	}
	if sweep.Of.Words || priced < leastPoints {
		return
	}
	columns := min(s.width-plotLabels, plotWidth)
	cost, strip := make([]float64, columns), make([]rune, columns)
	for k := range cost {
		p := sweep.Points[k*len(sweep.Points)/columns]
		cost[k], strip[k] = applies(p.Plan.CostPerMonth, p.Feasible && p.Plan.Priced), sign(p)
	}
	text := asciigraph.Plot(cost, asciigraph.Height(plotHeight), asciigraph.LowerBound(0),
		asciigraph.YAxisValueFormatter(func(v float64) string { return measure(math.Round(v), "") }))
	first, last := valueOf(sweep.Of, sweep.Points[0].Value), valueOf(sweep.Of, sweep.Points[len(sweep.Points)-1].Value)
	if s.o.ASCII {
		text, first, last = lineArt.Replace(text), s.signs(first), s.signs(last)
	}
	s.blank()
	s.paragraph("", "USD a month over "+inputName(sweep.Of), plain)
	rows := strings.Split(text, "\n")
	for _, l := range rows {
		s.put(l, plain)
	}
	left := strings.Repeat(" ", axisOf(rows)+1)
	s.put(left+string(strip), plain)
	s.put(left+first+strings.Repeat(" ", max(columns-width(first)-width(last), 1))+last, plain)
	s.paragraph(left, legend(strip), plain)
}

// axisOf is the column of a plot's axis.
func axisOf(rows []string) int {
	for at, r := range []rune(rows[0]) {
		if r == '┤' || r == '┼' || r == '|' || r == '+' {
			return at
		}
	}
	return 0
}

// letter is how the strip shows a strategy: its first. Optimized ones are capitals.
func letter(s candidate.Strategy) rune { return rune(s.Words()[0]) }

func sign(p advice.SweepPoint) rune {
	switch {
	case !p.Feasible || p.Strategy == "":
		return '.'
	case p.Optimized:
		return unicode.ToUpper(letter(p.Strategy))
	}
	return letter(p.Strategy)
}

// legend explains the letters that occur.
func legend(strip []rune) string {
	var out []string
	for _, s := range candidate.Strategies() {
		small := letter(s)
		if slices.Contains(strip, small) {
			out = append(out, string(small)+" "+s.Words())
		}
		if capital := unicode.ToUpper(small); slices.Contains(strip, capital) {
			out = append(out, string(capital)+" "+s.Words()+", optimized")
		}
	}
	if strings.ContainsRune(string(strip), '.') {
		out = append(out, ". no plan")
	}
	return strings.Join(out, ", ")
}
