package report

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// newDocument is the advice in the words and units of the document.
func newDocument(a *advice.Advice) document {
	return document{
		Schema:        adviceSchema,
		Name:          clean(a.Workload.Name),
		Strategy:      string(a.Strategy),
		Direction:     a.Direction,
		Optimized:     a.Optimized,
		Optimizations: cleanAll(a.Plan.Optimizations),
		Feasible:      a.Feasible,
		DecidedBy:     clean(a.DecidedBy),
		Margin:        known(a.Margin),
		SupportedBy:   cleanAll(a.SupportedBy),
		Confidence:    known(a.Confidence),
		Plan:          newPlan(a.Plan, a.Feasible),
		Today:         newToday(a.Today),
		Cost:          newCost(a.Cost), Affordable: newAffordable(a.Affordable), PricedAt: each(a.PricedAt, newOffered),
		Elsewhere:    newElsewhere(a.Elsewhere),
		Apart:        newDisaggregation(a.Apart),
		HostedAPI:    newHosted(a.Hosted),
		Autoscaling:  newAutoscalingAdvice(a.Autoscaling),
		Alternatives: each(a.Alternatives, newAlternative),
		Doubts:       each(a.Doubts(), newDoubt),
		Findings:     each(a.Findings, newFinding),
		Principles:   each(a.Principles, newPrinciple),
		Assumptions:  each(a.Assumptions, newAssumption),
		Roadmap:      each(a.Roadmap, newStage),
		Warnings:     cleanAll(slices.Concat(a.Warnings, staleness(a.Cost))),
		Traits:       newTraits(a.Traits),
		Next:         cleanAll(a.Next),
		Derivation:   newSteps(a.Steps),
		Verification: each(a.Verified, newVerified),
	}
}

func newElsewhere(e *advice.Elsewhere) *elsewhereDoc {
	if e == nil {
		return nil
	}
	return &elsewhereDoc{newPlan(e.Plan, true), known(e.Plan.CostPerMonth), known(e.Saves), cleanAll(e.Moves), e.Taken}
}

func newHosted(h *advice.HostedAPI) *hostedDoc {
	if h == nil {
		return nil
	}
	d := &hostedDoc{Input: number(h.Prices.Input), Cached: number(h.Prices.Cached), Output: number(h.Prices.Output), QPS: number(h.QPS), QPSIs: "peak", Cost: number(h.USDPerMonth)}
	if h.Mean {
		d.QPSIs = "mean"
	}
	if h.Compared {
		d.Saves = number(-h.Dearer)
	}
	if h.Pays {
		d.BreakEvenQPS = number(h.PaysFromQPS)
	}
	return d
}

