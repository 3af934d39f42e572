package capacity

import (
	"fmt"
	"math"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/service"
	"scaleadvise/advisor/unit"
)

// Derive evaluates a plan once more and records how each of its numbers comes about. The log
// has the traits and the demand planned for (planned). The number of replicas is derived too,
// unless it is fixed: declared, or today's. What comes out is e itself, since it is computed
// by the same functions.
func (s *Space) Derive(e candidate.Evaluation, d Demand, fixed bool, log *derivation.Log) candidate.Evaluation {
	r, ok := s.kindOf(e)
	if !ok || r.server == nil {
		return e
	}
	t := trial{Replica: r, hosting: s.hostingOf(e), n: e.Replicas, demand: d, p: s.options.Confidence, log: log}
	t.recordGivens()
	if s.generates() {
		t.recordSpeaker()
	} else {
		t.recordServer()
	}
	t.recordReplicas(fixed)
	out := t.evaluation()
	t.complete(&out)
	out.ExpectedReplicas, out.ReplicasLow, out.ReplicasHigh = e.ExpectedReplicas, e.ReplicasLow, e.ReplicasHigh
	return out
}

// Sources of the methods that are recorded.
const (
	pagesOfQueue    = "the batch chain of advisor/queue (Neuts 1967; Inoue 2021), without batching Erlang, Crommelin and Tijms"
	independent     = "random balancing makes as many independent queues; each carries its share"
	binomialTail    = "binomial tail of instances down at once, each independently; a whole zone where several are named"
	listPrice       = "whole instances at the list price, a month of 730 h"
	marginMethod    = "quantile of sampled demand over sampled capacity: 512 stratified draws, common to all candidates"
	fewestMethod    = "search over the number of replicas; capacity grows with it up to the scalability law's peak"
	compoundMethod  = "compound growth, solved for time"
	memoryMethod    = "parameters times bytes, a tenth for activations and workspace, half a GiB for the accelerator's context"
	universalMethod = "Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007)"
)

func figure(name, title string, v float64, unit string) derivation.Value {
	return derivation.Value{Name: name, Title: title, Number: v, Unit: unit}
}

func stated(name, title string, v float64, unit, from, reason string) derivation.Value {
	return derivation.Value{Name: name, Title: title, Number: v, Unit: unit, From: from, Reason: reason}
}

