package main

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/llm/step"
	"scaleadvise/advisor/service"
)

// summary is the accuracy in a few lines: what is predicted, the median error, and how often
// the interval of 90 % holds the measurement.
func summary(lines []service.Line, language []step.Line) string {
	var b strings.Builder
	b.WriteString("| predicted, with its own measurements left out | median error | in 90 % interval |\n|---|---:|---:|\n")
	for _, q := range []struct{ name, title string }{
		{"server", "rate under a latency bound, from saturation"},
		{"transfer", "saturation, from other hardware and models"},
	} {
		for _, l := range lines {
			if l.Question == q.name && l.Method == ours && l.Group == gpus {
				fmt.Fprintf(&b, "| %s (GPUs, %d) | %s | %s |\n", q.title, l.N, percent(l.Median), percent(l.Coverage90))
			}
		}
	}
	for _, l := range language {
		if l.Method == step.Ours && (l.Group == step.DenseTime || l.Group == step.MixtureTime) {
			fmt.Fprintf(&b, "| language models: %s (%d) | %s | %s |\n", l.Group, l.N, percent(l.Median), percent(l.Coverage90))
		}
	}
	return b.String()
}
