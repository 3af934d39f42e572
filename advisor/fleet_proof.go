package advisor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/search"
)

// fleetProofs is what simulating the services of a fleet may take at most where nobody asked for it, in requests of an
// ordinary model (a second of one core).
const fleetProofs = 10 * eachProof

// suspect is what a service runs on one kind of hardware, where formulas alone do not vouch for it.
type suspect struct {
	service  int
	run      run
	question question
	plan     candidate.Evaluation
	proof    proof
	share    float64 // of the rate by formula that it sustains, once it failed
}

// name tells it from all else that a fleet may run.
func (s *suspect) name() string {
	return fmt.Sprint(s.service, s.plan.Words(), s.run.Machine.Type, s.plan.DemandQPS, s.run.parts)
}

// proofs are what simulating the services of a fleet said so far.
type proofs struct {
	left   float64           // of the budget
	doubts map[string]string // that it left, of all that was simulated and did not fail; "" for none
}

// borneOut simulates what the services of a fleet run where formulas are weak, and plans again without what fails:
// that is held to what it does sustain. What there was no budget for is noted.
func borneOut(ctx context.Context, in Together, o Options, p *problem, s *solution) (*problem, *solution, error) {
	limited, done := o.Limit.of(ctx)
	defer done()
	found := proofs{math.Min(fleetProofs, allProofs*float64(len(p.services))), map[string]string{}}
	for range mostProofs {
		all, err := weakest(p, s)
		if err != nil {
			return p, s, err
		}
		failed, err := found.judge(limited, all)
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return p, s, err
		}
		if len(failed) == 0 {
			break
		}
		for _, one := range failed {
			p.services[one.service].hold(ctx, in, p.pool, one)
		}
		if p, s, err = planned(ctx, in, p); err != nil {
			return p, s, err
		}
	}
	return p, s, found.note(p, s)
}

// weakest are the runs of a solution that formulas alone do not vouch for, those nearest their limit first.
func weakest(p *problem, s *solution) ([]*suspect, error) {
	var all []*suspect
	for i := range p.services {
		if s.Choice[i] == none {
			continue
		}
		w := &p.services[i]
		for _, r := range p.runs(i, s.Choice[i]) {
			if r.summed() {
				continue
			}
			q, err := w.part(r)
			if err != nil {
				return nil, err
			}
			if plan := search.Run(q.space, r.Way, r.demand); weak(q, plan) {
				all = append(all, &suspect{service: i, run: r, question: q, plan: plan})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *suspect) int { return cmp.Compare(b.plan.Utilization, a.plan.Utilization) })
	return all, nil
}

// judge simulates what has not been simulated yet, as far as the budget goes, and returns what failed.
func (f *proofs) judge(ctx context.Context, all []*suspect) (failed []*suspect, err error) {
	all = slices.DeleteFunc(slices.Clone(all), func(s *suspect) bool { _, known := f.doubts[s.name()]; return known })
	all = all[:min(len(all), int(f.left/leastProof))]
	each := math.Min(allProofs, f.left/float64(max(len(all), 1)))
	faults := make([]error, len(all))
	fanout.Each(len(all), func(i int) { faults[i] = all[i].prove(ctx, each) })
	for _, s := range all {
		f.left -= each - s.proof.left
		if s.proof.verdict == candidate.Failed {
			failed = append(failed, s)
		} else {
			f.doubts[s.name()] = s.proof.doubt
		}
	}
	return failed, errors.Join(faults...)
}

// prove simulates what stands within a budget, and finds what it sustains where it fails.
func (s *suspect) prove(ctx context.Context, budget float64) (err error) {
	s.proof.left = budget
	if err = s.proof.prove(ctx, s.question, s.plan); err == nil && s.proof.verdict == candidate.Failed {
		s.share, err = s.proof.atMost(ctx, s.question, s.plan)
	}
	return err
}

// hold limits what failed to what it sustains, and lists again the ways in which it may run.
func (w *ways) hold(ctx context.Context, in Together, pool *pool, s *suspect) {
	if s.run.of == nil {
		w.space = held(w.question, s.plan, s.share)
		w.list(ctx, in, pool)
		return
	}
	of := s.run.of
	of.space = held(*of, s.plan, s.share)
	var kept [][]run
	for _, runs := range w.mixes {
		i := slices.IndexFunc(runs, func(r run) bool {
			return r.of == of && r.Kind() == s.run.Kind() && r.Variant.Key() == s.run.Variant.Key()
		})
		if i < 0 {
			kept = append(kept, runs)
			continue
		}
		for _, way := range search.Again(of.space, runs[i].Way, of.planned) {
			again := slices.Clone(runs)
			again[i].Way, again[i].space = way, of.space
			kept = append(kept, again)
		}
	}
	w.mixes = kept
}

// note says what a fleet runs that no simulation has borne out.
func (f *proofs) note(p *problem, s *solution) error {
	all, err := weakest(p, s)
	var names []string
	for _, one := range all {
		name := p.services[one.service].Name
		switch doubt, known := f.doubts[one.name()]; {
		case !known && !slices.Contains(names, name):
			names = append(names, name)
		case doubt != "":
			s.notes = append(s.notes, name+": "+doubt)
		}
	}
	if len(names) > 0 {
		s.notes = append(s.notes, fmt.Sprintf("%s: planned by formulas, which alone are not reliable there, and not simulated; scaleadvise simulate --fleet FILE does", fewNames(names)))
	}
	return err
}
