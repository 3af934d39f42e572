package serve

import (
	"fmt"

	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/service"
)

// Sources of the recorded methods.
const (
	PagesOfQueue = "the batch chain of advisor/queue (Neuts 1967; Inoue 2021), without batching Erlang, Crommelin and Tijms"
	Independent  = "random balancing makes as many independent queues; each carries its share"
	Universal    = "Universal Scalability Law (Gunther, Guerrilla Capacity Planning, 2007)"
	memoryMethod = "parameters times bytes, a tenth for activations and workspace, half a GiB for the accelerator's context"
)

// arguments returns the names with which formulas describe the queue of a number of copies.
func arguments(copies string) string {
	return "alpha_served, beta_served, max_batch, parallel, step_cv, derate, knee, " + copies + ", balancing, dispersion, window"
}

// beside and bound are the terms of formulas for the machine's own work on a request: it adds to the
// latency, and shortens the bound on the queue.
func (c Conditions) beside(formula string) string {
	if c.Beside == 0 {
		return formula
	}
	return formula + " + host_delay"
}

func (c Conditions) bound() string {
	if c.Beside == 0 {
		return "bound"
	}
	return fmt.Sprintf("max(bound - host_delay, %.9f)", nothingLeft)
}

// recordBeside notes that work.
func recordBeside(s *Servers, r *Server, log *derivation.Log) {
	h := s.offers.Host
	if r.Conditions.Beside == 0 {
		return
	}
	from, why := "given", ""
	if h.Assumed {
		from, why = "default", "assumed: the usual work of "+h.Work
	}
	log.Given(derivation.Stated("host_delay", "what the machine's own work adds to a request's latency", r.Conditions.Beside, "s", from, why))
}

// Record notes what a server is made of and the rate that one copy of it sustains.
func (s *Servers) Record(r *Server, log *derivation.Log) {
	switch {
	case !log.Recording() || !r.Serves():
	case s.offers.Generates():
		recordLanguage(s, r, log)
	default:
		recordClassic(s, r, log)
	}
}

// recordClassic notes the service model of one copy and the rate it sustains.
func recordClassic(s *Servers, r *Server, log *derivation.Log) {
	gain := r.Variant.Gain.Mid
	optimized := gain != 1 && gain > 0
	if optimized {
		recordSpread(r, log, "validation of predictions", "with the range of the optimizations' gain")
	}
	recordService(s, r, log)
	recordGain(r, log, optimized)
	one := "max_batch / (alpha_served + beta_served * max_batch)"
	if r.Service.MaxBatch <= 1 {
		one = "parallel / (alpha_served + beta_served)"
	}
	log.Step(derivation.Figure("server_saturation", "saturation of one server", r.scheduler.saturation(), "1/s"), one, "full batches, one after the other")
	recordBeside(s, r, log)
	log.Step(derivation.Figure("alone", "one request alone", r.Alone, "s"), r.Conditions.beside("latency_at("+arguments("1")+", 0, percentile)"), PagesOfQueue)
	if r.Conditions.Bounded() && !r.Conditions.Pooled() {
		log.Step(derivation.Figure("server_qps", "rate that one server sustains within the bound", r.solve(1), "1/s"),
			"sustainable("+arguments("1")+", "+r.Conditions.bound()+", percentile)", PagesOfQueue)
	}
	if law := r.law; law != nil {
		log.Given(derivation.Stated("sigma", "contention", law.Sigma, "", "--scaling-data", Universal))
		log.Given(derivation.Stated("kappa", "crosstalk", law.Kappa, "", "--scaling-data", Universal))
	}
	recordMemory(s, r, log)
}

// recordGain notes what optimizations make of the service model.
func recordGain(r *Server, log *derivation.Log, optimized bool) {
	alpha, beta, method := "alpha", "beta", "no optimization changes it"
	titles := [2]string{"fixed time of a step as served", "time of each request in a step as served"}
	if optimized {
		log.Given(derivation.Stated("gain", "gain of the optimizations", r.Variant.Gain.Mid, "", "catalog: optimizations", "factor on throughput"))
		alpha, beta, method = "alpha / gain", "beta / gain", "catalog: optimizations"
		titles = [2]string{"fixed time of a step, optimized", "time of each request in a step, optimized"}
	}
	log.Step(derivation.Figure("alpha_served", titles[0], r.Service.Alpha, "s"), alpha, method)
	log.Step(derivation.Figure("beta_served", titles[1], r.Service.Beta, "s"), beta, method)
}

