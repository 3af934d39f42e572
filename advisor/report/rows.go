package report

import (
	"cmp"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/choice"
)

// row is one alternative as the first screen shows it.
type row struct {
	alternative advice.Alternative
	plan        candidate.Evaluation // its size for today where the load grows
	note        string
}

// mostOthers is how many alternatives the first screen shows beside the chosen one.
const mostOthers = 4

// rowsOf are the alternatives that say something, the chosen one first, and the number of the others.
func rowsOf(a *advice.Advice, all bool) (rows []row, folded []advice.Alternative) {
	if all {
		for _, alt := range a.Alternatives {
			rows = append(rows, newRow(a, alt))
		}
		return rows, nil
	}
	var others []row
	seen := map[string]bool{}
	for _, alt := range a.Alternatives {
		if alt.Chosen {
			rows = append(rows, newRow(a, alt))
			seen[compact(rows[0].plan)] = true
		}
	}
	for _, alt := range a.Alternatives {
		r := newRow(a, alt)
		if name := compact(r.plan); !alt.Chosen {
			if !telling(a, r) || seen[name] {
				folded = append(folded, alt)
				continue
			}
			seen[name] = true
			others = append(others, r)
		}
	}
	if a.Feasible {
		slices.SortStableFunc(others, func(x, y row) int { return cmp.Compare(x.plan.CostPerMonth, y.plan.CostPerMonth) })
	}
	for _, r := range others[min(mostOthers, len(others)):] {
		folded = append(folded, r.alternative)
	}
	rows = append(rows, others[:min(mostOthers, len(others))]...)
	if len(rows) < 2 || !a.Feasible && len(rows) == 2 && a.Today != nil && compact(rows[1].plan) == compact(a.Today.Evaluation) {
		return nil, nil // the lines above say it
	}
	return rows, folded
}

// telling reports whether an alternative says something beside the chosen one: it holds, and costs
// less where today is kept; where nothing holds, how near it comes.
func telling(a *advice.Advice, r row) bool {
	alt := r.alternative
	switch {
	case alt.Plan == nil || alt.Plan.Replicas == 0:
		return false
	case !a.Feasible:
		return !planless(alt)
	case lessHere(a):
		first := reference(a)
		return alt.Feasible && r.plan.Priced && first.Priced && r.plan.CostPerMonth < first.CostPerMonth
	}
	return alt.Feasible
}

// lessHere reports whether what runs today, or fewer of it, stays because it holds.
func lessHere(a *advice.Advice) bool {
	return a.Criterion == choice.TodayHolds || a.Criterion == choice.ScaleIn
}

// reference is the chosen plan in the size in which the others stand beside it: the one to take now, or
// where today's deployment is kept for now, the one at the horizon.
func reference(a *advice.Advice) candidate.Evaluation {
	if deferred(a) {
		return a.Plan
	}
	return a.First
}

// deferred reports whether the plan is taken later, and today's deployment kept until then.
func deferred(a *advice.Advice) bool { return len(a.Roadmap) > 1 && keepsToday(a) }

func newRow(a *advice.Advice, alt advice.Alternative) row {
	r := row{alternative: alt}
	switch {
	case alt.Chosen && a.Feasible:
		r.plan = reference(a)
	case alt.Now != nil:
		r.plan = *alt.Now
	case alt.Plan != nil:
		r.plan = *alt.Plan
	}
	r.note = noteOf(a, r)
	return r
}

// noteOf is why an alternative won or lost, by the numbers that the row shows.
func noteOf(a *advice.Advice, r row) string {
	alt := r.alternative
	if !alt.Chosen && alt.Feasible && lessHere(a) && alt.CostRatio > 0 {
		return withLosses(a, r, factor(alt.CostRatio))
	}
	if alt.Chosen || !alt.Feasible || alt.Now == nil {
		return withLosses(a, r, reason(a, alt, ""))
	}
	then := alt.CostRatio
	now := 0.0
	if r.plan.Priced && a.First.Priced && a.First.CostPerMonth > 0 {
		now = r.plan.CostPerMonth / a.First.CostPerMonth
	}
	switch {
	case now <= 0 || then <= 0:
		return withLosses(a, r, reason(a, alt, ""))
	case ratio(now) == ratio(then):
		return withLosses(a, r, factor(now))
	}
	return withLosses(a, r, factor(now)+", "+ratio(then)+" × at the horizon")
}

