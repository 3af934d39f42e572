package advisor

import (
	"context"
	"slices"

	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/search"
)

// asToday lists the deployment that a service declares, on each kind of machine that holds it, where it holds.
func (w *ways) asToday(market search.Market) []search.Way {
	if t := declaredToday(w); t == nil || !t.Holds {
		return nil
	}
	out, unsafe := search.AsDeclared(w.space, w.planned, market, w.question.Workload.Replicas)
	if unsafe {
		return nil
	}
	for i := range out {
		out[i].Today = true
	}
	return out
}

// mostKept bounds the services whose change is looked at one by one.
const mostKept = 24

// unchanged puts today's deployments back where changing them saves nothing, and full precision where fewer
// bits do not, at the options of all other services.
func unchanged(ctx context.Context, p *problem, s *solution) {
	if len(s.without) > 0 {
		return
	}
	var changes []int
	for i := range p.Services {
		if len(p.gentler(i, s.Choice[i])) > 0 {
			changes = append(changes, i)
		}
	}
	if len(changes) == 0 || p.revert(ctx, s, changes) || len(changes) == 1 {
		return
	}
	for _, i := range changes[:min(len(changes), mostKept)] {
		if ctx.Err() != nil {
			return
		}
		p.revert(ctx, s, []int{i})
	}
}

// revert has some services run in a gentler way where that costs no more, and reports whether it does.
func (p *problem) revert(ctx context.Context, s *solution, some []int) bool {
	kept, offered := p.Problem, make([][]int, len(p.Services))
	kept.Services = slices.Clone(p.Services)
	for i := range kept.Services {
		offered[i] = []int{s.Choice[i]}
		if slices.Contains(some, i) {
			offered[i] = p.gentler(i, s.Choice[i])
		}
		all := kept.Services[i].Options
		kept.Services[i].Options = nil
		for _, o := range offered[i] {
			kept.Services[i].Options = append(kept.Services[i].Options, all[o])
		}
	}
	found, _ := fleet.Solve(ctx, &kept, fleet.Usual(&kept))
	if found == nil || found.Cost > s.Cost*(1+fleet.Tolerance) {
		return false
	}
	s.Cost, s.Hosts = found.Cost, found.Hosts
	s.Choice = slices.Clone(s.Choice)
	for i, o := range found.Choice {
		s.Choice[i] = offered[i][o]
	}
	return true
}

// gentler lists the options of a service that change less of it than the chosen one: today's, else those in
// full precision where that is not.
func (p *problem) gentler(service, chosen int) []int {
	var today, full []int
	for o := range p.Services[service].Options {
		switch runs := p.runs(service, o); {
		case o == chosen:
		case slices.ContainsFunc(runs, func(r run) bool { return r.Today }):
			today = append(today, o)
		case !p.coarse(service, o):
			full = append(full, o)
		}
	}
	switch {
	case slices.ContainsFunc(p.runs(service, chosen), func(r run) bool { return r.Today }):
		return nil
	case len(today) > 0:
		return today
	case p.coarse(service, chosen):
		return full
	}
	return nil
}

// coarse reports whether an option rounds numbers more coarsely than the baseline does.
func (p *problem) coarse(service, option int) bool {
	for _, o := range p.services[service].Case.Catalog.Optimizations() {
		if rounds(o) && slices.ContainsFunc(p.runs(service, option), func(r run) bool { return slices.Contains(r.Variant.Optimizations, o.ID) }) {
			return true
		}
	}
	return false
}
