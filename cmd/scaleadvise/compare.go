package main

import (
	"errors"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/comparison"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/report"
	"scaleadvise/cmd/scaleadvise/disk"
)

func compareCommand() command {
	return command{
		name: "compare", group: "Advice", summary: "plans side by side: load, cost, headroom, losses, and what differs",
		args: "A [B…]",
		about: "Each argument is a plan file or manifest, what advise -o json printed, or flags in quotes. Where replicas are given, the deployment is compared as it is " +
			"declared; else the plan that is recommended. One argument alone is what it declares against what is recommended for it. " +
			"--plan FILE is an argument too. Flags of compare itself apply to all of them.",
		examples: []string{
			"scaleadvise compare now.yaml next.yaml",
			"scaleadvise compare last-month.json plan.yaml",
			"scaleadvise compare --plan deployment.yaml",
			"scaleadvise compare '--qps 900 --gpu t4 --replicas 4' '--qps 900 --gpu l4 --replicas 2'",
		},
		extra: slices.Concat([]option{{name: "plan", group: "Files", doc: "plan file or manifest to compare, before the arguments", value: "FILE", example: "deployment.yaml"}},
			sharedOptions(), outputOptions(report.ComparisonFormats())),
		run: compare,
	}
}

// mostCompared is how many plans a screen can show side by side.
const mostCompared = 6

func compare(c *call) error {
	format, err := c.format(report.ComparisonFormats())
	args := slices.DeleteFunc(append([]string{c.text("plan")}, c.args...), func(s string) bool { return s == "" })
	switch {
	case err != nil:
		return err
	case len(args) == 0 || len(args) > mostCompared:
		return usagef("compare: give 1 to %d plans, files or flags in quotes: scaleadvise compare now.yaml '--qps 900 --gpu l4 --replicas 2'", mostCompared)
	}
	sides, err := sidesOf(c, args)
	if err != nil {
		return err
	}
	result := comparison.Compare(sides)
	err = c.deliver(func(w io.Writer) error { return report.WriteComparison(w, format, result, c.layout()) })
	if err == nil && !slices.ContainsFunc(sides, func(s advice.Side) bool { return s.Holds }) {
		return &failure{code: exitInfeasible}
	}
	return err
}

// sidesOf are the arguments as sides; one alone is what it declares and what is recommended for it.
func sidesOf(c *call, args []string) ([]advice.Side, error) {
	if len(args) == 1 {
		a, err := adviceOn(c, args[0])
		if err != nil {
			return nil, err
		}
		return comparison.Alone(args[0], a)
	}
	sides := make([]advice.Side, len(args))
	faults := make([]error, len(args))
	for i, arg := range args {
		sides[i], faults[i] = sideOf(c, arg)
	}
	return sides, errors.Join(faults...)
}

// sideOf is one argument as a side: what advise -o json printed, else the advice on it.
func sideOf(c *call, arg string) (advice.Side, error) {
	if strings.HasSuffix(arg, ".json") {
		text, err := disk.Read(c.ctx, arg, bounded.Limits{What: "advice", Bytes: 16 << 20, Packed: 16 << 20})
		if err != nil {
			return advice.Side{}, err
		}
		if side, ok, err := report.ReadSide(arg, text); ok || err != nil {
			return side, err
		}
	}
	a, err := adviceOn(c, arg)
	if err != nil {
		return advice.Side{}, err
	}
	return comparison.Of(arg, a), nil
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
