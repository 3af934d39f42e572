package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"math"
	"strings"
	"sync"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/pattern"
)

//go:embed html/report.gohtml html/sections.gohtml html/report.css
var htmlFiles embed.FS

// htmlPages parses the pages when one is first asked for.
var htmlPages = sync.OnceValues(func() (*template.Template, error) {
	return template.New("report.gohtml").Funcs(template.FuncMap{"prose": prose}).ParseFS(htmlFiles, "html/*.gohtml")
})

// prose is a text of a page, in which quantities and names of flags stay on one line.
func prose(s string) template.HTML {
	s = strings.ReplaceAll(template.HTMLEscapeString(s), " × ", "\u00a0×\u00a0")
	return template.HTML(flags.ReplaceAllString(quantities.ReplaceAllString(s, "$1\u00a0$2"), `<span class="w">$0</span>`))
}

var quantities, flags = pattern.Of(`(\d) (%|ms|GiB|req/s|USD)`), pattern.Of(`--[a-z][a-z0-9-]*`)

// page is the report as one file of HTML: what a figure says is said once, the decision first.
type page struct {
	Title        string
	Style        template.CSS
	Strip        []string
	Workload     string
	Decision     string
	Nearest      string // the nearest miss, where nothing holds
	Today        *pageToday
	Figures      []pageFigure
	Doubts       []pageFinding
	Money, Chart *pageCharted
	Sensitivity  *pageSensitivity
	Curve, Front *pageCharted
	Alternatives *htmlTable
	Beside       [][2]string // further figures, by label
	Then         string      // " at the horizon", where the load grows
	Planned      string      // the load planned for
	Why          string
	Findings     []pageFinding // findings that decide
	More         []pageFinding // other findings, folded
	Warnings     []string
	Traits       *htmlTable
	Steps        []pageStep
	Sources      []string
	Next         []string
}

// mostFindings stand open; the rest are folded.
const mostFindings = 4

type pageToday struct {
	Bad  bool
	Text string
}

type pageFigure struct {
	Label, Value, Unit string
	Notes              []string
}

type pageFinding struct{ Title, Message, Remedy, Principle string }

// pageCharted is a section with a chart, whose numbers stand in a table.
type pageCharted struct {
	Title, Finding string
	Drawing        template.HTML
	Table          *htmlTable
}

type pageStep struct {
	Title string
	Parts []string
}

// writeHTML writes a page that needs nothing beside itself: no script, no font, no request.
func writeHTML(out *bytes.Buffer, a *advice.Advice, _ Options) error {
	t, err := htmlPages()
	if err != nil {
		return err
	}
	p := newPage(a)
	if p.Style, err = Stylesheet(); err != nil {
		return err
	}
	return t.Execute(out, p)
}

// Stylesheet returns the style sheet of pages and of answers within a page.
func Stylesheet() (template.CSS, error) {
	style, err := htmlFiles.ReadFile("html/report.css")
	return template.CSS(style), err
}

// AnswerHTML renders a as the contents of a page, without its head: from the decision to the
// command that asks again. Its style is Stylesheet.
func AnswerHTML(a *advice.Advice) (template.HTML, error) {
	t, err := htmlPages()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.ExecuteTemplate(&out, "answer", newPage(a))
	return template.HTML(out.String()), err
}

// Title returns the plan in a few words, for a tab of a browser.
func Title(a *advice.Advice) string { return titleOf(a) }

// Strip returns what applies to every number of a: the date, the prices, the meaning of ranges.
func Strip(a *advice.Advice) []string { return strip(a) }

// Assumed returns the values of assumed traits, formatted for people, by trait.
func Assumed(a *advice.Advice) map[string]string {
	all := map[string]string{}
	for _, x := range a.Assumptions {
		all[x.Trait] = quantity(x.Value, x.Unit)
	}
	return all
}

