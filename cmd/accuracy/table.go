package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/service"
)

// questions are those of the table, with what readers know them by.
var questions = []struct{ name, title string }{
	{"server", "server from saturation"},
	{"transfer", "transfer"},
	{"alone", "latency alone, transfer"},
}

// gpus is the group that a summary is of.
const gpus = "gpu"

// groups are the kinds of hardware of the table, the hardest first.
var groups = []struct{ name, title string }{{service.Recent, "GPUs, rounds from v3.1 on"}, {"all", "all hardware"}, {gpus, "GPUs"}}

// ours is how package service calls its own predictions among the methods.
const ours = "this"

// markdown renders the lines that the table shows, by question, hardware and method.
func markdown(all []service.Line) string {
	var b strings.Builder
	b.WriteString("| question | hardware | method | n | median error | p90 error | bias | in 90 % interval | high/low |\n")
	b.WriteString("|---|---|---|---:|---:|---:|---:|---:|---:|\n")
	for _, q := range questions {
		for _, g := range groups {
			for _, l := range all {
				if l.Question == q.name && l.Group == g.name {
					row(&b, q.title, g.title, l)
				}
			}
		}
	}
	return b.String()
}

// row is one line. Baselines give no intervals.
func row(b *strings.Builder, question, hardware string, l service.Line) {
	method, covered, width := l.Method, "–", "–"
	if l.Method == ours {
		method, covered, width = "**scaleadvise**", percent(l.Coverage90), fmt.Sprintf("%.2f", l.Sharpness)
	}
	cells := []string{question, hardware, method, fmt.Sprint(l.N), percent(l.Median), percent(l.P90), signed(l.Bias), covered, width}
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// complete reports which question has no line of ours, or one without finite numbers, so that a
// table never lacks it quietly.
func complete(all []service.Line) error {
	for _, q := range questions {
		at := slices.IndexFunc(all, func(l service.Line) bool {
			return l.Question == q.name && l.Method == ours && l.Group == gpus && l.N > 0
		})
		if at < 0 || !finite(all[at].Score) {
			return fmt.Errorf("no finite predictions for the question %s", q.name)
		}
	}
	return nil
}

// finite reports whether a score holds numbers only.
func finite(s service.Score) bool {
	sum := s.Median + s.P90 + s.Bias + s.Coverage90 + s.Sharpness
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

func percent(fraction float64) string { return fmt.Sprintf("%.1f %%", 100*fraction) }

// signed is a fraction in percent with its sign; nothing is not negative.
func signed(fraction float64) string {
	tenths := math.Round(1000*fraction) / 10
	if tenths == 0 {
		return "0.0 %"
	}
	return fmt.Sprintf("%+.1f %%", tenths)
}
