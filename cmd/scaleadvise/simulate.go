package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"scaleadvise/advisor"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
)

const simulateAbout = "It runs the deployment that --gpu and --replicas, or the plan file's deploy, declare; without replicas the " +
	"one that advise recommends (--deployment says which). Requests arrive at the planned peak, as Poisson or as --burstiness " +
	"says; or over a day (--pattern diurnal); or as in a trace (--trace), scaled to the demand where one is given.\n\n" +
	"A trace is a CSV, plain or gzipped, with the columns arrival_s,input_tokens,output_tokens, one request a row, or with a rate " +
	"a row: window_start_s,requests_per_s or minute_index,requests. Requests are scaled by replaying them faster or slower, rates " +
	"by multiplying them.\n\n" +
	"Events: replica-loss, zone-loss, rolling-update, spot-interruption, as KIND[:REPLICAS]@START[/TIME], where TIME is that of " +
	"the repair (without it there is none) or of the notice (2min unless given). --autoscale MIN..MAX is Kubernetes' horizontal autoscaler on requests a second.\n\n" +
	"A run that is too short, unstable or too close to call certifies nothing: exit code 3, or 1 where more arrives than can be " +
	"served. With --now, which also replaces the clock, requests_per_wall_second is null."

func simulateCommand() command {
	return command{
		name: "simulate", group: "Advice", summary: "run a plan event by event: bursts, traces, failures, autoscaling",
		about: simulateAbout,
		examples: []string{
			"scaleadvise simulate --plan plan.yaml",
			"scaleadvise simulate --gpu a10 --replicas 13 --qps 5000 --burstiness 4@1s",
			"scaleadvise simulate --service-time 9ms --replicas 8 --qps 600 --event replica-loss@5min/3min",
			"scaleadvise simulate --plan plan.yaml --trace requests.csv.gz -o csv",
			"scaleadvise simulate --plan plan.yaml --pattern diurnal --peak-to-mean 3 --autoscale 2..12 --cold-start 2min",
		},
		extra: slices.Concat(traitOptions(), append(simulateOptions(), timeLimitOption("Simulation")), sourceOptions(), metricsBesideTimeout(), methodOptions(), outputOptions(report.SimulationFormats())),
		run:   runSimulation,
	}
}

// simulateOptions are the flags of its own.
func simulateOptions() []option {
	return []option{
		{name: "deployment", group: "Simulation", doc: "what to simulate: what was declared, or what advise recommends", value: "WORD", example: "declared", words: []string{advisor.DeclaredPlan, advisor.RecommendedPlan}},
		{name: "fleet", group: "Simulation", doc: "fleet file: plan it, and replay the busiest hour of each service with a machine lost", value: "FILE", example: "fleet.yaml"},
		{name: "pattern", group: "Simulation", doc: "how the rate varies over time: steady, or over a day with --peak-to-mean", value: "WORD", example: "diurnal", words: []string{"steady", "diurnal"}},
		{name: "day", group: "Simulation", doc: "length of the day of --pattern diurnal, 24h unless given", value: "TIME", example: "24h"},
		{name: "trace", group: "Simulation", doc: "CSV or CSV.gz of real requests or rates to replay, - for stdin", value: "FILE", example: "requests.csv.gz"},
		{name: "trace-interval", group: "Simulation", doc: "length of a row of a trace whose column is interval_index", value: "TIME", example: "5min"},
		{name: "duration", group: "Simulation", doc: "how long requests arrive", value: "TIME", example: "10min"},
		{name: "requests", group: "Simulation", doc: "how many requests arrive, instead of --duration", value: "N", example: "1M"},
		{name: "replications", group: "Simulation", doc: "independent runs, each of --duration", value: "N", example: "10"},
		{name: "event", group: "Simulation", doc: "something that happens, KIND[:REPLICAS]@START[/TIME]; may be repeated", value: "EVENT", example: "replica-loss@10min/5min", repeat: true},
		{name: "autoscale-target", group: "Simulation", doc: "share of what a replica sustains that the autoscaler aims at, 70% unless given", value: "PERCENT", example: "70%"},
		{name: "autoscale-calm", group: "Simulation", doc: "stabilization window before replicas go, 5min unless given", value: "TIME", example: "5min"},
		{name: "autoscale-up", group: "Simulation", doc: "policy for adding replicas, SHARE or PODS or both within TIME", value: "POLICY", example: "100%,4/15s"},
		{name: "autoscale-down", group: "Simulation", doc: "policy for taking replicas away, likewise", value: "POLICY", example: "100%/15s"},
		{name: "max-wait", group: "Simulation", doc: "how long a free server waits for a batch to fill", value: "TIME", example: "2ms"},
		{name: "queue-limit", group: "Simulation", doc: "requests that may wait at a server before it refuses", value: "N", example: "200"},
		{name: "timeout", group: "Simulation", doc: "how long a client waits for an answer before it gives up", value: "TIME", example: "1s"},
		{name: "retries", group: "Simulation", doc: "how often a client asks again after it was refused or gave up", value: "N", example: "2"},
		{name: "backoff", group: "Simulation", doc: "pause before asking again, doubled each time; 100ms unless given", value: "TIME", example: "100ms"},
	}
}