// each maps a slice; no elements give an empty slice, never null.
func each[T, D any](in []T, f func(T) D) []D {
	out := make([]D, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

func cleanAll(in []string) []string { return each(in, clean) }

// number is v, or null where v cannot be written as a number.
func number(v float64) *float64 {
	if !finite(v) {
		return nil
	}
	return &v
}

// known is v, or null where v is zero because it is not known.
func known(v float64) *float64 {
	if v == 0 {
		return nil
	}
	return number(v)
}

// knownCount is n, or null where it is zero because it is not known.
func knownCount(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// millis is s seconds in milliseconds; null when unstable or unknown.
func millis(s float64) *float64 {
	if s == 0 || !finite(s*1000) {
		return nil
	}
	v := inMillis(s)
	return &v
}

// inMillis keeps twelve digits: more would only show the scaling.
func inMillis(s float64) float64 {
	v, err := strconv.ParseFloat(strconv.FormatFloat(s*1000, 'g', 12, 64), 64)
	if err != nil { // what overflows
		return math.Inf(1)
	}
	return v
}

// longTraits are durations of hours to years, which stay in seconds.
var longTraits = []string{"horizon", "retention", "job_window"}

// scale is the unit in which the document gives a trait of a unit, and how a value
// gets there. Times are milliseconds, but for the long ones.
func scale(trait, symbol string) (string, func(float64) float64) {
	if symbol == unit.Duration.Symbol() && !slices.Contains(longTraits, trait) {
		return "ms", inMillis
	}
	return clean(symbol), func(v float64) float64 { return v }
}

func date(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}

// dayOf is the date that a source gives, null where it says in words that it has none.
func dayOf(asOf string) *string {
	day := asOf[:min(len(asOf), len(time.DateOnly))]
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return nil
	}
	return &day
}

// newPlan is a plan; only one that holds does so until some day.
func newPlan(e candidate.Evaluation, holds bool) planDoc {
	if !holds {
		e.HoldsUntil = time.Time{}
	}
	p := planDoc{
		Verified:               cmp.Or(e.Verified, candidate.NotRun),
		Accelerator:            clean(e.Accelerator),
		AcceleratorsPerReplica: e.PerReplica,
		Replicas:               e.Replicas,
		ExpectedReplicas:       knownCount(e.ExpectedReplicas),
		ReplicasLow:            knownCount(e.ReplicasLow),
		ReplicasHigh:           knownCount(e.ReplicasHigh),
		Runtime:                optional(e.Runtime),
		Precision:              clean(e.Precision),
		Optimizations:          cleanAll(e.Optimizations),
		Cloud:                  clean(e.Cloud),
		Region:                 clean(e.Region),
		Pricing:                clean(e.Pricing),
		PricingAsked:           optional(e.NoPrice),
		PriceDerived:           e.Derived,
		PriceAsOf:              dayOf(e.AsOf),
		InstanceType:           clean(e.InstanceType),
		OwnedReplicas:          e.Owned,
		Instances:              e.Instances,
		Machine:                optional(cmp.Or(e.InstanceType, e.Machine)),
		Machines:               e.Instances,
		CoresPerReplica:        known(e.VCPUsOfReplica()),
		MemoryGiBPerReplica:    known(e.MemoryOfReplica()),
		Share:                  known(e.Share),
		HostQPS:                known(e.HostQPS),
		Basis:                  clean(e.Basis),
		HoldsUntil:             date(e.HoldsUntil),
		RequiredReplicaLosses:  e.LossesRequired,
		SurvivesReplicaLosses:  e.SurvivesLosses,
		SurvivesMachineLosses:  e.SurvivesMachines,
		Warnings:               cleanAll(e.Warnings),
	}
	p.Purchase, p.CommitmentPaysFrom = each(e.Purchase, newBought), known(e.BreakEven)
	p.setRates(e)
	p.setCost(e)
	return p
}

func newBought(b candidate.Bought) boughtDoc {
	return boughtDoc{clean(b.Pricing), b.Machines, number(b.CostPerMonth), b.Derived}
}

func (p *planDoc) setRates(e candidate.Evaluation) {
	p.DemandQPS = number(e.DemandQPS)
	if e.Basis == "" { // nothing is known of how it serves
		return
	}
	p.CapacityQPS = number(e.CapacityQPS)
	p.LowQPS, p.HighQPS = number(e.LowQPS), number(e.HighQPS)
	p.CapacityAfterLossesQPS = number(e.AfterLossesQPS)
	p.SaturationQPS = number(e.SaturationQPS)
	if e.CapacityQPS > 0 {
		p.Utilization = number(e.Utilization)
	}
	p.Busy = number(e.Busy)
	p.P50MS, p.P95MS, p.P99MS = millis(e.P50), millis(e.P95), millis(e.P99)
	p.TTFTMS, p.TPOTMS = millis(e.TTFT), millis(e.TPOT)
	p.OutputTokensPerS = known(e.OutputTokens)
	if e.MaxConcurrency > 0 {
		p.MaxConcurrency, p.PrefixHit = &e.MaxConcurrency, number(e.PrefixHit)
	}
}

func (p *planDoc) setCost(e candidate.Evaluation) {
	if !e.Priced {
		return
	}
	p.CostPerMonth = number(e.CostPerMonth)
	p.CostPerMillionRequests = known(e.CostPerMillion)
	p.CostPerMillionTokens = known(e.CostPerMTokens)
}

func newToday(t *advice.Today) *todayDoc {
	if t == nil {
		return nil
	}
	d := &todayDoc{planDoc: newPlan(t.Evaluation, t.Holds), Assumed: t.Assumed, Holds: t.Holds}
	d.Excuse, d.Code, d.NearMiss = newExcuse(t.Excuse)
	then := t.AtHorizon
	d.AtHorizon = horizonDoc{newPlan(then.Evaluation, then.Holds).Utilization, then.Holds, date(t.HoldsUntil)}
	return d
}

func newAlternative(a advice.Alternative) alternativeDoc {
	d := alternativeDoc{
		Strategy:  string(a.Strategy),
		Direction: a.Direction,
		Optimized: a.Optimized,
		Chosen:    a.Chosen,
		Feasible:  a.Feasible,
		CostRatio: known(a.CostRatio),
		DecidedBy: clean(a.DecidedBy),
	}
	d.Excuse, d.Code, d.NearMiss = newExcuse(a.Excuse)
	if a.Plan != nil {
		p := newPlan(*a.Plan, a.Feasible)
		d.Plan = &p
	}
	return d
}

func newExcuse(e *candidate.Excuse) (text, code *string, miss *nearMissDoc) {
	if e == nil {
		return nil, nil, nil
	}
	t, c := clean(e.Text), clean(e.Code)
	if m := e.NearMiss; m.Trait != "" {
		symbol, to := scale(m.Trait, m.Unit)
		miss = &nearMissDoc{clean(m.Trait), number(to(m.Value)), number(to(m.Needed)), symbol}
	}
	return &t, &c, miss
}

func newFinding(f advice.Finding) findingDoc {
	evidence := make(map[string]evidenceDoc, len(f.Evidence))
	for _, e := range f.Evidence {
		evidence[clean(e.Name)] = evidenceDoc{value(e.Value), clean(e.Unit), clean(e.Origin)}
	}
	return findingDoc{
		Rule:       clean(f.Rule),
		Severity:   f.Severity.String(),
		Argues:     arguesDoc{cleanAll(f.For), cleanAll(f.Against)},
		Title:      clean(f.Title),
		Message:    clean(f.Message),
		Remedy:     clean(f.Remedy),
		Principles: cleanAll(f.Principles),
		Evidence:   evidence,
	}
}

func newDoubt(f advice.Finding) doubtDoc {
	return doubtDoc{clean(f.Rule), clean(f.Message), clean(f.Remedy)}
}

func newPrinciple(p advice.Principle) principleDoc {
	return principleDoc{clean(p.ID), clean(p.Title), clean(p.Text), clean(p.Source)}
}

func newAssumption(a advice.Assumption) assumptionDoc {
	symbol, to := scale(a.Trait, a.Unit)
	v := value(a.Value)
	if f, numeric := a.Value.(float64); numeric {
		v = number(to(f))
	}
	return assumptionDoc{clean(a.Trait), v, symbol, clean(a.Reason), clean(a.Flag)}
}

func newStage(s advice.Stage) stageDoc {
	return stageDoc{date(s.Date), string(s.Strategy), s.Optimized, number(s.DemandQPS), date(s.OrderBy), newPlan(s.Plan, true)}
}

func newTraits(in []advice.Trait) map[string]traitDoc {
	out := make(map[string]traitDoc, len(in))
	for _, t := range in {
		symbol, to := scale(t.Name, t.Unit)
		d := traitDoc{Value: value(t.Value), Unit: symbol, Origin: clean(t.Origin)}
		if v, numeric := t.Value.(float64); numeric {
			d.Value, d.Low, d.High = number(to(v)), number(to(t.Low)), number(to(t.High))
		}
		out[clean(t.Name)] = d
	}
	return out
}

// value is a raw value as the document may hold it: rounding is for tables.
func value(v any) any {
	switch v := v.(type) {
	case float64:
		return number(v)
	case string:
		return clean(v)
	case []string:
		return cleanAll(v)
	}
	return v
}
