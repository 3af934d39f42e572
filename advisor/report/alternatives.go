package report

import (
	"math"
	"regexp"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

// mostPlan is the widest a plan may be before it takes a second line.
const mostPlan = 24

// sideBySide is the table of alternatives, one scale a column.
func sideBySide(a *advice.Advice) []column {
	common := sharedExcuse(a)
	names, plans := make([]string, 0, 8), make([]string, 0, 8)
	reasons := make([]string, 0, 8)
	var limit, after, usd []float64
	evaluated := make([]candidate.Evaluation, 0, 8)
	withLosses, short := false, shortened(a)
	for _, alt := range a.Alternatives {
		names = append(names, variant(alt.Strategy, alt.Optimized))
		reasons = append(reasons, reason(a, alt, common))
		e := candidate.Evaluation{}
		if alt.Plan != nil {
			e = *alt.Plan
		}
		e.AcceleratorName = short(e)
		plans = append(plans, compact(e))
		withLosses = withLosses || e.LossesRequired > 0
		limit = append(limit, applies(e.CapacityQPS, e.CapacityQPS > 0))
		after = append(after, applies(e.AfterLossesQPS, e.LossesRequired > 0))
		evaluated = append(evaluated, e)
		usd = append(usd, applies(e.CostPerMonth, e.Priced))
	}
	columns := []column{
		{head: "strategy", cells: names},
		{head: "plan", cells: plans, most: mostPlan},
		{head: "limit", cells: rates(limit), right: true, drop: 1},
	}
	if withLosses {
		columns = append(columns, column{head: "after loss", cells: rates(after), right: true, drop: lossDrop(a.Workload)})
	}
	columns = append(columns, latencyColumns(evaluated, a.Workload)...)
	return append(columns,
		column{head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true},
		column{cells: reasons, wraps: true})
}

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
var memory = regexp.MustCompile(`[ -]\d+ ?GB$`)

// shortened names accelerators without their memory where that still tells them apart.
func shortened(a *advice.Advice) func(candidate.Evaluation) string {
	short := func(e candidate.Evaluation) string { return memory.ReplaceAllString(line(e.AcceleratorName), "") }
	meant := map[string]string{}
	for _, alt := range a.Alternatives {
		if alt.Plan == nil {
			continue
		}
		if id, taken := meant[short(*alt.Plan)]; taken && id != alt.Plan.Accelerator {
			return func(e candidate.Evaluation) string { return e.AcceleratorName }
		}
		meant[short(*alt.Plan)] = alt.Plan.Accelerator
	}
	return short
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

// footnote says what stands behind the rows that only have a dash.
func footnote(a *advice.Advice) string {
	if s := sharedExcuse(a); s != "" {
		return none + " " + s
	}
	return ""
}

// reason is why an alternative won or lost; none where it shares the common excuse.
func reason(a *advice.Advice, alt advice.Alternative, common string) string {
	switch {
	case common != "" && planless(alt) && failing(alt.Excuse) == common:
		return none
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
	var from, strategies, plans []string
	var demand, usd []float64
	for _, st := range roadmap {
		from = append(from, st.Date.Format(time.DateOnly))
		strategies = append(strategies, variant(st.Strategy, st.Optimized))
		plans = append(plans, compact(st.Plan))
		demand = append(demand, st.DemandQPS)
		usd = append(usd, applies(st.Plan.CostPerMonth, st.Plan.Priced))
	}
	return []column{
		{head: "from", cells: from},
		{head: "strategy", cells: strategies, drop: 1},
		{head: "plan", cells: plans, most: mostPlan},
		{head: "demand", cells: rates(demand), right: true, drop: 2},
		{head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true},
	}
}
