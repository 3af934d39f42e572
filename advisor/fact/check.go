package fact

import (
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/plan"
)

// checkFacts are a check's own: what the declared deployment leaves out, and what would do.
var checkFacts = []Fact{
	truth("check.declared", Check, on("replicas", "gpu"), "the plan names an accelerator and a number of replicas",
		func(v *View) bool { return v.Declared != nil && v.Workload.Replicas > 0 }),
	texts("check.missing", Check, on("gpu", "replicas", "qps"), "plan keys without which nothing can be judged",
		declared(func(d *Declared) []string { return d.Missing })),
	truth("check.unnamed", outcome, on("gpu", "service_time", "replica_qps"), "the service was measured on a machine that the plan does not name; false in advice",
		func(v *View) bool { return v.Base.Unnamed }),
	count("check.lean_replicas", outcome, on("replicas", "gpu"), "fewest replicas that hold, keep room, and carry the load after a loss; 0 when no number does, or in advice",
		spared(func(v *View, o *Outcome, p *candidate.Evaluation) int { return o.lean(v, p) })).with("headroom.ceiling"),
	count("check.spare_replicas", outcome, on("replicas", "gpu"), "declared replicas beyond these; 0 in advice",
		spared(func(v *View, o *Outcome, p *candidate.Evaluation) int { return o.spare(v, p) })).with("headroom.ceiling"),
	number("check.saving_usd_per_month", "USD/month", outcome, on("replicas", "gpu"), "what these would cost less; 0 when nothing or unknown, or in advice",
		spared(func(v *View, o *Outcome, p *candidate.Evaluation) float64 {
			if o.spare(v, p) == 0 || !p.Priced {
				return 0
			}
			instances := p.Placing().Machines(o.lean(v, p))
			return p.CostPerMonth * float64(p.Instances-instances) / float64(p.Instances)
		})).with("headroom.ceiling"),
	number("check.runway_months", "month", outcome, on("horizon", "growth", "replicas"), "months until growth exceeds what the deployment carries; 0 when it does already, when nothing grows, or in advice",
		declared(func(d *Declared) float64 { return d.Runway })),
	number("check.seen_ms", "ms", Check, is("measured_latency"), "mean latency of a request as measured; 0 without",
		declared(func(d *Declared) float64 { return ms(d.Seen.Mean) })),
	number("check.predicted_ms", "ms", Check, on("model", "gpu"), "median latency that is predicted where it was measured; 0 when it was not",
		declared(func(d *Declared) float64 { return ms(d.Seen.Predicted) })),
	number("check.predicted_p99_ms", "ms", Check, on("model", "gpu"), "p99 latency likewise",
		declared(func(d *Declared) float64 { return ms(d.Seen.P99) })),
	number("check.seen_apart", "", Check, on("measured_latency", "model", "gpu"), "by how many times the measured mean lies above the predicted p99, or below the time of one request alone; 0 when it was not measured",
		declared(func(d *Declared) float64 { return d.Seen.Apart })),
	truth("check.seen_other", Check, on("measured_latency", "model", "gpu"), "by a factor that only another service explains",
		func(v *View) bool {
			if v.Declared == nil {
				return false
			}
			other, known := v.Settings(Other)
			return known && v.Declared.Seen.Apart >= other
		}).with(Other),
	count("check.zone_replicas", Check, on("zones", "replicas"), "replicas that fail with one zone; 0 with a single zone",
		chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) int { return v.inZone(p) })),
	number("check.after_zone_qps", "1/s", Check, on("zones", "replicas"), "capacity without one zone; 0 with a single zone",
		chosen(func(v *View, o *Outcome, p *candidate.Evaluation) float64 {
			if lost := v.inZone(p); lost > 0 {
				return o.CapacityOf(p.Replicas - lost)
			}
			return 0
		})),
	count("check.replicas_for_zone", Check, on("zones", "replicas"), "fewest replicas that carry the demand planned for without one zone; 0 when no number does, or with a single zone",
		chosen(func(v *View, o *Outcome, p *candidate.Evaluation) int {
			zones := v.Workload.Zones
			if zones < 2 {
				return 0
			}
			return int(math.Ceil(float64(o.replicasAt(p, 1)) * float64(zones) / float64(zones-1)))
		})),
}

// spared reads what a check says of the replicas that are not needed; advice has a plan for that.
func spared[T any](of func(*View, *Outcome, *candidate.Evaluation) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Declared == nil {
			return zero
		}
		return chosen(of)(v)
	}
}

