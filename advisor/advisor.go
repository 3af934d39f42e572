package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/forecast"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/simulate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Input is what advice is about.
type Input struct {
	Workload   *workload.Workload
	Catalog    *catalog.Catalog
	Rules      *rule.Set
	Principles []advice.Principle // the lesson, in its order
}

// Options are the caller's: the clock, the seed of sampled evaluations, and the
// probability with which the SLO must hold.
type Options struct {
	Now        time.Time
	Seed       uint64
	Confidence float64 // in (0,1); 0 takes DefaultConfidence
	Explain    bool    // record how the numbers came about
	Charts     bool    // work out what charts show: the plan's latency by load, and what more replicas bring

	// Known, where set, keeps solutions between calls, so that advice on nearly the same input takes less
	// time: see serve.Solutions.
	Known *serve.Solutions

	// Verify simulates the plan and those that cost nearly the same. Meter, where set, receives the progress.
	Verify bool
	Meter  *simulate.Meter
	Limit  Limit
}

// Limit bounds the time of simulations: it returns a context whose deadline ends them. Nil
// bounds nothing.
type Limit func(context.Context) (context.Context, context.CancelFunc)

func (l Limit) of(ctx context.Context) (context.Context, context.CancelFunc) {
	if l == nil {
		return ctx, func() {}
	}
	return l(ctx)
}

// DefaultConfidence is the probability with which a plan keeps the SLO, where no other is asked for.
const DefaultConfidence = 0.90

// question is an input with everything settled that its answers share. The stages read
// it, and none writes to it.
type question struct {
	Input
	Options
	space   *search.Space
	growth  forecast.Compound
	now     search.Demand // today
	planned search.Demand // the largest within the horizon

	sketched bool // plans are compared, and shown only once they are filled in
}

// Advise recommends a plan. The error is about the input; that nothing holds is an answer.
func Advise(ctx context.Context, in Input, o Options) (*advice.Advice, error) {
	a, _, err := advised(ctx, in, o)
	return a, err
}

// advised is an advice with the question that it answers.
func advised(ctx context.Context, in Input, o Options) (*advice.Advice, question, error) {
	if in.Rules != nil {
		fanout.Beside(func() { in.Rules.Prepare(fact.Advise) }) // they are asked when all else is known
	}
	q, err := settleAdvice(ctx, in, o)
	if err != nil {
		return nil, question{}, err
	}
	if err := errors.Join(needsDay(q), comparesTokens(q), dividesPhases(q)); err != nil {
		return nil, question{}, err
	}
	q, chosen, proof, err := proven(ctx, q)
	if err != nil {
		return nil, question{}, err
	}
	q.Known.KeepCorrections(q.space.Servers)
	today, best, d := chosen.today, chosen.best, chosen.Decision
	completeElsewhere(q, chosen.decided)
	way := roadmap(ctx, q, d)
	view := outcome(q, today.Then(), best, d, way)
	view.Outcome.Elsewhere, view.Outcome.Autoscaling, view.Outcome.Unsettled = chosen.away, autoscaling(q, d), proof.open
	if view.Outcome.Rebalanced, err = rebalanced(ctx, q, today.Then(), d, way); err != nil {
		return nil, question{}, err
	}
	found, err := conclude(ctx, q, view, chosen.blocking)
	if err != nil {
		return nil, question{}, err
	}
	a := assemble(q, today, chosen.foretold, best, d, way, found)
	a.Autoscaling = view.Outcome.Autoscaling
	a.Elsewhere, a.Cheaper = chosen.away, choice.Cheaper(d, best, policy(q))
	a.Balancer, a.Settle = balancer(q, view), settling(q, today, d, view)
	a.First = firstOf(q, a)
	if q.space.Generates() && a.First.MaxConcurrency > 0 {
		prefixesFound(&a.Workload, a.First.PrefixHit, a.Traits, a.Assumptions)
	}
	a.Cost, a.PricedAt, a.Affordable = costOf(q, a), pricedAt(q, a.Plan), affordable(ctx, q, a)
	if a.Cost.Total.Known {
		a.Cautions = append(a.Cautions, inWords(unusedOf(q, a))...)
	}
	if today != nil && a.Plan.Priced {
		a.TodayAt = pricedAt(q, today.Evaluation)
	}
	a.Hosted, a.Apart, a.Squeeze, a.HeldBack = hosted(q, a), disaggregated(q, a), view.Tokens.Squeeze, view.Tokens.Held()
	sizeNow(q, a)
	if o.Explain {
		a.Facts, a.Steps = fact.Read(view).All(fact.Advise), derive(q, best, d)
	}
	if o.Charts && a.Feasible {
		a.Curve, a.Larger = search.CurveOf(q.space, a.Plan), search.Larger(q.space, a.Plan, q.planned, more(a.Plan.Replicas))
	}
	a, err = verify(ctx, q, a, proof)
	return a, q, err
}

