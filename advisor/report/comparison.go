package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/unit"
)

// comparisonFormats is the one ordered list of formats of a comparison.
var comparisonFormats = []format[advice.SideBySide]{
	{"table", comparisonTable},
	{"json", asJSON(newSides)},
	{"yaml", asYAML(newSides)},
	{"markdown", comparisonMarkdown},
	{"html", asDocument(comparisonDocument)},
}

// ComparisonFormats lists the names of the formats of a comparison, the default first.
func ComparisonFormats() []string { return formatNames(comparisonFormats) }

// WriteComparison renders c in the named format, as Write does advice.
func WriteComparison(w io.Writer, name string, c *advice.SideBySide, o Options) error {
	return write(w, "comparison", comparisonFormats, name, c, o)
}

// compared are the lines of a comparison: what they say, and of each plan what it is there.
var compared = []struct {
	head string
	cell func(advice.Side) string
}{
	{"plan", func(p advice.Side) string { return compact(p.Plan) }},
	{"", func(p advice.Side) string {
		if p.Declared {
			return "declared"
		}
		return "recommended"
	}},
	{"load", func(p advice.Side) string { return rate(p.Workload.PlanQPS) }},
	{"carries", func(p advice.Side) string {
		if p.Plan.CapacityQPS <= 0 {
			return none
		}
		return rate(p.Plan.CapacityQPS)
	}},
	{"90 % range of that", func(p advice.Side) string {
		if p.Plan.LowQPS == p.Plan.HighQPS {
			return none
		}
		low, high, per := ratesAround(p.Plan.CapacityQPS, p.Plan.LowQPS, p.Plan.HighQPS, 0)
		return low + per + " to " + high + per
	}},
	{"free at the peak", func(p advice.Side) string {
		if p.Plan.CapacityQPS <= 0 || p.Plan.Utilization > 1 {
			return none
		}
		return percent(1 - p.Plan.Utilization)
	}},
	{"latency", func(p advice.Side) string {
		if l := latency(p.Plan, p.Workload); l != "" {
			return l
		}
		return none
	}},
	{"machines it can lose", func(p advice.Side) string { return count(p.Plan.SurvivesMachines) }},
	{"USD/month", func(p advice.Side) string {
		if !p.Plan.Priced {
			return none
		}
		if grows(p) {
			return money(p.Plan.CostPerMonth) + ", now " + money(p.Months[0].PerMonth())
		}
		return money(p.Plan.CostPerMonth)
	}},
	{"USD to the horizon", func(p advice.Side) string {
		sum := advice.Summed(p.Months)
		if !sum.Known {
			return none
		}
		hours := 0.0
		for _, m := range p.Months {
			hours += m.Hours()
		}
		return money(sum.USD) + " in " + measure(rounded(hours/unit.HoursPerMonth, 4), "month")
	}},
	{"USD/million requests", func(p advice.Side) string {
		if p.Plan.CostPerMillion == 0 {
			return none
		}
		return money(p.Plan.CostPerMillion)
	}},
	{"rented", func(p advice.Side) string {
		if p.Plan.InstanceType == "" {
			return none
		}
		return line(fmt.Sprintf("%s × %s %s", count(p.Plan.Instances), p.Plan.Cloud, p.Plan.InstanceType))
	}},
	{"runway", func(p advice.Side) string {
		if p.Plan.HoldsUntil.IsZero() || !p.Holds {
			return none
		}
		return "until " + *date(p.Plan.HoldsUntil)
	}},
	{"rests on", func(p advice.Side) string { return orNone(p.Plan.Basis) }},
	{"holds", func(p advice.Side) string {
		switch {
		case !p.Holds && p.Excuse != nil:
			return "no: " + excused(p.Excuse)
		case !p.Holds:
			return "no"
		}
		return "yes"
	}},
}

// grows reports whether what stands now costs something else than what is planned for.
func grows(p advice.Side) bool {
	return len(p.Months) > 1 && money(p.Months[0].PerMonth()) != money(p.Plan.CostPerMonth)
}

// longestHead is the name that still heads a column; longer ones get a letter.
const longestHead = 24

func byLetter(c *advice.SideBySide) bool {
	for _, p := range c.Plans {
		if width(line(p.Name)) > longestHead {
			return true
		}
	}
	return false
}

