package advisor

import (
	"context"
	"fmt"
	"math"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fact"
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

	// Known lets advice on nearly the same input take less time: see serve.Solutions.
	Known *serve.Solutions

	// Verify simulates the plan and those that cost nearly the same. Meter, where there is
	// one, tells how far it is.
	Verify bool
	Meter  *simulate.Meter
}

// DefaultConfidence sizes replicas so that the SLO holds in nine cases of ten.
const DefaultConfidence = 0.90

// run carries one advice through its stages.
type run struct {
	Input
	Options
	space    *search.Space
	growth   forecast.Compound
	now      search.Demand // today
	planned  search.Demand // at the horizon
	deployed *advice.Today // today's deployment at the planned demand
	found    []advice.Finding
	seen     map[string]bool // blocking rules already found
	failure  error           // of a blocking rule's evaluation
	checking bool            // a declared deployment is judged: what only a choice needs is left out
	ends     float64         // s until no size of the plan holds any more; 0 when it reaches the horizon
}

// Advise recommends. The error is about the input; that nothing holds is advice too.
func Advise(ctx context.Context, in Input, o Options) (*advice.Advice, error) {
	r, err := newRun(in, o)
	if err != nil {
		return nil, err
	}
	r.oneReplica()
	r.deployed = r.today()
	veto := r.veto(ctx)
	c := r.compare(r.planned, veto)
	d := r.choose(c)
	stages := r.roadmap(ctx, d)
	if r.failure != nil {
		return nil, r.failure
	}
	r.complete(c, stages)
	v := r.view()
	r.outcome(v, c, d, stages)
	facts := fact.Read(v)
	found, err := r.Rules.Evaluate(ctx, fact.Advise, facts)
	if err != nil {
		return nil, err
	}
	a := r.assemble(c, d, stages)
	r.derive(a, c, d, facts)
	for _, f := range found {
		r.found = append(r.found, f.Finding())
	}
	r.conclude(a, d, v.Origins)
	if o.Verify {
		return a, r.verify(ctx, a)
	}
	return a, nil
}

// oneReplica starts strategies from one replica where no accelerator was named: replicas
// of nothing are no deployment (DESIGN §2).
func (r *run) oneReplica() {
	if b := r.space.Base; !b.Known && b.Replicas > 1 {
		b.Replicas = 1
		r.space = search.From(r.space, b, "--replicas without --gpu names no deployment: strategies start from one replica")
	}
}

func newRun(in Input, o Options) (*run, error) {
	if o.Confidence == 0 {
		o.Confidence = DefaultConfidence
	}
	if !(o.Confidence > 0 && o.Confidence < 1) {
		return nil, fmt.Errorf("--confidence %g: must lie between 0 and 1, both excluded, for example 90%%", o.Confidence)
	}
	w := in.Workload
	offers, err := offer.New(w, in.Catalog)
	if err != nil {
		return nil, err
	}
	space := search.New(offers, search.Options{Confidence: o.Confidence, Seed: o.Seed, Known: o.Known})
	in.Workload = space.Workload // a language model's traits are settled there
	w = in.Workload
	r := &run{Input: in, Options: o, space: space, seen: map[string]bool{}}
	r.growth = forecast.Compound{Peak: w.Peak, PerMonth: w.Growth}
	r.now = r.demandAt(0)
	r.planned = r.demandAt(w.Horizon)
	if worst := r.growth.Worst(w.Horizon).Mid; worst > r.planned.Peak {
		r.planned.Peak, r.planned.Mean = r.now.Peak, r.now.Mean
	}
	return r, nil
}

// demandAt is the expected demand and data after the given seconds. The mean grows as
// the peak does.
func (r *run) demandAt(seconds float64) search.Demand {
	peak := r.growth.At(seconds).Mid
	mean := 0.0
	if p := r.Workload.Peak.Mid; p > 0 {
		mean = r.Workload.Mean * peak / p
	}
	return search.Demand{Peak: peak, Mean: mean, Data: r.space.Workload.Data.At(seconds)}
}

// months converts seconds to months of 730 h.
func months(seconds float64) float64 { return seconds / unit.Month }

// date is the day so many seconds after now; the zero time beyond what a calendar holds.
func (r *run) date(seconds float64) time.Time {
	const century = 100 * 12 * unit.Month
	if math.IsNaN(seconds) || seconds > century {
		return time.Time{}
	}
	return r.Now.Add(time.Duration(seconds * float64(time.Second))).UTC()
}
