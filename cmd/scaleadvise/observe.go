package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/report"
)

func observeCommand() command {
	return command{
		name: "observe", group: "Advice", summary: "read the traits of a running service and print them as a plan file",
		about: "Every value carries a comment that says which query it came from. What the metrics do not show is listed with how to give it. " +
			"Trait flags and --plan override what was read. Missing metrics end with exit code 3; a service without any requests has no load, and the exit code is 0.",
		examples: []string{
			`scaleadvise observe --prometheus http://localhost:9090 --profile vllm --selector 'namespace="prod"'`,
			"scaleadvise observe --prometheus http://localhost:9090 --dry-run",
			"curl -s localhost:8000/metrics | scaleadvise observe --metrics-file -",
		},
		run: observe, extra: slices.Concat(metricsOptions(), traitOptions(), []option{planOption(), catalogOption(), nowOption(), fileOption()}),
	}
}

func observe(c *call) error {
	if !c.asksMetrics() {
		return usagef("observe: say where to read: --prometheus http://localhost:9090, or --metrics-file FILE")
	}
	began := c.Now()
	stop := c.progress(func() string {
		return fmt.Sprintf("reading metrics for %.0f s; it stops after --timeout", c.Now().Sub(began).Seconds())
	})
	read, in, err := c.inputOf(false)
	stop()
	o, errOptions := c.options()
	if err := errors.Join(err, errOptions); err != nil {
		return err
	}
	doubts := advisor.Doubts(in, o)
	return c.deliver(func(w io.Writer) error { return report.WriteObservation(w, read.Observed, read.Workload, doubts) })
}
