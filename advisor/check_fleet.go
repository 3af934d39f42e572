package advisor

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/intake"
	"scaleadvise/advisor/origin"
)

// CheckFleet judges whether the services of a fleet fit together: those that declare their replicas as
// declared, the others in any way. That they do not fit is a finding.
func CheckFleet(ctx context.Context, in Together, o Options) (*advice.Checked, error) {
	in.Declared = true
	f, err := Fleet(ctx, in, o)
	if err != nil {
		return nil, err
	}
	out := &advice.Checked{File: in.Fleet.File, Name: in.Fleet.Name, Kind: "fleet", Line: in.Fleet.Line, Warnings: f.Warnings}
	out.Figures = advice.Figures{Known: true, Words: fleetWords(f), Cost: f.Cost, Priced: f.Cost > 0}
	for _, s := range f.Services {
		for _, p := range s.Plans {
			out.Figures.Replicas += p.Replicas
			if old := out.Figures.AsOf; p.AsOf != "" && (old == "" || p.AsOf < old) {
				out.Figures.AsOf = p.AsOf
			}
		}
	}
	out.Findings, err = fleetFindings(ctx, in, f)
	return out, err
}

func fleetWords(f *advice.Fleet) string {
	n := 0
	for _, m := range f.Machines {
		n += m.Count
	}
	return fmt.Sprintf("%d services on %s", len(f.Services), machines(n))
}

// fleetFindings are what the rules say of a fleet as a whole, then of each of its services.
func fleetFindings(ctx context.Context, in Together, f *advice.Fleet) ([]advice.Located, error) {
	v := emptyView(in.Rules)
	v.Shared = sharedView(in, f)
	at := places{}
	at.add("budget", in.Fleet.Limits["budget"].Origin)
	at.add("pool", poolPlace(in))
	if f.Outgrown != nil {
		at.add("services", placeOf(in, f.Outgrown.Service))
	}
	v.Origins["budget"] = in.Fleet.Limits["budget"].Origin.String()
	out, err := judgedTogether(ctx, in, v, at, in.Fleet.Line)
	faults := []error{err}
	for i := range f.Services {
		v := emptyView(in.Rules)
		v.Member = memberView(in.Services[i], f, &f.Services[i])
		at := places{}
		at.add("services", placeOf(in, f.Services[i].Name))
		found, err := judgedTogether(ctx, in, v, at, in.Fleet.Line)
		out, faults = append(out, found...), append(faults, err)
	}
	return out, errors.Join(faults...)
}

// judgedTogether is what the rules of fleets say; what stands nowhere is about the file from a line on.
func judgedTogether(ctx context.Context, in Together, v *fact.View, at places, line int) ([]advice.Located, error) {
	fired, err := in.Rules.Evaluate(ctx, fact.Fleet, fact.Read(v))
	found := findings(fired)
	setOrigins(found, fact.Fleet, v.Origins)
	out := at.locate(in.Fleet.File, found, v.Origins)
	for i := range out {
		out[i].Subject = out[i].Rule
		if v.Member != nil {
			out[i].Subject += " " + v.Member.Name
		}
		if out[i].Place.Line == 0 {
			out[i].Place.Line, out[i].Place.Column = line, 1
		}
	}
	return out, err
}

// sharedView is a fleet as rules see it: of the changes that would make all services fit, the cheapest
// of each kind.
func sharedView(in Together, f *advice.Fleet) *fact.Shared {
	s := &fact.Shared{
		Services: len(f.Services), Feasible: f.Feasible, Cost: f.Cost, Separate: f.Separate.USD, Gap: f.Gap, Budget: in.Fleet.Budget(),
		Without: missing(f), Reasons: reasons(f), Idle: f.Idle, IdleMachines: f.IdleMachines,
	}
	for _, m := range f.Machines {
		s.Machines += m.Count
	}
	for _, c := range slices.Backward(f.Changes) {
		usd := math.Ceil(c.USD)
		switch c.Kind {
		case advice.MoreBudget:
			s.EnoughBudget = usd
		case advice.MoreQuota:
			s.Quota = fact.Raise{Name: c.Limit, Has: c.Has, Enough: c.Enough, USD: usd}
		case advice.MoreMachines:
			s.Pool = fact.Raise{Name: c.Limit, Has: c.Has, Enough: c.Enough, USD: usd}
		case advice.BeyondPool:
			s.Beyond = usd
		case advice.MoreOfAll:
			s.Lacks, s.LacksUSD = c.All, usd
		}
	}
	if g := f.Outgrown; g != nil {
		s.Outgrown, s.Fits, s.Next, s.NextUSD = g.Service, g.Fits, g.Next, g.USD
		s.OutgrownMonths = monthsUntil(f, g.Date)
	}
	return s
}

func monthsUntil(f *advice.Fleet, t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return months(t.Sub(f.Now).Seconds())
}

func memberView(s intake.Service, f *advice.Fleet, one *advice.FleetService) *fact.Member {
	m := &fact.Member{
		Name: one.Name, Priority: one.Priority, Feasible: one.Feasible, Share: one.Share, Cost: one.Cost, Runway: monthsUntil(f, one.HoldsUntil),
		Availability: s.Case.Workload.Availability, Unsafe: slices.Contains(f.Unsafe, one.Name),
	}
	for i, p := range one.Plans {
		if free := 1 - p.Utilization; i == 0 || free < m.Free {
			m.Free = free
		}
	}
	return m
}

// missing are the services that go without.
func missing(f *advice.Fleet) []string {
	var names []string
	for _, s := range f.Services {
		if !s.Feasible {
			names = append(names, s.Name)
		}
	}
	return names
}

// reasons say of each service that goes without why.
func reasons(f *advice.Fleet) []string {
	var all []string
	for _, s := range f.Services {
		if !s.Feasible {
			all = append(all, s.Name+": "+s.Reason)
		}
	}
	return all
}

func placeOf(in Together, name string) origin.Origin {
	for _, s := range in.Services {
		if s.Name == name && s.Origin.File == in.Fleet.File {
			return s.Origin
		}
	}
	return origin.Origin{}
}

// poolPlace is where the pool stands.
func poolPlace(in Together) origin.Origin {
	if len(in.Fleet.Pool) > 0 {
		return in.Fleet.Pool[0].Origin
	}
	return origin.Origin{}
}
