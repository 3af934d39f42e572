package advisor

import (
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/search"
)

// factMap is the vocabulary of advisor/rule filled in: float64, int64, bool, string or
// []string by the fact's type. What does not apply is left out and reads as zero.
type factMap = fact.Map

const (
	msPerSecond = 1e3
	gib         = 1 << 30
)

// facts is everything rules may ask of the outcome.
func (r *run) facts(c comparison, d choice.Decision, stages []advice.Stage) factMap {
	all := r.knownFacts()
	for _, part := range []factMap{
		r.planFacts(c, d), alternativeFacts(c), r.strongestFacts(), r.budgetFacts(c),
		r.placeFacts(d), r.optimizationFacts(c), cheaperFacts(c, d), pricedFacts(c, d), r.roadmapFacts(stages),
	} {
		for name, v := range part {
			all[name] = v
		}
	}
	return all
}

// knownFacts are those known before the choice, which blocking rules may read.
func (r *run) knownFacts() factMap {
	all := factMap{}
	for _, part := range []factMap{r.demandFacts(), r.sloFacts(), r.serviceFacts(), r.baseFacts(), r.memoryFacts(), r.tokenFacts(), r.scalingFacts(), r.dataFacts(), r.todayFacts(), r.limitFacts()} {
		for name, v := range part {
			all[name] = v
		}
	}
	return all
}

func (r *run) demandFacts() factMap {
	w := r.Workload
	return factMap{
		"demand.qps": w.Peak.Mid, "demand.mean_qps": w.Mean, "demand.horizon_qps": r.demandAt(w.Horizon).Peak,
		"demand.plan_qps": r.planned.Peak, "demand.growth": w.Growth.Mid, "demand.horizon_months": months(w.Horizon),
		"demand.grows": w.Growth.Mid > 0 && w.Horizon > 0, "demand.burstiness": w.Dispersion,
		"demand.peak_to_mean": w.PeakToMean, "demand.users": w.Users,
	}
}

func (r *run) sloFacts() factMap {
	w := r.Workload
	return factMap{
		"slo.latency_ms": w.Latency * msPerSecond, "slo.percentile": w.Percentile, "slo.percentile_name": percentileName(w.Percentile),
		"slo.assumed":      w.Assumed("p99"),
		"slo.availability": w.Availability, "slo.replica_availability": w.ReplicaAvailability, "slo.zones": int64(w.Zones),
		"losses.asked": w.Availability > 0, "losses.single_availability": w.ReplicaAvailability,
	}
}

// percentileName is how people call a percentile: p99, p99.9.
func percentileName(p float64) string {
	return "p" + strconv.FormatFloat(math.Round(p*1e6)/1e4, 'f', -1, 64)
}

func (r *run) serviceFacts() factMap {
	w, s := r.Workload, r.space
	one, _ := search.OneReplica(s, false)
	gain := 1.0
	if one.MaxBatch > 1 && one.AloneSeconds > 0 {
		gain = one.Saturation * one.AloneSeconds
	}
	f := factMap{
		"service.given": w.Service.Given() || len(w.Service.Elsewhere) > 0 || s.USL != nil, "service.basis": one.Basis,
		"service.alone_ms": one.AloneSeconds * msPerSecond, "service.fastest_alone_ms": r.fastestAlone() * msPerSecond,
		"service.batching": one.MaxBatch > 1, "service.max_batch": int64(one.MaxBatch), "service.batch_gain": gain, "service.cv": one.CV,
		"model.id": s.Model.ID, "model.assumed": w.ModelAssumed && s.Model.ID != "", "model.weights_gib": one.Weights,
		"model.baseline_precision": s.BaselinePrecision(s.Base.Accelerator),
	}
	if w.Latency > 0 {
		f["service.bound_used"] = one.AloneSeconds / w.Latency
	}
	return f
}

// fastestAlone looks at all hardware, which a check of one deployment does only to word a fault.
func (r *run) fastestAlone() float64 {
	if r.checking && (r.deployed == nil || r.deployed.Excuse == nil || r.deployed.Excuse.Code != candidate.SlowAlone) {
		return 0
	}
	return search.FastestAlone(r.space)
}

func (r *run) baseFacts() factMap {
	s := r.space
	one, _ := search.OneReplica(s, false)
	var best search.BaseServer
	if !r.checking {
		best, _ = search.OneReplica(s, true)
	}
	f := factMap{
		"base.accelerator": offer.ShortName(s.Base.Accelerator), "base.replicas": int64(s.Base.Replicas), "base.gpus_per_replica": int64(s.Base.PerReplica),
		"base.words": r.baseWords(s.Base.Replicas), "base.replica_words": candidate.Owned(s.Base.PerReplica, offer.ShortName(s.Base.Accelerator)),
		"base.replica_qps": one.QPS, "base.saturation_qps": one.Saturation, "base.optimized_replica_qps": best.QPS, "base.fits": one.Fits,
		"today.known": s.Base.Known, "today.assumed": s.Base.Assumed,
	}
	if one.QPS > 0 {
		f["base.servers_of_load"] = r.planned.Peak / one.QPS
		f["base.servers_of_load_now"] = r.now.Peak / one.QPS
	}
	return f
}

func (r *run) memoryFacts() factMap {
	one, _ := search.OneReplica(r.space, false)
	copies := 1.0 // a classic model stands whole on each accelerator of a replica
	if _, _, generates := search.RequestTokens(r.space); generates {
		copies = float64(r.space.Base.PerReplica)
	}
	return factMap{
		"memory.needed_gib": copies * one.Needed, "memory.usable_gib": copies * one.Usable, "memory.deficit_gib": copies * deficit(one),
	}
}