// recordGivens notes what the plan is made of.
func (t trial) recordGivens() {
	w, o := t.space.Workload, t.space.options
	t.log.Given(stated("confidence", "probability with which it must hold", o.Confidence, "fraction", "--confidence", "nine cases of ten unless it is given"))
	t.log.Given(stated("seed", "seed of the samples", float64(o.Seed), "", "--seed", "the same seed gives the same answer"))
	alone := "a classic model is not split: each accelerator serves on its own"
	if t.space.generates() {
		alone = "the accelerators of a replica hold the model together"
	}
	t.log.Given(stated("servers", "servers in a replica", float64(t.units), "", "plan", alone))
	t.log.Given(stated("per_instance", "replicas on an instance", float64(t.perInstance), "", "catalog: "+t.Cloud+" "+t.Type, t.Source))
	if t.usdPerHour > 0 {
		t.log.Given(stated("usd_per_hour", "price of an instance", t.usdPerHour, "USD/h", "catalog: "+t.Cloud+" "+t.Type, t.AsOf+", "+t.Source))
	}
	t.log.Given(stated("hours_per_month", "hours of a month", unit.HoursPerMonth, "h", "default", "what clouds bill a month as"))
	t.log.Given(stated("percentile", "percentile of the bound", t.space.percentile(), "fraction", "--latency-percentile", "p99 unless it is given"))
	if w.Latency == 0 {
		t.log.Given(stated("bound", "bound on latency", 0, "s", "default", "none was given"))
	}
	t.log.Given(stated("dispersion", "dispersion of arrivals", w.Dispersion, "", "--burstiness", "1 is Poisson"))
	t.log.Given(stated("window", "window of the dispersion", w.Window, "s", "--burstiness", "0 where none was given"))
	t.log.Given(stated("least_loaded", "balancing by load", truth(w.LeastLoaded), "", "--balancing", "1 where a request goes to the least loaded, 0 at random"))
	if t.Variant.demand != 1 {
		t.log.Given(stated("demand_factor", "what optimizations leave of the demand", t.Variant.demand, "fraction", "catalog: optimizations", ""))
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// serverArgs are the arguments by which formulas name the queue of one server, and how many.
func serverArgs(copies string) string {
	return "alpha_served, beta_served, max_batch, parallel, step_cv, derate, knee, " + copies + ", least_loaded, dispersion, window"
}

// recordServer notes the service model of one server and the rate it sustains.
func (t trial) recordServer() {
	if !t.log.Recording() {
		return
	}
	gain := t.Variant.gain.Mid
	if gain != 1 && gain > 0 {
		low, high := t.spread()
		t.log.Given(stated("capacity_low", "low end of capacity over expected", low, "", "validation of predictions", "with the range of the optimizations' gain"))
		t.log.Given(stated("capacity_high", "high end of capacity over expected", high, "", "validation of predictions", "with the range of the optimizations' gain"))
	}
	t.recordService()
	if gain != 1 && gain > 0 {
		t.log.Given(stated("gain", "gain of the optimizations", gain, "", "catalog: optimizations", "factor on throughput"))
		t.log.Step(figure("alpha_served", "fixed time of a step, optimized", t.Service.Alpha, "s"), "alpha / gain", "catalog: optimizations")
		t.log.Step(figure("beta_served", "time of each request in a step, optimized", t.Service.Beta, "s"), "beta / gain", "catalog: optimizations")
	} else {
		t.log.Step(figure("alpha_served", "fixed time of a step as served", t.Service.Alpha, "s"), "alpha", "no optimization changes it")
		t.log.Step(figure("beta_served", "time of each request in a step as served", t.Service.Beta, "s"), "beta", "no optimization changes it")
	}
	one := "max_batch / (alpha_served + beta_served * max_batch)"
	if t.Service.MaxBatch <= 1 {
		one = "parallel / (alpha_served + beta_served)"
	}
	t.log.Step(figure("server_saturation", "saturation of one server", t.server.saturation(), "1/s"), one, "full batches, one after the other")
	t.log.Step(figure("alone", "one request alone", t.alone, "s"), "latency_at("+serverArgs("1")+", 0, percentile)", pagesOfQueue)
	if t.space.bounded() && !t.varies() {
		t.log.Step(figure("server_qps", "rate that one server sustains within the bound", t.solve(1), "1/s"), "sustainable("+serverArgs("1")+", bound, percentile)", pagesOfQueue)
	}
	if law := t.space.USL; law != nil {
		t.log.Given(stated("sigma", "contention", law.Sigma, "", "--scaling-data", universalMethod))
		t.log.Given(stated("kappa", "crosstalk", law.Kappa, "", "--scaling-data", universalMethod))
	}
	t.recordMemory()
}

// recordService notes how the service model came about.
func (t trial) recordService() {
	s := t.space
	if s.measuredByUser() {
		if own := s.ownService(); own.Given() && t.Hardware.Accelerator.ID == s.Base.Accelerator.ID {
			_, _ = service.GivenTo(own, t.log) // it was made before without an error
			return
		}
		_, _ = s.predictedTo(t.Hardware.Accelerator.ID, t.Variant, t.log)
	} else {
		_, _ = s.evidence.ExplainedTo(t.Hardware.Accelerator.ID, s.Model.ID, t.Variant.Precision, t.log)
	}
	m := t.Service // of a measurement named by --measured, which is as it was given
	t.log.Given(stated("alpha", "fixed time of a step", m.Alpha, "s", "--measured", ""))
	t.log.Given(stated("beta", "time of each request in a step", m.Beta, "s", "--measured", ""))
	t.log.Given(stated("max_batch", "largest batch", float64(m.MaxBatch), "", "--measured", ""))
	t.log.Given(stated("parallel", "requests at once", float64(max(m.Concurrency, 1)), "", "default", ""))
	t.log.Given(stated("step_cv", "variation of the service time", m.CV, "", "--service-cv", "0 unless it is given: inference is near deterministic"))
	t.log.Given(stated("derate", "what is left of the bare queue's rate", m.Derate, "fraction", "default", ""))
	t.log.Given(stated("knee", "share of saturation up to which that holds", m.Knee, "fraction", "default", ""))
	low, high := t.spread()
	t.log.Given(stated("capacity_low", "low end of capacity over expected", low, "", "the range that was given", ""))
	t.log.Given(stated("capacity_high", "high end of capacity over expected", high, "", "the range that was given", ""))
}

// recordMemory notes what an accelerator has to hold.
func (t trial) recordMemory() {
	s, bytes := t.space, bytesOf[t.Variant.Precision]
	if bytes == 0 {
		bytes = 2
	}
	if t.weights == 0 || s.Workload.Facts != nil && s.Workload.Facts.Memory > 0 {
		return
	}
	t.log.Given(stated("parameters", "parameters of the model", s.Model.ParamsB*1e9, "", "catalog: "+s.Model.ID, s.Model.Source))
	t.log.Given(stated("bytes_per_parameter", "bytes of a parameter", bytes, "B", "precision "+t.Variant.Precision, "half precision where none is named"))
	t.log.Given(stated("usable_gib", "memory that software sees", t.usable, "GiB", "catalog: "+t.Hardware.Accelerator.ID, t.Hardware.Accelerator.Sources))
	t.log.Step(figure("weights_gib", "weights", t.weights, "GiB"), "parameters * bytes_per_parameter / 1073741824", memoryMethod)
	t.log.Step(figure("needed_gib", "memory needed", t.needGiB(), "GiB"), "weights_gib * 1.1 + 0.5", memoryMethod)
}

// recordReplicas notes how many there are: as sized, or as they are today.
func (t trial) recordReplicas(fixed bool) {
	if !t.log.Recording() {
		return
	}
	t.need()
	n := figure("replicas", "replicas", float64(t.n), "")
	if sized, ok := t.smallest(); fixed || !ok || sized != t.n {
		t.recordKeptCount(n)
		return
	}
	t.log.Given(stated("tried", "number of replicas tried", float64(t.n), "", "search", "the first that is enough"))
	left := t.recordTried("these", "tried", t.n)
	check := "replicas <= tried && carried_by_these >= need"
	if less := t.recordTried("one_less", "(tried - 1)", t.n-1); less < t.need() && left >= t.need() {
		check += " && need > carried_by_one_less" // else the job over the data asks for more than the load
	}
	t.log.Search(n, "the fewest replicas that carry what is needed after the losses they must survive, and finish the job over the data in time", check, fewestMethod)
}

// recordKeptCount notes a number of replicas that the load did not set.
func (t trial) recordKeptCount(n derivation.Value) {
	today := t.space.Base.Replicas
	t.log.Given(stated("replicas_before", "replicas before", float64(today), "", "--replicas", "one unless it is given"))
	if t.n == today {
		t.log.Step(n, "replicas_before", "the number of replicas stays as it is")
		return
	}
	t.log.Search(n, "the number of replicas that comes nearest to what is needed", "replicas >= 1", fewestMethod)
}

// recordTried notes what so many replicas carry after their losses.
func (t trial) recordTried(suffix, number string, n int) float64 {
	u := t
	u.n, u.log = n, nil
	after, lost, _ := u.after()
	w := t.space.Workload
	instances, losses, left := "instances_of_"+suffix, "losses_of_"+suffix, "copies_left_of_"+suffix
	t.log.Step(figure(instances, "instances of that many", float64(t.instancesFor(n)), ""), "ceil("+number+" / per_instance)", listPrice)
	if w.Availability == 0 {
		t.log.Given(stated(losses, "replicas that must be able to fail", 0, "", "default", "no availability was asked for"))
	} else {
		t.log.Step(figure(losses, "replicas that must be able to fail", float64(lost), ""), lossesOf(number, instances), binomialTail)
	}
	t.log.Step(figure(left, "servers left after the losses", float64((n-lost)*t.units), ""), "("+number+" - "+losses+") * servers", independent)
	title := "what that many carry after their losses"
	if n <= lost {
		t.log.Step(figure("carried_by_"+suffix, title, after, "1/s"), "0 * "+left, "nothing is left")
		return after
	}
	kept := t.recordKept("kept_of_"+suffix, "("+left+" / servers)", n-lost)
	t.log.Step(figure("carried_by_"+suffix, title, after, "1/s"), t.carried(left, n-lost)+kept, independent)
	return after
}

// lossesOf is the formula of the replicas that must be able to fail.
func lossesOf(replicas, instances string) string {
	return "min(" + replicas + ", per_instance * max(losses_of(" + instances + ", replica_availability, availability), zone_losses(" + instances + ", zones)))"
}

// recordCapacity notes what all replicas carry, and what is left after the losses.
func (t trial) recordCapacity(capacity, after float64, lost int) {
	if !t.log.Recording() {
		return
	}
	t.log.Step(figure("copies", "servers in all replicas", float64(t.n*t.units), ""), "replicas * servers", independent)
	kept := t.recordKept("kept", "replicas", t.n)
	t.log.Step(figure("saturation_qps", "saturation of the plan", t.saturation(t.n), "1/s"), t.saturated("copies")+kept, independent)
	t.log.Step(figure("capacity_qps", "capacity", capacity, "1/s"), t.carried("copies", t.n)+kept, independent)
	t.recordLosses(lost)
	t.log.Step(figure("replicas_left", "replicas left after the losses", float64(t.n-lost), ""), "replicas - losses", binomialTail)
	if t.n > lost {
		t.log.Step(figure("copies_left", "servers left after the losses", float64((t.n-lost)*t.units), ""), "replicas_left * servers", independent)
		kept = t.recordKept("kept_after_losses", "replicas_left", t.n-lost)
		t.log.Step(figure("capacity_after_losses", "capacity after the losses", after, "1/s"), t.carried("copies_left", t.n-lost)+kept, independent)
	} else {
		t.log.Step(figure("capacity_after_losses", "capacity after the losses", after, "1/s"), "0 * replicas_left", "nothing is left")
	}
}

// recordKept notes what the scalability law leaves of so many replicas, as a factor.
func (t trial) recordKept(name, of string, n int) string {
	if t.space.USL == nil || t.space.generates() {
		return ""
	}
	t.log.Step(figure(name, "share of throughput that the scalability law leaves", t.scaled(n), "fraction"),
		fmt.Sprintf("1 / (1 + sigma * (%s - 1) + kappa * %s * (%s - 1))", of, of, of), universalMethod)
	return " * " + name
}

// saturated is the formula of the saturation of so many copies.
func (t trial) saturated(copies string) string { return copies + " * server_saturation" }

// carried is the formula of the rate that so many copies sustain.
func (t trial) carried(copies string, n int) string {
	switch {
	case t.space.generates():
		return copies + " * server_qps"
	case !t.space.bounded():
		return t.saturated(copies)
	case !t.varies():
		return copies + " * server_qps"
	}
	a := anchor(n * t.units)
	return fmt.Sprintf("%s / %d * sustainable(%s, bound, percentile)", copies, a, serverArgs(fmt.Sprint(a)))
}

// recordLosses notes how many replicas may be down at once.
func (t trial) recordLosses(lost int) {
	w := t.space.Workload
	t.log.Step(figure("instances", "instances", float64(t.instancesFor(t.n)), ""), "ceil(replicas / per_instance)", listPrice)
	if w.Availability == 0 {
		t.log.Given(stated("losses", "replicas that must be able to fail", 0, "", "default", "no availability was asked for"))
		return
	}
	t.log.Step(figure("losses", "replicas that must be able to fail", float64(lost), ""),
		lossesOf("replicas", "instances"), binomialTail)
}

// recordCost notes what it costs.
func (t trial) recordCost(e *candidate.Evaluation, rate float64) {
	if !t.log.Recording() {
		return
	}
	t.log.Step(figure("cost_usd_per_month", "cost", e.CostPerMonth, "USD/month"), "instances * usd_per_hour * hours_per_month", listPrice)
	if e.CostPerMillion == 0 {
		return
	}
	by := "mean"
	if !e.CostPerMillionMean {
		by = "planned"
	} else if t.demand.Mean != t.space.Workload.Mean {
		t.log.Given(stated("mean_planned", "mean demand at the horizon", rate, "1/s", "the mean, grown as the peak", ""))
		by = "mean_planned"
	}
	t.log.Step(figure("cost_usd_per_million_requests", "cost of a million requests", e.CostPerMillion, "USD"),
		fmt.Sprintf("cost_usd_per_month / (%s * hours_per_month * 3600) * 1000000", by), "cost over the requests of a month at that rate")
}

// recordLoad notes how the plan answers at its demand.
func (t trial) recordLoad(e *candidate.Evaluation) {
	if !t.log.Recording() {
		return
	}
	if t.space.generates() {
		t.recordSpoken(e, t.space.tokenBounds())
		return
	}
	rate := "demand"
	if t.space.USL != nil {
		t.log.Step(figure("felt", "rate that the replicas feel", e.DemandQPS/math.Max(t.scaled(t.n), 1e-9), "1/s"), "demand / max(kept, 0.000000001)", universalMethod)
		rate = "felt"
	}
	for _, q := range []struct {
		name string
		v, p float64
	}{{"p50", e.P50, 0.5}, {"p95", e.P95, 0.95}, {"p99", e.P99, 0.99}} {
		if !math.IsInf(q.v, 0) {
			t.log.Step(figure(q.name, q.name+" of latency at the demand", q.v, "s"), fmt.Sprintf("latency_at(%s, %s, %g)", serverArgs("copies"), rate, q.p), pagesOfQueue)
		}
	}
	t.log.Step(figure("busy", "share of time that the accelerators work", e.Busy, "fraction"), fmt.Sprintf("busy_at(%s, %s)", serverArgs("copies"), rate), pagesOfQueue)
	t.log.Step(figure("batch", "mean batch", e.MeanBatch, ""), fmt.Sprintf("batch_at(%s, %s)", serverArgs("copies"), rate), pagesOfQueue)
}

// recordPeak notes the demand that reaches the replicas.
func (t trial) recordPeak(peak float64) {
	formula := "planned"
	if t.Variant.demand != 1 {
		formula = "planned * demand_factor"
	}
	t.log.Step(figure("demand", "demand that reaches the replicas", peak, "1/s"), formula, "optimizations that answer requests elsewhere take their part")
}

// recordNeed notes what the replicas have to carry.
func (t trial) recordNeed(need float64) {
	w := t.space.Workload
	margin := figure("margin", "capacity over demand that holds with the confidence asked", t.margin(t.p), "")
	if w.Peak.IsExact() && w.Growth.IsExact() {
		t.log.Step(margin, "margin_of_capacity(confidence, seed, capacity_low, capacity_high)", marginMethod)
	} else {
		for _, v := range []derivation.Value{
			stated("peak_low", "low end of the peak", w.Peak.Low, "1/s", "the demand's range", ""),
			stated("peak_high", "high end of the peak", w.Peak.High, "1/s", "the demand's range", ""),
			stated("growth_low", "low end of growth", w.Growth.Low, "fraction/month", "growth's range", ""),
			stated("growth_mid", "middle of growth", w.Growth.Mid, "fraction/month", "growth's range", ""),
			stated("growth_high", "high end of growth", w.Growth.High, "fraction/month", "growth's range", ""),
			stated("time_ahead", "time to the horizon", w.Horizon, "s", "--horizon", "0 where none was given"),
		} {
			t.log.Given(v)
		}
		t.log.Step(margin, "margin_of(confidence, seed, capacity_low, capacity_high, peak_low, peak, peak_high, growth_low, growth_mid, growth_high, time_ahead)", marginMethod)
	}
	t.log.Step(figure("need", "capacity needed", need, "1/s"), "demand * margin", marginMethod)
}

// recordCarries notes the demand that the plan holds with the confidence and the losses asked.
func (t trial) recordCarries(carries float64) {
	formula := "min(capacity_qps, capacity_after_losses) / margin"
	if t.Variant.demand != 1 {
		formula += " / demand_factor"
	}
	t.log.Step(figure("carries_qps", "demand that it holds with the confidence and the losses asked", carries, "1/s"), formula, marginMethod)
}
