package report

import (
	"strconv"
	"time"

	"scaleadvise.dev/scaleadvise/advisor/advice"
	"scaleadvise.dev/scaleadvise/advisor/candidate"
)

// adviceSchema names the shape of the document. Keys are added to it, never
// renamed or removed.
const adviceSchema = "scaleadvise.dev/advice/v1"

// document is the advice as machines read it, in JSON and in YAML. A pointer is
// null where the quantity is unknown or does not apply: an unstable latency, a
// cost without a price.
type document struct {
	Schema        string           `json:"schema"`
	Name          string           `json:"name"`
	Strategy      string           `json:"strategy"`
	Direction     string           `json:"direction"`
	Optimized     bool             `json:"optimized"`
	Optimizations []string         `json:"optimizations"`
	Feasible      bool             `json:"feasible"`
	DecidedBy     string           `json:"decided_by"`
	Confidence    *float64         `json:"confidence"`
	Plan          planDoc          `json:"plan"`
	Today         *todayDoc        `json:"today"`
	Alternatives  []alternativeDoc `json:"alternatives"`
	Findings      []findingDoc     `json:"findings"`
	Principles    []principleDoc   `json:"principles"`
	Assumptions   []assumptionDoc  `json:"assumptions"`
	Roadmap       []stageDoc       `json:"roadmap"`
	Warnings      []string         `json:"warnings"`
	Traits        map[string]trait `json:"traits"`
	Next          []string         `json:"next"`
}

type planDoc struct {
	Accelerator            string   `json:"accelerator"`
	AcceleratorsPerReplica int      `json:"accelerators_per_replica"`
	Replicas               int      `json:"replicas"`
	ExpectedReplicas       int      `json:"expected_replicas"`
	ReplicasLow            int      `json:"replicas_low"`
	ReplicasHigh           int      `json:"replicas_high"`
	Precision              string   `json:"precision"`
	Optimizations          []string `json:"optimizations"`
	Cloud                  string   `json:"cloud"`
	Region                 string   `json:"region"`
	Pricing                string   `json:"pricing"`
	PriceAsOf              string   `json:"price_as_of"`
	InstanceType           string   `json:"instance_type"`
	Instances              int      `json:"instances"`
	Basis                  string   `json:"basis"`
	DemandQPS              *float64 `json:"demand_qps"`
	CapacityQPS            *float64 `json:"capacity_qps"`
	LowQPS                 *float64 `json:"low_qps"`
	HighQPS                *float64 `json:"high_qps"`
	CapacityAfterLossesQPS *float64 `json:"capacity_qps_after_losses"`
	SaturationQPS          *float64 `json:"saturation_qps"`
	Utilization            *float64 `json:"utilization"`
	Busy                   *float64 `json:"busy"`
	P50MS                  *float64 `json:"p50_ms"`
	P95MS                  *float64 `json:"p95_ms"`
	P99MS                  *float64 `json:"p99_ms"`
	TTFTMS                 *float64 `json:"ttft_ms"`
	TPOTMS                 *float64 `json:"tpot_ms"`
	CostPerMonth           *float64 `json:"cost_usd_per_month"`
	CostPerMillionRequests *float64 `json:"cost_usd_per_million_requests"`
	CostPerMillionTokens   *float64 `json:"cost_usd_per_million_tokens"`
	HoldsUntil             *string  `json:"holds_until"`
	RequiredReplicaLosses  int      `json:"required_replica_losses"`
	SurvivesReplicaLosses  int      `json:"survives_replica_losses"`
	Warnings               []string `json:"warnings"`
}

type todayDoc struct {
	planDoc
	Assumed  bool         `json:"assumed"`
	Holds    bool         `json:"holds"`
	Excuse   *string      `json:"excuse"`
	Code     *string      `json:"excuse_code"`
	NearMiss *nearMissDoc `json:"near_miss"`
}

type alternativeDoc struct {
	Strategy  string       `json:"strategy"`
	Direction string       `json:"direction"`
	Optimized bool         `json:"optimized"`
	Chosen    bool         `json:"chosen"`
	Feasible  bool         `json:"feasible"`
	Excuse    *string      `json:"excuse"`
	Code      *string      `json:"excuse_code"`
	NearMiss  *nearMissDoc `json:"near_miss"`
	Plan      *planDoc     `json:"plan"`
	CostRatio *float64     `json:"cost_ratio"`
	DecidedBy string       `json:"decided_by"`
}

type nearMissDoc struct {
	Trait  string   `json:"trait"`
	Value  *float64 `json:"value"`
	Needed *float64 `json:"needed"`
	Unit   string   `json:"unit"`
}

type findingDoc struct {
	Rule       string                 `json:"rule"`
	Severity   string                 `json:"severity"`
	Argues     arguesDoc              `json:"argues"`
	Title      string                 `json:"title"`
	Message    string                 `json:"message"`
	Remedy     string                 `json:"remedy"`
	Principles []string               `json:"principles"`
	Evidence   map[string]evidenceDoc `json:"evidence"`
}

type arguesDoc struct {
	For     []string `json:"for"`
	Against []string `json:"against"`
}

type evidenceDoc struct {
	Value  any    `json:"value"`
	Unit   string `json:"unit"`
	Origin string `json:"origin"`
}

type principleDoc struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Source string `json:"source"`
}

type assumptionDoc struct {
	Trait  string `json:"trait"`
	Value  any    `json:"value"`
	Unit   string `json:"unit"`
	Reason string `json:"reason"`
	Flag   string `json:"flag"`
}

type stageDoc struct {
	Date      *string  `json:"date"`
	Strategy  string   `json:"strategy"`
	Optimized bool     `json:"optimized"`
	DemandQPS *float64 `json:"demand_qps"`
	Plan      planDoc  `json:"plan"`
}

type trait struct {
	Value  any      `json:"value"`
	Unit   string   `json:"unit"`
	Low    *float64 `json:"low"`
	High   *float64 `json:"high"`
	Origin string   `json:"origin"`
}

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

func newTraits(in []advice.Trait) map[string]trait {
	out := make(map[string]trait, len(in))
	for _, t := range in {
		d := trait{Value: value(t.Value), Unit: clean(t.Unit), Origin: clean(t.Origin)}
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
