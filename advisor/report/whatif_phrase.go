package report

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
)

// inputName is an input as people call it.
func inputName(v advice.Varied) string {
	if v.Of != "" {
		return line(v.Name) + " of " + line(v.Of)
	}
	return traitName(v.Name)
}

// valueOf is a value of an input with its unit.
func valueOf(v advice.Varied, at advice.Value) string {
	if at.Word != "" {
		return line(at.Word)
	}
	return measure(at.Number, v.Unit)
}

// nowOf is the value that an input has.
func nowOf(v advice.Varied) string {
	if !v.Given || v.Words {
		return none
	}
	return measure(v.Now, v.Unit)
}

// chosenAt is a choice in words: "combined, optimized: 2 × L40S int8", or why nothing holds.
func chosenAt(d advice.Decided) string {
	if !d.Feasible {
		return "nothing holds: " + line(d.Excuse)
	}
	return variant(d.Strategy, d.Optimized) + ": " + compact(d.Plan)
}

// flipsAt says at which values something is flipped: from the one on at which it was seen to be.
func flipsAt(f advice.Flip) string {
	switch {
	case f.Of.Words:
		return line(f.Of.Flag) + " " + line(f.First.Word)
	case f.Up:
		return valueOf(f.Of, f.First) + " or more"
	}
	return valueOf(f.Of, f.First) + " or less"
}

func flipsTitle(w *advice.WhatIf) string {
	a := w.Base
	if !a.Feasible {
		return "Nothing holds; the nearest plan is " + compact(a.Plan) + ": " + variant(a.Strategy, a.Optimized) + "."
	}
	return "The plan is " + compact(a.Plan) + ": " + variant(a.Strategy, a.Optimized) + "."
}

func sweepTitle(w *advice.WhatIf) string {
	s, parts := w.Sweep, []string{}
	for _, p := range s.Points {
		if name := variant(p.Strategy, p.Optimized); p.Fault == "" && p.Feasible && !holdsName(parts, name) {
			parts = append(parts, name)
		}
	}
	over := inputName(s.Of)
	if n := len(s.Points); n > 0 && !s.Of.Words {
		over += " from " + valueOf(s.Of, s.Points[0].Value) + " to " + valueOf(s.Of, s.Points[n-1].Value)
	}
	switch len(parts) {
	case 0:
		return "No plan holds over " + over + "."
	case 1:
		return "One strategy over " + over + ": " + parts[0] + "."
	}
	return fmt.Sprintf("%d strategies over %s.", len(parts), over)
}

func holdsName(all []string, name string) bool {
	for _, s := range all {
		if s == name {
			return true
		}
	}
	return false
}

// crossed says where one strategy ends and another begins.
func crossed(of advice.Varied, c advice.Crossing) string {
	first, last := advice.Value{Number: c.First}, advice.Value{Number: c.Last}
	return fmt.Sprintf("from %s upward (at %s it is still %s): %s", valueOf(of, first), valueOf(of, last), chosenAt(c.Before), chosenAt(c.After))
}

// sweepColumns are the values, one a row; > marks where another strategy begins.
func sweepColumns(w *advice.WhatIf) []column {
	s := w.Sweep
	var values, strategies, plans, notes []string
	var usd []float64
	evaluated := make([]candidate.Evaluation, 0, len(s.Points))
	for _, p := range s.Points {
		marker := "  "
		if p.Changed {
			marker = "> "
		}
		values = append(values, marker+valueOf(s.Of, p.Value))
		strategies = append(strategies, sweptStrategy(p))
		plans = append(plans, compact(p.Plan))
		usd = append(usd, applies(p.Plan.CostPerMonth, p.Feasible && p.Plan.Priced))
		notes = append(notes, sweptNote(p))
		e := p.Plan
		if !p.Feasible {
			e = candidate.Evaluation{}
		}
		evaluated = append(evaluated, e)
	}
	columns := []column{
		{head: "  " + inputName(s.Of), cells: values},
		{head: "strategy", cells: strategies},
		{head: "plan", cells: plans, most: mostPlan},
	}
	columns = append(columns, latencyColumns(evaluated, w.Base.Workload)...)
	return append(columns, column{head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true}, column{cells: notes, wraps: true})
}

func sweptStrategy(p advice.SweepPoint) string {
	switch {
	case p.Fault != "":
		return none
	case !p.Feasible:
		return "nothing holds"
	}
	return variant(p.Strategy, p.Optimized)
}

// sweptNote says what is remarkable of a row.
func sweptNote(p advice.SweepPoint) string {
	switch {
	case p.Fault != "":
		return line(p.Fault)
	case !p.Feasible:
		return "nearest: " + line(p.Excuse)
	case p.Changed:
		return "strategy changes"
	case p.Moved:
		return "hardware changes"
	}
	return ""
}

// mostFlips is how many changes a screen shows for one strategy.
const mostFlips = 3

// flipPart is a group of flips as a grid.
type flipPart struct {
	heading   string
	columns   []column
	otherwise string // what stands there where nothing was found
}

// notYet stands where the time did not suffice to find anything.
const notYet = "nothing found within the time"

// flipParts are the groups of flips, of each strategy at most this number (0: all).
func flipParts(w *advice.WhatIf, most int) []flipPart {
	parts := []flipPart{
		{heading: "What would change the plan within this strategy", columns: flipping(w, advice.FlipMoves), otherwise: "none of the changes that were tried"},
		{heading: "What would change the strategy", columns: flipping(w, advice.FlipLoses), otherwise: "none of the changes that were tried"},
		{heading: "What would make each other strategy win", columns: winning(w, most), otherwise: "none of the changes that were tried"},
		{heading: "Where a strategy begins or ceases to hold", columns: standing(w, most), otherwise: "nowhere in the range that was tried"},
		{heading: fmt.Sprintf("What moves cost and replicas most (each divided and multiplied by %g; the downtime that an availability allows by %g)", advice.Swung, advice.SwungOdds), columns: tornado(w), otherwise: "nothing"},
	}
	if len(w.Unfinished) > 0 {
		for i := range parts {
			parts[i].otherwise = notYet
		}
	}
	if !w.Base.Feasible {
		return parts[2:4]
	}
	return parts
}