// recordSpread notes the range of what is expected.
func recordSpread(r *Server, log *derivation.Log, from, reason string) {
	low, high := r.Spread()
	log.Given(derivation.Stated("capacity_low", "low end of capacity over expected", low, "", from, reason))
	log.Given(derivation.Stated("capacity_high", "high end of capacity over expected", high, "", from, reason))
}

// recordService notes how the service model came about.
func recordService(s *Servers, r *Server, log *derivation.Log) {
	if r.Accelerator.Part != nil && r.Service.Basis != service.Given {
		recordPart(s, r, log)
		return
	}
	if s.offers.Pass != nil {
		recordPass(s, r, log)
		return
	}
	accelerator := r.Accelerator.ID
	switch own := offer.OwnService(s.offers.Workload, s.offers.USL); {
	case !s.offers.UserMeasured() && recordResized(s, r, log):
		return
	case !s.offers.UserMeasured():
		_, _ = s.evidence.ExplainedTo(accelerator, s.offers.Model.ID, r.Variant.Precision, log) // it was made before without an error
	case own.Given() && accelerator == s.base.Accelerator.ID && r.PerReplica%measuredSize(s, r.Hardware) == 0:
		_, _ = fromGiven(s, own, log)
		return
	default:
		_, _ = s.transferred(r.Accelerator, r.Variant, log)
	}
	m, gain := r.Service, r.Variant.Gain.Mid
	log.Given(derivation.Stated("alpha", "fixed time of a step", m.Alpha*gain, "s", "--measured", ""))
	log.Given(derivation.Stated("beta", "time of each request in a step", m.Beta*gain, "s", "--measured", ""))
	log.Given(derivation.Stated("max_batch", "largest batch", float64(m.MaxBatch), "", "--measured", ""))
	log.Given(derivation.Stated("parallel", "requests at once", float64(max(m.Concurrency, 1)), "", "default", ""))
	why := "0 unless it is given: inference is near deterministic"
	if law := s.offers.Workload.Service.Variation.Words(); law != "" {
		why = law + "; formulas take the coefficient alone, simulations draw from the law"
	}
	log.Given(derivation.Stated("step_cv", "variation of the service time", m.CV, "", "--service-cv", why))
	log.Given(derivation.Stated("derate", "share of the bare queue's rate that remains", m.Derate, "fraction", "default", ""))
	log.Given(derivation.Stated("knee", "share of saturation up to which that holds", m.Knee, "fraction", "default", ""))
	recordSpread(r, log, "the range that was given", "")
}

// recordMemory notes the memory that a classic model takes of an accelerator.
func recordMemory(s *Servers, r *Server, log *derivation.Log) {
	if r.Memory.Weights == 0 || s.offers.Workload.Facts != nil && s.offers.Workload.Facts.Memory > 0 {
		return
	}
	m := s.offers.Model
	log.Given(derivation.Stated("parameters", "parameters of the model", m.ParamsB*1e9, "", "catalog: "+m.ID, m.Source))
	log.Given(derivation.Stated("bytes_per_parameter", "bytes of a parameter", offer.BytesPerParameter(r.Variant.Precision), "B",
		"precision "+r.Variant.Precision, "half precision where none is named"))
	log.Given(derivation.Stated("usable_gib", "memory that software sees", r.Memory.Usable, "GiB", "catalog: "+r.Accelerator.ID, r.Accelerator.Sources))
	log.Step(derivation.Figure("weights_gib", "weights", r.Memory.Weights, "GiB"), "parameters * bytes_per_parameter / 1073741824", memoryMethod)
	log.Step(derivation.Figure("needed_gib", "memory needed", r.Memory.Needed, "GiB"),
		fmt.Sprintf("weights_gib * %g + %g", 1+offer.ActivationShare, offer.ContextGiB), memoryMethod)
}

// Count is a number of replicas with the names that formulas use: copies of the server, replicas, and the
// share of their throughput that the scalability law leaves.
type Count struct {
	N                      int
	Copies, Replicas, Kept string
}

