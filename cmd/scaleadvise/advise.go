package main

import (
	"errors"
	"io"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/inquiry"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/simulate"
	"scaleadvise/rules"
)

func adviseCommand() command {
	return command{
		name: "advise", group: "Advice", summary: "recommend how to scale, with the best plan of every strategy (the default)",
		about: "--gpu and --replicas say what runs today; without them the advice starts from the cheapest accelerator " +
			"that can serve. What is not given is assumed, and the report says what and why.",
		examples: []string{
			"scaleadvise --qps 5000 --gpu a10",
			"scaleadvise --users 2M --requests-per-user 20/day --model resnet50 --p99 50ms",
			"scaleadvise --qps 900 --gpu t4 --replicas 4 --growth 8%/month --horizon 12mo",
			"scaleadvise --plan plan.yaml -o json",
		},
		extra: append(adviseOptions(report.Formats()), allOption(), verifyOption(), timeLimitOption("Method"), traceOption()),
		run:   advise,
	}
}

// adviseOptions are the flags of a command that works out an advice.
func adviseOptions(formats []string) []option {
	all := traitOptions()
	all = append(all, sourceOptions()...)
	all = append(all, metricsOptions()...)
	all = append(all, methodOptions()...)
	all = append(all, explainOption("show every finding with its evidence and its principle"))
	return append(all, outputOptions(formats)...)
}

func allOption() option {
	return option{name: "all", group: "Output", doc: "show the plan of every strategy and every step", toggle: true}
}

func advise(c *call) error {
	go rules.Load() // while the case is read
	format, errFormat := c.format(report.Formats())
	read, input, errInput := c.inputOf(true)
	if read != nil && read.OnlyBudget() { // how much load it pays for
		return capacityOf(c, read, nil)
	}
	options, errOptions := c.options()
	if err := errors.Join(errFormat, errInput, errOptions); err != nil {
		return err
	}
	options.Verify, options.Meter = c.toggled("verify"), &simulate.Meter{}
	page := format == "html" // which folds what a table has no room for, and draws it
	options.Explain, options.Charts = options.Explain || page, page
	limit, stop, err := c.watch(options.Meter)
	if err != nil {
		return err
	}
	options.Limit = limit
	a, err := advisor.Advise(c.ctx, input, options)
	stop()
	if err == nil && page && a.Feasible {
		a.WhatIf, err = changes(c, inquiry.New(read, input, options))
	}
	if err != nil {
		return err
	}
	err = c.deliver(func(w io.Writer) error { return report.Write(w, format, a, c.layout()) })
	switch {
	case err == nil && a.Untold():
		return &failure{code: exitUnknown}
	case err == nil && (!a.Feasible || a.Refuted):
		return &failure{code: exitInfeasible}
	}
	return err
}

// input is the case, which must name a demand, and what is known of the world.
func (c *call) input() (advisor.Input, error) {
	_, in, err := c.inputOf(true)
	return in, err
}

// inputOf is the case too, with or without a demand.
func (c *call) inputOf(demand bool) (*intake.Case, advisor.Input, error) {
	read, err := c.intake()
	if err == nil && demand {
		err = read.RequireWork()
	}
	in, errKnown := c.advised(read)
	return read, in, errors.Join(err, errKnown)
}

// advised is a case, nil where there is none, with the rules and the lesson.
func (c *call) advised(read *intake.Case) (in advisor.Input, err error) {
	var errIgnored error
	var document plan.Document
	if read != nil {
		document = read.Plan
	}
	set, errRules := c.rulesOf(document)
	in.Rules = set
	if read != nil {
		in.Workload, in.Catalog = read.Workload, read.Catalog
		errIgnored = ignored(c, read.Plan.Ignores, set)
	}
	lesson, errLesson := rules.Lesson()
	for _, p := range lesson {
		in.Principles = append(in.Principles, advice.Principle{ID: p.ID, Title: p.Title, Text: p.Text, Source: p.Source})
	}
	return in, errors.Join(errRules, errIgnored, errLesson)
}

func (f flags) options() (o advisor.Options, err error) {
	var errNow, errSeed, errConfidence error
	o.Now, errNow = f.now()
	o.Seed, errSeed = f.seed()
	o.Confidence, errConfidence = f.confidence()
	o.Explain = f.toggled("explain")
	return o, errors.Join(errNow, errSeed, errConfidence)
}