// sideName is what a plan is called within the tables.
func sideName(c *advice.SideBySide, i int) string {
	if byLetter(c) {
		return string(rune('A' + i))
	}
	return line(c.Plans[i].Name)
}

func orNone(s string) string {
	if s == "" {
		return none
	}
	return line(s)
}

// beside are the columns of a comparison: one of heads, and one a plan.
func beside(c *advice.SideBySide) []column {
	columns := []column{{}}
	for i := range c.Plans {
		columns = append(columns, column{head: sideName(c, i), most: wishRoom})
	}
	for _, row := range compared {
		cells := each(c.Plans, row.cell)
		if !slices.ContainsFunc(cells, func(s string) bool { return s != none }) {
			continue // nothing is known of it, or it was not asked for
		}
		for i, text := range append([]string{row.head}, cells...) {
			columns[i].cells = append(columns[i].cells, text)
		}
	}
	return columns
}

// differing are the columns of the traits that are not the same.
func differing(c *advice.SideBySide) []column {
	heads := column{head: "differs"}
	columns := []column{heads}
	for i := range c.Plans {
		columns = append(columns, column{head: sideName(c, i), most: wishRoom})
	}
	for _, d := range c.Differences {
		columns[0].cells = append(columns[0].cells, traitName(d.Trait))
		for i, v := range d.Values {
			cell := none
			if v != nil && v != "" {
				cell = quantity(v, d.Unit)
			}
			columns[i+1].cells = append(columns[i+1].cells, cell)
		}
	}
	return columns
}

func comparisonTable(out *bytes.Buffer, c *advice.SideBySide, o Options) error {
	s := newScreen(out, o)
	s.paragraph("", comparisonSentence(c), bold)
	if byLetter(c) {
		s.blank()
		for i, p := range c.Plans {
			s.paragraph(sideName(c, i)+"  ", line(p.Name), plain)
		}
	}
	for _, columns := range [][]column{beside(c), differing(c)} {
		if len(columns[0].cells) == 0 {
			continue
		}
		s.blank()
		kept, _ := fit(s.sign(columns), s.width-2)
		rows, err := lines(kept)
		if err != nil {
			return err
		}
		for _, row := range rows {
			s.put("  "+row, plain)
		}
	}
	for i, text := range assumedBy(c) {
		label := ""
		if i == 0 {
			label = "Assumed"
		}
		s.paragraph(pad(label, margin), text, plain)
	}
	s.labelled("Costs", sideQuotes(c).notes(o))
	return nil
}

// assumedBy says of each plan what was assumed.
func assumedBy(c *advice.SideBySide) (texts []string) {
	in := map[string]int{}
	for _, p := range c.Plans {
		for _, a := range p.Assumptions {
			in[assumption(a)]++
		}
	}
	said := func(name string, p advice.Side, shared bool) {
		some := slices.DeleteFunc(each(p.Assumptions, assumption), func(s string) bool { return (in[s] == len(c.Plans)) != shared })
		if len(some) > 0 {
			texts = append(texts, name+": "+joined(some))
		}
	}
	if len(c.Plans) > 1 {
		said(map[bool]string{true: "both", false: "all"}[len(c.Plans) == 2], c.Plans[0], true)
	}
	for i, p := range c.Plans {
		said(sideName(c, i), p, len(c.Plans) == 1)
	}
	return texts
}

// comparisonSentence says which plan costs least of those that hold.
func comparisonSentence(c *advice.SideBySide) string {
	best, next, known := -1, -1, ""
	for i, p := range c.Plans {
		if p.Holds && !p.Plan.Priced {
			known = " at a price that is known"
		}
		if !p.Holds || !p.Plan.Priced {
			continue
		}
		switch {
		case best < 0 || p.Plan.CostPerMonth < c.Plans[best].Plan.CostPerMonth:
			best, next = i, best
		case next < 0 || p.Plan.CostPerMonth < c.Plans[next].Plan.CostPerMonth:
			next = i
		}
	}
	switch {
	case best < 0:
		return "None of them holds" + known + "."
	case next < 0:
		return "Only " + sideName(c, best) + " holds" + known + ": " + unit.Format(unit.Money, c.Plans[best].Plan.CostPerMonth) + "."
	case c.Plans[best].Plan.CostPerMonth == c.Plans[next].Plan.CostPerMonth:
		return sideName(c, best) + " and " + sideName(c, next) + " cost the same, " + unit.Format(unit.Money, c.Plans[best].Plan.CostPerMonth) + "."
	}
	saved, then := c.Plans[next].Plan.CostPerMonth-c.Plans[best].Plan.CostPerMonth, ""
	if grows(c.Plans[best]) || grows(c.Plans[next]) {
		then = " at the horizon"
	}
	return fmt.Sprintf("%s costs least of those that hold%s: %s, %s less than %s.",
		sideName(c, best), then, unit.Format(unit.Money, c.Plans[best].Plan.CostPerMonth), unit.Format(unit.Money, saved), sideName(c, next))
}

