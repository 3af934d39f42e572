package inquiry

import (
	"context"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/whatif"
	"scaleadvise/advisor/workload"
)

// Inquiry is a case to ask about. It is safe for concurrent use.
type Inquiry struct {
	base    *intake.Case
	input   advisor.Input
	options advisor.Options
}

// New returns the inquiry about a case.
func New(base *intake.Case, in advisor.Input, o advisor.Options) *Inquiry {
	o.Known = &serve.Solutions{}
	return &Inquiry{base, in, o}
}

// Advise returns the advice on the case with some traits changed.
func (q *Inquiry) Advise(ctx context.Context, changes workload.Set) (*advice.Advice, error) {
	in, err := q.changed(whatif.Change{Traits: changes})
	if err != nil {
		return nil, err
	}
	return advisor.Advise(ctx, in, q.options)
}

// changed is the input with traits and prices changed.
func (q *Inquiry) changed(c whatif.Change) (advisor.Input, error) {
	in := q.input
	changed, err := q.base.With(c.Traits)
	if err != nil {
		return in, err
	}
	in.Workload, in.Catalog = changed.Workload, changed.Catalog
	_, mean := c.Traits["measured_latency"]
	if _, told := c.Traits["measured_percentile"]; len(c.Traits) > 0 && !mean && !told { // it was seen of what runs, not of what might
		might := *changed.Workload
		might.SeenLatency, might.SeenBeyond, in.Workload = 0, nil, &might
	}
	if len(c.Prices) > 0 {
		in.Catalog = in.Catalog.Repriced(c.Prices)
	}
	return in, nil
}

// Pipeline asks about changes of the case.
func (q *Inquiry) Pipeline() whatif.Pipeline {
	asking := func(ask func(context.Context, advisor.Input, advisor.Options) (*advice.Advice, error)) whatif.Ask {
		return func(ctx context.Context, c whatif.Change) (*advice.Advice, error) {
			in, err := q.changed(c)
			if err != nil {
				return nil, err
			}
			return ask(ctx, in, q.options)
		}
	}
	return whatif.Pipeline{
		Advise: asking(advisor.Advise), Decide: asking(advisor.Decide),
		Holds: func(ctx context.Context, c whatif.Change, s candidate.Strategy, optimized bool) (holds, known bool, err error) {
			in, err := q.changed(c)
			if err != nil {
				return false, false, err
			}
			return advisor.Holds(ctx, in, q.options, s, optimized)
		},
		Complete: func(ctx context.Context, c whatif.Change, chosen, other *candidate.Evaluation) error {
			in, err := q.changed(c)
			if err != nil {
				return err
			}
			return advisor.Complete(ctx, in, q.options, chosen, other)
		},
	}
}
