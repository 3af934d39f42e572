package advisor

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/fanout"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/serve"
)

// Together is a fleet to plan.
type Together struct {
	Fleet    *plan.Fleet
	Services []intake.Service
	Catalog  *catalog.Catalog
	Rules    *rule.Set
	Own      func([]plan.Param) (*rule.Set, error) // returns the rules with the parameters that a service overrides; nil for none
	Declared bool                                  // services that declare a deployment keep it
	Exported bool                                  // services described by manifests stay on one kind of hardware, since a manifest names one
}

// ways is a service with the ways in which it may run.
type ways struct {
	intake.Service
	question
	ways     []search.Way
	measures *division         // of its requests by sizes of which it was measured what a replica carries, without a bound; nil for none
	mixes    [][]run           // divisions of its requests by their sizes
	byPrompt bool              // answers differ in length as well, and were not looked at
	excuse   *candidate.Excuse // the nearest miss where there is none
	unsafe   bool              // the declared replicas do not survive what they promise to
}

// Fleet plans many services on shared machines: the ways in which each may run, then one way for
// each and a place for every replica, then why. The error is about the input; that not all
// services fit is an answer.
func Fleet(ctx context.Context, in Together, o Options) (*advice.Fleet, error) {
	p, s, err := together(ctx, in, o)
	if err != nil {
		return nil, err
	}
	return concluded(ctx, in, o, p, s)
}

// together poses the problem of a fleet and solves it.
func together(ctx context.Context, in Together, o Options) (*problem, *solution, error) {
	pool, err := poolOf(in)
	if err != nil {
		return nil, nil, err
	}
	all, err := questions(ctx, in, o)
	if err != nil {
		return nil, nil, err
	}
	cloud, err := settleCloud(ctx, in, pool, all)
	if err != nil {
		return nil, nil, err
	}
	waysOf(ctx, in, pool, all)
	if err := cmp.Or(ctx.Err(), tooSmall(pool, all)); err != nil {
		return nil, nil, err
	}
	p, s, err := planned(ctx, in, &problem{pool: pool, services: all, cloud: cloud})
	if err != nil {
		return p, s, err
	}
	return borneOut(ctx, in, o, p, s)
}

// planned is the problem of services with what is known of them now, and its solution over the zones.
func planned(ctx context.Context, in Together, p *problem) (*problem, *solution, error) {
	p, s, err := replanned(ctx, in, p)
	if err != nil {
		return p, s, err
	}
	return zoned(ctx, in, p, s)
}

// replanned poses the problem of the same services anew, and solves it.
func replanned(ctx context.Context, in Together, p *problem) (*problem, *solution, error) {
	cloud := p.cloud
	p = pose(in, p.pool, p.services)
	p.cloud = cloud
	s, err := solved(ctx, p)
	if err == nil {
		unchanged(ctx, p, s)
	}
	return p, s, err
}

// questions settles the services.
func questions(ctx context.Context, in Together, o Options) ([]ways, error) {
	all := make([]ways, len(in.Services))
	faults := make([]error, len(all))
	known := solutionsOf(in.Services)
	fanout.Each(len(all), func(i int) {
		if ctx.Err() != nil {
			return
		}
		s, o := in.Services[i], o
		o.Known = known[i]
		rules, err := in.rulesOf(s)
		if err != nil {
			faults[i] = err
			return
		}
		q, err := settle(Input{Workload: s.Case.Workload, Catalog: s.Case.Catalog, Rules: rules}, o)
		if err != nil {
			faults[i] = ofService(s, err)
			return
		}
		all[i] = ways{Service: s, question: q}
	})
	return all, cmp.Or(errors.Join(faults...), ctx.Err())
}

// rulesOf are the rules by which a service is planned: those of the fleet with its own parameters.
func (in Together) rulesOf(s intake.Service) (*rule.Set, error) {
	if in.Own == nil || len(s.Case.Plan.Params) == 0 {
		return in.Rules, nil
	}
	return in.Own(s.Case.Plan.Params)
}

// solutionsOf are those that services of the same model share, so that what is predicted of it is
// worked out once.
func solutionsOf(all []intake.Service) []*serve.Solutions {
	out := make([]*serve.Solutions, len(all))
	of := map[string]*serve.Solutions{}
	for i, s := range all {
		key := serve.ModelOf(s.Case.Workload)
		if s.Case.Workload.Facts != nil { // of a model that no catalog names
			key = s.Name
		}
		if of[key] == nil {
			of[key] = &serve.Solutions{}
		}
		out[i] = of[key]
	}
	return out
}

// ofService gives an error the place of its service where it has none of its own.
func ofService(s intake.Service, err error) error {
	if placed(err) {
		return err
	}
	return &plan.Error{File: s.Origin.File, Line: s.Origin.Line, Column: s.Origin.Column, Message: s.Name + ": " + err.Error(), Err: err}
}

// settleCloud rents everything from one cloud: the one that the limits name, that of the pool's
// machines, or the one of the large clouds where the services cost least by their share of
// machines.
func settleCloud(ctx context.Context, in Together, pool *pool, all []ways) (string, error) {
	clouds := in.Fleet.Limits["cloud"].Words
	switch {
	case pool.closed():
		return pool.cloud, nil
	case len(clouds) == 0 && pool.cloud != "":
		clouds = []string{pool.cloud}
	case len(clouds) == 0:
		clouds = catalog.DefaultClouds()
	}
	best, least, missing := "", math.Inf(1), 0
	for _, cloud := range clouds {
		there, err := rentedFrom(all, cloud)
		if err != nil {
			return "", err
		}
		if len(clouds) == 1 {
			copy(all, there)
			return cloud, nil
		}
		usd, without := estimate(ctx, there)
		if best == "" || without < missing || without == missing && usd < least {
			best, least, missing = cloud, usd, without
		}
	}
	there, err := rentedFrom(all, best)
	copy(all, there)
	return best, err
}

