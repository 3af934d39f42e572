package advisor

import (
	"context"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fleet"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/search"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// loosening is less that may be asked of a service.
type loosening struct {
	text    string
	changes func(w *workload.Workload) map[string]string // nil where it is asked already
}

// loosenings come in the order in which they harm least.
var loosenings = []loosening{
	{"with no headroom at the peak", func(w *workload.Workload) map[string]string {
		if w.Headroom == 0 {
			return nil
		}
		return map[string]string{"headroom": "0%"}
	}},
	{"at 8-bit precision (test its answers first)", func(*workload.Workload) map[string]string {
		return map[string]string{"allow_optimization": "int8,fp8"}
	}},
	{"at 4-bit precision (test its answers first)", func(*workload.Workload) map[string]string {
		return map[string]string{"allow_optimization": "int4,int8,fp8"}
	}},
	{"without surviving a loss (availability: none)", func(w *workload.Workload) map[string]string {
		if w.Availability == 0 {
			return nil
		}
		return map[string]string{"availability": "none"}
	}},
	{"at twice the latency bound", func(w *workload.Workload) map[string]string {
		out := map[string]string{}
		for name, bound := range map[string]float64{"latency": w.Latency, "ttft": w.LLM.TTFT, "tpot": w.LLM.TPOT} {
			if bound > 0 && !w.Assumed(name) {
				out[name] = unit.Format(unit.Duration, 2*bound)
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	}},
}

// mostLoosened bounds the services for which less is tried.
const mostLoosened = 5

// looserSets are the loosenings that are tried together where none is enough, by their places.
var looserSets = [][]int{{0, 1}, {0, 3}, {1, 3}, {0, 1, 3}, {0, 2, 3}, {0, 2, 3, 4}}

// looser are what less asked of the services that go without would make all fit, the least harm
// first: each by itself, and where none is enough the first together that are; else what less asked
// of all services would.
func looser(ctx context.Context, in Together, p *problem, s *solution) []advice.FleetChange {
	if len(s.without) == 0 || len(s.without) > mostLoosened {
		return nil
	}
	var out []advice.FleetChange
	try := func(of []int, set ...int) {
		less := make([]loosening, len(set))
		for i, l := range set {
			less[i] = loosenings[l]
		}
		if c, ok := asked(ctx, in, p, of, less); ok {
			out = append(out, c)
		}
	}
	for i := range loosenings {
		try(s.without, i)
	}
	for i := 0; i < len(looserSets) && len(out) == 0; i++ {
		try(s.without, looserSets[i]...)
	}
	all := make([]int, len(p.services))
	for i := range all {
		all[i] = i
	}
	for i := 0; i < len(loosenings) && len(out) == 0 && len(all) <= fleet.Small; i++ {
		try(all, i)
	}
	return out
}

// asked is the plan with less asked of the services that go without; ok is false where not all fit
// even so.
func asked(ctx context.Context, in Together, p *problem, of []int, less []loosening) (c advice.FleetChange, ok bool) {
	all := slices.Clone(p.services)
	var names, texts []string
	for _, i := range of {
		w, what := loosened(ctx, in, p, &p.services[i], less)
		if len(what) == 0 {
			continue
		}
		all[i] = w
		names = append(names, w.Name)
		for _, text := range what {
			if !slices.Contains(texts, text) {
				texts = append(texts, text)
			}
		}
	}
	if len(names) == 0 || ctx.Err() != nil {
		return c, false
	}
	looser := pose(in, p.pool, all)
	t, _ := fleet.Solve(ctx, &looser.Problem, fleet.Usual(&looser.Problem))
	if t == nil {
		return c, false
	}
	return advice.FleetChange{Kind: advice.LessAsked, Text: strings.Join(names, ", ") + " " + strings.Join(texts, ", "), USD: t.Cost}, true
}

// loosened is a service of which less is asked, and what; nil where nothing less can be.
func loosened(ctx context.Context, in Together, p *problem, w *ways, less []loosening) (out ways, what []string) {
	changes := workload.Set{}
	for _, l := range less {
		texts := l.changes(w.question.Workload)
		for name, text := range texts {
			delete(changes, name)
			if err := workload.ParseSet(name, text, origin.Origin{Kind: origin.Default}, changes); err != nil {
				return out, nil
			}
		}
		if len(texts) > 0 {
			what = append(what, l.text)
		}
	}
	if len(what) == 0 || len(w.Sizes) > 0 {
		return out, nil
	}
	c, err := w.Case.With(changes)
	if err != nil {
		return out, nil
	}
	q, err := settle(Input{Workload: c.Workload, Catalog: c.Catalog, Rules: w.question.Rules}, w.question.Options)
	if err != nil {
		return out, nil
	}
	of := w.Service
	of.Sizes = nil
	one := []ways{{Service: of, question: q}}
	if !p.pool.closed() {
		if there, err := rentedFrom(one, p.cloud); err == nil {
			one = there
		}
	}
	one[0].ways, one[0].excuse = search.Ways(ctx, one[0].space, one[0].planned, p.pool.market(one[0].space.Offers))
	if len(one[0].ways) == 0 {
		return out, nil
	}
	return one[0], what
}
