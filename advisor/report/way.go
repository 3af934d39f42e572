package report

import (
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
)

// mostSteps is how many steps of the way stand on the first screen.
const mostSteps = 5

// way is the way to the horizon on one line, and what it costs in all.
func way(a *advice.Advice) []string {
	if len(a.Roadmap) < 2 {
		return nil
	}
	var parts []string
	year, last, stages := 0, a.First, stepped(a.Roadmap)
	for i, stage := range stages {
		text := count(stage.Plan.Replicas)
		if i == 0 || stage.Plan.Accelerator != last.Accelerator || stage.Plan.PerReplica != last.PerReplica {
			text = fleet(stage.Plan)
		}
		last = stage.Plan
		if i == 0 {
			year = stage.Date.Year()
			parts = append(parts, text+" now")
			continue
		}
		if folded := len(stages) - mostSteps; folded > 0 && i >= mostSteps-2 && i < len(stages)-1 {
			if i == mostSteps-2 {
				parts = append(parts, "…")
			}
			continue
		}
		when := stage.Date.Format("2 January")
		if stage.Date.Year() != year {
			year = stage.Date.Year()
			when += fmt.Sprintf(" %d", year)
		}
		parts = append(parts, text+" from "+when)
	}
	s := strings.Join(parts, " · ")
	if len(stages) > mostSteps {
		s += " (" + count(len(stages)) + " steps: --all)"
	}
	if a.Cost.Total.Known {
		s += "; " + measure(a.Workload.HorizonMonths, "month") + " cost " + money(a.Cost.Total.USD) + " USD"
	}
	return []string{s}
}

// stepped are the stages at which something is bought or given up: those of a job differ in the hours it runs as well.
func stepped(all []advice.Stage) []advice.Stage {
	return slices.CompactFunc(slices.Clone(all), func(a, b advice.Stage) bool {
		return fleet(a.Plan) == fleet(b.Plan) && form(a.Plan) == form(b.Plan)
	})
}
