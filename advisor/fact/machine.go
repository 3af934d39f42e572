package fact

import (
	"slices"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// machineFacts are how much of its machines a plan fills, where they are had smaller, and how they were to be
// bought.
var machineFacts = []Fact{
	text("plan.machine", outcome, on("gpu"), "type of the machines of the plan; empty when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string { return p.InstanceType })),
	number("plan.machine_filled", "fraction", outcome, on("replicas", "gpu"), "replicas over those that the rented machines of the plan hold; 0 where nothing is rented",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return filled(p) })),
	number("plan.machine_share_usd_per_month", "USD/month", outcome, on("replicas", "gpu"), "the part of what they cost that the replicas fill; 0 when unknown",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 { return p.CostPerMonth * filled(p) })),
	text("plan.whole_machine", outcome, on("gpu"), "type of the machine of which each replica is paid a part; empty where machines are paid whole",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) string {
			if p.Part == 0 {
				return ""
			}
			_, whole, _ := strings.Cut(p.InstanceType, " of ")
			return whole
		})),
	number("plan.whole_machine_usd_per_month", "USD/month", outcome, on("gpu"), "what one such machine costs; 0 where machines are paid whole",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) float64 {
			return over(p.USDPerHour*unit.HoursPerMonth, p.Part)
		})),
	text("plan.smaller_at", Advise, on("gpu", "cloud"), "cloud that rents the same accelerators on machines with fewer of them, for less; empty when none does",
		func(v *View) string { cloud, _ := v.Outcome.inSmaller(); return cloud }),
	number("plan.smaller_usd_per_month", "USD/month", Advise, on("gpu", "cloud"), "what the plan costs there; 0 when none does",
		func(v *View) float64 { _, usd := v.Outcome.inSmaller(); return usd }),
	truth("plan.spot_asked", always, on("pricing"), "spot machines were asked for, alone or among others",
		func(v *View) bool { return spotAsked(v.Workload) }),
	count("plan.rented", outcome, on("replicas", "gpu"), "of its machines those that are rented",
		chosen(func(_ *View, _ *Outcome, p *candidate.Evaluation) int { return p.Rented })),
}

// spotAsked reports whether spot machines were to be bought.
func spotAsked(w *workload.Workload) bool {
	return w.Pricing == "spot" || slices.Contains(w.Prices, "spot")
}

// filled is the share of the places on rented machines that replicas take.
func filled(p *candidate.Evaluation) float64 {
	if p.Owned > 0 {
		return 0
	}
	return over(float64(p.Replicas), float64(p.Rented*p.ReplicasPerInstance))
}

func (o *Outcome) inSmaller() (cloud string, usdPerMonth float64) {
	if o == nil || o.InSmaller == nil {
		return "", 0
	}
	return o.InSmaller()
}
