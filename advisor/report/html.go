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
)

//go:embed html/report.gohtml html/sections.gohtml html/report.css
var htmlFiles embed.FS

// htmlPage parses the page when it is first asked for.
var htmlPage = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(htmlFiles, "html/report.gohtml")
})

// page is the report as one file of HTML: what a figure says is said once, the decision first.
type page struct {
	Title        string
	Style        template.CSS
	Strip        []string
	Workload     string
	Decision     string
	Nearest      string // what comes nearest where nothing holds
	Today        *pageToday
	Figures      []pageFigure
	Doubts       []pageFinding
	Money        *pageCost
	Chart        *pageChart
	Sensitivity  *pageSensitivity
	Curve        *pageCurve
	Front        *pageFront
	Tail         string
	Alternatives []pageAlternative
	Elsewhere    string
	Then         string // " at the horizon", where the load grows until then
	Planned      string // the load planned for
	Apart        string
	Pay, Energy  string
	API          string
	Why          string
	Findings     []pageFinding // those that decide
	More         []pageFinding // the rest, folded
	Warnings     []string
	Traits       []pageTrait
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

type pageAlternative struct {
	Chosen                                      bool
	Strategy, Plan, Cost, Carries, Latency, Why string
	Range                                       template.HTML
}

type pageTrait struct {
	Name, Value, Reason, From, Flag string
	Assumed                         bool
}

type pageStep struct {
	Title string
	Parts []string
}

// writeHTML writes a page that needs nothing beside itself: no script, no font, no request.
func writeHTML(out *bytes.Buffer, a *advice.Advice, _ Options) error {
	t, err := htmlPage()
	if err != nil {
		return err
	}
	p := newPage(a)
	if p.Style, err = Stylesheet(); err != nil {
		return err
	}
	return t.Execute(out, p)
}

// Stylesheet returns that of pages and of answers within a page.
func Stylesheet() (template.CSS, error) {
	style, err := htmlFiles.ReadFile("html/report.css")
	return template.CSS(style), err
}

// AnswerHTML renders a as the contents of a page, without its head: from the decision to the
// command that asks again. Its style is Stylesheet.
func AnswerHTML(a *advice.Advice) (template.HTML, error) {
	t, err := htmlPage()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.ExecuteTemplate(&out, "answer", newPage(a))
	return template.HTML(out.String()), err
}

// Title returns the plan in a few words, for a tab of a browser.
func Title(a *advice.Advice) string { return titleOf(a) }

// Strip returns what holds for every number of a: the date, the prices, how ranges are meant.
func Strip(a *advice.Advice) []string { return strip(a) }

// Assumed returns the values of traits that were assumed, as a person reads them, by trait.
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
		Tail:     "p99",
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
	if parts := elsewhere(a); parts != nil {
		p.Elsewhere = strings.Join(parts, " · ")
	}
	p.Apart, p.API = strings.Join(apart(a), " · "), strings.Join(hosted(a), " · ")
	p.Pay, p.Energy = strings.Join(instead(a.Cost), " · "), strings.Join(energy(a.Cost), " · ")
	if generates(a.Workload) {
		p.Tail = "TTFT/TPOT"
	} else if _, name := tail(a.Plan, a.Workload); name != "" {
		p.Tail = name
	}
	most := widest(a)
	common := sharedExcuse(a)
	for _, alt := range a.Alternatives {
		p.Alternatives = append(p.Alternatives, newPageAlternative(a, alt, common, most))
	}
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
		out = append(out, line(strings.Join([]string{p.Cloud, p.Region}, " "))+", "+listed(p.Hosting))
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

func newPageAlternative(a *advice.Advice, alt advice.Alternative, common string, most float64) pageAlternative {
	out := pageAlternative{Chosen: alt.Chosen, Strategy: variant(alt.Strategy, alt.Optimized), Plan: none, Cost: none, Carries: none, Latency: none, Why: reason(a, alt, common)}
	e := alt.Plan
	if e == nil {
		return out
	}
	out.Plan = compact(*e)
	if e.Priced {
		out.Cost = money(e.CostPerMonth)
	}
	if e.CapacityQPS > 0 {
		out.Carries, _ = carried(*e)
		out.Range = rangeBar(e.LowQPS, e.CapacityQPS, e.HighQPS, e.DemandQPS, most)
	}
	if l := latency(*e, a.Workload); l != "" {
		out.Latency = l
	}
	return out
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
func pageTraits(a *advice.Advice) []pageTrait {
	var assumed, given []pageTrait
	seen := map[string]bool{}
	for _, x := range a.Assumptions {
		seen[x.Trait] = true
		assumed = append(assumed, pageTrait{Name: traitName(x.Trait), Value: quantity(x.Value, x.Unit), Reason: line(x.Reason), Assumed: true, Flag: line(x.Flag)})
	}
	for _, t := range a.Traits {
		if !seen[t.Name] && !strings.HasPrefix(t.Origin, "default") {
			given = append(given, pageTrait{Name: traitName(t.Name), Value: quantity(t.Value, t.Unit), From: line(t.Origin), Flag: "--" + strings.ReplaceAll(line(t.Name), "_", "-")})
		}
	}
	return append(assumed, given...)
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
