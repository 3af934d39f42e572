package capacity

import (
	"fmt"
	"math"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/derivation"
	"scaleadvise/advisor/unit"
)

// Demand is what candidates are judged against, requests per second.
type Demand struct {
	Peak float64 // expected
	Mean float64 // 0 when unknown
	Data float64 // B held then, 0 when none
}

// trial is one configuration under judgement.
type trial struct {
	*Replica
	hosting
	n      int
	demand Demand
	p      float64 // confidence

	anyBudget bool
	log       *derivation.Log // nil records nothing
}

// peak is the demand that reaches the replicas after optimizations that remove some.
func (t trial) peak() float64 {
	peak := t.demand.Peak * t.Variant.demand
	if t.log.Recording() {
		t.recordPeak(peak)
	}
	return peak
}

// need is the expected capacity that holds the demand at the confidence asked.
func (t trial) need() float64 {
	need := t.peak() * t.margin(t.p)
	if t.log.Recording() {
		t.recordNeed(need)
	}
	return need
}

// after is the capacity left by the losses that must be survived, and those losses.
func (t trial) after() (qps float64, lost int, ok bool) {
	lost, ok = t.space.lost(t.hosting, t.n)
	return t.capacity(t.n - lost), lost, ok
}

// judge tests the constraints in their fixed order and returns the first that fails.
func (t trial) judge() *candidate.Excuse {
	for _, test := range t.tests() {
		if e := test(); e != nil {
			return e
		}
	}
	return nil
}

func (t trial) tests() []func() *candidate.Excuse {
	return []func() *candidate.Excuse{t.serves, t.carries, t.withinLimit, t.survives, t.finishes, t.affordable}
}

// others words the tests that fail besides the one of the excuse given. What cannot carry
// the load is not asked what it would cost.
func (t trial) others(first *candidate.Excuse) []string {
	if t.server == nil || t.capacity(t.n) < t.need() {
		return nil
	}
	var also []string
	for _, test := range t.tests() {
		if e := test(); e != nil && e.Code != first.Code {
			also = append(also, e.Text)
		}
	}
	return also
}

func (t trial) serves() *candidate.Excuse { return t.Excuse }

func (t trial) carries() *candidate.Excuse {
	got, need := t.capacity(t.n), t.need()
	if got >= need {
		return nil
	}
	if peak, qps, ok := t.space.scalingPeak(); ok && t.space.USL.Capacity(float64(t.n)) < qps && float64(t.n) > peak {
		return excuse(candidate.ScalingPeak, fmt.Sprintf("throughput peaks at %.0f replicas", peak), "capacity_qps", "1/s", got, need)
	}
	return excuse(candidate.Throughput, t.shortfall(got), "capacity_qps", "1/s", got, need)
}

// shortfall words a capacity below what is needed: by how much the expected demand exceeds
// it, or how likely it holds where only the confidence is missing.
func (t trial) shortfall(got float64) string {
	switch {
	case got <= 0:
		return "carries nothing"
	case got < t.peak():
		return unit.Times(t.peak()/got) + " too slow"
	}
	low, high := t.spread()
	return fmt.Sprintf("holds in %.0f %% of cases, %.3g %% asked", 100*t.space.samples.chance(got/t.peak(), low, high), 100*t.p)
}

func (t trial) withinLimit() *candidate.Excuse {
	limit := t.space.Workload.MaxReplicas
	if limit == 0 || t.n <= limit {
		return nil
	}
	return excuse(candidate.ReplicaLimit, fmt.Sprintf("needs %s replicas, %s allowed", unit.Format(unit.Count, float64(t.n)), unit.Format(unit.Count, float64(limit))),
		"max_replicas", "", float64(limit), float64(t.n))
}

func (t trial) survives() *candidate.Excuse {
	after, lost, ok := t.after()
	if ok && after >= t.need() {
		return nil
	}
	text := fmt.Sprintf("after losing %d of %d it carries %s", lost, t.n, unit.Format(unit.Rate, after))
	if t.instancesFor(t.n) == 1 {
		text = "cannot lose its only server"
	}
	return excuse(candidate.Losses, text, "capacity_qps_after_losses", "1/s", after, t.need())
}

