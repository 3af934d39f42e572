package report

import (
	"scaleadvise/advisor/advice"
)

// checkSchema names the shape of the document of a check.
const checkSchema = "urn:scaleadvise:check:v1"

// checkDoc is a check as machines read it. Keys are added to it, never renamed.
type checkDoc struct {
	Schema     string         `json:"schema"`
	Verdict    string         `json:"verdict"`
	FailOn     string         `json:"fail_on"`
	Plans      []checkedDoc   `json:"plans"`
	Total      totalDoc       `json:"total"`
	Counts     countsDoc      `json:"counts"`
	Comparison *comparisonDoc `json:"comparison"`
	Principles []principleDoc `json:"principles"`
	Warnings   []string       `json:"warnings"`
	Unjudged   []unjudgedDoc  `json:"unjudged"`
	stamped
}

// stamp notes the run, and the age of the prices by its clock.
func (d *checkDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.Total.aged(r)...)
}

// checkQuotes are the dates of the prices of all plans.
func checkQuotes(c *advice.Check) quotes {
	if c.Cost.USDPerMonth == 0 {
		return quotes{}
	}
	return quotedOn(c.Cost.AsOf)
}

// unjudgedDoc is what nothing could be held against.
type unjudgedDoc struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

type checkedDoc struct {
	File       string          `json:"file"`
	Name       string          `json:"name"`
	Line       int             `json:"line"`
	Verdict    string          `json:"verdict"`
	Figures    *figuresDoc     `json:"figures"`
	Findings   []locatedDoc    `json:"findings"`
	Suppressed []suppressedDoc `json:"suppressed"`
	Warnings   []string        `json:"warnings"`
	Derivation []stepDoc       `json:"derivation" null:"yes"` // null without --explain
}

type figuresDoc struct {
	Deployment     string   `json:"deployment"`
	Replicas       int      `json:"replicas"`
	ReplicasNeeded int      `json:"replicas_needed"`
	CapacityQPS    *float64 `json:"capacity_qps"`
	DemandQPS      *float64 `json:"demand_qps"`
	Headroom       *float64 `json:"headroom"`
	CostPerMonth   *float64 `json:"cost_usd_per_month"`
	HoldsUntil     *string  `json:"holds_until"`
}

type locatedDoc struct {
	findingDoc
	File        string `json:"file"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	Subject     string `json:"subject"`
	Fingerprint string `json:"fingerprint"`
	New         bool   `json:"new"`
}

type suppressedDoc struct {
	locatedDoc
	By     string `json:"by"`
	Reason string `json:"reason"`
}

type totalDoc struct {
	CostPerMonth float64 `json:"cost_usd_per_month"`
	Unpriced     int     `json:"plans_without_price"`
	pricedDoc
	Findings []locatedDoc `json:"findings"`
}

type countsDoc struct {
	Files    int `json:"files"`
	Plans    int `json:"plans"`
	Holds    int `json:"holds"`
	Fails    int `json:"fails"`
	Invalid  int `json:"invalid"`
	Unjudged int `json:"unjudged"`
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Info     int `json:"info"`
	New      int `json:"new"`
	Ignored  int `json:"ignored"`
	Baseline int `json:"baseline"`
}

type comparisonDoc struct {
	Base   string     `json:"base"`
	Plans  []deltaDoc `json:"plans"`
	Before sumDoc     `json:"before"`
	After  sumDoc     `json:"after"`
	New    int        `json:"new_findings"`
	Old    int        `json:"old_findings"`
	Gone   int        `json:"gone_findings"`
}

type deltaDoc struct {
	File   string      `json:"file"`
	Name   string      `json:"name"`
	Before *figuresDoc `json:"before"`
	After  *figuresDoc `json:"after"`
}

type sumDoc struct {
	Plans        int      `json:"plans"`
	Replicas     int      `json:"replicas"`
	CapacityQPS  *float64 `json:"capacity_qps"`
	CostPerMonth *float64 `json:"cost_usd_per_month"`
	Unpriced     int      `json:"plans_without_price"`
}

func newCheck(c *advice.Check) checkDoc {
	failOn := "none"
	if c.FailOn <= advice.Error {
		failOn = c.FailOn.String()
	}
	return checkDoc{
		Schema: checkSchema, Verdict: string(c.Outcome), FailOn: failOn,
		Plans:  each(c.Plans, newChecked),
		Total:  totalDoc{CostPerMonth: c.Cost.USDPerMonth, Unpriced: c.Cost.Unpriced, pricedDoc: newPriced(checkQuotes(c)), Findings: each(c.Totals, newLocated)},
		Counts: countsDoc(c.Counts), Comparison: newComparison(c.Comparison), Principles: each(c.Principles, newPrinciple), Warnings: cleanAll(c.Warnings),
		Unjudged: each(unjudged(c), newUnjudged),
	}
}

func newUnjudged(p advice.Checked) unjudgedDoc {
	return unjudgedDoc{clean(p.File), p.Line, clean(p.Kind), clean(p.Name), clean(p.Reason)}
}

func newChecked(p advice.Checked) checkedDoc {
	return checkedDoc{
		File: clean(p.File), Name: clean(p.Name), Line: p.Line, Verdict: string(p.Outcome), Figures: newFigures(&p.Figures),
		Findings: each(p.Findings, newLocated), Suppressed: each(p.Suppressed, newSuppressed), Warnings: cleanAll(p.Warnings),
		Derivation: newSteps(p.Steps),
	}
}

// newFigures is null where nothing is known of a deployment.
func newFigures(f *advice.Figures) *figuresDoc {
	if f == nil || !f.Known {
		return nil
	}
	d := &figuresDoc{
		Deployment: clean(f.Words), Replicas: f.Replicas, ReplicasNeeded: f.Enough,
		CapacityQPS: number(f.CapacityQPS), DemandQPS: number(f.DemandQPS),
	}
	if f.CapacityQPS > 0 {
		d.Headroom = number(f.Headroom)
	}
	if f.Priced {
		d.CostPerMonth = number(f.Cost)
	}
	if f.Grows {
		d.HoldsUntil = date(f.HoldsUntil)
	}
	return d
}

func newLocated(f advice.Located) locatedDoc {
	return locatedDoc{
		findingDoc: newFinding(f.Finding), File: clean(f.Place.File), Line: f.Place.Line, Column: f.Place.Column,
		Subject: clean(f.Subject), Fingerprint: f.Fingerprint, New: !f.Old,
	}
}

func newSuppressed(s advice.Suppressed) suppressedDoc {
	return suppressedDoc{newLocated(s.Located), s.By, clean(s.Reason)}
}

func newComparison(c *advice.Comparison) *comparisonDoc {
	if c == nil {
		return nil
	}
	return &comparisonDoc{
		Base: clean(c.Base), Before: newSum(c.Before), After: newSum(c.After), New: c.New, Old: c.Old, Gone: c.Gone,
		Plans: each(c.Plans, func(d advice.Delta) deltaDoc {
			return deltaDoc{clean(d.File), clean(d.Name), newFigures(d.Before), newFigures(d.After)}
		}),
	}
}

func newSum(s advice.Sum) sumDoc {
	return sumDoc{s.Plans, s.Replicas, number(s.CapacityQPS), number(s.Cost), s.Unpriced}
}