func factor(v float64) string {
	if ratio(v) == "1.00" {
		return "the same cost"
	}
	return ratio(v) + " × the cost"
}

// withLosses adds what a plan lacks in redundancy against the chosen one.
func withLosses(a *advice.Advice, r row, note string) string {
	if !r.alternative.Chosen && r.alternative.Feasible && r.plan.SurvivesMachines == 0 && reference(a).SurvivesMachines > 0 && !strings.Contains(note, "failure") {
		return note + ", survives no failed machine"
	}
	return note
}

// forms are the words of how each row serves the model: runtime and precision where they are not the
// same in all rows, and what else is optimized.
func forms(rows []row) []string {
	runtimes, precisions := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if r.plan.Replicas > 0 {
			runtimes[r.plan.Runtime], precisions[r.plan.Precision] = true, true
		}
	}
	return each(rows, func(r row) string {
		var parts []string
		how := ""
		if len(runtimes) > 1 {
			how = runtimeName(r.plan.Runtime)
		}
		if len(precisions) > 1 {
			how = strings.TrimSpace(how + " " + line(r.plan.Precision))
		}
		if how != "" {
			parts = append(parts, how)
		}
		for _, o := range r.plan.Optimizations {
			if o != r.plan.Precision && o != r.plan.Runtime {
				parts = append(parts, runtimeName(o))
			}
		}
		return strings.Join(parts, ", ")
	})
}

// columnsOf is the table of the rows.
func columnsOf(a *advice.Advice, rows []row, all bool) []column {
	var strategies, plans, carries, ranges, notes []string
	var usd, after []float64
	var evaluated []candidate.Evaluation
	how := forms(rows)
	for i, r := range rows {
		e := r.plan
		name := none
		if e.Replicas > 0 {
			name = strings.TrimSpace(fleet(e) + " " + how[i])
		}
		middle, within := carried(e)
		plans, carries, ranges, notes = append(plans, name), append(carries, middle), append(ranges, within), append(notes, r.note)
		usd = append(usd, applies(e.CostPerMonth, e.Priced))
		strategies = append(strategies, variant(r.alternative.Strategy, r.alternative.Optimized))
		after = append(after, applies(rounded(e.AfterLossesQPS, digitsOf(e)), e.LossesRequired > 0))
		evaluated = append(evaluated, e)
	}
	columns := []column{
		{head: "plan", cells: plans, most: mostPlan},
		{head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true},
		{head: "carries", cells: carries, right: true, drop: 2},
	}
	if a.Workload.JobAlone {
		return append(columns[:2], column{cells: notes, wraps: true})
	}
	if slices.ContainsFunc(ranges, func(s string) bool { return s != "" }) {
		columns = append(columns, column{head: rangeHead, cells: ranges, drop: 3})
	}
	if all {
		columns = append([]column{{head: "strategy", cells: strategies}}, columns...)
		if slices.ContainsFunc(after, finite) {
			columns = append(columns, column{head: "after loss", cells: rates(after), right: true, drop: 5})
		}
	}
	return append(append(columns, latencyColumns(evaluated, a.Workload)...), column{cells: notes, wraps: true})
}

// carried is what a plan carries and the range of that, "" where it has none.
func carried(e candidate.Evaluation) (middle, within string) {
	if e.CapacityQPS <= 0 || e.Basis == "" {
		return none, ""
	}
	d := digitsWithin(e)
	low, capacity, high := e.Reach()
	if digitsOf(e) == fewDigits {
		within = "(" + shortRate(low, d) + " to " + shortRate(high, d) + ")"
	}
	return shortRate(capacity, d) + "/s", within
}

