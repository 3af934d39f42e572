package main

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
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
	set, err := c.rulesOf(read.Plan)
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return plan.Write(w, read.Workload, parameters(set, read.Plan.Params)...) })
}

// parameters are those of all rules, as a plan shows them.
func parameters(set *rule.Set, given []plan.Param) []plan.Shown {
	var all []plan.Shown
	for _, r := range set.Rules() {
		for _, p := range r.Params {
			name := r.ID + "." + p.Name
			of := slices.IndexFunc(given, func(g plan.Param) bool {
				id, parameter, _ := strings.Cut(g.Name, ".")
				return r.Is(id) && parameter == p.Name
			})
			shown := plan.Shown{Name: name, Text: strconv.FormatFloat(p.Value, 'g', -1, 64), Doc: p.Describe()}
			if of >= 0 {
				shown.Given, shown.Text = true, given[of].Text
			}
			all = append(all, shown)
		}
	}
	return all
}