// declared reads what only a check has.
func declared[T any](of func(*Declared) T) func(*View) T {
	return func(v *View) (zero T) {
		if v.Declared == nil {
			return zero
		}
		return of(v.Declared)
	}
}

// lean is the fewest replicas that hold with the losses asked for, or one instance where none
// were, and with the room that rules ask for.
func (o *Outcome) lean(v *View, p *candidate.Evaluation) int {
	wanted, roomy, loss := v.Wanted(), o.replicasAt(p, v.ceiling()), o.replicasAt(p, 1)
	if wanted == 0 || roomy == 0 || loss == 0 {
		return 0
	}
	if v.Workload.Availability == 0 {
		return max(wanted, roomy, p.Placing().Spared(loss))
	}
	return max(wanted, roomy)
}

func (o *Outcome) spare(v *View, p *candidate.Evaluation) int {
	lean := o.lean(v, p)
	if lean == 0 {
		return 0
	}
	return max(p.Replicas-lean, 0)
}

// inZone is how many replicas stand in the fullest zone, with the instances spread evenly; 0
// with a single zone.
func (v *View) inZone(p *candidate.Evaluation) int {
	zones := v.Workload.Zones
	if zones < 2 || p.Instances == 0 {
		return 0
	}
	return min((p.Instances+zones-1)/zones*p.Placing().Fullest(p.Replicas), p.Replicas)
}

