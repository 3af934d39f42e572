package report

import (
	"fmt"

	"scaleadvise/advisor/advice"
)

// pageFigures are the four numbers that a reader looks for: cost, room, losses, until when.
func pageFigures(a *advice.Advice) []pageFigure {
	p, label := a.Plan, "Free at the peak"
	if p.Replicas == 0 {
		return nil
	}
	if a.Feasible && a.First.Replicas > 0 && len(a.Roadmap) > 1 { // all figures but the last are of now
		p, label = a.First, "Free at the peak now"
	}
	room := pageFigure{Label: label, Value: "not known"}
	if _, capacity, _ := p.Reach(); capacity > 0 && p.Utilization <= 1 {
		room.Value, room.Unit = fmt.Sprintf("%.0f", 100*(1-p.DemandQPS/capacity)), "%"
		room.Notes = []string{rate(p.DemandQPS) + " of " + carriedWithin(p)}
	}
	if l := latency(p, a.Workload); l != "" {
		room.Notes = append(room.Notes, l)
	}
	lose := pageFigure{Label: "Survives", Value: count(p.SurvivesMachines), Unit: "of " + numbered(p.Instances*max(p.Joined, 1), "machine", "machines")}
	if a.Workload.Availability > 0 {
		lose.Notes = []string{percent(a.Workload.Availability) + " promised"}
	}
	until := pageFigure{Label: "Holds", Value: "yes", Notes: []string{"as long as the load stays as it is"}}
	if last := a.Plan.HoldsUntil; !last.IsZero() {
		until.Label, until.Value = "Holds until", last.Format("2 Jan 2006")
		until.Notes = []string{percent(a.Confidence) + " sure"}
		if len(a.Roadmap) > 1 {
			until.Notes = append(until.Notes, fmt.Sprintf("in %d dated steps, the next on %s", len(a.Roadmap), a.Roadmap[1].Date.Format("2 Jan 2006")))
		}
	}
	if !a.Feasible {
		until = pageFigure{Label: "Holds", Value: "no"}
		if x := nearest(a); x != nil {
			until.Notes = []string{line(x.Text)}
		}
	}
	return []pageFigure{costFigure(a), room, lose, until}
}

// costFigure is what a plan costs from now on, against today, at the horizon and in all; of one that
// does not hold what it would.
func costFigure(a *advice.Advice) pageFigure {
	f, c, now := pageFigure{Label: "Cost", Value: "not known"}, a.Cost, a.Cost.Now
	if !a.Feasible {
		now = advice.Amount{USD: a.Plan.CostPerMonth, Known: a.Plan.Priced}
	}
	if !now.Known {
		return f
	}
	f.Value, f.Unit = money(now.USD), "USD/month"
	later := c.Horizon.Known && money(c.Horizon.USD) != f.Value
	if later {
		f.Label = "Cost now"
	}
	if c.Today.Known {
		f.Notes = append(f.Notes, changeWords(now.USD-c.Today.USD, c.Today.USD))
	}
	if later {
		f.Notes = append(f.Notes, money(c.Horizon.USD)+" USD/month at the horizon")
	}
	if len(c.Months) > 1 {
		f.Notes = append(f.Notes, money(c.Total.USD)+" USD in "+measure(a.Workload.HorizonMonths, "month"))
	}
	f.Notes = append(f.Notes, withoutLine())
	return f
}
