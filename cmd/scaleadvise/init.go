package main

import (
	"io"
	"slices"

	"scaleadvise/advisor/plan"
)

func initCommand() command {
	start := option{name: "plan", group: "Files", doc: "plan file to start from, - for stdin", value: "FILE", example: "plan.yaml"}
	return command{
		name: "init", group: "Advice", summary: "write a commented plan file from the given traits",
		examples: []string{
			"scaleadvise init --qps 5000 --gpu a10 > plan.yaml",
			"scaleadvise init --users 2M --requests-per-user 20/day --output-file plan.yaml",
		},
		extra: slices.Concat(traitOptions(), []option{start}, metricsOptions(), []option{nowOption(), fileOption()}),
		run:   initialize,
	}
}

func initialize(c *call) error {
	read, err := c.intake()
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return plan.Write(w, read.Workload) })
}
