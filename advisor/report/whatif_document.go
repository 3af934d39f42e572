package report

import (
	"scaleadvise/advisor/advice"
)

// whatIfSchema names the form of the document.
const whatIfSchema = "urn:scaleadvise:whatif:v1"

type whatIfDoc struct {
	Schema  string     `json:"schema"`
	Base    decidedDoc `json:"base"`
	Sweep   *sweepDoc  `json:"sweep"`
	Flips   []flipDoc  `json:"flips"`
	Tornado []swingDoc `json:"tornado"`
	Unmoved []string   `json:"unmoved"`
	Asked   int        `json:"asked"`
	Partial bool       `json:"partial"`      // time ran out
	Missing []string   `json:"not_examined"` // inputs or values for which there was no time
	pricedDoc
	Warnings []string `json:"warnings"`
	stamped
}

// stamp notes the run, and the age of the prices by its clock.
func (d *whatIfDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.aged(r)...)
}

type variedDoc struct {
	Trait       string   `json:"trait"`
	Accelerator string   `json:"accelerator"` // accelerator whose price it is
	Flag        string   `json:"flag"`
	Unit        string   `json:"unit"`
	Now         *float64 `json:"now"`
}

type decidedDoc struct {
	Feasible  bool     `json:"feasible"`
	Strategy  string   `json:"strategy"`
	Direction string   `json:"direction"`
	Optimized bool     `json:"optimized"`
	DecidedBy string   `json:"decided_by"`
	Excuse    *string  `json:"excuse"`
	Plan      *planDoc `json:"plan"`
}

type sweepDoc struct {
	variedDoc
	Points  []sweptDoc    `json:"points"`
	Changes []crossingDoc `json:"changes"`
}

type sweptDoc struct {
	Value any `json:"value"`
	decidedDoc
	StrategyChanges bool    `json:"strategy_changes"`
	HardwareChanges bool    `json:"hardware_changes"`
	Error           *string `json:"error"`
}

type crossingDoc struct {
	Last   *float64   `json:"last"`
	First  *float64   `json:"first"`
	Before decidedDoc `json:"before"`
	After  decidedDoc `json:"after"`
}

type flipDoc struct {
	Kind      string `json:"kind"`
	Strategy  string `json:"strategy"`
	Optimized bool   `json:"optimized"`
	Chosen    bool   `json:"chosen"`
	variedDoc
	Direction string     `json:"direction"` // "up", "down", "" for words
	Last      any        `json:"last"`
	First     any        `json:"first"`
	Why       string     `json:"why"`
	Plan      *planDoc   `json:"plan"`
	Then      decidedDoc `json:"then"`
}

type swingDoc struct {
	variedDoc
	Low          any        `json:"low"`
	High         any        `json:"high"`
	CostSwing    *float64   `json:"cost_swing_usd_per_month"`
	ReplicaSwing int        `json:"replica_swing"`
	AtLow        decidedDoc `json:"at_low"`
	AtHigh       decidedDoc `json:"at_high"`
}

func newWhatIf(w *advice.WhatIf) whatIfDoc {
	d := whatIfDoc{
		Schema: whatIfSchema, pricedDoc: newPriced(quoted(pricedPlans(w)...)), Warnings: []string{}, Flips: each(w.Flips, newFlip), Tornado: each(w.Swings, newSwing), Unmoved: cleanAll(w.Unmoved), Asked: w.Asked,
		Partial: len(w.Unfinished) > 0, Missing: cleanAll(w.Unfinished),
	}
	if w.Base != nil {
		d.Base = newDecided(advice.Decided{
			Feasible: w.Base.Feasible, Strategy: w.Base.Strategy, Direction: w.Base.Direction, Optimized: w.Base.Optimized,
			DecidedBy: w.Base.DecidedBy, Plan: w.Base.Plan,
		})
	}
	if w.Sweep != nil {
		d.Sweep = newSweep(w.Sweep)
	}
	return d
}

func newVaried(v advice.Varied) variedDoc {
	symbol, to := scale(v.Name, v.Unit)
	d := variedDoc{Trait: clean(v.Name), Accelerator: clean(v.Of), Flag: clean(v.Flag), Unit: symbol}
	if v.Given && !v.Words {
		d.Now = number(to(v.Now))
	}
	return d
}

// at is a value in the unit that the document gives it in; null where there is none.
func (v variedDoc) at(of advice.Varied, value advice.Value) any {
	if value.Word != "" {
		return clean(value.Word)
	}
	if of.Words || !of.Given && value.Number == 0 {
		return nil
	}
	_, to := scale(of.Name, of.Unit)
	return number(to(value.Number))
}

func newDecided(d advice.Decided) decidedDoc {
	out := decidedDoc{
		Feasible: d.Feasible, Strategy: string(d.Strategy), Direction: d.Direction, Optimized: d.Optimized, DecidedBy: clean(d.DecidedBy),
	}
	if d.Excuse != "" {
		text := clean(d.Excuse)
		out.Excuse = &text
	}
	if d.Plan.Replicas > 0 {
		plan := newPlan(d.Plan, d.Feasible)
		out.Plan = &plan
	}
	return out
}

func newSweep(s *advice.Sweep) *sweepDoc {
	d := &sweepDoc{variedDoc: newVaried(s.Of), Points: []sweptDoc{}, Changes: []crossingDoc{}}
	for _, p := range s.Points {
		point := sweptDoc{Value: d.at(s.Of, p.Value), decidedDoc: newDecided(p.Decided), StrategyChanges: p.Changed, HardwareChanges: p.Moved}
		if p.Fault != "" {
			text := clean(p.Fault)
			point.Error = &text
		}
		d.Points = append(d.Points, point)
	}
	_, to := scale(s.Of.Name, s.Of.Unit)
	for _, c := range s.Changes {
		d.Changes = append(d.Changes, crossingDoc{number(to(c.Last)), number(to(c.First)), newDecided(c.Before), newDecided(c.After)})
	}
	return d
}

func newFlip(f advice.Flip) flipDoc {
	of := newVaried(f.Of)
	d := flipDoc{
		Kind: string(f.Kind), Strategy: string(f.Strategy), Optimized: f.Optimized, Chosen: f.Chosen, variedDoc: of,
		Last: of.at(f.Of, f.Last), First: of.at(f.Of, f.First), Why: clean(f.Why), Then: newDecided(f.Then),
	}
	switch {
	case f.Of.Words:
	case f.Up:
		d.Direction = "up"
	default:
		d.Direction = "down"
	}
	if f.Plan.Replicas > 0 {
		plan := newPlan(f.Plan, f.Kind != advice.FlipFails)
		d.Plan = &plan
	}
	return d
}

func newSwing(s advice.Swing) swingDoc {
	of := newVaried(s.Of)
	return swingDoc{
		variedDoc: of, Low: of.at(s.Of, s.Low), High: of.at(s.Of, s.High), CostSwing: number(s.Cost()), ReplicaSwing: s.Replicas(),
		AtLow: newDecided(s.At[0]), AtHigh: newDecided(s.At[1]),
	}
}
