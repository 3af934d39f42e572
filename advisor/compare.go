package advisor

import (
	"cmp"
	"context"
	"sync"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/search"
)

// compare finds the best plan of every strategy that no blocking rule forbids, and what
// those rules found. Today is asked for where a rule reads it.
func compare(ctx context.Context, q question, today func() *advice.Judged) ([]candidate.Alternative, []advice.Finding, error) {
	best, found, err := searched(ctx, q, today)
	if err != nil {
		return nil, nil, err
	}
	return completed(q, best), found, nil
}

// searched is compare without latencies.
func searched(ctx context.Context, q question, today func() *advice.Judged) ([]candidate.Alternative, []advice.Finding, error) {
	veto := blockingOf(ctx, q, today)
	best := alternatives(ctx, q, veto.veto())
	return best, veto.found, cmp.Or(veto.err, ctx.Err())
}

// blockingOf are the rules that may forbid a candidate.
func blockingOf(ctx context.Context, q question, today func() *advice.Judged) *blocking {
	return &blocking{ctx: ctx, q: q, view: sync.OnceValue(func() *fact.View { return view(q, today()) })}
}

// veto is what they say of candidates; nil where there are none.
func (b *blocking) veto() search.Veto {
	if b.q.Rules == nil || !b.q.Rules.HasBlocking() {
		return nil
	}
	return b.ask
}

// alternatives searches every strategy at the demand planned for: none, vertical,
// horizontal, combined, each plain then optimized.
func alternatives(ctx context.Context, q question, veto search.Veto) []candidate.Alternative {
	var best []candidate.Alternative
	x := broken(q)
	for _, s := range candidate.Strategies() {
		for _, optimized := range []bool{false, true} {
			b := search.Cheapest(ctx, q.space, search.Query{Strategy: s, Optimized: optimized, Demand: q.planned, Veto: veto, Sketched: q.sketched})
			if s == candidate.None && !optimized && x != nil {
				b.Feasible, b.Excuse = false, x
			}
			if b.Plan != nil && !q.sketched {
				date(q, b.Plan)
			}
			best = append(best, b)
		}
	}
	return best
}

// completed adds latencies to the plans.
func completed(q question, best []candidate.Alternative) []candidate.Alternative {
	for _, b := range best {
		if b.Plan != nil {
			search.Complete(q.space, b.Plan, q.planned)
		}
	}
	return best
}

// date notes the end of a plan's life.
func date(q question, e *candidate.Evaluation) {
	if s, ok := runsOut(q, e); ok {
		late, job := search.JobLate(q.space, e.Replicas)
		e.HoldsUntil, e.HoldsSeconds, e.JobEnds = q.date(s), s, job && late == s
	}
}

// runsOut returns when growth exceeds a plan, in seconds from now: requests what it carries after the
// losses it must survive, at the confidence asked, or data what its job goes through in time. ok is
// false where neither is in sight.
func runsOut(q question, e *candidate.Evaluation) (seconds float64, ok bool) {
	seconds, ok = q.growth.Until(e.CarriesQPS, 1)
	if late, ends := search.JobLate(q.space, e.Replicas); ends && (!ok || late < seconds) {
		return late, true
	}
	return seconds, ok
}

// choose decides between the alternatives. Only where a rule blocked a candidate is the
// search repeated without rules, to see whether that changed the choice.
func choose(ctx context.Context, q question, best []candidate.Alternative) choice.Decision {
	policy := policy(q)
	fillLosses(q, best)
	if !choice.Blocked(best) {
		return choice.Choose(best, policy)
	}
	free := alternatives(ctx, q, nil)
	fillLosses(q, free)
	return choice.ChooseUnder(best, free, policy)
}

// fillLosses adds to sketched plans how much of them may be lost where the choice is by that.
func fillLosses(q question, all []candidate.Alternative) {
	if near := choice.NearCheapest(all, policy(q).Near); q.sketched && len(near) > 1 {
		for _, i := range near {
			search.FillLosses(q.space, all[i].Plan, q.planned)
		}
	}
}

// policy is what a choice goes by.
func policy(q question) choice.Policy {
	return choice.Policy{
		CostOnly: q.Workload.ObjectiveCost, NoToday: !q.space.Base.Known,
		Near: threshold(q.Rules, fact.NearCost), Leave: threshold(q.Rules, fact.LeaveSaving),
	}
}

// threshold is a parameter of the rules; 0 without rules.
func threshold(rules *rule.Set, name string) float64 {
	if rules == nil {
		return 0
	}
	v, _ := rules.Param(name)
	return v
}

// blocking asks the blocking rules about one candidate after the other. The first finding
// of each rule is kept, so that the advice can show it.
type blocking struct {
	ctx   context.Context
	q     question
	view  func() *fact.View
	found []advice.Finding
	err   error // of a rule's evaluation
}

// ask is a search.Veto.
func (b *blocking) ask(s candidate.Strategy, e candidate.Evaluation) (rule, title string) {
	search.Complete(b.q.space, &e, b.q.planned)
	v := b.view()
	v.Candidate = &fact.Candidate{Strategy: s, Evaluation: e}
	fired, err := b.q.Rules.Blocking(b.ctx, fact.Read(v))
	if err != nil {
		b.err = err
		return "", ""
	}
	if len(fired) == 0 {
		return "", ""
	}
	b.keep(fired[0].Finding())
	return fired[0].Rule.ID, fired[0].Rule.Title
}

func (b *blocking) keep(f advice.Finding) {
	for _, known := range b.found {
		if known.Rule == f.Rule {
			return
		}
	}
	b.found = append(b.found, f)
}
