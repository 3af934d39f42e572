package main

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/step"
)

// languageFolds are those of the pairs of accelerator and model.
const languageFolds = 10

// methods are the methods of the table about language models, with what readers know them by.
var methods = map[string]string{step.Ours: "**scaleadvise**", step.StepsOnly: "its model of steps, not corrected by the nearest measurements"}

// published is what others state of themselves. Nothing of it was measured on the rows of
// the table.
const published = `
What others publish of themselves, each on measurements of its own: BLIS, a median error of 7 to 9 %
for time of a request and time per token in 36 experiments, models of 8 to 141 billion parameters on
H100, A100 and L40S (llm-d blog, 2026); AIConfigurator, a mean error of 6 to 12 % for the time per output
token, 8.2 % for Qwen3-32B and 6.8 % for Qwen3-235B, kernels profiled on the same GPUs (arXiv 2601.06288
as cited by others); Vidur, less than 9 % for latency, four models profiled on A100 and H100 (MLSys 2024).
`

// languageModels predicts every measurement of a language model from the others.
func languageModels(known *catalog.Catalog) ([]step.Line, error) {
	rows, err := catalog.LLMMeasurements()
	if err != nil {
		return nil, err
	}
	trials, err := step.Trials(known, rows)
	if err != nil {
		return nil, err
	}
	lines := step.Accuracy(step.Learn(), trials, languageFolds)
	if len(lines) < len(step.Groups()) {
		return nil, fmt.Errorf("predictions of %d kinds of work of language models, of %d", len(lines), len(step.Groups()))
	}
	return lines, nil
}

// languageTable renders the table about language models.
func languageTable(lines []step.Line) string {
	var b strings.Builder
	b.WriteString("\n| language models | method | n | median error | p90 error | bias | in 90 % interval | high/low |\n")
	b.WriteString("|---|---|---:|---:|---:|---:|---:|---:|\n")
	for _, l := range lines {
		covered, width := "–", "–"
		if l.Method == step.Ours {
			covered, width = percent(l.Coverage90), fmt.Sprintf("%.2f", l.Sharpness)
		}
		cells := []string{l.Group, methods[l.Method], fmt.Sprint(l.N), percent(l.Median), percent(l.P90), signed(l.Bias), covered, width}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String() + published
}
