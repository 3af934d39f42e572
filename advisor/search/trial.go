package search

import (
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
)

// trial is one configuration under judgement.
type trial struct {
	space      *Space
	server     *serve.Server
	hosting    offer.Hosting
	n          int // replicas
	demand     Demand
	confidence float64
	anyBudget  bool            // leave the budget out
	log        *derivation.Log // nil records nothing
	effort     *effort         // nil counts nothing
}

// trialOf returns an evaluated plan under judgement at a demand; ok is false where there is no
// such plan.
func trialOf(s *Space, e candidate.Evaluation, d Demand) (t trial, ok bool) {
	server, ok := serverOf(s, e)
	if !ok {
		return trial{}, false
	}
	return trial{space: s, server: server, hosting: hostingOf(s, server.Hardware, e), n: e.Replicas, demand: d, confidence: s.options.Confidence}, true
}

// cost returns what it costs a month, US dollars; +Inf when unpriced.
func (t trial) cost() float64 {
	if t.space.Workload.JobAlone() {
		return t.hosting.CostOf(t.n, t.running())
	}
	return t.hosting.Cost(t.n)
}

// running returns the share of the time for which machines run that a job alone needs: as long as it and
// their start take, once in its window, but no more than once a day.
func (t trial) running() float64 {
	w := t.space.Workload
	every := math.Max(w.Data.JobWindow, aDay)
	return math.Min((jobSeconds(t.space, t.n, t.demand.Data)+w.ColdStart)/every, 1)
}

const aDay = 24 * 3600.0

// sized returns the trial with another number of replicas.
func (t trial) sized(n int) trial {
	t.n = n
	return t
}

// peak returns the demand that reaches the replicas after optimizations that remove some.
func (t trial) peak() float64 {
	peak := t.demand.Peak * t.server.Variant.Demand
	recordPeak(t, peak)
	return peak
}

// margin returns by how much the expected capacity must exceed the expected demand for the SLO to
// hold with the confidence asked.
func (t trial) margin() float64 {
	low, high := t.server.Spread()
	return t.space.samples.margin(t.confidence, low, high)
}

// need returns the expected capacity that holds the demand at the confidence asked.
func (t trial) need() float64 {
	need := t.peak() * t.margin()
	recordNeed(t, need)
	return need
}

// wanted returns the capacity, all replicas up, that a plan must have: what holds the demand at the
// confidence asked and, of what is bought, leaves the headroom free too.
func (t trial) wanted() float64 {
	wanted := t.need()
	if free := t.space.Workload.Headroom; free > 0 && !t.runsToday() {
		wanted = math.Max(wanted, t.peak()/(1-free))
	}
	recordWanted(t, wanted)
	return wanted
}

// runsToday reports whether the trial is today's deployment as it is, for which nothing is bought.
func (t trial) runsToday() bool {
	base := t.space.Base
	return base.Known && t.n == base.Replicas && t.server.Kind() == base.Kind() && !t.server.Variant.Optimized()
}

// afterLosses returns the capacity left by the losses that must be survived, and those losses.
func (t trial) afterLosses() (qps float64, replicas int, ok bool) {
	replicas, ok = lost(t.space, t.hosting, t.n)
	return t.sustainable(t.n - replicas), replicas, ok
}

// judge tests the constraints in their fixed order and returns the first that fails.
func judge(t trial) *candidate.Excuse {
	for _, test := range tests {
		if e := test(t); e != nil {
			return e
		}
	}
	return nil
}

// tests are the constraints in the order in which they are tested.
var tests = []func(trial) *candidate.Excuse{serves, carries, letThrough, withinLimit, withinQuota, spreads, survives, finishes, affordable}

// alsoFails words the tests that fail besides that of the excuse. The cost of what cannot carry the load is
// left out.
func alsoFails(t trial, first *candidate.Excuse) []string {
	if !t.server.Serves() || t.sustainable(t.n) < t.wanted() {
		return nil
	}
	var also []string
	for _, test := range tests {
		if e := test(t); e != nil && e.Code != first.Code {
			also = append(also, e.Text)
		}
	}
	return also
}

func serves(t trial) *candidate.Excuse { return t.server.Excuse }

func carries(t trial) *candidate.Excuse {
	need := t.wanted()
	if sustains(t, t.n, need) {
		return nil
	}
	got := t.sustainable(t.n)
	if peak, qps, ok := scalingPeak(t.space); ok && t.space.USL.Capacity(float64(t.n)) < qps && float64(t.n) > peak {
		return candidate.Missed(candidate.ScalingPeak, fmt.Sprintf("throughput peaks at %.0f replicas", peak), "capacity_qps", "1/s", got, need)
	}
	text := shortfall(t, got)
	if by := t.boundBy(); by != "" {
		text += ", " + by
	}
	if serve.Correction(t.server, t.n) < 1 {
		text += ", simulated"
	}
	return candidate.Missed(candidate.Throughput, text, "capacity_qps", "1/s", got, need)
}

// shortfall words a capacity below what is needed: by how much the expected demand exceeds
// it, or how likely it holds where only the confidence is missing.
func shortfall(t trial, got float64) string {
	switch {
	case got <= 0:
		return "carries nothing"
	case got < t.peak():
		return "carries " + percent(got/t.peak()) + " of the load"
	}
	low, high := t.server.Spread()
	if got >= t.need() {
		return fmt.Sprintf("%s of its limit free, %s required", percent(1-t.peak()/got), percent(t.space.Workload.Headroom))
	}
	return fmt.Sprintf("%.0f %% confidence, %.3g %% required", 100*t.space.samples.chance(got/t.peak(), low, high), 100*t.confidence)
}

