package main

import (
	"fmt"
	"io"
	"math"
	"slices"

	"scaleadvise/advisor/llm/step"
)

// report prints the errors of cross-validation by kind of work.
func report(out io.Writer, e *step.Evidence, trials []step.Trial) {
	fmt.Fprintln(out, "left out  work                  rows  median    p90   model of steps alone")
	for _, apart := range []struct {
		name string
		of   step.Apart
	}{{"rows", e.RowsApart}, {"series", e.SeriesApart}, {"pairs", e.PairsApart}} {
		groups := map[string][]step.Miss{}
		for _, m := range e.Misses(trials, apart.of) {
			groups[m.Trial.Work()] = append(groups[m.Trial.Work()], m)
		}
		var names []string
		for name := range groups {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			off, steps := errorsOf(groups[name])
			fmt.Fprintf(out, "%-9s %-20s %5d  %5.1f%%  %5.1f%%  %5.1f%%  %5.1f%%\n", apart.name, name, len(off),
				100*at(off, 0.5), 100*at(off, 0.9), 100*at(steps, 0.5), 100*at(steps, 0.9))
		}
	}
}

// errorsOf are the relative errors, sorted; those of maximum load are errors of a rate.
func errorsOf(misses []step.Miss) (off, steps []float64) {
	for _, m := range misses {
		sign := -1.0
		if m.Trial.Question.Load == step.Maximum {
			sign = 1
		}
		off = append(off, math.Abs(math.Expm1(sign*m.Error)))
		steps = append(steps, math.Abs(math.Expm1(sign*m.Step)))
	}
	slices.Sort(off)
	slices.Sort(steps)
	return off, steps
}

func at(sorted []float64, p float64) float64 {
	return sorted[min(len(sorted)-1, int(p*float64(len(sorted))))]
}