// deficit is what is missing; an unknown usable memory misses nothing that is known.
func deficit(s search.BaseServer) float64 {
	if s.Usable == 0 || s.Needed <= s.Usable {
		return 0
	}
	return s.Needed - s.Usable
}

// tokenFacts are those of a language model.
func (r *run) tokenFacts() factMap {
	t, ok := search.Tokens(r.space)
	if !ok {
		return nil
	}
	in, out, _ := search.RequestTokens(r.space)
	w := r.Workload.LLM
	return factMap{
		"tokens.given": true, "tokens.input": in, "tokens.output": out, "tokens.prefix_hit": w.PrefixHit,
		"tokens.ttft_bound_ms": w.TTFT * msPerSecond, "tokens.tpot_bound_ms": w.TPOT * msPerSecond,
		"tokens.ttft_alone_ms": finite(t.TTFTAlone * msPerSecond), "tokens.tpot_alone_ms": finite(t.TPOTAlone * msPerSecond),
		"tokens.kv_gib_per_request": t.KVGiBPerRequest, "tokens.concurrency": int64(t.Concurrency), "tokens.concurrency_by_memory": t.ByMemory && t.Concurrency > 0,
	}
}

func (r *run) scalingFacts() factMap {
	law := r.space.USL
	if law == nil {
		return nil
	}
	f := factMap{"scaling.given": true, "scaling.sigma": law.Sigma, "scaling.kappa": law.Kappa, "scaling.r2": law.R2}
	if n, qps, ok := law.Peak(); ok {
		f["scaling.peak_replicas"], f["scaling.peak_qps"] = n, qps
	}
	return f
}

func (r *run) dataFacts() factMap {
	d := r.Workload.Data
	if !d.Given() {
		return nil
	}
	return factMap{
		"data.given": true, "data.now_gib": r.now.Data / gib, "data.horizon_gib": r.planned.Data / gib,
		"data.job_given": d.JobWindow > 0, "data.job_rate_known": d.JobRate > 0, "data.window_hours": d.JobWindow / 3600,
		"data.job_hours_one": search.JobHours(r.space, 1, r.planned.Data), "data.replicas_for_job": int64(search.ReplicasForJob(r.space, r.planned.Data)),
	}
}

func (r *run) todayFacts() factMap {
	t, b := r.deployed, r.space.Base
	if t == nil {
		return nil
	}
	_, excuseNow := search.Judge(r.space, r.now)
	f := factMap{
		"today.accelerator": t.AcceleratorName, "today.replicas": int64(b.Replicas), "today.words": t.Words(),
		"today.allowed": r.space.Permits(r.space.Base.Accelerator), "today.replicas_given": r.Workload.Replicas > 0,
		"today.holds": t.Holds, "today.holds_now": excuseNow == nil, "today.capacity_qps": t.CapacityQPS,
		"today.share_qps": r.now.Peak / float64(b.Replicas), "today.p99_ms": finite(t.P99 * msPerSecond),
		"today.cost_usd_per_month": t.CostPerMonth, "today.mig_capable": b.Accelerator.MIGMax > 1,
	}
	if t.CapacityQPS > 0 {
		f["today.utilization"] = r.now.Peak / t.CapacityQPS
		f["today.plan_utilization"] = r.planned.Peak / t.CapacityQPS
	}
	return f
}

// finite reads an unstable latency as "unknown", zero in the vocabulary.
func finite(v float64) float64 {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	return v
}

// candidateFacts are those of a candidate under a blocking rule's judgement.
func candidateFacts(s candidate.Strategy, e candidate.Evaluation) factMap {
	return factMap{
		"candidate.strategy": string(s), "candidate.optimized": len(e.Optimizations) > 0, "candidate.accelerator": e.Accelerator,
		"candidate.precision": e.Precision, "candidate.replicas": int64(e.Replicas), "candidate.gpus_per_replica": int64(e.PerReplica),
		"candidate.instances": int64(e.Instances), "candidate.cloud": e.Cloud, "candidate.capacity_qps": e.CapacityQPS,
		"candidate.after_losses_qps": e.AfterLossesQPS, "candidate.utilization": e.Utilization, "candidate.p99_ms": finite(e.P99 * msPerSecond),
		"candidate.cost_usd_per_month": e.CostPerMonth, "candidate.survives": int64(e.SurvivesLosses), "candidate.basis": e.Basis,
	}
}

// alternativeFacts are those of the best plan of each strategy.
func alternativeFacts(c comparison) factMap {
	f := factMap{}
	for _, b := range c.best {
		prefix := string(b.Strategy)
		if b.Optimized {
			prefix += "_optimized"
		}
		f[prefix+".feasible"] = b.Feasible
		if b.Excuse != nil {
			f[prefix+".excuse"] = b.Excuse.Code
		}
		if b.Plan != nil {
			f[prefix+".accelerator"], f[prefix+".replicas"] = b.Plan.AcceleratorName, int64(b.Plan.Replicas)
			f[prefix+".words"] = b.Plan.Words()
			f[prefix+".capacity_qps"], f[prefix+".after_losses_qps"] = b.Plan.CapacityQPS, b.Plan.AfterLossesQPS
			f[prefix+".cost_usd_per_month"] = b.Plan.CostPerMonth
		}
	}
	return f
}

// baseWords is so many replicas of the base, empty for none.
func (r *run) baseWords(replicas int) string {
	if replicas == 0 {
		return ""
	}
	return candidate.ReplicasOf(replicas, r.space.Base.PerReplica, offer.ShortName(r.space.Base.Accelerator))
}

func joined(words []string) string { return strings.Join(words, " + ") }
