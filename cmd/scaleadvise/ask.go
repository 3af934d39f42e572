package main

import (
	"context"
	"errors"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/whatif"
	"scaleadvise/advisor/workload"
)

// inquiry asks for advice again and again on one case, with some traits changed.
type inquiry struct {
	base    *intake.Case
	input   advisor.Input
	options advisor.Options
}

// inquire prepares to ask about a case.
func inquire(c *call, base *intake.Case) (*inquiry, error) {
	errDemand := base.RequireDemand()
	input, errInput := c.advised(base)
	options, errOptions := c.options()
	options.Known = &serve.Solutions{} // from one question to the next much stays the same
	return &inquiry{base, input, options}, errors.Join(errDemand, errInput, errOptions)
}

// advise is the advice on the case with some traits changed.
func (q *inquiry) advise(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
	return q.ask(ctx, whatif.Change{Traits: changes})
}

// ask is the advice with traits and prices changed.
func (q *inquiry) ask(ctx context.Context, c whatif.Change) (*advice.Advice, error) {
	changed, err := q.base.With(c.Traits)
	if err != nil {
		return nil, err
	}
	in := q.input
	in.Workload, in.Catalog = changed.Workload, changed.Catalog
	if len(c.Prices) > 0 {
		in.Catalog = in.Catalog.Repriced(c.Prices)
	}
	return advisor.Advise(ctx, in, q.options)
}
