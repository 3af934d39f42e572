package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"scaleadvise/advisor/advice"
)

// whatIfMarkdown writes GitHub-flavoured Markdown with every flip that was found.
func whatIfMarkdown(out *bytes.Buffer, w *advice.WhatIf, o Options) error {
	m := markdown{out}
	defer m.costs(quoted(pricedPlans(w)...), o)
	if text := unfinished(w); text != "" {
		m.printf("**%s**\n\n", escape(text))
	}
	if s := w.Sweep; s != nil {
		m.printf("## What if: %s\n\n**%s**\n\n", escape(inputName(s.Of)), escape(sweepTitle(w)))
		m.table(sweepColumns(w), func(r int) bool { return s.Points[r].Changed })
		m.list("Changes", each(s.Changes, func(c advice.Crossing) string { return crossed(s.Of, c) }))
		return nil
	}
	m.printf("## What if\n\n**%s**\n", escape(flipsTitle(w)))
	for _, p := range flipParts(w, 0) {
		m.printf("\n### %s\n\n", escape(p.heading))
		if len(p.columns) == 0 || len(p.columns[0].cells) == 0 {
			m.printf("%s\n", escape(p.otherwise))
			continue
		}
		m.table(p.columns, func(int) bool { return false })
	}
	if len(w.Unmoved) > 0 {
		m.printf("\nWithout effect: %s.\n", escape(unmoved(w)))
	}
	return nil
}

// sweepHeader and flipHeader name the columns, as the document names its keys.
var (
	sweepHeader = []string{"value", "unit", "feasible", "strategy", "optimized", "accelerator", "accelerators_per_replica", "replicas", "precision",
		"capacity_qps", "utilization", "p99_ms", "ttft_ms", "tpot_ms", "cost_usd_per_month", "decided_by", "strategy_changes", "hardware_changes", "error", "price_as_of", "not_included"}
	flipHeader = []string{"kind", "strategy", "optimized", "trait", "accelerator", "unit", "now", "last", "first",
		"then_feasible", "then_strategy", "then_optimized", "then_replicas", "then_accelerator", "then_cost_usd_per_month", "why", "price_as_of", "not_included"}
)

// whatIfCSV writes the values of a sweep, one a row, or the flips.
func whatIfCSV(out *bytes.Buffer, w *advice.WhatIf, _ Options) error {
	d := newWhatIf(w)
	rows := [][]string{flipHeader}
	if d.Sweep != nil {
		rows = [][]string{append([]string{d.Sweep.Trait}, sweepHeader[1:]...)}
		for _, p := range d.Sweep.Points {
			rows = append(rows, sweepRow(p, d.Sweep.Unit))
		}
	} else {
		for _, f := range d.Flips {
			rows = append(rows, flipRow(f))
		}
	}
	c := csv.NewWriter(out)
	for _, row := range rows {
		for i := range row {
			row[i] = cell(row[i])
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func sweepRow(p sweptDoc, unit string) []string {
	plan := planOf(p.Plan)
	return []string{
		anyOf(p.Value), unit, strconv.FormatBool(p.Feasible), p.Strategy, strconv.FormatBool(p.Optimized), plan.Accelerator,
		whole(plan.AcceleratorsPerReplica), whole(plan.Replicas), plan.Precision, raw(plan.CapacityQPS), raw(plan.Utilization), raw(plan.P99MS),
		raw(plan.TTFTMS), raw(plan.TPOTMS), raw(plan.CostPerMonth), p.DecidedBy, strconv.FormatBool(p.StrategyChanges), strconv.FormatBool(p.HardwareChanges), given(p.Error), given(plan.PriceAsOf), withoutCell,
	}
}

func flipRow(f flipDoc) []string {
	plan := planOf(f.Then.Plan)
	return []string{
		f.Kind, f.Strategy, strconv.FormatBool(f.Optimized), f.Trait, f.variedDoc.Accelerator, f.Unit, raw(f.Now), anyOf(f.Last), anyOf(f.First),
		strconv.FormatBool(f.Then.Feasible), f.Then.Strategy, strconv.FormatBool(f.Then.Optimized), whole(plan.Replicas), plan.Accelerator, raw(plan.CostPerMonth), f.Why, given(plan.PriceAsOf), withoutCell,
	}
}

func planOf(p *planDoc) planDoc {
	if p == nil {
		return planDoc{}
	}
	return *p
}

// anyOf is a value as a cell; nothing is empty.
func anyOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case *float64:
		return raw(v)
	}
	return fmt.Sprint(v)
}
