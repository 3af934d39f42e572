package advisor

import (
	"context"
	"math"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fleet"
)

// oneMore is a limit with one more of what it counts.
type oneMore struct {
	of     int // place of the limit
	step   int
	more   func(*fleet.Problem)
	priced float64 // what the relaxation has for it
}

// limits are the limits of a fleet, and what one more of each would save: found by planning again where
// the fleet is not too large, else, about, the price that the relaxation has for it. A limit of which
// some is left may hold a plan back as well, which would rather take many small machines than one large:
// it is asked after those that are used up.
func limits(ctx context.Context, p *problem, s *solution) []advice.FleetLimit {
	out, tight, slack := p.limits(s)
	again := mostAgain
	if len(p.Services) > fleet.Small {
		again = fewAgain
	}
	large := len(p.Services) > mostAgainOf || len(p.Services) > fleet.Small && p.Ways() > fleet.Few
	for i, one := range slices.Concat(tight, slack) {
		l := &out[one.of]
		switch {
		case len(s.without) > 0:
			l.Known = false
			continue
		case s.Cost == 0: // nothing is left to save
			continue
		}
		var t *fleet.Solution
		if again--; again >= 0 && !large {
			more := copied(&p.Problem)
			one.more(more)
			t, _ = fleet.Solve(ctx, more, fleet.Usual(more), s.Choice)
		}
		switch {
		case t != nil:
			l.Saves = math.Max(0, s.Cost-t.Cost) / float64(one.step)
		case i < len(tight):
			l.Saves, l.About = one.priced/float64(one.step), true
		default:
			l.Known = false
		}
	}
	if p.Budget > 0 {
		out = append(out, advice.FleetLimit{Limit: "budget", Used: s.Cost, Of: p.Budget, Unit: "USD/month", Known: true, Binds: s.Cost, Exact: s.Proved})
	}
	return out
}

// limits are those of quotas and of stocks, and each with one more: those that are used up, and those of
// which some is left.
func (p *problem) limits(s *solution) (out []advice.FleetLimit, tight, slack []oneMore) {
	add := func(l advice.FleetLimit, one oneMore) {
		if l.Used+float64(one.step) > l.Of {
			tight = append(tight, one)
		} else {
			slack = append(slack, one)
		}
	}
	for i, q := range p.Quotas {
		l := advice.FleetLimit{Limit: q.Name, Used: float64(p.quotaUsed(s, i)), Of: float64(q.Most), Unit: q.Name, Known: true}
		if step := p.step(i); step > 0 {
			one := oneMore{of: len(out), step: step, more: func(m *fleet.Problem) { m.Quotas[i].Most += step }}
			if i < len(s.Limits) {
				one.priced = s.Limits[i] * float64(step)
			}
			add(l, one)
		}
		out = append(out, l)
	}
	for m, of := range p.Machines {
		for i, stock := range of.Stocks {
			if stock.Most == fleet.Unlimited {
				continue
			}
			l := advice.FleetLimit{Limit: stockName(of, stock), Used: float64(p.stockUsed(s, m, i)), Of: float64(stock.Most), Unit: of.Name, Known: true}
			one := oneMore{of: len(out), step: 1, more: func(more *fleet.Problem) { more.Machines[m].Stocks[i].Most++ }}
			if len(s.Stocks) == len(p.Machines) {
				one.priced = s.Stocks[m][i]
			}
			add(l, one)
			out = append(out, l)
		}
	}
	return out, tight, slack
}
