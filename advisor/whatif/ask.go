package whatif

import (
	"context"

	"scaleadvise.dev/scaleadvise/advisor/advice"
	"scaleadvise.dev/scaleadvise/advisor/workload"
)

// Change is what is other than it is.
type Change struct {
	Traits workload.Set
	Prices map[string]float64 // factor on the price of an accelerator's instances, by its id
}

// Ask is the pipeline: advice with something changed.
type Ask func(ctx context.Context, c Change) (*advice.Advice, error)

// asker asks and counts. What was asked at one value of an axis is not asked again.
type asker struct {
	ctx   context.Context
	ask   Ask
	base  *advice.Advice
	asked int
	known map[answerKey]*answer
}

type answerKey struct {
	axis string
	at   advice.Value
}

// answer is the part of an advice that is compared.
type answer struct {
	advice.Decided
	all   []advice.Alternative
	fault error // there is no advice at this value
}

func newAsker(ctx context.Context, ask Ask) (*asker, error) {
	a := &asker{ctx: ctx, ask: ask, known: map[answerKey]*answer{}}
	base, err := ask(ctx, Change{})
	if err != nil {
		return nil, err
	}
	a.base, a.asked = base, 1
	return a, nil
}

// at is the answer at one value of an axis.
func (a *asker) at(x axis, v advice.Value) *answer {
	key := answerKey{x.key(), v}
	if known, ok := a.known[key]; ok {
		return known
	}
	a.asked++
	out := &answer{}
	if got, err := a.ask(a.ctx, x.change(v)); err != nil {
		out.fault = err
	} else {
		out.Decided, out.all = decided(got), got.Alternatives
	}
	a.known[key] = out
	return out
}

// now is the answer as things are.
func (a *asker) now() *answer { return &answer{Decided: decided(a.base), all: a.base.Alternatives} }

// decided is what an advice chose.
func decided(a *advice.Advice) advice.Decided {
	d := advice.Decided{
		Feasible: a.Feasible, Strategy: a.Strategy, Direction: a.Direction, Optimized: a.Optimized, DecidedBy: a.DecidedBy, Plan: a.Plan,
	}
	for _, alt := range a.Alternatives {
		if alt.Chosen && !a.Feasible && alt.Excuse != nil {
			d.Excuse = alt.Excuse.Text
		}
	}
	return d
}

// same reports whether two choices are of the same strategy.
func same(a, b advice.Decided) bool {
	return a.Feasible == b.Feasible && a.Strategy == b.Strategy && a.Optimized == b.Optimized
}

// moved reports whether two choices of the same strategy are on other hardware or in another
// precision.
func moved(a, b advice.Decided) bool {
	return a.Plan.Accelerator != b.Plan.Accelerator || a.Plan.PerReplica != b.Plan.PerReplica || a.Plan.Precision != b.Plan.Precision
}
