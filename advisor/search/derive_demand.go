package search

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/serve"
)

// recordPeak notes the demand that reaches the replicas.
func recordPeak(t trial, peak float64) {
	if !t.log.Recording() {
		return
	}
	formula := "planned"
	if t.server.Variant.Demand != 1 {
		formula = "planned * demand_factor"
	}
	t.log.Step(derivation.Figure("demand", "demand that reaches the replicas", peak, "1/s"), formula, "optimizations that answer requests elsewhere reduce it")
}

// recordNeed notes what the replicas have to carry.
func recordNeed(t trial, need float64) {
	if !t.log.Recording() {
		return
	}
	w := t.space.Workload
	margin, formula := derivation.Figure("margin", "capacity over demand that holds with the confidence asked for", t.margin(), ""),
		"margin_of_capacity(confidence, seed, capacity_low, capacity_high)"
	if !w.Peak.IsExact() || !w.Growth.IsExact() {
		for _, v := range []derivation.Value{
			derivation.Stated("peak_low", "low end of the peak", w.Peak.Low, "1/s", "the demand's range", ""),
			derivation.Stated("peak_high", "high end of the peak", w.Peak.High, "1/s", "the demand's range", ""),
			derivation.Stated("growth_low", "low end of growth", w.Growth.Low, "fraction/month", "growth's range", ""),
			derivation.Stated("growth_mid", "middle of growth", w.Growth.Mid, "fraction/month", "growth's range", ""),
			derivation.Stated("growth_high", "high end of growth", w.Growth.High, "fraction/month", "growth's range", ""),
			derivation.Stated("time_ahead", "time to the horizon", w.Horizon, "s", "--horizon", "0 where none was given"),
		} {
			t.log.Given(v)
		}
		name := "margin_of"
		if w.GrowthLinear {
			name = "margin_of_linear"
		}
		formula = name + "(confidence, seed, capacity_low, capacity_high, peak_low, peak, peak_high, growth_low, growth_mid, growth_high, time_ahead)"
	}
	t.log.Step(margin, formula, marginMethod)
	t.log.Step(derivation.Figure("need", "capacity needed", need, "1/s"), "demand * margin", marginMethod)
}

// recordWanted notes the capacity that all replicas must have.
func recordWanted(t trial, wanted float64) {
	if !t.log.Recording() {
		return
	}
	formula := "max(need, demand / (1 - headroom))"
	if t.runsToday() || t.space.Workload.Headroom == 0 {
		formula = "need"
	}
	t.log.Step(derivation.Figure("wanted", "capacity wanted", wanted, "1/s"), formula, "a purchase leaves the headroom free; today's deployment stays while it holds")
}

// recordCarries notes the demand that the plan holds with the confidence and the losses asked.
func recordCarries(t trial, carries float64) {
	formula := "min(capacity_qps, capacity_after_losses) / margin"
	if most := letsThrough(t); most < carries*t.server.Variant.Demand*(1+rounding) {
		t.log.Given(derivation.Stated("host_lets", "load that the machines are expected to let through", most, "1/s", "catalog: "+t.hosting.Cloud+" "+t.hosting.Type,
			"its "+t.host().By+" over what a request takes of them"))
		formula = "min(" + formula + ", host_lets)"
	}
	if t.server.Variant.Demand != 1 {
		formula += " / demand_factor"
	}
	t.log.Step(derivation.Figure("carries_qps", "demand that it holds with the confidence and the losses asked for", carries, "1/s"), formula, marginMethod)
}

// recordUtilization notes the share of the capacity that the demand takes.
func recordUtilization(t trial, e candidate.Evaluation) {
	if e.CapacityQPS > 0 {
		t.log.Step(derivation.Figure("utilization", "share of the capacity that the demand takes", e.Utilization, "fraction"), "demand / capacity_qps", "a ratio")
	}
}

// recordResponse notes how the plan answers at its demand.
func recordResponse(t trial, r serve.Response) { t.server.RecordResponse(t.log, r, allReplicas(t)) }

// recordPurchase notes what machines cost that are bought on several price lists.
func recordPurchase(t trial, e candidate.Evaluation) {
	var terms []string
	for _, b := range e.Purchase {
		if b.Pricing == candidate.OwnedAlready {
			continue
		}
		list := strings.NewReplacer("-", "_", "1y", "one_year", "3y", "three_years").Replace(b.Pricing)
		t.log.Given(derivation.Stated("instances_"+list, "instances bought "+candidate.PricingWords(b.Pricing), float64(b.Machines), "", "purchase", "--pricing: commitments for what is needed from the first day on, spot for a share"))
		t.log.Given(derivation.Stated("usd_per_hour_"+list, "price of one", b.USDPerHour, "USD/h", "catalog: "+e.Cloud+" "+e.InstanceType, e.AsOf+", "+e.Source))
		terms = append(terms, "instances_"+list+" * usd_per_hour_"+list)
	}
	t.log.Step(derivation.Figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "("+strings.Join(terms, " + ")+") * hours_per_month", listPrice)
}

// recordHours notes what machines cost that run for a job alone.
func recordHours(t trial, e candidate.Evaluation) {
	const rounding = 1e-9
	if e.Owned > 0 || math.Abs(t.hosting.Cost(t.n)*t.running()/e.CostPerMonth-1) > rounding {
		t.log.Given(derivation.Stated("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month", "prices", "for the hours of the job; what is owned is there already, and commitments are paid all the time"))
		return
	}
	t.log.Given(derivation.Stated("running", "share of the time in which machines run", t.running(), "fraction", "job", "as long as it and their start take, once in its window but no more than once a day"))
	t.log.Step(derivation.Figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "instances * usd_per_hour * hours_per_month * running", listPrice)
}

// recordCost notes what it costs.
func recordCost(t trial, e candidate.Evaluation, rate float64) {
	if !t.log.Recording() {
		return
	}
	switch {
	case t.hosting.Stated != nil:
		t.log.Given(derivation.Stated("usd_per_replica", "cost of a replica", *t.hosting.Stated, "USD/month", "manifest", "its annotation says so: replicas share machines with others, or these are paid for already"))
		t.log.Step(derivation.Figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "replicas * usd_per_replica", "what was stated")
	case t.space.Workload.JobAlone():
		recordHours(t, e)
	case e.Rented > 0 && (len(e.Purchase) > 1 && e.Owned == 0 || len(e.Purchase) > 2):
		recordPurchase(t, e)
	case e.Owned == 0:
		t.log.Step(derivation.Figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "instances * usd_per_hour * hours_per_month", listPrice)
	case e.Rented == 0:
		t.log.Given(derivation.Stated("cost_usd_per_month", "cost", 0, "USD/month", "owned", "--owned: it is there already"))
	default:
		t.log.Given(derivation.Stated("rented", "instances beside what is owned", float64(e.Rented), "", "owned", "--owned: what is there already is used first"))
		t.log.Step(derivation.Figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "rented * usd_per_hour * hours_per_month", listPrice)
	}
	if e.CostPerMillion == 0 {
		return
	}
	by := "mean"
	if !e.CostPerMillionMean {
		by = "planned"
	} else if t.demand.Mean != t.space.Workload.Mean {
		t.log.Given(derivation.Stated("mean_planned", "mean demand at the horizon", rate, "1/s", "the mean, grown as the peak", ""))
		by = "mean_planned"
	}
	t.log.Step(derivation.Figure("cost_usd_per_million_requests", "cost of a million requests", e.CostPerMillion, "USD"),
		fmt.Sprintf("cost_usd_per_month / (%s * hours_per_month * 3600) * 1000000", by), "cost over the requests of a month at that rate")
}
