package fact

import (
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// demandFacts are what arrives.
var demandFacts = []Fact{
	number("demand.qps", "1/s", always, is("qps", "users", "requests_per_user"), "peak demand today",
		func(v *View) float64 { return v.Now.Peak }),
	number("demand.mean_qps", "1/s", always, on("peak_to_mean", "users"), "mean demand today; 0 when unknown",
		func(v *View) float64 { return v.Workload.Mean }),
	number("demand.horizon_qps", "1/s", always, on("growth", "horizon", "qps"), "expected peak demand at the horizon",
		func(v *View) float64 { return v.HorizonQPS }),
	number("demand.plan_qps", "1/s", always, on("qps", "users", "requests_per_user"), "peak demand planned for",
		func(v *View) float64 { return v.Planned.Peak }),
	number("demand.growth", "fraction/month", always, is("growth"), "compound growth of demand",
		func(v *View) float64 { return v.Workload.Growth.Mid }),
	number("demand.horizon_months", "month", always, is("horizon"), "how far ahead the plan must hold; 0 is today only",
		func(v *View) float64 { return v.Workload.Horizon / unit.Month }),
	truth("demand.grows", always, on("growth", "horizon"), "demand grows within the horizon",
		func(v *View) bool { return v.Workload.Growth.Mid > 0 && v.Workload.Horizon > 0 }),
	number("demand.burstiness", "", always, is("burstiness"), "index of dispersion of arrivals; 1 is Poisson",
		func(v *View) float64 { return v.Workload.Dispersion }),
	number("demand.peak_to_mean", "", always, is("peak_to_mean"), "peak rate over mean rate",
		func(v *View) float64 { return v.Workload.PeakToMean }),
	number("demand.users", "", always, is("users"), "active users; 0 when not given",
		func(v *View) float64 { return v.Workload.Users }),
}

// sloFacts are what was promised.
var sloFacts = []Fact{
	number("slo.latency_ms", "ms", always, is("p99", "latency"), "bound on latency; 0 when none",
		func(v *View) float64 { return ms(v.Workload.Latency) }),
	number("slo.percentile", "", always, on("p99", "latency", "ttft", "tpot"), "percentile of the bound, 0.99 for p99",
		func(v *View) float64 { return v.Workload.Percentile }),
	truth("slo.assumed", always, on("p99"), "the bound was defaulted",
		func(v *View) bool { return v.Workload.Assumed("p99") }),
	number("slo.availability", "fraction", always, is("availability"), "availability required; 0 when none is",
		func(v *View) float64 { return v.Workload.Availability }),
	number("slo.replica_availability", "fraction", always, is("replica_availability"), "availability of one instance",
		func(v *View) float64 { return v.Workload.ReplicaAvailability }),
	count("slo.zones", always, is("zones"), "zones the instances spread over",
		func(v *View) int { return v.Workload.Zones }),
	truth("losses.asked", always, on("availability"), "availability was asked",
		func(v *View) bool { return v.Workload.Availability > 0 }),
}

// modelFacts are the model and how one replica of the base serves it.
var modelFacts = []Fact{
	text("model.id", always, is("model"), "model, as the catalog names it",
		func(v *View) string { return v.Model.ID }),
	truth("model.assumed", always, on("model"), "the model was defaulted",
		func(v *View) bool { return v.Workload.ModelAssumed && v.Model.ID != "" }),
	number("model.weights_gib", "GiB", always, on("model"), "weights in the baseline precision; 0 when unknown",
		func(v *View) float64 { return v.Server.Weights }),
	text("model.baseline_precision", always, is("precision", "model"), "precision that counts as not optimized",
		func(v *View) string { return v.Model.Precision }),
	truth("service.given", always, on("service_time", "replica_qps", "batch_time", "gpu"), "the user measured the service",
		func(v *View) bool { return v.Server.Measured }),
	number("service.over_bound_ms", "ms", always, on("service_time", "gpu", "p99"), "what one request alone on the base hardware takes beyond the SLO's bound; 0 when it is within, or when either is unknown",
		func(v *View) float64 {
			if v.Workload.Latency == 0 {
				return 0
			}
			return ms(max(v.Server.Alone-v.Workload.Latency, 0))
		}),
	text("service.basis", always, on("service_time", "replica_qps", "batch_time", "gpu"), "basis of the service model of the base: given, measured, transferred, roofline, none",
		func(v *View) string { return v.Server.Basis }),
	number("service.alone_ms", "ms", always, on("service_time", "gpu"), "one request alone on the base hardware, at the percentile of the bound; 0 when unknown",
		func(v *View) float64 { return ms(v.Server.Alone) }),
	number("service.slow_alone_ms", "ms", always, on("service_time", "gpu"), "the same at the slow end of its range, at the confidence asked for: this must keep the bound",
		func(v *View) float64 { return ms(v.Server.SlowAlone) }),
	number("service.fastest_alone_ms", "ms", always, on("service_time", "gpu"), "one request alone on the fastest allowed hardware, at the percentile of the bound; 0 when unknown",
		func(v *View) float64 { return ms(v.FastestAlone()) }),
	truth("service.batching", always, on("max_batch", "batch_time", "gpu"), "the server forms batches",
		func(v *View) bool { return v.Server.MaxBatch > 1 }),
	count("service.max_batch", always, is("max_batch", "batch_time", "gpu"), "largest batch",
		func(v *View) int { return v.Server.MaxBatch }),
	number("service.batch_gain", "", always, on("max_batch", "batch_time", "gpu"), "saturated throughput with batching over that of one request at a time, on the base; 1 without batching",
		func(v *View) float64 {
			if s := v.Server; s.MaxBatch > 1 && s.Alone > 0 {
				return s.Saturation * s.Alone
			}
			return 1
		}),
	number("service.cv", "", always, is("service_cv"), "coefficient of variation of the service time",
		func(v *View) float64 { return v.Server.CV }),
	number("service.bound_used", "fraction", always, on("service_time", "gpu", "p99"), "one request alone on the base hardware over the SLO's bound; 0 when either is unknown",
		func(v *View) float64 { return over(v.Server.Alone, v.Workload.Latency) }),
}

// baseFacts are the deployment that every strategy starts from.
var baseFacts = []Fact{
	text("base.accelerator", always, is("gpu"), "accelerator every strategy starts from",
		func(v *View) string { return v.Base.Accelerator }),
	count("base.replicas", always, is("replicas", "gpu"), "replicas every strategy starts from",
		func(v *View) int { return v.Base.Replicas }),
	count("base.gpus_per_replica", always, is("gpus_per_replica", "gpu"), "accelerators per replica every strategy starts from",
		func(v *View) int { return v.Base.PerReplica }),
	text("base.words", always, on("replicas", "gpu"), "the deployment every strategy starts from, such as 4 × A10, or 1 × (2 × A10) with two accelerators per replica",
		func(v *View) string { return v.Base.named(v.Base.Replicas) }),
	text("base.replica", always, is("gpu"), "one replica of it: A10, or 2 × A10 with two accelerators per replica",
		func(v *View) string { return candidate.Owned(v.Base.PerReplica, v.Base.Accelerator) }),
	number("base.replica_qps", "1/s", always, on("replica_qps", "gpu"), "capacity of one base replica in the baseline precision; 0 when it cannot serve or is not known",
		func(v *View) float64 { return v.Server.QPS }),
	number("base.optimized_replica_qps", "1/s", Advise, on("replica_qps", "gpu"), "capacity of one base replica with the admitted optimizations; 0 when there are none",
		func(v *View) float64 { s, _ := v.Outcome.Improved(); return s.QPS }),
	number("base.saturation_qps", "1/s", always, on("replica_qps", "gpu"), "saturated throughput of one base replica; 0 when it cannot serve or is not known",
		func(v *View) float64 { return v.Server.Saturation }),
	truth("base.fits", always, on("gpu"), "the model fits the memory of one base replica",
		func(v *View) bool { return v.Server.Fits }),
	number("base.servers_of_load", "", always, on("replicas", "gpu"), "demand planned for over the capacity of one base replica; 0 when it cannot serve",
		func(v *View) float64 { return over(v.Planned.Peak, v.Server.QPS) }),
	number("base.servers_of_load_now", "", always, on("replicas", "gpu"), "today's peak demand over the capacity of one base replica; 0 when it cannot serve",
		func(v *View) float64 { return over(v.Now.Peak, v.Server.QPS) }),
}

// named writes a number of replicas of the base, "" for none.
func (b Base) named(replicas int) string {
	if replicas == 0 {
		return ""
	}
	return candidate.ReplicasOf(replicas, b.PerReplica, b.Accelerator)
}

// todayFacts are the deployment that was named.
var todayFacts = []Fact{
	truth("today.known", always, on("replicas", "gpu"), "a deployment was named",
		func(v *View) bool { return v.Base.Known }),
	truth("today.assumed", always, on("replicas", "gpu"), "a part of today's deployment was defaulted",
		func(v *View) bool { return v.Base.Assumed }),
	text("today.accelerator", always, is("gpu"), "accelerator of today's deployment",
		today(func(_ *View, t *candidate.Evaluation) string { return accelerator(t) })),
	count("today.replicas", always, is("replicas", "gpu"), "replicas of today's deployment; 0 when unknown",
		today(func(v *View, _ *candidate.Evaluation) int { return v.Base.Replicas })),
	text("today.words", always, is("replicas", "gpu"), "today's deployment, such as 4 × A10; empty when none was named",
		today(func(_ *View, t *candidate.Evaluation) string { return t.Words() })),
	truth("today.allowed", always, on("allow_gpu", "max_gpu", "gpu"), "--allow-gpu and --max-gpu leave today's accelerator; false when no deployment was named",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.Base.Allowed })),
	truth("today.holds", always, on("replicas", "gpu"), "today's deployment holds the demand planned for, its losses and its budget",
		func(v *View) bool { return v.TodayHolds }),
	truth("today.holds_now", always, on("replicas", "gpu"), "today's deployment holds today's peak demand",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.HoldsNow() })),
	number("today.capacity_qps", "1/s", always, on("replicas", "gpu"), "capacity of today's deployment; 0 when it cannot serve or is not known",
		today(func(_ *View, t *candidate.Evaluation) float64 { return t.CapacityQPS })),
	number("today.utilization", "fraction", always, on("replicas", "gpu"), "today's peak demand over the capacity of today's deployment",
		today(func(v *View, t *candidate.Evaluation) float64 { return over(v.Now.Peak, t.CapacityQPS) })),
	number("today.plan_utilization", "fraction", always, on("replicas", "gpu"), "demand planned for over the capacity of today's deployment",
		today(func(v *View, t *candidate.Evaluation) float64 { return over(v.Planned.Peak, t.CapacityQPS) })),
	number("today.share_qps", "1/s", always, on("replicas", "gpu"), "today's peak demand per replica of today's deployment",
		today(func(v *View, _ *candidate.Evaluation) float64 { return v.Now.Peak / float64(v.Base.Replicas) })),
	number("today.p99_ms", "ms", always, on("replicas", "gpu"), "p99 latency of today's deployment at the demand planned for; 0 when unstable or unknown",
		today(func(_ *View, t *candidate.Evaluation) float64 { return ms(t.P99) })),
	number("today.cost_usd_per_month", "USD/month", always, on("replicas", "gpu"), "cost of today's deployment; 0 when unknown",
		today(func(_ *View, t *candidate.Evaluation) float64 { return t.CostPerMonth })),
	truth("today.mig_capable", always, on("gpu"), "today's accelerator can be partitioned (MIG)",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.Base.Partitions })),
	truth("today.slice_enough", Advise, on("gpu"), "one MIG instance of today's accelerator carries the demand planned for",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.Slice().Name != "" })),
	text("today.slice", Advise, on("gpu"), "the smallest such instance; empty when none is enough",
		today(func(v *View, _ *candidate.Evaluation) string { return v.Slice().Name })),
	number("today.slice_qps", "1/s", Advise, on("gpu"), "what it carries; 0 when none is enough",
		today(func(v *View, _ *candidate.Evaluation) float64 { return v.Slice().QPS })),
	number("today.slice_usd_per_month", "USD/month", Advise, on("gpu"), "its share of the price of the machine; 0 when unknown",
		today(func(v *View, _ *candidate.Evaluation) float64 { return v.Slice().USD })),
	count("today.slices", Advise, on("gpu"), "how many of them one accelerator holds; 0 when none is enough",
		today(func(v *View, _ *candidate.Evaluation) int { return v.Slice().PerCard })),
	truth("today.on_accelerator", always, on("gpu"), "today's replicas own whole accelerators, not cores and not parts",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.Base.Whole })),
	truth("today.replicas_given", always, on("replicas", "gpu"), "today's accelerator and number of replicas were both named, so today can be judged",
		today(func(v *View, _ *candidate.Evaluation) bool { return v.Workload.Replicas > 0 })),
}

