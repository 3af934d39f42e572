package report

import (
	"math"
	"slices"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
	"scaleadvise/advisor/pattern"
)

// mostPlan is the widest a plan may be before it takes a second line.
const mostPlan = 26

// applies is v where it applies, else a value that is shown as not applicable.
func applies(v float64, yes bool) float64 {
	if !yes {
		return math.NaN()
	}
	return v
}

// variant is a strategy, plain or optimized.
func variant(s candidate.Strategy, optimized bool) string {
	if optimized {
		return line(s.Words()) + ", optimized"
	}
	return line(s.Words())
}

// memory is the size of memory at the end of an accelerator's name.
var memory = pattern.Of(`[ -]\d+ ?GB$`)

// withShortNames is an advice whose accelerators go without their memory where that still tells them
// apart.
func withShortNames(a *advice.Advice) *advice.Advice {
	short := func(e candidate.Evaluation) string { return memory.ReplaceAllString(line(e.AcceleratorName), "") }
	out := *a
	out.Alternatives, out.Roadmap = slices.Clone(a.Alternatives), slices.Clone(a.Roadmap)
	all := []*candidate.Evaluation{&out.Plan, &out.First}
	for i := range out.Alternatives {
		x := &out.Alternatives[i]
		x.Plan, x.Now = copied(x.Plan), copied(x.Now)
		all = append(all, x.Plan, x.Now)
	}
	for i := range out.Roadmap {
		all = append(all, &out.Roadmap[i].Plan)
	}
	if a.Today != nil {
		today := *a.Today
		out.Today = &today
		all = append(all, &today.Evaluation, &today.AtHorizon.Evaluation)
	}
	if a.Elsewhere != nil {
		away := *a.Elsewhere
		out.Elsewhere = &away
		all = append(all, &away.Plan)
	}
	out.Cheaper = copied(a.Cheaper)
	all = append(all, out.Cheaper)
	meant := map[string]string{}
	for _, e := range all {
		if e == nil || e.Accelerator == "" {
			continue
		}
		if id, taken := meant[short(*e)]; taken && id != e.Accelerator {
			return a
		}
		meant[short(*e)] = e.Accelerator
	}
	for _, e := range all {
		if e != nil {
			e.AcceleratorName = short(*e)
		}
	}
	return &out
}

func copied(e *candidate.Evaluation) *candidate.Evaluation {
	if e == nil {
		return nil
	}
	out := *e
	return &out
}

// sharedExcuse is why several alternatives have no plan at all, in the same words: it is said
// once, under the table. It is empty where there is no such excuse.
func sharedExcuse(a *advice.Advice) string {
	shared, times := "", map[string]int{}
	for _, alt := range a.Alternatives {
		if !planless(alt) {
			continue
		}
		text := failing(alt.Excuse)
		if times[text]++; times[text] > max(times[shared], 1) {
			shared = text
		}
	}
	return shared
}

// planless reports whether an alternative says nothing but why there is no plan.
func planless(alt advice.Alternative) bool {
	return alt.Excuse != nil && !alt.Chosen && (alt.Plan == nil || alt.Plan.Replicas == 0 || alt.Excuse.Code == candidate.Unknown)
}

// reason is why an alternative won or lost; none where it shares the common excuse.
func reason(a *advice.Advice, alt advice.Alternative, common string) string {
	switch {
	case common != "" && planless(alt) && failing(alt.Excuse) == common:
		return none
	case alt.Chosen && alt.Feasible && deferred(a):
		return "at the horizon: " + won(a)
	case alt.Chosen && alt.Feasible:
		return won(a)
	case alt.Chosen && a.Criterion == choice.Unknown:
		return line(a.Criterion.Words())
	case alt.Chosen:
		return "nearest: " + excused(alt.Excuse)
	case alt.Excuse != nil || !alt.Feasible:
		return failing(alt.Excuse)
	case alt.CostRatio <= 0 || !finite(alt.CostRatio):
		return "cost unknown"
	case ratio(alt.CostRatio) == "1.00":
		return "the same cost"
	}
	return ratio(alt.CostRatio) + " × the cost"
}

// won says in words what decided: the criterion, or the rule that changed the choice.
func won(a *advice.Advice) string {
	if a.DecidedBy == string(a.Criterion) {
		return line(a.Criterion.Words())
	}
	return "decided by " + line(a.DecidedBy)
}

// failing is an excuse in a cell, where what is not known is told from what fails.
func failing(e *candidate.Excuse) string {
	if e != nil && e.Code == candidate.Unknown {
		return "unknown: " + line(e.Text)
	}
	return excused(e)
}

// excused is the text of an excuse; its code where it has no text.
func excused(e *candidate.Excuse) string {
	switch {
	case e == nil:
		return "does not hold"
	case e.Text == "":
		return line(e.Code)
	}
	return line(e.Text)
}

// nearOne is the distance from one within which one decimal would show unlike factors as 1.0.
const nearOne = 0.1

// ratio renders a factor: two decimals near one, none above ten.
func ratio(v float64) string {
	switch {
	case math.Abs(v-1) < nearOne:
		return grouped(v, 2)
	case v < 10:
		return grouped(v, max(1, decimals(1, []float64{v})))
	}
	return grouped(v, 0)
}

// figures renders a column of numbers in one scale; digits are those its
// smallest value shows.
func figures(column []float64, digits int, suffix string) []string {
	d := decimals(digits, column)
	out := make([]string, len(column))
	for i, v := range column {
		out[i] = none
		if finite(v) {
			out[i] = grouped(v, d) + suffix
		}
	}
	return out
}

func rates(column []float64) []string { return figures(column, 2, "/s") }

// durations renders a column of seconds: in seconds where all are at least one,
// else in milliseconds.
func durations(column []float64) []string {
	unit, scale := " s", 1.0
	for _, v := range column {
		if v < 1 {
			unit, scale = " ms", 1000
		}
	}
	scaled := make([]float64, len(column))
	for i, v := range column {
		scaled[i] = v * scale
	}
	return figures(scaled, 2, unit)
}

// stages is the roadmap as columns.
func stages(roadmap []advice.Stage) []column {
	var from, strategies, plans, orders []string
	var demand, usd []float64
	ordered := false
	for _, st := range roadmap {
		ordered = ordered || !st.OrderBy.IsZero()
		orders = append(orders, orderBy(st))
		from = append(from, st.Date.Format(time.DateOnly))
		strategies = append(strategies, variant(st.Strategy, st.Optimized))
		plans = append(plans, compact(st.Plan))
		demand = append(demand, st.DemandQPS)
		usd = append(usd, applies(st.Plan.CostPerMonth, st.Plan.Priced))
	}
	columns := []column{
		{head: "from", cells: from},
		{head: "strategy", cells: strategies, drop: 1},
		{head: "plan", cells: plans, most: mostPlan},
		{head: "demand", cells: rates(demand), right: true, drop: 2},
		{head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true},
	}
	if ordered {
		columns = append(columns, column{head: "order by", cells: orders})
	}
	return columns
}

// orderBy is until when the hardware of a stage must be ordered.
func orderBy(s advice.Stage) string {
	switch {
	case s.OrderBy.IsZero():
		return ""
	case s.Late:
		return "now, comes late"
	}
	return s.OrderBy.Format(time.DateOnly)
}
