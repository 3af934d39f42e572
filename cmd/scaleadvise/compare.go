package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/comparison"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/report"
)

func compareCommand() command {
	return command{
		name: "compare", group: "Advice", summary: "plans side by side: load, cost, headroom, losses, and what differs",
		args: "A B [C…]",
		about: "Each argument is a plan file or manifest, or flags in quotes. Where replicas are given, the deployment is compared as it is " +
			"declared; else the plan that is recommended. Flags of compare itself apply to all of them.",
		examples: []string{
			"scaleadvise compare now.yaml next.yaml",
			"scaleadvise compare '--qps 900 --gpu t4 --replicas 4' '--qps 900 --gpu l4 --replicas 2'",
		},
		extra: slices.Concat(sharedOptions(), outputOptions(report.ComparisonFormats())),
		run:   compare,
	}
}

// mostCompared is how many plans a screen can show side by side.
const mostCompared = 6

func compare(c *call) error {
	format, err := c.format(report.ComparisonFormats())
	switch {
	case err != nil:
		return err
	case len(c.args) < 2:
		return usagef("compare: give two plans at least, files or flags in quotes: scaleadvise compare now.yaml '--qps 900 --gpu l4 --replicas 2'")
	case len(c.args) > mostCompared:
		return usagef("compare: %d plans are more than a table can show; give %d at most", len(c.args), mostCompared)
	}
	sides := make([]advice.Side, len(c.args))
	faults := make([]error, len(c.args))
	for i, arg := range c.args {
		var a *advice.Advice
		if a, faults[i] = adviceOn(c, arg); faults[i] == nil {
			sides[i] = comparison.Of(arg, a)
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	result := comparison.Compare(sides)
	err = c.deliver(func(w io.Writer) error { return report.WriteComparison(w, format, result, c.layout()) })
	if err == nil && !slices.ContainsFunc(sides, func(s advice.Side) bool { return s.Holds }) {
		return &failure{code: exitInfeasible}
	}
	return err
}

// adviceOn is the advice on one argument, a file or flags.
func adviceOn(c *call, arg string) (a *advice.Advice, err error) {
	words := []string{"--plan=" + arg}
	if strings.HasPrefix(strings.TrimSpace(arg), "-") && arg != "-" {
		if words, err = launch.Words(arg); err != nil {
			return nil, at(arg, err)
		}
	}
	a, err = adviceOf(c.ctx, c.streams, slices.Concat(c.typed(append(sharedOptions(), commonOptions()...)), words), func(*advisor.Options) {})
	if err != nil && exitCode(err) == exitUsage {
		err = at(arg, err)
	}
	return a, err
}

// sharedOptions are the flags that every plan takes; which plans there are, arguments say.
func sharedOptions() []option {
	sources := slices.DeleteFunc(sourceOptions(), func(o option) bool { return o.name == "plan" })
	return slices.Concat(sources, methodOptions())
}
