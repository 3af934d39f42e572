package advisor

import (
	"context"
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/unit"
)

// CheckFleet judges whether the services of a fleet fit together: those that declare their replicas
// as they are declared, the others in any way. That they do not is a finding.
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
	out.Findings = fleetFindings(in, f)
	return out, nil
}

func fleetWords(f *advice.Fleet) string {
	n := 0
	for _, m := range f.Machines {
		n += m.Count
	}
	return fmt.Sprintf("%d services on %s", len(f.Services), machines(n))
}

// fleetFindings are what stands in the way of a fleet, one finding a kind.
func fleetFindings(in Together, f *advice.Fleet) []advice.Located {
	var out []advice.Located
	add := func(rule, title, message, remedy string, at origin.Origin) {
		out = append(out, advice.Located{
			Finding:     advice.Finding{Rule: rule, Severity: advice.Error, Title: title, Message: message, Remedy: remedy},
			Place:       advice.Place{File: in.Fleet.File, Line: max(at.Line, in.Fleet.Line), Column: max(at.Column, 1)},
			Subject:     rule,
			Fingerprint: fmt.Sprintf("%s|%s|%s", in.Fleet.File, in.Fleet.Name, rule),
		})
	}
	for _, name := range f.Unsafe {
		add(advice.LossNotSurvived, "The loss of a machine is not survived", name+" promises an availability that its replicas do not keep when a machine is lost, however they are spread.",
			"Declare more replicas (scaleadvise fleet says how many), or a lower slo.availability.", placeOf(in, name))
	}
	if f.Feasible {
		return out
	}
	without := missing(f)
	seen := map[string]bool{}
	for _, c := range f.Changes {
		if seen[c.Kind] {
			continue
		}
		seen[c.Kind] = true
		cost := unit.Format(unit.Money, math.Round(c.USD))
		switch c.Kind {
		case advice.OverBudget:
			add(c.Kind, "The fleet costs more than its budget", fmt.Sprintf("All services together cost at least %s; the budget is %s. Within it %s without.", cost, unit.Format(unit.Money, in.Fleet.Budget()), without),
				fmt.Sprintf("Set %s, or leave services out.", c.Text), in.Fleet.Limits["budget"].Origin)
		case advice.OverQuota:
			add(c.Kind, "The fleet needs more than its quotas", fmt.Sprintf("Within the quotas %s without.", without), fmt.Sprintf("Ask for %s: all services then fit for %s.", c.Text, cost), poolPlace(in))
		default:
			add(c.Kind, "The services do not fit on the machines", fmt.Sprintf("On the machines of the pool %s without.", without), fmt.Sprintf("With %s all services fit for %s.", c.Text, cost), poolPlace(in))
		}
	}
	if len(f.Changes) == 0 {
		add(advice.PackingImpossible, "The services do not fit on the machines", reasons(f), "Run scaleadvise fleet on the file: it says what would be needed.", poolPlace(in))
	}
	return out
}

// missing names the services that go without, with their verb.
func missing(f *advice.Fleet) string {
	var names []string
	for _, s := range f.Services {
		if !s.Feasible {
			names = append(names, s.Name)
		}
	}
	if len(names) == 1 {
		return names[0] + " goes"
	}
	return strings.Join(names, ", ") + " go"
}

// reasons say of each service that goes without why.
func reasons(f *advice.Fleet) string {
	var all []string
	for _, s := range f.Services {
		if !s.Feasible {
			all = append(all, s.Name+": "+s.Reason)
		}
	}
	return strings.Join(all, "; ") + "."
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