// gateFacts are what a check of many plans finds out beside the plans.
var gateFacts = []Fact{
	text("check.ignored_rule", Check, is("ignore"), "rule that an ignore entry names", func(v *View) string { return v.Gate.Ignored.Rule }),
	text("check.ignored_reason", Check, is("ignore"), "its reason", func(v *View) string { return v.Gate.Ignored.Reason }),
	text("check.ignored_until", Check, is("ignore"), "last day on which it counts; empty when it counts for ever", func(v *View) string { return v.Gate.Ignored.Until }),
	count("check.ignored_days", Check, on("ignore"), "days since it expired; 0 while it counts", func(v *View) int { return v.Gate.Ignored.Days }),
	count("check.ignored_findings", Check, on("ignore"), "findings that the entry is about", func(v *View) int { return v.Gate.Ignored.Findings }),
	count("check.same_name", Check, on("name"), "plans with the name of this one; 0 when it is the first of them", func(v *View) int { return v.Gate.SameName.Count }),
	text("check.same_name_first", Check, on("name"), "where the first of them stands", func(v *View) string { return v.Gate.SameName.First }),
	text("check.name", Check, is("name"), "name of the plan", func(v *View) string { return v.Gate.SameName.Name }),
	number("check.total_usd_per_month", "USD/month", Check, on("max_cost"), "cost of all plans together", func(v *View) float64 { return v.Gate.Total.Now }),
	number("check.total_limit_usd_per_month", "USD/month", Check, is("max_cost"), "most that they may cost; 0 when unlimited", func(v *View) float64 { return v.Gate.Total.Limit }),
	number("check.base_usd_per_month", "USD/month", Check, on("compare_to"), "cost of the plans of the base", func(v *View) float64 { return v.Gate.Total.Before }),
	number("check.cost_increase", "fraction", Check, on("max_cost_increase"), "by how much the total cost exceeds that of the base, as a fraction of it", func(v *View) float64 { return v.Gate.Total.Increase }),
	number("check.cost_increase_limit", "fraction", Check, is("max_cost_increase"), "most that it may", func(v *View) float64 { return v.Gate.Total.IncreaseLimit }),
	truth("check.cost_increase_limited", Check, on("max_cost_increase"), "a limit on the increase was set", func(v *View) bool { return v.Gate.Total.IncreaseLimited }),
	text("check.manifest_kind", Check, is("manifest"), "kind of a Kubernetes object", func(v *View) string { return v.Gate.Manifest.Kind }),
	text("check.manifest_name", Check, is("manifest"), "its name", func(v *View) string { return v.Gate.Manifest.Name }),
	count("check.manifest_accelerators", Check, is("manifest"), "accelerators that its replicas request", func(v *View) int { return v.Gate.Manifest.Accelerators }),
	text("check.manifest_label", Check, is("manifest"), "node label, with its value, that names no accelerator that is known; empty when it does", func(v *View) string { return v.Gate.Manifest.Label }),
	text("check.manifest_unrequested", Check, is("manifest"), "accelerator that a manifest is to run on without requesting one; empty when it requests one", func(v *View) string { return v.Gate.Manifest.Unrequested }),
	truth("check.manifest_read", Check, on("manifest"), "the arguments of its containers were judged", func(v *View) bool { return v.Gate.Manifest.Read }),
	texts("check.manifest_scalers", Check, on("hpa.max", "manifest"), "autoscalers that scale it, where there are several", func(v *View) []string { return v.Gate.Manifest.Scalers }),
	text("check.scaler_target", Check, on("manifest"), "what an autoscaler is to scale and is not among what was read; empty for any that scales something, or was read alone", func(v *View) string { return v.Gate.Manifest.Aim }),
	text("check.scaler_meant", Check, on("manifest"), "what is meant by that, as a clause; empty when nothing that was read is called alike", func(v *View) string { return v.Gate.Manifest.Meant }),
	count("check.scaler_beside", Check, on("manifest"), "objects that were read and might have been it", func(v *View) int { return v.Gate.Manifest.Beside }),
	count("check.manifest_fixed", Check, on("manifest.replicas"), "replicas that it states beside an autoscaler; 0 for none", func(v *View) int { return v.Gate.Manifest.Fixed }),
	count("check.surge_gpus", Check, on("manifest.surge"), "accelerators that an update takes beyond those that run; 0 when it takes none", func(v *View) int { return v.Gate.Manifest.Surge }),
	truth("check.surge_said", Check, on("manifest.surge"), "that is said, and not the default", func(v *View) bool { return v.Gate.Manifest.SurgeSaid }),
	count("check.replica_gpus", Check, on("gpus_per_replica"), "accelerators of one of its replicas", func(v *View) int { return v.Gate.Manifest.PerReplica }),
	count("check.together", Check, on("manifest.replicas", "replicas"), "replicas that nothing spreads over machines; 0 when something does", func(v *View) int { return v.Gate.Manifest.Together }),
	text("check.quota", Check, on("manifest"), "quota that allows fewer accelerators than its namespace requests, with its place; empty when none does", func(v *View) string { return v.Gate.Manifest.Quota }),
	count("check.quota_allows", Check, on("manifest"), "accelerators that the quota allows", func(v *View) int { return v.Gate.Manifest.QuotaAllows }),
	count("check.quota_wants", Check, on("manifest"), "accelerators that the objects of its namespace request at their most replicas, up to the object itself", func(v *View) int { return v.Gate.Manifest.QuotaWants }),
	text("check.budget", Check, on("manifest"), "disruption budget that lets all replicas be evicted at once, with its place; empty when none does", func(v *View) string { return v.Gate.Manifest.Budget }),
	text("check.blocks", Check, on("manifest"), "disruption budget that lets no replica be evicted, with its place; empty when none does", func(v *View) string { return v.Gate.Manifest.Blocks }),
	count("check.blocks_replicas", Check, on("manifest"), "replicas that it keeps, all of them", func(v *View) int { return v.Gate.Manifest.BlocksReplicas }),
	count("check.budget_replicas", Check, on("manifest"), "replicas that the budget lets go, the fewest that an autoscaler keeps", func(v *View) int { return v.Gate.Manifest.BudgetReplicas }),
	text("check.taint", Check, on("manifest"), "key that what runs on the same nodes tolerates, and its pods do not; empty for none", func(v *View) string { return v.Gate.Manifest.Taint }),
	text("check.taint_shown", Check, on("manifest"), "an object that tolerates it", func(v *View) string { return v.Gate.Manifest.Shown }),
	texts("check.manifest_missing", Check, on("manifest"), "annotations without which it cannot be judged", func(v *View) []string { return v.Gate.Manifest.Missing }),
}