func newPage(a *advice.Advice) page {
	p := page{
		Title:    titleOf(a),
		Strip:    strip(a),
		Workload: strings.Join(named(a), " · "),
		Figures:  pageFigures(a),
		Doubts:   each(a.Doubts(), newPageFinding),
		Money:    newPageCost(a),
		Chart:    newPageChart(a),
		Curve:    newPageCurve(a),
		Front:    newPageFront(a),
		Then:     then(a),
		Planned:  rate(a.Workload.PlanQPS),
		Why:      why(a),
		Warnings: distinct(a.Warnings, a.Plan.Warnings, staleness(a.Cost)),
		Steps:    pageSteps(a),
		Sources:  sources(a),
		Next:     each(a.Next, line),
	}
	p.Decision, p.Nearest, _ = strings.Cut(decision(a), ". ")
	p.Decision = sentence(p.Decision)
	if parts := deployed(a); parts != nil {
		p.Today = &pageToday{Bad: !a.Today.Holds, Text: "Today " + strings.Join(parts, " · ") + "."}
	}
	for _, l := range []labelled{{"Cheaper", cheaper(a)}, {"Room", room(a)}, {"Elsewhere", elsewhere(a)}, {"Pools", apart(a)}, {"API", hosted(a)}, {"Or pay", instead(a.Cost)}, {"Energy", energy(a.Cost)}} {
		if len(l.texts) > 0 {
			p.Beside = append(p.Beside, [2]string{l.label, joined(l.texts)})
		}
	}
	p.Alternatives = pageAlternatives(a)
	for _, f := range a.Findings {
		switch {
		case f.Doubt > 0:
		case len(p.Findings) < mostFindings:
			p.Findings = append(p.Findings, newPageFinding(f))
		default:
			p.More = append(p.More, newPageFinding(f))
		}
	}
	p.Traits = pageTraits(a)
	p.Sensitivity = newPageSensitivity(a)
	return p
}

// decision is what to do in one sentence; the figures below it say how well it holds.
func decision(a *advice.Advice) string { return title(a) }

// titleOf is short enough for a tab of a browser.
func titleOf(a *advice.Advice) string {
	name := line(a.Workload.Name)
	if name == "" {
		name = modelName(a.Workload)
	}
	if name == "" {
		name = "the service"
	}
	return fmt.Sprintf("%s: %s", name, compact(a.Plan))
}

// strip is what holds for every number: the date, the prices, how ranges are meant.
func strip(a *advice.Advice) []string {
	var out []string
	if !a.Now.IsZero() {
		out = append(out, a.Now.Format("2 January 2006"))
	}
	p := a.First
	if p.Replicas == 0 {
		p = a.Plan
	}
	if p.Priced {
		out = append(out, strings.Replace(line(p.Cloud+" "+p.Region)+", "+listed(p.Hosting), ", (", " (", 1))
		if words := quoted(p).words(&Run{At: a.Now}); words != "" {
			out = append(out, words)
		}
	}
	return append(out, "ranges hold 90 %")
}

// changeWords is a change of cost against today's.
func changeWords(change, today float64) string {
	switch {
	case math.Abs(change) < 0.5:
		return "as today"
	case change < 0:
		return money(-change) + " less than today's " + money(today)
	}
	return money(change) + " more than today's " + money(today)
}

// carriedWithin is what a plan carries with its range where it has one.
func carriedWithin(e candidate.Evaluation) string {
	middle, within := carried(e)
	return strings.TrimSpace(middle + " " + within)
}

func newPageFinding(f advice.Finding) pageFinding {
	out := pageFinding{Title: strings.TrimSuffix(sentence(f.Title), "."), Message: sentence(f.Message), Remedy: sentence(f.Remedy)}
	if len(f.Principles) > 0 {
		out.Principle = "(" + line(f.Rule) + ")"
	}
	return out
}

