package report

import (
	"strconv"
	"time"

	"scaleadvise.dev/scaleadvise/advisor/advice"
	"scaleadvise.dev/scaleadvise/advisor/candidate"
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
		Confidence:    known(a.Confidence),
		Plan:          newPlan(a.Plan),
		Today:         newToday(a.Today),
		Alternatives:  each(a.Alternatives, newAlternative),
		Findings:      each(a.Findings, newFinding),
		Principles:    each(a.Principles, newPrinciple),
		Assumptions:   each(a.Assumptions, newAssumption),
		Roadmap:       each(a.Roadmap, newStage),
		Warnings:      cleanAll(a.Warnings),
		Traits:        newTraits(a.Traits),
		Next:          cleanAll(a.Next),
	}
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

// known is v, or null where v is zero because nobody knows it.
func known(v float64) *float64 {
	if v == 0 {
		return nil
	}
	return number(v)
}

// millis is s seconds in milliseconds; null when unstable or unknown. Twelve
// digits are kept: more would only show the scaling.
func millis(s float64) *float64 {
	if s == 0 || !finite(s*1000) {
		return nil
	}
	v, _ := strconv.ParseFloat(strconv.FormatFloat(s*1000, 'g', 12, 64), 64)
	return &v
}

func date(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.Format(time.DateOnly)
	return &s
}

func newPlan(e candidate.Evaluation) planDoc {
	p := planDoc{
		Accelerator:            clean(e.Accelerator),
		AcceleratorsPerReplica: e.PerReplica,
		Replicas:               e.Replicas,
		ExpectedReplicas:       e.ExpectedReplicas,
		ReplicasLow:            e.ReplicasLow,
		ReplicasHigh:           e.ReplicasHigh,
		Precision:              clean(e.Precision),
		Optimizations:          cleanAll(e.Optimizations),
		Cloud:                  clean(e.Cloud),
		Region:                 clean(e.Region),
		Pricing:                clean(e.Pricing),
		PriceAsOf:              clean(e.AsOf),
		InstanceType:           clean(e.InstanceType),
		Instances:              e.Instances,
		Basis:                  clean(e.Basis),
		HoldsUntil:             date(e.HoldsUntil),
		RequiredReplicaLosses:  e.LossesRequired,
		SurvivesReplicaLosses:  e.SurvivesLosses,
		Warnings:               cleanAll(e.Warnings),
	}
	p.setRates(e)
	p.setCost(e)
	return p
}

func (p *planDoc) setRates(e candidate.Evaluation) {
	p.DemandQPS = number(e.DemandQPS)
	p.CapacityQPS = number(e.CapacityQPS)
	p.LowQPS, p.HighQPS = number(e.LowQPS), number(e.HighQPS)
	p.CapacityAfterLossesQPS = number(e.AfterLossesQPS)
	p.SaturationQPS = number(e.SaturationQPS)
	p.Utilization, p.Busy = number(e.Utilization), number(e.Busy)
	p.P50MS, p.P95MS, p.P99MS = millis(e.P50), millis(e.P95), millis(e.P99)
}

func (p *planDoc) setCost(e candidate.Evaluation) {
	if !e.Priced {
		return
	}
	p.CostPerMonth = number(e.CostPerMonth)
	p.CostPerMillionRequests = known(e.CostPerMillion)
}

func newToday(t *advice.Today) *todayDoc {
	if t == nil {
		return nil
	}
	d := &todayDoc{planDoc: newPlan(t.Evaluation), Assumed: t.Assumed, Holds: t.Holds}
	d.Excuse, d.Code, d.NearMiss = newExcuse(t.Excuse)
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
		p := newPlan(*a.Plan)
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
		miss = &nearMissDoc{clean(m.Trait), number(m.Value), number(m.Needed), clean(m.Unit)}
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

func newPrinciple(p advice.Principle) principleDoc {
	return principleDoc{clean(p.ID), clean(p.Title), clean(p.Text), clean(p.Source)}
}

func newAssumption(a advice.Assumption) assumptionDoc {
	return assumptionDoc{clean(a.Trait), value(a.Value), clean(a.Unit), clean(a.Reason), clean(a.Flag)}
}

func newStage(s advice.Stage) stageDoc {
	return stageDoc{date(s.Date), string(s.Strategy), s.Optimized, number(s.DemandQPS), newPlan(s.Plan)}
}

func newTraits(in []advice.Trait) map[string]traitDoc {
	out := make(map[string]traitDoc, len(in))
	for _, t := range in {
		d := traitDoc{Value: value(t.Value), Unit: clean(t.Unit), Origin: clean(t.Origin)}
		if _, numeric := t.Value.(float64); numeric {
			d.Low, d.High = number(t.Low), number(t.High)
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
