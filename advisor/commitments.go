package advisor

import (
	"fmt"
	"math"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/unit"
)

// terms are how long commitments run, s.
var terms = map[string]float64{purchase.OneYear: 12 * unit.Month, purchase.ThreeYear: 36 * unit.Month}

// committed is a kind of machine and the list that it is committed on.
type committed struct{ cloud, region, machine, pricing string }

// lot is machines committed at one time.
type lot struct {
	from     float64 // s from now
	machines int
	usd      float64 // a month, each
}

// unused is machines that stay paid while no plan stands on them.
type unused struct {
	committed
	from, to float64 // s from now
	machines int
	usd      float64 // a month, each
}

// unusedOf is what commitments cost after their use, to the horizon. A job pays for its hours alone.
func unusedOf(q question, a *advice.Advice) []unused {
	if q.Workload.JobAlone() {
		return nil
	}
	return outlasted(a.Roadmap, q.Workload.Horizon)
}

// outlasted finds what commitments cost after the plan that they were made for, up to a horizon, s: they
// are paid to the end of their term. Each begins when the first plan needs it.
func outlasted(way []advice.Stage, horizon float64) (out []unused) {
	lots := map[committed][]lot{}
	var kinds []committed
	for i, stage := range way {
		need := map[committed]candidate.Bought{}
		for _, b := range stage.Plan.Purchase {
			k := committed{stage.Plan.Cloud, stage.Plan.Region, stage.Plan.InstanceType, b.Pricing}
			if terms[b.Pricing] == 0 || b.Machines == 0 {
				continue
			}
			if need[k] = b; lots[k] == nil {
				kinds, lots[k] = append(kinds, k), []lot{}
			}
		}
		end := horizon
		if i+1 < len(way) {
			end = math.Min(way[i+1].After, horizon)
		}
		for _, k := range kinds {
			for at := stage.After; at < end; {
				var idle []unused
				idle, lots[k], at = spell(k, lots[k], need[k], at, end)
				out = append(out, idle...)
			}
		}
	}
	return out
}

// spell goes from a time to the next at which a commitment ends, at most to an end: it returns what was
// paid without use until then, and the commitments with those that began.
func spell(k committed, lots []lot, need candidate.Bought, at, end float64) ([]unused, []lot, float64) {
	running, next, usd := 0, end, 0.0
	for _, l := range lots {
		if over := l.from + terms[k.pricing]; over > at {
			running, usd, next = running+l.machines, l.usd, math.Min(next, over)
		}
	}
	if more := need.Machines - running; more > 0 {
		lots = append(lots, lot{at, more, need.CostPerMonth / float64(need.Machines)})
		next = math.Min(next, at+terms[k.pricing])
	}
	if idle := running - need.Machines; idle > 0 {
		return []unused{{k, at, next, idle, usd}}, lots, next
	}
	return nil, lots, next
}

// inWords says of each what it costs.
func inWords(all []unused) (said []string) {
	for _, u := range all {
		months := math.Max(math.Round((u.to-u.from)/unit.Month), 1)
		said = append(said, fmt.Sprintf("%d × %s, committed for %s, stays paid for %s after the plan that needs it: %s USD of the sum; commit to less, or buy on demand (--pricing on-demand)",
			u.machines, u.machine, unit.Format(unit.Duration, terms[u.pricing]), unit.Format(unit.Duration, months*unit.Month),
			unit.Format(unit.Number, math.Round(float64(u.machines)*u.usd*(u.to-u.from)/unit.Month))))
	}
	return said
}