// verifyOption asks advise for a simulation of its answer.
func verifyOption() option {
	return option{name: "verify", group: "Method", doc: "simulate the plan and those that cost nearly the same, and show formula and simulation side by side", toggle: true}
}

func runSimulation(c *call) error {
	if c.text("fleet") != "" {
		return simulateFleet(c)
	}
	format, errFormat := c.format(report.SimulationFormats())
	_, input, errInput := c.inputOf(c.text("trace") == "") // a trace may stand for the demand
	o, errOptions := c.options()
	what, errWhat := simulated(c, input.Workload)
	if err := errors.Join(errFormat, errInput, errOptions, errWhat); err != nil {
		return err
	}
	limit, stop, err := c.watch(what.Meter)
	if err != nil {
		return err
	}
	o.Limit = limit
	began := c.Now()
	a, err := advisor.Simulate(c.ctx, input, o, what)
	stop()
	if err != nil {
		return err
	}
	if c.text("now") == "" {
		a.Wall = c.Now().Sub(began).Seconds()
	}
	if a.Result.Partial && c.ctx.Err() != nil && c.text("output-file") != "" {
		return c.ctx.Err() // an older file is whole
	}
	// What is known when a run is interrupted is still told.
	told := *c
	told.ctx = context.WithoutCancel(c.ctx)
	err = told.deliver(func(w io.Writer) error { return report.WriteSimulation(w, format, a, c.layout()) })
	return errors.Join(err, simulationFailure(c.ctx, a.Result))
}

// simulationFailure is the exit code of an outcome that was printed.
func simulationFailure(ctx context.Context, r *simulate.Result) error {
	switch {
	case r.Partial && ctx.Err() != nil:
		return ctx.Err()
	case r.Verdict == simulate.Holds:
		return nil
	case r.Verdict == simulate.Fails || !r.Stable:
		return &failure{code: exitInfeasible}
	}
	return &failure{code: exitUnknown}
}

// watch gives simulations the time that they may take. It announces those that take long, and
// shows on a terminal how far they are until stop is called.
func (c *call) watch(m *simulate.Meter) (limited advisor.Limit, stop func(), err error) {
	limit, err := timeLimit(c)
	if err != nil {
		return nil, nil, err
	}
	m.Long = func(requests, seconds float64) {
		c.note("simulating about %s requests, which takes about %s; it stops after %s with what is known by then (--time-limit)",
			unit.Format(unit.Count, requests), unit.Format(unit.Duration, seconds), unit.Format(unit.Duration, limit))
	}
	limited = func(ctx context.Context) (context.Context, context.CancelFunc) {
		return context.WithTimeout(ctx, time.Duration(limit*float64(time.Second)))
	}
	return limited, c.progress(func() string {
		came, of := m.Progress()
		if of == 0 {
			return ""
		}
		return fmt.Sprintf("simulated %d of about %d requests, %.0f %%", came, of, 100*min(1, float64(came)/float64(of)))
	}), nil
}
