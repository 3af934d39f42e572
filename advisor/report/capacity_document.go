package report

import (
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/serve"
)

// capacitySchema names the shape of the document. Keys are added to it, never renamed
// or removed.
const capacitySchema = "urn:scaleadvise:capacity:v1"

// capacityDoc is a capacity as machines read it. A pointer is null where the quantity is
// unknown or does not apply.
type capacityDoc struct {
	Schema                 string         `json:"schema"`
	Name                   string         `json:"name"`
	Verdict                string         `json:"verdict"`
	Excuse                 *string        `json:"excuse"`
	Code                   *string        `json:"excuse_code"`
	Accelerator            *string        `json:"accelerator"`
	AcceleratorsPerReplica *int           `json:"accelerators_per_replica"`
	Model                  *string        `json:"model"`
	Runtime                *string        `json:"runtime"`
	Request                map[string]any `json:"request"`
	Precision              *string        `json:"precision"`
	Replicas               int            `json:"replicas"`

	SustainableQPS *float64 `json:"sustainable_qps"`
	LowQPS         *float64 `json:"low_qps"`
	HighQPS        *float64 `json:"high_qps"`
	SaturationQPS  *float64 `json:"saturation_qps"`
	Simulated      bool     `json:"simulated"` // sustainable_qps comes from simulated requests
	Basis          *string  `json:"basis"`
	SLO            sloDoc   `json:"slo"`
	AtQPS          *float64 `json:"at_qps"`
	Stable         *bool    `json:"stable"`
	P50MS          *float64 `json:"p50_ms"`
	P95MS          *float64 `json:"p95_ms"`
	P99MS          *float64 `json:"p99_ms"`
	WaitP99MS      *float64 `json:"wait_p99_ms"`
	PWait          *float64 `json:"p_wait"`
	Batch          *float64 `json:"batch"`
	Utilization    *float64 `json:"utilization"`
	Busy           *float64 `json:"busy"`

	Fits             bool      `json:"fits"`
	Memory           memoryDoc `json:"memory_gib"`
	KVBytesPerToken  *float64  `json:"kv_bytes_per_token"`
	OutputTokensPerS *float64  `json:"output_tokens_per_s"`
	TTFTMS           *float64  `json:"ttft_ms"`
	TPOTMS           *float64  `json:"tpot_ms"`
	MaxConcurrency   *int      `json:"max_concurrency"`
	PrefixHit        *float64  `json:"prefix_hit"` // share of prompts found in the cache
	PreemptingQPS    *float64  `json:"preempting_qps"`
	KneeQPS          *float64  `json:"knee_qps"`

	Cost *float64 `json:"cost_usd_per_month"` // cost of the deployment
	pricedDoc
	Budget     *float64      `json:"budget_usd_per_month"`
	ByHardware []affordedDoc `json:"by_hardware" null:"yes"` // null without a budget

	Scaling     *scalingDoc         `json:"scaling"`
	Curve       []pointDoc          `json:"curve"`
	Service     *serviceDoc         `json:"service"`
	Sources     []string            `json:"sources"`
	Warnings    []string            `json:"warnings"`
	Assumptions []assumptionDoc     `json:"assumptions"`
	Traits      map[string]traitDoc `json:"traits"`
	Next        []string            `json:"next"`
	Derivation  []stepDoc           `json:"derivation" null:"yes"` // null without --explain
	stamped
}

// squeezedBy is what the title says of an argument of the engine, as a warning.
func squeezedBy(a *advice.Capacity) []string {
	if s := strings.TrimSpace(squeezed(a)); s != "" {
		return []string{s}
	}
	return nil
}

// stamp notes the run, and the age of the prices by its clock.
func (d *capacityDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.aged(r)...)
}

