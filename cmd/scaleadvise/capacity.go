package main

import (
	"errors"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/report"
)

func capacityCommand() command {
	return command{
		name: "capacity", group: "Advice", summary: "what this hardware sustains under this SLO, with the latency curve",
		about: "--replicas says of how many replicas, 1 unless given. --qps asks about a load: one that is unstable or outside " +
			"the SLO ends with exit code 1. Neither --gpu nor --model is needed where the service is given. --budget asks for the most load that money pays for, by hardware.",
		examples: []string{
			"scaleadvise capacity --gpu a10 --model bert-large --p99 100ms",
			"scaleadvise capacity --gpu t4 --replicas 4 --qps 900",
			"scaleadvise capacity --budget 10000/month --model bert-large",
			"scaleadvise capacity --service-time 9ms --concurrency 4 --p99 50ms -o json",
		},
		extra: slices.Concat(traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), []option{explainOption("show how each number came about, and the whole curve"), traceOption()}, outputOptions(report.CapacityFormats())),
		run:   showCapacity,
	}
}

func showCapacity(c *call) error {
	read, err := c.intake()
	return capacityOf(c, read, err)
}

// capacityOf answers about a case that was read.
func capacityOf(c *call, read *intake.Case, errCase error) error {
	format, errFormat := c.format(report.CapacityFormats())
	o, errOptions := c.options()
	if err := errors.Join(errFormat, errCase, errOptions); err != nil {
		return err
	}
	set, err := c.rulesOf(read.Plan)
	if err != nil {
		return err
	}
	a, err := advisor.Capacity(c.ctx, advisor.Input{Workload: read.Workload, Catalog: read.Catalog, Rules: set}, o)
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteCapacity(w, format, a, c.layout()) })
	return errors.Join(err, verdictFailure(a))
}

// verdictFailure is the exit code of an answer that was printed.
func verdictFailure(a *advice.Capacity) error {
	switch {
	case a.Verdict == advice.Unknown:
		return &failure{code: exitUnknown}
	case a.Verdict == advice.Sustains || a.Verdict == advice.Holds || !a.Asked && a.SLOAssumed && a.Memory.Fits && a.Budget == 0:
		return nil
	}
	return &failure{code: exitInfeasible}
}