// RecordSustainable notes the rate that a number of replicas sustains.
func (s *Server) RecordSustainable(log *derivation.Log, v derivation.Value, n Count) {
	if !log.Recording() {
		return
	}
	if Correction(s, n.N) == 1 {
		recordFormula(s, log, v, n)
		return
	}
	formula := derivation.Figure(v.Name+"_by_formula", v.Title+", by formula", byFormula(s, n.N*s.Copies)*s.scaled(n.N), v.Unit)
	recordFormula(s, log, formula, n)
	share := v.Name + "_share"
	log.Given(derivation.Stated(share, "share of it that simulations left", Correction(s, n.N), "fraction", "simulation", "the formula is weak here"))
	log.Step(v, fmt.Sprintf("min(%s * %s, %g * %s * server_saturation%s)", formula.Name, share, steady, n.Copies, recordKept(s, log, n)),
		"the largest rate at which simulated requests keep the bounds")
}

// recordFormula notes the rate that a number of replicas sustains by formula.
func recordFormula(s *Server, log *derivation.Log, v derivation.Value, n Count) {
	kept := recordKept(s, log, n)
	switch {
	case !s.Conditions.Bounded() && !generates(s):
		log.Step(v, fmt.Sprintf("%g * %s * server_saturation", steady, n.Copies)+kept, "without a bound, just below saturation")
	case !s.Conditions.Bounded() || !s.Conditions.Pooled():
		log.Step(v, n.Copies+" * server_qps"+kept, Independent)
	case generates(s):
		recordPooled(log, v, n)
	default:
		a := anchor(n.N * s.Copies)
		log.Step(v, fmt.Sprintf("%s / %d * sustainable(%s, %s, percentile)", n.Copies, a, arguments(fmt.Sprint(a)), s.Conditions.bound())+kept, Independent)
	}
}

// RecordSaturation notes the rate of a number of replicas without a bound.
func (s *Server) RecordSaturation(log *derivation.Log, v derivation.Value, n Count) {
	if log.Recording() {
		log.Step(v, n.Copies+" * server_saturation"+recordKept(s, log, n), Independent)
	}
}

// recordKept notes the share of a number of replicas' throughput that the scalability law leaves.
func recordKept(s *Server, log *derivation.Log, n Count) string {
	if s.law == nil {
		return ""
	}
	log.Step(derivation.Figure(n.Kept, "share of throughput that the scalability law leaves", s.scaled(n.N), "fraction"),
		fmt.Sprintf("1 / (1 + sigma * (%s - 1) + kappa * %s * (%s - 1))", n.Replicas, n.Replicas, n.Replicas), Universal)
	return " * " + n.Kept
}

// RecordResponse notes how a number of copies answers at the demand.
func (s *Server) RecordResponse(log *derivation.Log, r Response, n Count) {
	switch {
	case !log.Recording():
	case generates(s):
		recordTokenTimes(s, log, r, s.Saturation(n.N))
	default:
		recordQueue(s, log, r, n)
	}
}

func recordQueue(s *Server, log *derivation.Log, r Response, n Count) {
	rate, load := "demand", "demand"
	if s.law != nil {
		load = "demand / max(" + n.Kept + ", 0.000000001)"
	}
	switch {
	case len(s.corrections) > 0:
		log.Given(derivation.Stated("offered", "rate at which the formulas answer as it was simulated", s.seen(n.N, r.QPS), "1/s", "simulation", ""))
		rate = "offered"
	case s.law != nil:
		log.Step(derivation.Figure("offered", "rate that the replicas see under the scalability law", s.seen(n.N, r.QPS), "1/s"), load, Universal)
		rate, load = "offered", "offered"
	}
	for _, q := range []struct {
		name string
		v, p float64
	}{{"p50", r.P50, 0.5}, {"p95", r.P95, 0.95}, {"p99", r.P99, 0.99}} {
		if r.Stable {
			log.Step(derivation.Figure(q.name, q.name+" of latency at the demand", q.v, "s"),
				s.Conditions.beside(fmt.Sprintf("latency_at(%s, %s, %g)", arguments(n.Copies), rate, q.p)), PagesOfQueue)
		}
	}
	log.Step(derivation.Figure("busy", "share of time that the accelerators work", r.Busy, "fraction"), fmt.Sprintf("busy_at(%s, %s)", arguments(n.Copies), load), PagesOfQueue)
	log.Step(derivation.Figure("batch", "mean batch", r.Batch, ""), fmt.Sprintf("batch_at(%s, %s)", arguments(n.Copies), load), PagesOfQueue)
}
