package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
)

// pageSensitivity is what would change the answer: what moves the cost most, and where the choice flips.
type pageSensitivity struct {
	Lead          string
	Swings, Flips *htmlTable // nil where there are none
}

// mostSwings and mostChanges are as many as a page shows.
const mostSwings, mostChanges = 8, 8

// newPageSensitivity is nil where it was not asked what would change the answer.
func newPageSensitivity(a *advice.Advice) *pageSensitivity {
	w := a.WhatIf
	if w == nil || len(w.Swings)+len(w.Flips) == 0 {
		return nil
	}
	s := &pageSensitivity{Lead: fmt.Sprintf("Each input %.0f %% lower and higher, the others as they are: %d what-ifs.", 100*(advice.Swung-1), w.Asked)}
	swings := slices.Clone(w.Swings)
	slices.SortStableFunc(swings, func(x, y advice.Swing) int { return cmp.Compare(math.Abs(y.Cost()), math.Abs(x.Cost())) })
	most := 0.0
	for _, x := range swings {
		for _, at := range x.At {
			if at.Feasible && at.Plan.Priced {
				most = math.Max(most, math.Abs(at.Plan.CostPerMonth-a.Plan.CostPerMonth))
			}
		}
	}
	moving := slices.DeleteFunc(swings[:min(len(swings), mostSwings)], func(x advice.Swing) bool { return x.Cost() == 0 && x.Replicas() == 0 })
	flips := w.Flips[:min(len(w.Flips), mostChanges)]
	if len(moving) > 0 {
		s.Swings = htmlColumns([]column{
			{head: "Input", cells: each(moving, func(x advice.Swing) string { return inputName(x.Of) })},
			{head: "From", cells: each(moving, func(x advice.Swing) string { return valueOf(x.Of, x.Low) })},
			{head: "To", cells: each(moving, func(x advice.Swing) string { return valueOf(x.Of, x.High) })},
			{head: "Cost moves by"},
			{head: "USD/month", cells: each(moving, func(x advice.Swing) string { return swingWords(a, x) })},
		}, unchosen)
		s.Swings.draw(3, each(moving, func(x advice.Swing) template.HTML { return swingBar(a, x, most) }))
		blocks(s.Swings, 1)
	}
	if len(flips) > 0 {
		s.Flips = blocks(htmlColumns([]column{
			{head: "Input now", cells: each(flips, func(f advice.Flip) string { return inputName(f.Of) + " " + nowOf(f.Of) })},
			{head: "Changes the plan", cells: each(flips, flipsAt)},
			{head: "To", cells: each(flips, func(f advice.Flip) string { return chosenAt(f.Then) })},
		}, unchosen), 1)
	}
	if s.Swings == nil && s.Flips == nil {
		return nil
	}
	return s
}

// swingWords is the cost at both ends.
func swingWords(a *advice.Advice, x advice.Swing) string {
	var ends []string
	for _, at := range x.At {
		switch {
		case !at.Feasible:
			ends = append(ends, "nothing holds")
		case !at.Plan.Priced:
			ends = append(ends, "no price is known")
		default:
			ends = append(ends, money(at.Plan.CostPerMonth)+" ("+compact(at.Plan)+")")
		}
	}
	return strings.Join(ends, " to ")
}

// swingBar draws how far the cost moves to either side of the plan's.
func swingBar(a *advice.Advice, x advice.Swing, most float64) template.HTML {
	const w, h = 260.0, 16.0
	if !(most > 0) {
		return ""
	}
	at := func(d advice.Decided) (float64, bool) {
		if !d.Feasible || !d.Plan.Priced {
			return w / 2, false
		}
		return w/2 + (w/2-4)*(d.Plan.CostPerMonth-a.Plan.CostPerMonth)/most, true
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="swing" viewBox="0 0 %g %g" role="img" aria-label="%s">`, w, h, template.HTMLEscapeString(inputName(x.Of)+": "+swingWords(a, x)))
	for i, class := range []string{"less", "more"} {
		if end, ok := at(x.At[i]); ok {
			fmt.Fprintf(&b, `<rect class="%s" x="%.1f" y="3" width="%.1f" height="10"/>`, class, math.Min(end, w/2), math.Max(math.Abs(end-w/2), 0.5))
		}
	}
	fmt.Fprintf(&b, `<line x1="%g" y1="0" x2="%g" y2="%g"/></svg>`, w/2, w/2, h)
	return template.HTML(b.String())
}