// more are numbers of replicas above n that a reader may want to weigh: a few more, up to twice as many.
func more(n int) []int {
	var out []int
	for _, share := range []float64{1.1, 1.25, 1.5, 2} {
		if m := int(math.Ceil(share * float64(n))); len(out) == 0 || m > out[len(out)-1] {
			out = append(out, m)
		}
	}
	return out
}

// settle makes a question of an input.
func settle(in Input, o Options) (question, error) {
	if o.Confidence == 0 {
		o.Confidence = DefaultConfidence
	}
	if !(o.Confidence > 0 && o.Confidence < 1) {
		return question{}, fmt.Errorf("--confidence %g: must lie between 0 and 1, both excluded, for example 90%%", o.Confidence)
	}
	in.Workload = workload.Carried(in.Workload, o.Now)
	w, outages := standards(in)
	offers, err := offer.New(w, in.Catalog)
	if err != nil {
		return question{}, err
	}
	if o.Known != nil {
		o.Known.Lists.Share(offers)
	}
	space := search.New(offers, search.Options{Confidence: o.Confidence, Seed: o.Seed, Known: o.Known, ZoneAvailability: outages.zone, SpotShortage: outages.spot})
	in.Workload = space.Workload // a language model's traits are settled there
	w = in.Workload
	q := question{Input: in, Options: o, space: space, growth: w.Demand()}
	q.now, q.planned = q.demandAt(0), q.demandAt(w.Horizon)
	if worst := q.growth.Worst(w.Horizon).Mid; worst > q.planned.Peak {
		q.planned.Peak, q.planned.Mean = q.now.Peak, q.now.Mean
	}
	q.planned.Data = math.Max(q.planned.Data, q.now.Data)
	return q, nil
}

// outages are what rules say of places that fail as a whole.
type outages struct {
	zone float64 // share of the time that a zone works, 1 where no rule says it
	spot float64 // s for which a zone has no spot machines once it took them back
}

// standards returns the workload with the headroom that the rules ask for where it gives none,
// and what places promise.
func standards(in Input) (w *workload.Workload, of outages) {
	w, of.zone = in.Workload, 1
	if in.Rules == nil {
		return w, of
	}
	if share, ok := in.Rules.Param(fact.ZoneWorks); ok {
		of.zone = share
	}
	if hours, ok := in.Rules.Param(fact.Shortage); ok {
		of.spot = hours * 3600
	}
	if ceiling, ok := in.Rules.Param(fact.Ceiling); ok && !w.HeadroomGiven {
		settled := *w
		settled.Headroom = 1 - ceiling
		w = &settled
	}
	return w, of
}

// settleAdvice settles what is to be advised on. Without a named accelerator strategies
// start from one replica: replicas of nothing are no deployment.
func settleAdvice(ctx context.Context, in Input, o Options) (question, error) {
	q, err := settle(in, o)
	if err != nil {
		return q, err
	}
	if b := q.space.Base; !b.Known && b.Replicas > 1 {
		b.Replicas = 1
		q.space = search.From(q.space, b, "--replicas without --gpu names no deployment: strategies start from one replica")
	}
	return settlePlace(ctx, q)
}

// demandAt returns the expected demand and data after the given seconds. The mean grows
// as the peak does.
func (q question) demandAt(seconds float64) search.Demand {
	peak := q.growth.At(seconds).Mid
	mean := 0.0
	if p := q.Workload.Peak.Mid; p > 0 {
		mean = q.Workload.Mean * peak / p
	}
	return search.Demand{Peak: peak, Mean: mean, Data: q.space.Workload.Data.At(seconds)}
}

// neededAt is the demand that a step up to then must hold: of what shrinks, today's.
func (q question) neededAt(seconds float64) search.Demand {
	d := q.demandAt(seconds)
	if d.Peak < q.now.Peak {
		d.Peak, d.Mean = q.now.Peak, q.now.Mean
	}
	d.Data = math.Max(d.Data, q.now.Data)
	return d
}

// months converts seconds to months of 730 h.
func months(seconds float64) float64 { return seconds / unit.Month }

// date returns the day that many seconds after now; the zero time beyond a century.
func (q question) date(seconds float64) time.Time {
	const century = 100 * 12 * unit.Month
	if math.IsNaN(seconds) || seconds > century {
		return time.Time{}
	}
	return unit.After(q.Now, seconds)
}