// pageAlternatives is the best plan of every strategy.
func pageAlternatives(a *advice.Advice) *htmlTable {
	name := "p99"
	if generates(a.Workload) {
		name = "TTFT/TPOT"
	} else if _, n := tail(a.Plan, a.Workload); n != "" {
		name = n
	}
	columns := []column{{head: "Strategy"}, {head: "Plan"}, {head: "USD/month", right: true}, {head: "Carries", right: true}, {head: "Range"}, {head: name, right: true}, {head: "Why, why not"}}
	var bars []template.HTML
	most, common := widest(a), sharedExcuse(a)
	for _, alt := range a.Alternatives {
		row, bar := []string{variant(alt.Strategy, alt.Optimized), none, none, none, "", none, reason(a, alt, common)}, template.HTML("")
		if e := alt.Plan; e != nil {
			row[1] = compact(*e)
			if e.Priced {
				row[2] = money(e.CostPerMonth)
			}
			if e.CapacityQPS > 0 {
				row[3], _ = carried(*e)
				bar = rangeBar(e.LowQPS, e.CapacityQPS, e.HighQPS, e.DemandQPS, most)
			}
			row[5] = orNone(strings.TrimPrefix(latency(*e, a.Workload), name+" "))
		}
		for i := range columns {
			columns[i].cells = append(columns[i].cells, row[i])
		}
		bars = append(bars, bar)
	}
	t := htmlColumns(columns, func(i int) bool { return a.Alternatives[i].Chosen })
	t.draw(4, bars)
	t = blocks(t, 2)
	for i := range t.Rows {
		t.Rows[i].Cells[6].Label = "" // it speaks for itself
	}
	return t
}

// widest is the largest end of a range among the alternatives: the scale of their bars.
func widest(a *advice.Advice) float64 {
	most := 0.0
	for _, alt := range a.Alternatives {
		if alt.Plan != nil && finite(alt.Plan.HighQPS) {
			most = math.Max(most, math.Max(alt.Plan.HighQPS, alt.Plan.DemandQPS))
		}
	}
	return most
}

// pageTraits are the inputs, those that were assumed first.
func pageTraits(a *advice.Advice) *htmlTable {
	t := htmlColumns([]column{{head: "Trait"}, {head: "Value"}, {head: "From"}, {head: "Change it with"}}, unchosen)
	var given []htmlRow
	row := func(name, value, from, flag string) htmlRow {
		return htmlRow{Cells: []htmlCell{{Text: traitName(name)}, {Text: value}, {Text: line(from)}, {Text: line(flag), Code: true}}}
	}
	seen := map[string]bool{}
	for _, x := range a.Assumptions {
		seen[x.Trait] = true
		r := row(x.Trait, quantity(x.Value, x.Unit), "assumed", x.Flag)
		r.Cells[1].Note, r.Cells[2].Doubt = line(x.Reason), true
		t.Rows = append(t.Rows, r)
	}
	for _, x := range a.Traits {
		if !seen[x.Name] && !strings.HasPrefix(x.Origin, "default") {
			given = append(given, row(x.Name, quantity(x.Value, x.Unit), x.Origin, "--"+strings.ReplaceAll(x.Name, "_", "-")))
		}
	}
	t.Rows = append(t.Rows, given...)
	return blocks(t, 3)
}

func traitName(name string) string { return strings.ReplaceAll(line(name), "_", " ") }

func pageSteps(a *advice.Advice) []pageStep {
	met := map[string]bool{}
	var out []pageStep
	for _, s := range a.Steps {
		out = append(out, pageStep{stepTitle(s), append(stepInputs(s, met), stepSays(s)...)})
	}
	return out
}

// sources are where prices and rates are from.
func sources(a *advice.Advice) []string {
	var out []string
	seen := map[string]bool{}
	add := func(e candidate.Evaluation) {
		if s := line(e.Source); e.Priced && s != "" && !seen[s] {
			seen[s] = true
			out = append(out, "Prices: "+s+" ("+line(e.AsOf)+")")
		}
	}
	add(a.Plan)
	for _, alt := range a.Alternatives {
		if alt.Plan != nil {
			add(*alt.Plan)
		}
	}
	for _, p := range a.Principles {
		if s := line(p.Source); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, "Principles: "+s)
		}
	}
	return out
}

// day is a date as the page writes it.
func day(t time.Time) string {
	if t.IsZero() {
		return "now"
	}
	return t.Format("2 Jan 2006")
}