func (t trial) finishes() *candidate.Excuse { return t.finishesOn(t.n) }

// finishesOn tests the job window with n replicas.
func (t trial) finishesOn(n int) *candidate.Excuse {
	w := t.space.Workload.Data
	if w.JobWindow == 0 || w.JobRate == 0 || t.demand.Data == 0 {
		return nil
	}
	took := t.space.jobSeconds(n, t.demand.Data)
	if took <= w.JobWindow {
		return nil
	}
	return excuse(candidate.JobWindow, fmt.Sprintf("the job takes %.3g h of %.3g h", took/3600, w.JobWindow/3600), "job_window", "h", w.JobWindow/3600, took/3600)
}

func (t trial) affordable() *candidate.Excuse {
	budget, cost := t.space.Workload.Budget, t.cost(t.n)
	if budget == 0 || t.anyBudget || cost <= budget {
		return nil
	}
	if math.IsInf(cost, 1) {
		return &candidate.Excuse{Code: candidate.NoPrice, Text: "no price is known to hold against the budget"}
	}
	return excuse(candidate.Budget, unit.Format(unit.Money, cost-budget)+" over the budget", "budget", "USD/month", budget, cost)
}

// scalingPeak is where the scalability law stops helping.
func (s *Space) scalingPeak() (n, qps float64, ok bool) {
	if s.USL == nil {
		return 0, 0, false
	}
	return s.USL.Peak()
}

// evaluation describes the trial with everything a report shows.
func (t trial) evaluation() candidate.Evaluation {
	low, high := t.spread()
	capacity := t.capacity(t.n)
	after, lost, _ := t.after()
	e := candidate.Evaluation{
		Config: t.config(), AcceleratorName: ShortName(t.Hardware.Accelerator),
		Hosting:     t.describe(t.n, t.space.Workload.Pricing),
		Basis:       t.Service.Basis,
		CapacityQPS: capacity, LowQPS: capacity * low, HighQPS: capacity * high,
		AfterLossesQPS: after, SaturationQPS: t.saturation(t.n),
		DemandQPS: t.peak(), Alone: t.alone,
		LossesRequired: lost, WeightsGiB: t.weights, UsableGiB: t.usable,
		Changes: t.changes(), CarriesQPS: math.Min(capacity, after) / t.margin(t.p) / t.Variant.demand,
		Warnings: t.Service.Warnings,
	}
	t.recordCapacity(capacity, after, lost)
	t.fillLoad(&e)
	t.fillCost(&e)
	t.recordCarries(e.CarriesQPS)
	return e
}

func (t trial) config() candidate.Config {
	return candidate.Config{
		Accelerator: t.Hardware.Accelerator.ID, PerReplica: t.PerReplica, Replicas: t.n,
		Precision: t.Variant.Precision, Optimizations: t.Variant.Optimizations,
	}
}

func (t trial) changes() int {
	base, n := t.space.Base, len(t.Variant.Optimizations)
	if t.Hardware.Accelerator.ID != base.Accelerator.ID {
		n++
	}
	if t.PerReplica != base.PerReplica {
		n++
	}
	if t.n != base.Replicas {
		n++
	}
	return n
}

// fillLoad adds utilization and what the plan survives at the demand. Latencies are
// Complete's: most evaluations are compared and dropped.
func (t trial) fillLoad(e *candidate.Evaluation) {
	if t.server == nil {
		return
	}
	if e.CapacityQPS > 0 {
		e.Utilization = e.DemandQPS / e.CapacityQPS
		t.log.Step(figure("utilization", "share of the capacity that the demand takes", e.Utilization, "fraction"), "demand / capacity_qps", "a ratio")
	}
	e.SurvivesLosses = t.mostLosses()
}