// flipping has the flips of the chosen strategy of one kind, the nearest first.
func flipping(w *advice.WhatIf, kind advice.FlipKind) []column {
	var input, now, at, then []string
	for _, f := range w.Flips {
		if f.Kind == kind {
			input, now = append(input, inputName(f.Of)), append(now, nowOf(f.Of))
			at, then = append(at, flipsAt(f)), append(then, chosenAt(f.Then))
		}
	}
	return []column{{head: "input", cells: input}, {head: "now", cells: now, right: true}, {head: "flips", cells: at}, {head: "to", cells: then, wraps: true}}
}

// winning has every strategy that lost, also those that nothing makes the choice.
func winning(w *advice.WhatIf, most int) []column {
	var name, input, now, at, plan []string
	add := func(cells ...string) {
		name, input, now, at, plan = append(name, cells[0]), append(input, cells[1]), append(now, cells[2]), append(at, cells[3]), append(plan, cells[4])
	}
	otherwise := "no change of one input"
	if len(w.Unfinished) > 0 {
		otherwise = notYet
	}
	for _, alt := range w.Base.Alternatives {
		if alt.Chosen && w.Base.Feasible || alt.Plan == nil || alt.Plan.Replicas == 0 {
			continue
		}
		label, found := variant(alt.Strategy, alt.Optimized), 0
		for _, f := range w.Flips {
			if f.Kind != advice.FlipWins || f.Strategy != alt.Strategy || f.Optimized != alt.Optimized || most > 0 && found >= most {
				continue
			}
			add(label, inputName(f.Of), nowOf(f.Of), flipsAt(f), compact(f.Then.Plan))
			label, found = "", found+1
		}
		if found == 0 {
			add(label, none, none, otherwise, "")
		}
	}
	return []column{
		{head: "strategy", cells: name}, {head: "input", cells: input}, {head: "now", cells: now, right: true, drop: 1},
		{head: "wins", cells: at}, {head: "with", cells: plan, wraps: true},
	}
}

// standing is where strategies, unoptimized, become possible or impossible.
func standing(w *advice.WhatIf, most int) []column {
	var name, input, now, at, why []string
	shown := map[string]int{}
	for _, f := range w.Flips {
		key := variant(f.Strategy, f.Optimized)
		if f.Kind != advice.FlipFails && f.Kind != advice.FlipHolds || most > 0 && shown[key] >= most {
			continue
		}
		label := key
		if shown[key] > 0 {
			label = ""
		}
		shown[key]++
		name, input, now, at = append(name, label), append(input, inputName(f.Of)), append(now, nowOf(f.Of)), append(at, flipsAt(f))
		why = append(why, heldBy(f))
	}
	return []column{
		{head: "strategy", cells: name}, {head: "input", cells: input}, {head: "now", cells: now, right: true, drop: 1},
		{head: "at", cells: at}, {head: "what happens", cells: why, wraps: true},
	}
}

// heldBy says of which plan something begins or ceases to hold, and why.
func heldBy(f advice.Flip) string {
	if f.Kind == advice.FlipHolds {
		return compact(f.Plan) + " holds"
	}
	if f.Plan.Replicas == 0 {
		return "no plan: " + line(f.Why)
	}
	return line(f.Plan.HardwareWords()) + " fails: " + line(f.Why)
}

// tornado is what each input moves, the most first, with a bar.
func tornado(w *advice.WhatIf) []column {
	var input, span, cost, replicas, bars []string
	widest := 0.0
	for _, s := range w.Swings {
		widest = max(widest, magnitude(s.Cost()))
	}
	for _, s := range w.Swings {
		input = append(input, inputName(s.Of))
		span = append(span, valueOf(s.Of, s.Low)+" to "+valueOf(s.Of, s.High))
		cost = append(cost, swungCost(s.At[0])+" to "+swungCost(s.At[1]))
		replicas = append(replicas, swungReplicas(s.At[0])+" to "+swungReplicas(s.At[1]))
		bars = append(bars, bar(magnitude(s.Cost()), widest))
	}
	return []column{
		{head: "input", cells: input}, {head: "from, to", cells: span, drop: 2},
		{head: "USD/month", cells: cost, unit: true}, {head: "replicas", cells: replicas}, {cells: bars, drop: 3},
	}
}

func magnitude(v float64) float64 { return max(v, -v) }

func swungCost(d advice.Decided) string {
	switch {
	case !d.Feasible:
		return "nothing holds"
	case !d.Plan.Priced:
		return "unknown"
	}
	return money(d.Plan.CostPerMonth)
}

func swungReplicas(d advice.Decided) string {
	if !d.Feasible {
		return none
	}
	return count(d.Plan.Replicas)
}

// barWidth is the longest bar of a tornado.
const barWidth = 16

func bar(v, widest float64) string {
	if widest <= 0 {
		return ""
	}
	return strings.Repeat("■", int(v/widest*barWidth+0.5))
}

func unmoved(w *advice.WhatIf) string {
	return strings.Join(each(w.Unmoved, traitName), ", ")
}

// unfinished says that an answer is partial; "" where it is whole.
func unfinished(w *advice.WhatIf) string {
	if len(w.Unfinished) == 0 {
		return ""
	}
	return "Partial: the time did not suffice for " + strings.Join(each(w.Unfinished, traitName), ", ") + "."
}
