package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/report"
)

func forecastCommand() command {
	return command{
		name: "forecast", group: "Advice", summary: "demand and data up to the horizon, and the runway: how long today's deployment holds",
		about: "Demand comes from metrics (--prometheus, or --metrics-file with a saved query_range) or from the traits alone. " +
			"Whether days repeat and whether demand grows is tested, and neither is assumed; traffic driven by events is refused, with " +
			"exit code 3, rather than extrapolated. --growth overrides the observed one. The runway needs today's deployment: " +
			"--gpu and --replicas, or what one replica was measured at.",
		examples: []string{
			"scaleadvise forecast --qps 2000 --growth 8%/month --horizon 12mo --gpu l4 --replicas 4 --model bert-large",
			`scaleadvise forecast --prometheus http://localhost:9090 --profile vllm --selector 'namespace="prod"' --horizon 3mo`,
			"scaleadvise forecast --metrics-file saved.json --horizon 14d -o json",
		},
		extra: slices.Concat(traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), outputOptions(report.ForecastFormats())),
		run:   showForecast,
	}
}

func showForecast(c *call) error {
	format, errFormat := c.format(report.ForecastFormats())
	read, in, errCase := c.inputOf(true)
	o, errOptions := c.options()
	if err := errors.Join(errFormat, errCase, errOptions); err != nil {
		return err
	}
	f, err := advisor.Forecast(c.ctx, in, seen(read.Observed), o)
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteForecast(w, format, f, c.layout()) })
	if f.Refused != "" {
		return errors.Join(err, &failure{exitUnknown, fmt.Errorf("no forecast: %s; state the expected load with --qps and --growth", f.Refused)})
	}
	return err
}

// seen is the demand of an observation; nothing without one.
func seen(o *prom.Observation) advisor.Seen {
	if o == nil || len(o.Demand.Values) == 0 {
		return advisor.Seen{}
	}
	d := o.Demand
	return advisor.Seen{
		History: forecast.History{Step: d.Step.Seconds(), Values: d.Values},
		End:     d.At(len(d.Values) - 1),
	}
}