// capacityQuotes are the dates of the prices of what is rented, or of what a budget pays for.
func capacityQuotes(a *advice.Capacity) quotes {
	if a.Budget > 0 {
		return quoted(each(a.ByHardware, func(r advice.Afforded) candidate.Evaluation { return r.Plan })...)
	}
	if !rentedFor(a).Known {
		return quotes{}
	}
	return quotedOn(a.Rented.AsOf)
}

type sloDoc struct {
	LatencyMS  *float64 `json:"latency_ms"`
	TTFTMS     *float64 `json:"ttft_ms"`
	TPOTMS     *float64 `json:"tpot_ms"`
	Percentile *float64 `json:"percentile"`
	Assumed    bool     `json:"assumed"`
}

type memoryDoc struct {
	Weights     *float64 `json:"weights"`
	KVCache     *float64 `json:"kv_cache"`
	Activations *float64 `json:"activations"`
	Usable      *float64 `json:"usable"`
	Deficit     float64  `json:"deficit"`
}

type scalingDoc struct {
	Sigma   *float64 `json:"sigma"`
	Kappa   *float64 `json:"kappa"`
	Lambda  *float64 `json:"lambda"`
	PeakN   *float64 `json:"peak_n"`
	PeakQPS *float64 `json:"peak_qps"`
	R2      *float64 `json:"r2"`
	Verdict string   `json:"verdict"`
}

type pointDoc struct {
	QPS         *float64 `json:"qps"`
	P50MS       *float64 `json:"p50_ms"`
	P95MS       *float64 `json:"p95_ms"`
	P99MS       *float64 `json:"p99_ms"`
	TTFTMS      *float64 `json:"ttft_ms"`
	TPOTMS      *float64 `json:"tpot_ms"`
	Batch       *float64 `json:"batch"`
	Utilization *float64 `json:"utilization"`
	Busy        *float64 `json:"busy"`
}

type serviceDoc struct {
	AloneMS     *float64 `json:"alone_ms"`
	AlphaMS     *float64 `json:"alpha_ms"`
	BetaMS      *float64 `json:"beta_ms"`
	MaxBatch    int      `json:"max_batch"`
	Concurrency int      `json:"concurrency"`
	CV          *float64 `json:"cv"`
	Derate      *float64 `json:"derate"`
	Servers     int      `json:"servers"`
}

func newCapacity(a *advice.Capacity) capacityDoc {
	w := a.Workload
	d := capacityDoc{
		Schema: capacitySchema, Name: clean(w.Name), Verdict: string(a.Verdict),
		Accelerator: optional(a.Accelerator), Precision: optional(a.Precision), Replicas: a.Replicas,
		SLO:  sloDoc{LatencyMS: millis(w.LatencySeconds), TTFTMS: millis(w.TTFT), TPOTMS: millis(w.TPOT), Percentile: known(w.Percentile), Assumed: a.SLOAssumed},
		Fits: a.Memory.Fits, Memory: newMemory(a.Memory), Scaling: newScaling(a.Scaling),
		Curve: each(a.Curve, newPoint), Sources: cleanAll(a.Sources), Warnings: cleanAll(slices.Concat(squeezedBy(a), a.Warnings)),
		Assumptions: each(a.Assumptions, newAssumption), Traits: newTraits(a.Traits), Next: cleanAll(a.Next),
		Derivation: newSteps(a.Steps),
	}
	d.Runtime, d.Request = optional(w.Runtime), newRequest(a.Traits)
	d.Excuse, d.Code, _ = newExcuse(a.Excuse)
	if d.Model = optional(w.Model); d.Model == nil {
		d.Model = optional(w.ModelName)
	}
	if a.Accelerator != "" {
		d.AcceleratorsPerReplica = &a.PerReplica
	}
	d.Cost, d.pricedDoc = amount(rentedFor(a)), newPriced(capacityQuotes(a))
	if d.Budget = known(a.Budget); a.Budget > 0 {
		d.ByHardware = each(a.ByHardware, newAfforded)
	}
	d.setServed(a)
	d.setTokens(a.Tokens)
	return d
}

