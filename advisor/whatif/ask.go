package whatif

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/workload"
)

// Change is a set of changed inputs.
type Change struct {
	Traits workload.Set
	Prices map[string]float64 // factor on the price of an accelerator's instances, by its id
}

// Ask returns advice with something changed.
type Ask func(ctx context.Context, c Change) (*advice.Advice, error)

// Pipeline is the set of functions that answer, each safe for concurrent use.
type Pipeline struct {
	Advise Ask // returns the full advice
	Decide Ask // returns only what is chosen, and the alternatives

	// Holds, where set, tells faster than Decide whether a strategy holds; known is false where only Decide
	// can tell.
	Holds func(ctx context.Context, c Change, s candidate.Strategy, optimized bool) (holds, known bool, err error)

	// Complete adds what Advise would report to plans from Decide: to the chosen one, and to another of the
	// alternatives, which may be nil.
	Complete func(ctx context.Context, c Change, chosen, other *candidate.Evaluation) error

	// Enough, where set, reports that the time is up, and keeps doing so. The answer is then what is known so
	// far.
	Enough func() bool
	// Reached, where set, receives how many of the inputs or values are done, of how many.
	Reached func(done, of int)
}

// asker asks and counts. What was asked at one value of an axis is not asked again; one axis
// is asked about by one goroutine at a time.
type asker struct {
	Pipeline
	ctx   context.Context
	base  *advice.Advice
	mu    sync.Mutex
	asked int
	known map[answerKey]*answer // nil of what only parts are known of

	failure error // the first that is not about the value asked about
}

// ErrTimeUp is the fault of inputs for which there was no time, and the error where there was time for none.
var ErrTimeUp = errors.New("the time was up (--time-limit) before anything was known")

// enough reports whether nothing more is to be asked.
func (a *asker) enough() bool { return a.Enough != nil && a.Enough() }

func (a *asker) reached(done, of int) {
	if a.Reached != nil {
		a.Reached(done, of)
	}
}

type answerKey struct {
	axis string
	at   advice.Value
}

// answer is the part of an advice that is compared.
type answer struct {
	advice.Decided
	all   []advice.Alternative
	fault error // the value is none that the trait can have
	part  bool  // nothing else was asked
}

func newAsker(ctx context.Context, p Pipeline) (*asker, error) {
	a := &asker{Pipeline: p, ctx: ctx, known: map[answerKey]*answer{}}
	base, err := p.Advise(ctx, Change{})
	if err != nil {
		return nil, err
	}
	a.base, a.asked = base, 1
	return a, nil
}

// at is the answer at one value of an axis.
func (a *asker) at(x axis, v advice.Value) *answer {
	key := answerKey{x.key(), v}
	a.mu.Lock()
	known := a.known[key]
	a.mu.Unlock()
	if known != nil {
		return known
	}
	if a.enough() {
		return &answer{fault: ErrTimeUp}
	}
	change, out := x.change(v), &answer{}
	got, err := a.Decide(a.ctx, change)
	if err != nil {
		out.fault = err
	} else {
		out.Decided, out.all = decided(got), got.Alternatives
	}
	a.keep(key, out, change, err)
	return out
}

// keep keeps an answer, nil for a part of one.
func (a *asker) keep(key answerKey, n *answer, c Change, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.known[key]; !ok {
		a.asked++
	}
	a.known[key] = n
	if err != nil && a.failure == nil && !c.Traits.About(err) {
		a.failure = err
	}
}

// beyond reports whether something has flipped at a value of an axis, asking no more than that takes.
func (a *asker) beyond(x axis, v advice.Value, w watch) (flipped bool, n *answer) {
	key := answerKey{x.key(), v}
	a.mu.Lock()
	known := a.known[key]
	a.mu.Unlock()
	if known == nil && a.Holds != nil && (w.kind == advice.FlipHolds || w.kind == advice.FlipFails) && !a.enough() {
		change := x.change(v)
		holds, sure, err := a.Holds(a.ctx, change, w.of.Strategy, w.of.Optimized)
		if sure || err != nil {
			a.keep(key, nil, change, err)
			return holds != w.of.Feasible, &answer{fault: err, part: true}
		}
	}
	n = a.at(x, v)
	return n.fault == nil && w.flipped(n), n
}

// complete adds to plans at a value of an axis what Advise says of them. What went wrong ends
// the search.
func (a *asker) complete(x axis, v advice.Value, chosen, other *candidate.Evaluation) {
	if a.enough() {
		return
	}
	if err := a.Complete(a.ctx, x.change(v), chosen, other); err != nil {
		a.mu.Lock()
		a.failure = cmp.Or(a.failure, err)
		a.mu.Unlock()
	}
}

// failed is why asking cannot go on: the context's error, or one that no other value mends.
func (a *asker) failed() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return cmp.Or(a.ctx.Err(), a.failure)
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

// another reports whether two choices are different plans in anything that is bought or changed.
func another(a, b advice.Decided) bool {
	return !same(a, b) || a.Feasible && (moved(a, b) || a.Plan.Replicas != b.Plan.Replicas || a.Plan.InstanceType != b.Plan.InstanceType ||
		a.Plan.Cloud != b.Plan.Cloud || !slices.Equal(a.Plan.Optimizations, b.Plan.Optimizations))
}