// limitFacts are what the plan may not exceed.
var limitFacts = []Fact{
	count("limits.max_replicas", always, is("max_replicas"), "most replicas allowed; 0 when unlimited",
		func(v *View) int { return v.Workload.MaxReplicas }),
	count("limits.replicas_wanted", always, on("replicas", "gpu"), "replicas of the base hardware that hold the demand planned for and the losses asked for, ignoring limits; 0 when no number does",
		func(v *View) int { return v.Wanted() }),
	text("limits.wanted", always, on("replicas", "gpu"), "these replicas, such as 6 × A10; empty when no number suffices",
		func(v *View) string { return v.Base.named(v.Wanted()) }),
	truth("limits.wanted_over_quota", always, on("max_replicas"), "these are more than the replicas allowed",
		func(v *View) bool { return v.Workload.MaxReplicas > 0 && v.Wanted() > v.Workload.MaxReplicas }),
	number("limits.budget_usd_per_month", "USD/month", always, is("budget"), "budget; 0 when none",
		func(v *View) float64 { return v.Workload.Budget }),
	number("limits.cheapest_usd_per_month", "USD/month", outcome, on("budget"), "cost of the cheapest plan that holds, ignoring the budget; 0 when none, without a budget, or in a check, which compares no plans",
		func(v *View) float64 {
			if v.Workload.Budget == 0 || v.Declared != nil {
				return 0
			}
			return v.Outcome.Unbudgeted()
		}),
}
