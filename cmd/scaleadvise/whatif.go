package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync/atomic"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/inquiry"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/whatif"
)

func whatifCommand() command {
	return command{
		name: "whatif", group: "Advice", summary: "what would flip the choice, and what moves its cost; or a sweep over one trait",
		about: "With --vary the advice is computed at each value, and the report marks where another strategy begins. Without it, every " +
			"trait and price is changed until the choice flips: the nearest change that makes the chosen strategy lose, each " +
			"other one win, or one cease to hold; and a table of what moves cost and replicas most.",
		examples: []string{
			"scaleadvise whatif --vary qps=1000..10000 --gpu a10",
			"scaleadvise whatif --vary p99=5ms..200ms --points 20 --qps 5000 --gpu a10 -o csv",
			"scaleadvise whatif --vary gpu=a10,l4,h100 --qps 5000",
			"scaleadvise whatif --qps 5000 --gpu a10",
		},
		extra: whatifOptions(),
		run:   whatIf,
	}
}

func whatifOptions() []option {
	own := []option{
		{name: "vary", group: "What if", doc: "trait and its values, as LOW..HIGH or as a list", value: "TRAIT=VALUES", example: "qps=1000..10000"},
		{name: "points", group: "What if", doc: "how many values a range has", value: "N", example: strconv.Itoa(whatif.UsualPoints)},
	}
	return slices.Concat(own, traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), outputOptions(report.WhatIfFormats()))
}

func whatIf(c *call) error {
	format, errFormat := c.format(report.WhatIfFormats())
	over, errRange := c.varied()
	if err := errors.Join(errFormat, errRange); err != nil {
		return err
	}
	base, err := starting(c, over)
	if err != nil {
		return err
	}
	q, err := inquire(c, base)
	if err != nil {
		return err
	}
	w, err := worked(c, q, over)
	if err != nil {
		return err
	}
	return c.deliver(func(out io.Writer) error { return report.WriteWhatIf(out, format, w, c.layout()) })
}

// varied is the range that --vary asks for, nil without it.
func (f flags) varied() (*whatif.Range, error) {
	points := whatif.UsualPoints
	if text := f.text("points"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || f.text("vary") == "" {
			return nil, usagef("--points %s: expected a number, together with --vary; write --vary qps=1000..10000 --points 20", text)
		}
		points = n
	}
	text := f.text("vary")
	if text == "" {
		return nil, nil
	}
	r, err := whatif.ParseRange(text, points)
	if err != nil {
		return nil, at("--vary", err)
	}
	return &r, nil
}

// starting is the case to ask about. Where what is varied is the demand, which then need not
// be given, it has the first of the values.
func starting(c *call, over *whatif.Range) (*intake.Case, error) {
	read, err := c.intake()
	if err != nil || over == nil || read.Has(over.Trait()) || read.RequireDemand() == nil {
		return read, err
	}
	return read.With(over.First())
}

// inquire prepares to ask about a case.
func inquire(c *call, base *intake.Case) (*inquiry.Inquiry, error) {
	errDemand := base.RequireDemand()
	input, errInput := c.advised(base)
	options, errOptions := c.options()
	return inquiry.New(base, input, options), errors.Join(errDemand, errInput, errOptions)
}

func worked(c *call, q *inquiry.Inquiry, over *whatif.Range) (*advice.WhatIf, error) {
	if over == nil {
		return changes(c, q)
	}
	pipeline, stop := counted(c, q.Pipeline())
	defer stop()
	return whatif.Vary(c.ctx, pipeline, *over)
}

// changes are what would flip the choice, and what moves its cost.
func changes(c *call, q *inquiry.Inquiry) (*advice.WhatIf, error) {
	pipeline, stop := counted(c, q.Pipeline())
	defer stop()
	return whatif.Flips(c.ctx, pipeline)
}

// counted shows on a terminal how often the pipeline was asked, and gives the function that
// takes the line away.
func counted(c *call, p whatif.Pipeline) (whatif.Pipeline, func()) {
	var asked atomic.Int64
	counting := func(ask whatif.Ask) whatif.Ask {
		return func(ctx context.Context, change whatif.Change) (*advice.Advice, error) {
			asked.Add(1)
			return ask(ctx, change)
		}
	}
	p.Advise, p.Decide = counting(p.Advise), counting(p.Decide)
	return p, c.progress(func() string { return fmt.Sprintf("computed %d times", asked.Load()) })
}