// Complete adds what a plan's queue does at its demand (latencies, the mean batch, the
// share of time it works) and how many replicas it might take. It solves queues, so it is
// asked only of plans that are shown.
func (s *Space) Complete(e *candidate.Evaluation, d Demand) {
	r, ok := s.replicaOf(*e)
	if !ok || r.server == nil {
		return
	}
	trial{Replica: r, hosting: s.hostingOf(*e), n: e.Replicas, demand: d, p: s.options.Confidence}.complete(e)
}

// complete adds to an evaluation what its queue does at the demand.
func (t trial) complete(e *candidate.Evaluation) {
	r, s := t.Replica, t.space
	q := r.load(e.Replicas, e.DemandQPS)
	e.Busy, e.MeanBatch = q.Busy, q.MeanBatch
	e.TTFT, e.TPOT, e.OutputTokens = q.TTFT, q.TPOT, q.OutputTokens
	if talk, ok := r.server.(*speaker); ok {
		e.MaxConcurrency = talk.concurrency(r.tokens)
	}
	e.P50, e.P95, e.P99 = q.Quantile(0.5), q.Quantile(0.95), q.Quantile(0.99)
	e.Latency = e.P99
	if p := s.percentile(); p != 0.99 {
		e.Latency = q.Quantile(p)
	}
	t.recordLoad(e)
	t.fillMargin(e)
}

// hostingOf is how an evaluated plan is rented.
func (s *Space) hostingOf(e candidate.Evaluation) hosting {
	for _, o := range s.hostings[hardwareKey{e.Accelerator, e.PerReplica}] {
		if o.Type == e.InstanceType && o.Cloud == e.Cloud {
			return o
		}
	}
	return unpriced()
}

// replicaOf is the kind of replica that an evaluation is made of.
func (s *Space) replicaOf(e candidate.Evaluation) (*Replica, bool) {
	form := Variant{Precision: e.Precision, Optimizations: e.Optimizations}
	r, ok := s.replicas[replicaKey{hardwareKey{e.Accelerator, e.PerReplica}, form.key()}]
	return r, ok
}

// mostLosses is how many replicas may be lost while the demand is still carried.
func (t trial) mostLosses() int {
	need := t.need()
	if t.capacity(t.n) < need {
		return 0
	}
	fewest := t.fewest(1, t.n, need)
	for fewest < t.n {
		if t.finishesOn(fewest) == nil {
			break
		}
		fewest++
	}
	return t.n - fewest
}

func (t trial) fillCost(e *candidate.Evaluation) {
	cost := t.cost(t.n)
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
	if t.space.generates() {
		e.CostPerMTokens = e.CostPerMillion / t.space.language.perRequest()
	}
	t.recordCost(e, rate)
}

// fillMargin says how many replicas the expected demand alone would need, and the
// central 90 % of that number.
func (t trial) fillMargin(e *candidate.Evaluation) {
	if low, high := t.spread(); low == 1 && high == 1 && t.margin(0.05) == t.margin(0.95) {
		return
	}
	sized := func(p float64) int {
		u := t
		u.p = p
		if n, ok := u.smallest(); ok {
			return n
		}
		return t.n
	}
	if sized(t.p) != t.n {
		return // something else than the load set the number: a strategy, a rule
	}
	e.ExpectedReplicas, e.ReplicasLow, e.ReplicasHigh = sized(0.5), sized(0.05), sized(0.95)
}

// vendors are the words that every accelerator of a vendor carries and a table need not.
var vendors = []string{"NVIDIA GeForce ", "NVIDIA Tesla ", "NVIDIA ", "AMD Instinct ", "AMD ", "Intel ", "Google ", "AWS "}

// editions are what ends a name without telling it from another of the catalogue.
var editions = []string{" Server Edition", " Blackwell"}

// ShortName is the accelerator's name without its vendor and without remarks.
func ShortName(a catalog.Accelerator) string {
	name := a.Name
	for _, v := range vendors {
		if rest, ok := strings.CutPrefix(name, v); ok {
			name = rest
			break
		}
	}
	name, _, _ = strings.Cut(name, " (")
	for _, word := range editions {
		name = strings.TrimSuffix(name, word)
	}
	return name
}