// scalerFacts hold an autoscaler's bounds and target against what one replica carries. What its
// signal shows is told in hpa.unit.
var scalerFacts = []Fact{
	truth("hpa.given", outcome, on("hpa.max"), "an autoscaler scales the replicas; false in advice",
		func(v *View) bool { return v.Declared != nil && v.Declared.Scaler != nil }),
	text("hpa.kind", Check, is("hpa.max"), "what kind of object it is", scaler(func(s scaling) string { return s.Kind })),
	count("hpa.min", Check, is("hpa.min"), "fewest replicas it may run", scaler(func(s scaling) int { return int(s.Min.Value) })),
	count("hpa.max", Check, is("hpa.max"), "most replicas it may run", scaler(func(s scaling) int { return int(s.Max.Value) })),
	text("hpa.signal", Check, is("hpa.target", "hpa.max"), "what it scales on: rate, tokens, concurrency, waiting, latency, cache, cpu, memory, accelerator, other; empty when unknown",
		scaler(func(s scaling) string { return string(s.Signal) })),
	text("hpa.unit", Check, on("hpa.target"), "unit of the signal on each replica: 1/s, tokens/s, requests at once, fraction; empty when it does not show the load",
		scaler(func(s scaling) string { return s.unit() })),
	number("hpa.target", "", Check, is("hpa.target"), "what it aims at on each replica, in hpa.unit; 0 when unknown",
		scaler(func(s scaling) float64 { return s.aim() })),
	number("hpa.target_utilization", "fraction", Check, on("hpa.target"), "the same over what it is when the replica carries all that it can within the SLO; 0 when unknown",
		scaler(func(s scaling) float64 { return over(s.aim(), s.full) })),
	number("hpa.ceiling", "", Check, on("hpa.target"), "the target at headroom.ceiling of the capacity, in hpa.unit; 0 when unknown",
		scaler(func(s scaling) float64 { return s.full * s.view.ceiling() })).with("headroom.ceiling"),
	number("hpa.ceiling_qps", "1/s", Check, on("hpa.target"), "what one replica carries at headroom.ceiling of its capacity",
		scaler(func(s scaling) float64 { return s.each * s.view.ceiling() })).with("headroom.ceiling"),
	count("hpa.min_for_losses", Check, on("hpa.min"), "fewest replicas of which one is left after the losses asked for; 0 when availability was not asked",
		scaler(func(s scaling) int {
			if s.view.Workload.Availability == 0 {
				return 0
			}
			return s.view.Declared.MinLosses(s.plan.Placing())
		})),
	number("hpa.cold_start_ms", "ms", Check, on("cold_start", "hpa.ramp"), "time until a new replica answers, the autoscaler's own delay included; 0 when unknown",
		scaler(func(s scaling) float64 { return ms(s.start()) })),
	number("hpa.ramp", "fraction", Check, on("hpa.ramp", "hpa.target"), "growth of the load while a new replica starts; 0 when unknown",
		scaler(func(s scaling) float64 { return s.ramp() })),
	number("hpa.absorbed", "fraction", Check, on("hpa.target"), "growth of the load that replicas at their target take before they are full; 0 when unknown",
		scaler(func(s scaling) float64 {
			if s.ramp() == 0 {
				return 0
			}
			return math.Max(s.full/s.aim()-1, 0)
		})),
	number("hpa.ramp_target", "", Check, on("hpa.target"), "the target with which the replicas take the ramp, in hpa.unit",
		scaler(func(s scaling) float64 {
			if s.ramp() == 0 {
				return 0
			}
			return s.full / (1 + s.ramp())
		})),
}

// scaling is an autoscaler beside the deployment that it scales.
type scaling struct {
	*plan.Autoscaler
	view *View
	plan *candidate.Evaluation
	each float64 // 1/s, the capacity of one replica
	full float64 // what the signal shows of a replica that carries all it can; 0 unknown
}

// scaler reads from an autoscaler; zero where there is none.
func scaler[T any](of func(scaling) T) func(*View) T {
	return chosen(func(v *View, _ *Outcome, p *candidate.Evaluation) (zero T) {
		if v.Declared == nil || v.Declared.Scaler == nil {
			return zero
		}
		each := p.CapacityQPS / math.Max(float64(p.Replicas), 1)
		return of(scaling{v.Declared.Scaler, v, p, each, v.Declared.Full})
	})
}

// aim is the target, where it can be held against what a replica carries.
func (s scaling) aim() float64 {
	if s.full <= 0 {
		return 0
	}
	return s.Target.Value
}

func (s scaling) unit() string {
	switch {
	case s.full <= 0:
		return ""
	case s.Signal == plan.Rate:
		return "1/s"
	case s.Signal == plan.Concurrency:
		return "requests at once"
	case s.Signal == plan.Tokens:
		return "tokens/s"
	}
	return "fraction"
}

// start is the time in seconds until a new replica answers; 0 unknown.
func (s scaling) start() float64 {
	if s.view.Workload.ColdStart <= 0 {
		return 0
	}
	return s.view.Workload.ColdStart + s.Delay
}

func (s scaling) ramp() float64 {
	if s.aim() <= 0 || s.Signal == plan.Concurrency {
		return 0
	}
	return math.Max(s.Ramp.Value*s.start(), 0)
}