// percent words a share below one, rounded down, so that an incomplete share never reads as 100 %.
func percent(share float64) string {
	const steps = 100 // two digits from 10 % on
	if share >= 0.1 {
		share = math.Floor(share*steps) / steps
	}
	return fmt.Sprintf("%.2g %%", 100*share)
}

func withinLimit(t trial) *candidate.Excuse {
	limit := t.space.Workload.MaxReplicas
	if limit == 0 || t.n <= limit {
		return nil
	}
	return candidate.Missed(candidate.ReplicaLimit,
		fmt.Sprintf("needs %s replicas, %s allowed", unit.Format(unit.Count, float64(t.n)), unit.Format(unit.Count, float64(limit))),
		"max_replicas", "", float64(limit), float64(t.n))
}

// withinQuota tests how many accelerators may be used.
func withinQuota(t trial) *candidate.Excuse {
	most, quota, ok := offer.Quota(t.space.Offers, t.server.Hardware)
	if !ok || t.n <= most {
		return nil
	}
	need := t.n * t.server.PerReplica
	if p := t.server.Accelerator.Part; p != nil {
		need = (need + p.PerCard - 1) / p.PerCard
	}
	return candidate.Missed(candidate.Quota, fmt.Sprintf("needs %s × %s, the quota is %s", unit.Format(unit.Count, float64(need)),
		offer.ShortName(t.server.Accelerator), unit.Format(unit.Count, float64(quota))), "quota", "", float64(quota), float64(need))
}

// spreads tests that a plan is no single server where several run today, and carries on without one
// of its machines where today would.
func spreads(t trial) *candidate.Excuse {
	least := fewestRedundant(t)
	if t.n >= least {
		return spares(t)
	}
	return candidate.Missed(candidate.Losses, fmt.Sprintf("all on one machine; %d run today (--availability none allows it)", t.space.Base.Replicas),
		"replicas", "", float64(t.n), float64(least))
}

func spares(t trial) *candidate.Excuse {
	left := t.n - min(spare(t), t.n)
	if left == t.n || sustains(t, left, t.need()) {
		return nil
	}
	after := t.sustainable(left)
	return candidate.Missed(candidate.Losses, fmt.Sprintf("without one machine %s; today's %d spare one (--availability none allows it)",
		remains(t, after), t.space.Base.Replicas), "capacity_qps_after_losses", "1/s", after, t.need())
}

// remains words the capacity left after losses: where it exceeds the demand, but not with the confidence
// asked for, only the part that can be relied on.
func remains(t trial, after float64) string {
	if peak := t.peak(); after >= peak {
		return "it can be counted on for " + unit.Format(unit.Rate, after*peak/t.need())
	}
	return "it carries " + unit.Format(unit.Rate, after)
}

func survives(t trial) *candidate.Excuse {
	if lost, ok := lost(t.space, t.hosting, t.n); ok && sustains(t, t.n-lost, t.need()) {
		return nil
	}
	if limit := t.space.options.ZoneAvailability; beyondOneZone(t.space) {
		return candidate.Missed(candidate.Losses, fmt.Sprintf("one zone promises %s at most (--zones 2)", unit.Format(unit.Fraction, limit)),
			"zones", "", 1, 2)
	}
	if spotAlone(t.space, t.hosting) {
		works := spotWorks(t.space, t.hosting)
		return candidate.Missed(candidate.Losses, fmt.Sprintf("spot machines of one zone promise %s at most (--pricing on-demand,spot)", unit.Format(unit.Fraction, works)),
			"zones", "", 1, 2)
	}
	after, lost, _ := t.afterLosses()
	text := fmt.Sprintf("after losing %d of %d %s", lost, t.n, remains(t, after))
	switch {
	case t.hosting.InstancesFor(t.n) > 1:
	case t.hosting.SpotMachines(t.n) > 0:
		text = "cannot lose its only server, which is spot"
	default:
		text = "cannot lose its only server"
	}
	return candidate.Missed(candidate.Losses, text, "capacity_qps_after_losses", "1/s", after, t.need())
}

// finishes tests the window of the batch job over the data.
func finishes(t trial) *candidate.Excuse {
	w := t.space.Workload.Data
	if w.JobWindow == 0 || w.JobRate == 0 || t.demand.Data == 0 {
		return nil
	}
	took := jobSeconds(t.space, t.n, t.demand.Data)
	if took <= w.JobWindow {
		return nil
	}
	return candidate.Missed(candidate.JobWindow, fmt.Sprintf("the job takes %.3g h of %.3g h", took/3600, w.JobWindow/3600),
		"job_window", "h", w.JobWindow/3600, took/3600)
}

func affordable(t trial) *candidate.Excuse {
	budget, cost := t.space.Workload.Budget, t.cost()
	if budget == 0 || t.anyBudget || cost <= budget {
		return nil
	}
	if math.IsInf(cost, 1) {
		return &candidate.Excuse{Code: candidate.NoPrice, Text: "no price is known to compare with the budget"}
	}
	return candidate.Missed(candidate.Budget, unit.Format(unit.Money, cost-budget)+" over the budget", "budget", "USD/month", budget, cost)
}
