package advisor

import (
	"context"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/search"
)

// comparison is the best plan of every strategy at one demand: none, vertical,
// horizontal, combined, each plain then optimized.
type comparison struct {
	demand search.Demand
	best   []candidate.Alternative
}

// compare searches every strategy.
func (r *run) compare(d search.Demand, veto search.Veto) comparison {
	c := comparison{demand: d}
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			b := search.Cheapest(r.space, search.Query{Strategy: s, Optimized: optimized, Demand: d, Veto: veto})
			r.holdsUntil(&b)
			c.best = append(c.best, b)
		}
	}
	return c
}

// choose decides between the alternatives, and says whether a blocking rule changed the
// outcome: only then is the search repeated without rules.
func (r *run) choose(c comparison) choice.Decision {
	policy := choice.Policy{CostOnly: r.Workload.ObjectiveCost, Near: choice.NearCost}
	if !choice.Blocked(c.best) {
		return choice.Choose(c.best, policy)
	}
	return choice.ChooseUnder(c.best, r.compare(c.demand, nil).best, policy)
}

// complete adds latencies to the plans that will be shown.
func (r *run) complete(c comparison, stages []advice.Stage) {
	for _, b := range c.best {
		if b.Plan != nil {
			search.Complete(r.space, b.Plan, c.demand)
		}
	}
	for i := range stages {
		search.Complete(r.space, &stages[i].Plan, r.demandAt(stages[i].Until))
	}
}

// holdsUntil dates the end of a plan's life: when growth exceeds what it carries after
// the losses it must survive, at the confidence asked.
func (r *run) holdsUntil(b *candidate.Alternative) {
	if b.Plan == nil {
		return
	}
	if s, ok := r.growth.Until(b.Plan.CarriesQPS, 1); ok {
		b.Plan.HoldsUntil = r.date(s)
		b.Plan.HoldsSeconds = s
	}
}

// veto asks the blocking rules about a candidate. The first time a rule forbids one,
// its finding is kept, so that the advice can show it.
func (r *run) veto(ctx context.Context) search.Veto {
	if r.Rules == nil || !r.Rules.HasBlocking() {
		return nil
	}
	v := r.view()
	return func(s candidate.Strategy, e candidate.Evaluation) (string, string) {
		search.Complete(r.space, &e, r.planned)
		v.Candidate = &fact.Candidate{Strategy: s, Evaluation: e}
		fired, err := r.Rules.Blocking(ctx, fact.Read(v))
		if err != nil {
			r.failure = err
			return "", ""
		}
		if len(fired) == 0 {
			return "", ""
		}
		r.keep(fired[0].Finding())
		return fired[0].Rule.ID, fired[0].Rule.Title
	}
}

func (r *run) keep(f advice.Finding) {
	if !r.seen[f.Rule] {
		r.seen[f.Rule] = true
		r.found = append(r.found, f)
	}
}
