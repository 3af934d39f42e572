package search

import (
	"fmt"
	"math"
	"slices"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/serve"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// evaluate describes a trial with everything that comparisons need. Latencies are left to Complete, since
// most evaluations are compared and dropped.
func evaluate(t trial) candidate.Evaluation {
	sure, _ := t.server.Spread()
	low, high := t.server.Service.Range()
	capacity := t.sustainable(t.n)
	after, lost, _ := t.afterLosses()
	e := sketch(t)
	e.CapacityQPS, e.LowQPS, e.HighQPS = capacity, capacity*low, t.highest(capacity, high)
	e.LowShare = shareAt(capacity, sure)
	e.AfterLossesQPS, e.LossesRequired, e.KeepsSpare = after, lost, spare(t) > 0
	e.CarriesQPS = math.Min(math.Min(capacity, after)/t.margin(), letsThrough(t)) / t.server.Variant.Demand
	recordCapacity(t, capacity, after, lost)
	fillSpot(t, &e)
	e.JobSeconds = JobHours(t.space, t.n, t.demand.Data) * 3600
	if t.server.Serves() {
		e.Utilization = used(e)
		recordUtilization(t, e)
		fillLosses(t, &e)
	}
	fillCost(t, &e)
	recordCarries(t, e.CarriesQPS)
	return e
}

// sketch describes a trial as far as possible without solving a queue.
func sketch(t trial) candidate.Evaluation {
	low, _ := t.server.Spread()
	e := candidate.Evaluation{
		Config: config(t), AcceleratorName: offer.ShortName(t.server.Accelerator),
		Hosting: t.hosting.Describe(t.n, t.space.Workload.Pricing),
		Basis:   t.server.Service.Basis,
		HostQPS: finite(t.host().Expected * float64(t.n)), HostBy: t.host().By,
		Share:         shareOf(t),
		SaturationQPS: t.server.Saturation(t.n),
		DemandQPS:     t.peak(), Alone: t.server.Alone,
		WeightsGiB: t.server.Memory.Weights, UsableGiB: t.server.Memory.Usable,
		Changes:  changes(t),
		Warnings: t.server.Service.Warnings,
	}
	if !t.runsToday() {
		e.HostFullQPS = finite(t.host().Full * float64(t.n))
	}
	e.LowShare = shareAt(e.SaturationQPS, low)
	return e
}

// shareAt returns a share of a capacity, 0 where there is none.
func shareAt(capacity, share float64) float64 {
	if capacity > 0 {
		return share
	}
	return 0
}

// fillLosses adds how much of the plan may be lost.
func fillLosses(t trial, e *candidate.Evaluation) {
	e.SurvivesLosses = mostLosses(t)
	e.SurvivesMachines = e.SurvivesLosses / t.hosting.Fullest(t.n)
	e.Full = full(t, t.n-e.SurvivesLosses)
}

// full returns the trial with replicas wherever its machines have room, of which the least carry the demand.
func full(t trial, least int) candidate.Full {
	all := t.sized(t.hosting.InstancesFor(t.n) * max(t.hosting.PerInstance, 1))
	if all.n == t.n || all.cost() != t.cost() || t.space.USL != nil || withinLimit(all) != nil || withinQuota(all) != nil || t.sustainable(t.n) < t.need() {
		return candidate.Full{}
	}
	return candidate.Full{Replicas: all.n, SurvivesMachines: (all.n - least) / all.hosting.Fullest(all.n)}
}

// fillSpot adds how a plan fares without its spot machines.
func fillSpot(t trial, e *candidate.Evaluation) {
	spot := e.SpotMachines()
	if spot == 0 {
		return
	}
	zones := max(t.space.Workload.Zones, 1)
	e.SpotAtOnce = (spot + zones - 1) / zones
	if t.space.Workload.Availability > 0 {
		e.SpotLosses = takenBack(t.space, t.hosting, t.n)
	}
	e.WithoutSpotQPS = t.sustainable(max(t.n-spot*t.hosting.Fullest(t.n), 0))
}

// used returns the share of the capacity that the demand takes.
func used(e candidate.Evaluation) float64 {
	if e.CapacityQPS <= 0 {
		return 0
	}
	return e.DemandQPS / e.CapacityQPS
}

func config(t trial) candidate.Config {
	return candidate.Config{
		Accelerator: t.server.Accelerator.ID, PerReplica: t.server.PerReplica, Replicas: t.n,
		Machine: offer.MachineOf(t.space.Offers, t.server.Hardware), Runtime: runtimeOf(t), Precision: t.server.Variant.Precision, Optimizations: t.server.Variant.Optimizations,
	}
}

// runtimeOf returns what executes an ordinary model: the variant's, or that of MLPerf's runs.
func runtimeOf(t trial) string {
	w := t.space.Workload
	if w.Runtime == workload.TunedRuntime && !t.space.Generates() && !t.space.UserMeasured() {
		return w.Runtime
	}
	return t.server.Variant.Runtime
}

// changes counts what differs from the base.
func changes(t trial) int {
	base, n := t.space.Base, len(t.server.Variant.Optimizations)
	for _, differs := range []bool{
		t.server.Accelerator.ID != base.Accelerator.ID,
		t.server.PerReplica != base.PerReplica,
		t.n != base.Replicas,
	} {
		if differs {
			n++
		}
	}
	return n
}

// fillCost adds what the plan costs, where that is known.
func fillCost(t trial, e *candidate.Evaluation) {
	cost := t.cost()
	if math.IsInf(cost, 1) {
		return
	}
	e.CostPerMonth = cost
	rate := t.demand.Mean
	e.CostPerMillionMean = rate > 0
	if rate == 0 {
		rate = t.demand.Peak
	}
	if rate > 0 {
		e.CostPerMillion = cost / (rate * unit.HoursPerMonth * 3600) * 1e6
	}
	if t.space.Generates() {
		e.CostPerMTokens = e.CostPerMillion / t.space.Language.PerRequest()
	}
	recordCost(t, *e, rate)
}

// Fill adds to a plan that was sketched what it carries, before and after losses.
func Fill(s *Space, e *candidate.Evaluation, d Demand) {
	if t, ok := trialOf(s, *e, d); ok {
		*e = evaluate(t)
	}
}

// FillLosses adds to a plan that was sketched how much of it may be lost.
func FillLosses(s *Space, e *candidate.Evaluation, d Demand) {
	if t, ok := trialOf(s, *e, d); ok && t.server.Serves() {
		fillLosses(t, e)
	}
}

// Complete adds what a plan's queue does at its demand (latencies, the mean batch, the share of time it
// works) and how many replicas it might take. It solves queues, so it is called only for plans that are
// shown.
func Complete(s *Space, e *candidate.Evaluation, d Demand) {
	if t, ok := trialOf(s, *e, d); ok && t.server.Serves() {
		complete(t, e)
	}
}

// complete adds to an evaluation what its queue does at the demand.
func complete(t trial, e *candidate.Evaluation) {
	r := t.server.At(e.Replicas, e.DemandQPS)
	e.Busy, e.MeanBatch = r.Busy, r.Batch
	e.TTFT, e.TPOT, e.OutputTokens = r.TTFT, r.TPOT, r.OutputTokens
	e.P50, e.P95, e.P99, e.Latency = r.P50, r.P95, r.P99, r.Latency
	e.MaxConcurrency, e.PrefixHit = t.server.Slots(), serve.PrefixHit(t.server)
	e.PreemptingQPS = serve.Preempting(t.server, e.Replicas)
	recordResponse(t, r)
	fillUncertainty(t, e)
}

// fillUncertainty says how many replicas the expected demand alone would need, and the
// central 90 % of that number.
func fillUncertainty(t trial, e *candidate.Evaluation) {
	at := func(confidence float64) trial {
		t.confidence, t.log = confidence, nil
		return t
	}
	low, high := t.server.Spread()
	if low == 1 && high == 1 && at(0.05).margin() == at(0.95).margin() {
		return
	}
	size := func(confidence float64) int {
		if n, ok := smallest(at(confidence)); ok {
			return n
		}
		return t.n
	}
	if size(t.confidence) != t.n {
		return // something else than the load set the number: a strategy, a rule
	}
	e.ExpectedReplicas, e.ReplicasLow, e.ReplicasHigh = size(0.5), size(0.05), size(0.95)
}

// otherPrice says that a price is from another list than was asked for, or derived.
func otherPrice(s *Space, h offer.Hosting, e candidate.Evaluation) []string {
	if lists := s.Workload.Prices; len(lists) > 1 && e.Priced {
		var out []string
		for _, list := range lists {
			if h.Price(list) == 0 {
				out = append(out, fmt.Sprintf("no price of %s is known for --pricing %s: it is bought on the other lists; a file of --catalog adds one", e.InstanceType, list))
			}
		}
		return out
	}
	switch {
	case e.NoPrice != "":
		return []string{fmt.Sprintf("no price of %s is known for --pricing %s: the %s price is used; a file of --catalog adds one", e.InstanceType, e.NoPrice, e.Pricing)}
	case e.Derived:
		return []string{fmt.Sprintf("the %s price of %s is derived from its on-demand price and the average saving; zones and weeks differ", e.Pricing, e.InstanceType)}
	}
	return nil
}

// Explain adds the warnings of its service model to a plan.
func Explain(s *Space, e *candidate.Evaluation) {
	if server, ok := serverOf(s, *e); ok && server.Serves() {
		e.Warnings = slices.Concat(s.Servers.Explained(server, e.Replicas).Warnings, otherPrice(s, hostingOf(s, server.Hardware, *e), *e))
	}
}