// ofRequest are the traits that say what one request is.
var ofRequest = []string{"input_tokens", "images", "image_size", "audio_length_s", "steps", "items", "output_tokens", "turns", "think_time", "prefix_hit"}

// newRequest is the traits that say what one request is.
func newRequest(traits []advice.Trait) map[string]any {
	out := map[string]any{}
	for _, t := range traits {
		if slices.Contains(ofRequest, t.Name) {
			out[t.Name] = value(t.Value)
		}
	}
	return out
}

// setServed fills what is known only of hardware that serves.
func (d *capacityDoc) setServed(a *advice.Capacity) {
	if !a.Served {
		return
	}
	p, s := a.Point, a.Service
	d.Basis = optional(s.Basis)
	d.SustainableQPS, d.LowQPS, d.HighQPS = number(a.SustainableQPS), number(a.LowQPS), number(a.HighQPS)
	d.SaturationQPS, d.Simulated = number(a.SaturationQPS), a.Simulated
	d.AtQPS, d.Stable = number(p.QPS), &p.Stable
	d.TTFTMS, d.TPOTMS = millis(p.TTFT), millis(p.TPOT)
	d.P50MS, d.P95MS, d.P99MS, d.WaitP99MS = spell(p.P50), spell(p.P95), spell(p.P99), spell(p.WaitP99)
	d.PWait, d.Batch, d.Utilization, d.Busy = number(p.PWait), number(p.Batch), number(p.Utilization), number(p.Busy)
	d.Service = &serviceDoc{
		AloneMS: spell(s.Alone), AlphaMS: spell(s.Alpha), BetaMS: spell(s.Beta), MaxBatch: s.MaxBatch,
		Concurrency: s.Concurrency, CV: number(s.CV), Derate: number(s.Derate), Servers: s.Servers,
	}
}

func (d *capacityDoc) setTokens(t *advice.Tokens) {
	if t == nil {
		return
	}
	d.KVBytesPerToken, d.OutputTokensPerS = number(t.KVBytesPerToken), known(t.OutputPerSecond)
	d.MaxConcurrency, d.PrefixHit = &t.MaxConcurrency, number(t.PrefixHit)
	d.KneeQPS, d.PreemptingQPS = known(t.KneeQPS), known(t.PreemptingQPS)
}

func newMemory(m advice.Memory) memoryDoc {
	d := memoryDoc{Weights: known(m.Weights), Activations: known(m.Activations), Usable: known(m.Usable), Deficit: m.Deficit}
	if m.Known {
		d.KVCache = number(m.KVCache)
	}
	return d
}

func newScaling(s *advice.Scaling) *scalingDoc {
	if s == nil {
		return nil
	}
	d := &scalingDoc{Sigma: number(s.Sigma), Kappa: number(s.Kappa), Lambda: number(s.Lambda), R2: number(s.R2), Verdict: s.Verdict}
	if s.Peaks {
		d.PeakN, d.PeakQPS = number(s.PeakN), number(s.PeakQPS)
	}
	return d
}

func newPoint(p serve.Response) pointDoc {
	return pointDoc{
		QPS: number(p.QPS), P50MS: spell(p.P50), P95MS: spell(p.P95), P99MS: spell(p.P99), TTFTMS: millis(p.TTFT), TPOTMS: millis(p.TPOT),
		Batch: number(p.Batch), Utilization: number(p.Utilization), Busy: number(p.Busy),
	}
}

// spell is a span of s seconds in milliseconds, where none at all is a value too; null
// without a steady state.
func spell(s float64) *float64 {
	if s == 0 {
		return &s
	}
	return millis(s)
}

// rentedFor is what the deployment costs a month.
func rentedFor(a *advice.Capacity) advice.Amount {
	return advice.Amount{USD: a.Rented.CostPerMonth, Known: a.Rented.Priced && a.Rented.Replicas > 0}
}

// optional is text, or null where there is none.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	s = clean(s)
	return &s
}
