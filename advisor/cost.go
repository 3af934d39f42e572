package advisor

import (
	"cmp"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/purchase"
	"scaleadvise/advisor/search"
)

// firstOf is what is to stand from now on, at today's demand: the first stage of the way, or the
// plan where there is but one.
func firstOf(q question, a *advice.Advice) candidate.Evaluation {
	e := a.Plan
	if len(a.Roadmap) > 1 {
		if e = a.Roadmap[0].Plan; a.Roadmap[0].Strategy == candidate.None && a.Today != nil && !a.Roadmap[0].Optimized {
			return a.Today.Evaluation
		}
	}
	if e.Replicas == 0 || e.DemandQPS == q.now.Peak && q.now.Data == q.planned.Data {
		return e
	}
	now, _ := search.JudgeOn(q.space, e, q.now)
	search.Complete(q.space, &now, q.now)
	date(q, &now)
	return now
}

// sizeNow adds to the alternatives their size for today's demand, where something else than today's
// deployment is to stand from now on and more of it later.
func sizeNow(q question, a *advice.Advice) {
	if len(a.Roadmap) < 2 || a.Roadmap[0].Strategy == candidate.None || !a.Feasible {
		return
	}
	soon := q.demandAt(a.Roadmap[0].Until)
	for i := range a.Alternatives {
		x := &a.Alternatives[i]
		if !x.Feasible || x.Plan == nil {
			continue
		}
		if x.Chosen {
			x.Now = &a.First
			continue
		}
		sized := search.Resize(q.space, *x.Plan, soon, !x.Strategy.ChangesCount())
		if !sized.Feasible {
			continue
		}
		now, _ := search.JudgeOn(q.space, *sized.Plan, q.now)
		search.Complete(q.space, &now, q.now)
		x.Now = &now
	}
}

// costOf is what an advice comes to. Nothing is said of a plan that does not hold.
func costOf(q question, a *advice.Advice) advice.Cost {
	var c advice.Cost
	if a.Today != nil {
		c.Today = amount(a.Today.Evaluation)
	}
	if !a.Feasible {
		return c
	}
	c.Now, c.Cloud = amount(a.First), a.First.Cloud
	last := a.Plan
	if n := len(a.Roadmap); n > 1 {
		last = a.Roadmap[n-1].Plan
	}
	c.Horizon = amount(last)
	c.Change = advice.Amount{USD: c.Now.USD - c.Today.USD, Known: c.Now.Known && c.Today.Known}
	if !c.Change.Known {
		c.Change.USD = 0
	}
	c.Months = monthly(q, a)
	c.Total = advice.Summed(c.Months)
	c.AsOf, c.Age = priceAge(a.First, q.Now)
	c.Stale = c.Age > advice.StaleDays
	c.Energy, c.BreakEven = energyOf(q, a.First), breakEvens(q, a.First)
	return c
}

func amount(e candidate.Evaluation) advice.Amount {
	if e.Replicas == 0 || !e.Priced {
		return advice.Amount{}
	}
	return advice.Amount{USD: e.CostPerMonth, Known: true}
}

// monthly is the cost of each month to the horizon; none without a horizon, and where a price is
// missing on the way or the way ends before.
func monthly(q question, a *advice.Advice) []advice.MonthCost {
	horizon := q.Workload.Horizon
	out := advice.Calendar(q.Now, horizon)
	for i, stage := range a.Roadmap {
		if !amount(stage.Plan).Known {
			return nil
		}
		end := horizon
		if i+1 < len(a.Roadmap) {
			end = a.Roadmap[i+1].After
		}
		for m := range out {
			out[m].Add(stage.After, end, stage.Plan)
		}
	}
	for _, u := range unusedOf(q, a) {
		for m := range out {
			out[m].Pay(u.from, u.to, float64(u.machines)*u.usd, u.pricing)
		}
	}
	return out
}

// priceAge is the date of a plan's price, zero where its source gives none, and its age in days.
func priceAge(e candidate.Evaluation, now time.Time) (asOf time.Time, days int) {
	if !e.Priced || len(e.AsOf) < len(time.DateOnly) {
		return time.Time{}, 0
	}
	asOf, err := time.Parse(time.DateOnly, e.AsOf[:len(time.DateOnly)])
	if err != nil || now.IsZero() {
		return asOf, 0
	}
	return asOf, max(0, int(now.Sub(asOf)/(24*time.Hour)))
}

// pricedAt says where the hardware of a plan without a price has one.
func pricedAt(q question, e candidate.Evaluation) []advice.Offered {
	a, ok := q.space.Accelerator(e.Accelerator)
	if e.Replicas == 0 || e.Priced || !ok {
		return nil
	}
	of := a.ID
	if a.Part != nil {
		of = a.Part.Of
	}
	var out []advice.Offered
	for _, i := range offer.PricedAt(q.space.Offers, of) {
		out = append(out, advice.Offered{Cloud: i.Cloud, Region: i.Region, Machine: i.Type, USDPerHour: i.Price(cmp.Or(q.Workload.Pricing, purchase.OnDemand)) / i.Count})
	}
	return out
}