// foldedNote says what is not shown, and how to take what costs less than what holds today.
func foldedNote(a *advice.Advice, folded []advice.Alternative) string {
	fail := 0
	for _, alt := range folded {
		if !alt.Feasible {
			fail++
		}
	}
	note := ""
	switch n := len(folded); {
	case n == 0:
	case fail == 1 && n == 1:
		note = "1 more does not hold: --all"
	case fail == n:
		note = count(n) + " more do not hold: --all"
	case n == 1:
		note = "1 more not shown: --all"
	default:
		note = count(n) + " more not shown: --all"
	}
	if lessHere(a) {
		note = strings.TrimPrefix(note+"; today's deployment stays unless --objective cost", "; ")
	}
	if note == "" {
		return ""
	}
	return "(" + note + ")"
}

// alternatives writes the table, or a few lines an alternative where it is too narrow.
func (s *screen) alternatives(a *advice.Advice) error {
	all := s.o.All || s.o.Explain
	rows, folded := rowsOf(a, all)
	if len(rows) == 0 {
		return nil
	}
	s.blank()
	columns := s.sign(columnsOf(a, rows, all))
	if s.o.Plain {
		s.sentences(columns, rows)
		return nil
	}
	fitting, ok := fit(columns, s.width-2)
	fitting = mark(rows, fitting)
	if !ok {
		s.stacked(fitting)
	} else {
		written, err := lines(fitting)
		if err != nil {
			return err
		}
		for i, text := range written {
			p := rowStyle(text)
			if i == 0 {
				p = faint
			}
			s.put(text, p)
		}
	}
	if note := foldedNote(a, folded); note != "" {
		s.paragraph("  ", note, faint)
	}
	return nil
}

// mark puts the marker of the chosen alternative before the plans.
func mark(rows []row, columns []column) []column {
	columns = slices.Clone(columns)
	first := &columns[0]
	first.head, first.cells = "  "+first.head, slices.Clone(first.cells)
	for i, r := range rows {
		marker := "  "
		if r.alternative.Chosen {
			marker = "> "
		}
		first.cells[i] = marker + strings.ReplaceAll(first.cells[i], "\n", "\n  ")
	}
	return columns
}

func rowStyle(row string) style {
	if strings.HasPrefix(row, "> ") {
		return bold
	}
	return plain
}

// stacked writes each alternative as a few short lines.
func (s *screen) stacked(columns []column) {
	for r, name := range columns[0].cells {
		name = strings.ReplaceAll(name, "\n", " ")
		text := strings.TrimLeft(name, "> ")
		s.paragraph(strings.TrimSuffix(name, text), text, rowStyle(name))
		s.paragraph("    ", strings.Join(s.cellsOf(columns[1:], r), ", "), plain)
	}
}

// cellsOf are the cells of a row, each with what its header says.
func (s *screen) cellsOf(columns []column, r int) []string {
	var parts []string
	for _, c := range columns {
		if text := stackedCell(c, c.cells[r]); text != "" && c.cells[r] != s.signs(none) {
			parts = append(parts, text)
		}
	}
	return parts
}

// sentences writes each alternative on one line of words, as a screen reader reads it.
func (s *screen) sentences(columns []column, rows []row) {
	for i, r := range rows {
		head := "Alternative: "
		if r.alternative.Chosen {
			head = "Chosen: "
		}
		s.put(head+columns[0].cells[i]+": "+strings.Join(s.cellsOf(columns[1:], i), ", ")+".", plain)
	}
}

// rangeHead is over the ranges of what plans carry.
const rangeHead = "(90 %)"

// stackedCell is a cell with what its header says.
func stackedCell(c column, cell string) string {
	switch {
	case cell == "" || !c.right && c.head != rangeHead:
		return cell
	case c.head == rangeHead:
		return "90 % " + strings.Trim(cell, "()")
	case c.unit:
		return cell + " " + c.head
	case cell == endless:
		return overload
	}
	return c.head + " " + cell
}
