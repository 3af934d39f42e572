package main

import (
	"context"
	"errors"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/capacity"
	"scaleadvise/advisor/whatif"
	"scaleadvise/advisor/workload"
)

// inquiry asks for advice again and again on one workload, with some traits changed.
type inquiry struct {
	layers  understanding
	input   advisor.Input
	options advisor.Options
}

// inquire prepares to ask about what the layers say.
func (c *call) inquire() (*inquiry, error) {
	layers, err := c.layered()
	input, err := c.inputFrom(layers, err, true)
	options, errOptions := c.options()
	return newInquiry(layers, input, options), errors.Join(err, errOptions)
}

// newInquiry remembers from one question to the next what does not change.
func newInquiry(layers understanding, input advisor.Input, options advisor.Options) *inquiry {
	options.Known = &capacity.Solutions{}
	return &inquiry{layers, input, options}
}

// advise is the advice on the workload with some traits changed.
func (q *inquiry) advise(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
	return q.ask(ctx, whatif.Change{Traits: changes})
}

// ask is the advice with traits and prices changed.
func (q *inquiry) ask(ctx context.Context, c whatif.Change) (*advice.Advice, error) {
	in := q.input
	if len(c.Traits) > 0 {
		var err error
		if in.Workload, err = q.changed(c.Traits); err != nil {
			return nil, err
		}
	}
	if len(c.Prices) > 0 {
		in.Catalog = in.Catalog.Repriced(c.Prices)
	}
	return advisor.Advise(ctx, in, q.options)
}

// changed is the workload with some traits changed, and with all that was read from files.
func (q *inquiry) changed(changes workload.Set) (*workload.Workload, error) {
	wl, err := q.resolved(changes)
	if err != nil {
		return nil, err
	}
	noteModel(wl, q.input.Catalog)
	return wl, nil
}

func (q *inquiry) resolved(changes workload.Set) (*workload.Workload, error) {
	wl, err := workload.Resolve(workload.Override(q.layers.merged, changes), q.layers.facts, q.layers.name)
	if err == nil {
		wl.Service.Scaling = q.layers.workload.Service.Scaling
	}
	return wl, err
}
