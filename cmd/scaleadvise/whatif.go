package main

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

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
	own = append(own, timeLimitOption("What if"))
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
	p, err := newPace(c, "inputs")
	if err != nil {
		return err
	}
	w, err := worked(c, q, over, p)
	if err != nil {
		return err
	}
	err = c.deliver(func(out io.Writer) error { return report.WriteWhatIf(out, format, w, c.layout()) })
	if len(w.Unfinished) > 0 {
		err = errors.Join(err, p.partial("not examined: "+strings.Join(w.Unfinished, ", ")))
	}
	return err
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

// worked asks until all is answered or the time is up, and shows on a terminal how far it is.
func worked(c *call, q *inquiry.Inquiry, over *whatif.Range, p *pace) (*advice.WhatIf, error) {
	pipeline := q.Pipeline()
	pipeline.Enough, pipeline.Reached = p.enough, p.reached
	stop := c.progress(p.line)
	defer stop()
	if over == nil {
		return whatif.Flips(c.ctx, pipeline)
	}
	p.parts = "values"
	return whatif.Vary(c.ctx, pipeline, *over)
}

// changes are what would flip the choice, and what moves its cost.
func changes(c *call, q *inquiry.Inquiry) (*advice.WhatIf, error) {
	p, err := newPace(c, "inputs")
	if err != nil {
		return nil, err
	}
	return worked(c, q, nil, p)
}