// rentedFrom are the services with everything rented from one cloud; those that name their own
// stay there.
func rentedFrom(all []ways, cloud string) ([]ways, error) {
	out := slices.Clone(all)
	faults := make([]error, len(all))
	fanout.Each(len(all), func(i int) {
		w := &out[i]
		if own := w.question.Workload.Clouds; len(own) == 1 && !w.question.Workload.Assumed("cloud") {
			cloud := own[0]
			w.space, faults[i] = search.In(w.space, cloud)
			return
		}
		space, err := search.In(w.space, cloud)
		if err != nil {
			faults[i] = ofService(w.Service, err)
			return
		}
		w.space = space
	})
	return out, errors.Join(faults...)
}

// estimate is what services cost at least by their shares of machines, and how many cannot run.
func estimate(ctx context.Context, all []ways) (usd float64, without int) {
	floors := make([]float64, len(all))
	fanout.Each(len(all), func(i int) { floors[i] = search.Floor(ctx, all[i].space, all[i].planned) })
	for _, f := range floors {
		if math.IsInf(f, 1) {
			without++
			continue
		}
		usd += f
	}
	return usd, without
}

// waysOf lists the ways in which each service may run.
func waysOf(ctx context.Context, in Together, pool *pool, all []ways) {
	fanout.Each(len(all), func(i int) {
		w := &all[i]
		w.list(ctx, in, pool)
		manifest := w.Case.Plan.Object != nil
		switch {
		case in.keeps(w) || w.byMeasuredSizes() || in.Exported && manifest:
		case len(w.Sizes) > 0:
			d := division{sizes: waysBySize(ctx, pool, w, w.Sizes)}
			w.mixes = w.bySizes(ctx, pool, &d)
		case !in.Declared:
			apartBySize(ctx, pool, w, len(all) <= fleet.Small)
		}
	})
}

// keeps reports whether a service keeps the deployment that it declares.
func (in Together) keeps(w *ways) bool {
	return in.Declared && w.question.Workload.Replicas > 0 && w.space.Base.Known
}

// byMeasuredSizes reports whether it was measured what a replica carries of each size of a service's requests.
func (w *ways) byMeasuredSizes() bool { return len(w.Sizes) > 0 && len(w.Sizes[0].Measured) > 0 }

// list finds the ways in which a service may run on one kind of hardware.
func (w *ways) list(ctx context.Context, in Together, pool *pool) {
	market := pool.market(w.space.Offers)
	switch {
	case in.keeps(w):
		w.ways, w.unsafe = search.AsDeclared(w.space, w.planned, market, w.question.Workload.Replicas)
	case w.byMeasuredSizes():
		w.measuredSizes(ctx, pool)
	default:
		w.ways, w.excuse = search.Ways(ctx, w.space, w.planned, market)
		w.ways = append(w.ways, w.asToday(market)...)
	}
}

// solution is what was found for a problem, with what was found about those near it.
type solution struct {
	*fleet.Solution
	without []int // services that go without, by their place
	proved  bool  // that they must
	apart   apart // each service by itself
	zones   []int // by machine; nil where zones play no part
	notes   []string
}

// apart is services planned one after the other, the most important first, each on machines of its
// own: their options, fleet.Dropped for those that find no room, and what each costs.
type apart struct {
	choice []int
	usd    []float64
}

// errNoFleet is that no search came to an end.
var errNoFleet = errors.New("no plan for the fleet was found before the search was ended; plan fewer services together")

// solved finds the cheapest plan; where not all services fit, the one that goes without the least
// important.
func solved(ctx context.Context, p *problem) (*solution, error) {
	var alone apart
	alone.choice, alone.usd = fleet.Separate(&p.Problem, byPriority(p))
	s, proved := fleet.Solve(ctx, &p.Problem, fleet.Usual(&p.Problem), alone.choice)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s != nil {
		return &solution{Solution: s, apart: alone}, nil
	}
	loose := p.optional()
	s, _ = fleet.Solve(ctx, loose, fleet.Usual(loose))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s == nil {
		return nil, errNoFleet
	}
	out := &solution{proved: proved, apart: alone}
	for i, o := range s.Choice {
		if len(loose.Services[i].Options[o].Parts) == 0 {
			out.without = append(out.without, i)
		}
	}
	kept := p.without(out.without)
	if out.Solution, _ = fleet.Solve(ctx, kept, fleet.Usual(kept)); out.Solution == nil {
		out.Solution = s
		return out, ctx.Err()
	}
	out.Choice = restored(out.Choice, out.without, len(p.Services))
	for h := range out.Hosts {
		for i := range out.Hosts[h].Placed {
			out.Hosts[h].Placed[i].Service = p.original(out.Hosts[h].Placed[i].Service, out.without)
		}
	}
	return out, ctx.Err()
}

// restored are choices with those of the services that were left out, which is none.
func restored(choice, without []int, n int) []int {
	out := make([]int, 0, n)
	next := 0
	for i := range n {
		if slices.Contains(without, i) {
			out = append(out, none)
			continue
		}
		out = append(out, choice[next])
		next++
	}
	return out
}

// none is the choice of a service that goes without.
const none = -1