func comparisonMarkdown(out *bytes.Buffer, c *advice.SideBySide, o Options) error {
	m := markdown{out}
	defer func() {
		m.list("Assumed", assumedBy(c))
		m.costs(sideQuotes(c), o)
	}()
	m.printf("## Plans compared\n\n**%s**\n\n", escape(comparisonSentence(c)))
	if byLetter(c) {
		for i, p := range c.Plans {
			m.printf("- %s: `%s`\n", sideName(c, i), strings.ReplaceAll(line(p.Name), "`", "'"))
		}
		m.printf("\n")
	}
	never := func(int) bool { return false }
	m.table(beside(c), never)
	if len(c.Differences) > 0 {
		m.printf("\n")
		m.table(differing(c), never)
	}
	return nil
}

const sidesSchema = "urn:scaleadvise:comparison:v1"

type sidesDoc struct {
	Schema      string          `json:"schema"`
	Plans       []sideDoc       `json:"plans"`
	Differences []differenceDoc `json:"differences"`
	pricedDoc
	Warnings []string `json:"warnings"`
	stamped
}

// stamp notes the run, and the age of the prices by its clock.
func (d *sidesDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.aged(r)...)
}

// sideQuotes are the dates of the prices of plans that are compared.
func sideQuotes(c *advice.SideBySide) quotes {
	return quoted(each(c.Plans, func(p advice.Side) candidate.Evaluation { return p.Plan })...)
}

type sideDoc struct {
	Name        string          `json:"name"`
	Declared    bool            `json:"declared"`
	Holds       bool            `json:"holds"`
	Excuse      *string         `json:"excuse"`
	Code        *string         `json:"excuse_code"`
	DemandQPS   *float64        `json:"demand_qps"`
	Headroom    *float64        `json:"headroom"`
	Plan        planDoc         `json:"plan"`
	Total       *float64        `json:"total_usd"` // from now to the horizon; null without one
	Months      []monthCostDoc  `json:"months"`
	Assumptions []assumptionDoc `json:"assumptions"`
}

type differenceDoc struct {
	Trait  string `json:"trait"`
	Unit   string `json:"unit"`
	Values []any  `json:"values"`
}

func newSides(c *advice.SideBySide) sidesDoc {
	return sidesDoc{
		Schema: sidesSchema, pricedDoc: newPriced(sideQuotes(c)), Warnings: []string{},
		Plans: each(c.Plans, func(p advice.Side) sideDoc {
			doc := sideDoc{
				Name: clean(p.Name), Declared: p.Declared, Holds: p.Holds, DemandQPS: known(p.Workload.PlanQPS), Plan: newPlan(p.Plan, p.Holds),
				Assumptions: each(p.Assumptions, newAssumption),
			}
			doc.Total, doc.Months = amount(advice.Summed(p.Months)), newMonths(p.Months)
			if p.Plan.CapacityQPS > 0 {
				doc.Headroom = number(1 - p.Plan.Utilization)
			}
			if p.Excuse != nil && !p.Holds {
				doc.Excuse, doc.Code, _ = newExcuse(p.Excuse)
			}
			return doc
		}),
		Differences: each(c.Differences, func(d advice.Difference) differenceDoc {
			u, scaled := scale(d.Trait, d.Unit)
			return differenceDoc{clean(d.Trait), u, each(d.Values, func(v any) any {
				if x, ok := v.(float64); ok {
					return scaled(x)
				}
				return v
			})}
		}),
	}
}
