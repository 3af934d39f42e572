package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// say adds a labelled line where there are texts.
func (d *htmlDocument) say(label string, texts []string) {
	if texts = distinct(texts); strings.Join(texts, "") != "" {
		d.Lines = append(d.Lines, label+": "+joined(texts))
	}
}

// capacityPage lays a capacity out: its curve, or what a budget pays for.
func capacityPage(a *advice.Capacity, o Options) htmlDocument {
	d := htmlDocument{Title: "Capacity", Heading: capacityTitle(a), Strip: distinct(capacityWorkload(a))}
	if a.Budget > 0 {
		d.Heading = affordTitle(a)
		rows, _ := affordedShown(a, true)
		d.say("Prices", affordPrices(rows, o))
		d.Sections = append(d.Sections, htmlSection{Title: "What the budget pays for", Table: htmlColumns(affordedColumns(a, rows), unchosen)})
	} else {
		d.say("Limits", limits(a))
		d.say("At load", answer(a))
		d.say("Basis", basis(a))
		d.say("Memory", occupied(a))
		d.say("Prices", capacityPrices(a, o))
		if len(a.Curve) > 0 {
			d.Sections = append(d.Sections, htmlSection{Title: "Latency over load", Drawing: capacityDrawing(a), Table: htmlColumns(curveColumns(a, a.Curve), unchosen), Long: true})
		}
	}
	return closed(d, a.Warnings, each(a.Assumptions, explained))
}

// closed ends a document with notes, and with what was assumed.
func closed(d htmlDocument, notes, assumed []string) htmlDocument {
	if len(notes) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Notes", Items: each(notes, sentence)})
	}
	if len(assumed) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Assumed", Items: assumed})
	}
	return d
}

// capacityDrawing draws the tail, or the time to the first token, over the load up to the limit.
func capacityDrawing(a *advice.Capacity) template.HTML {
	bound, name, of := curveOf(a.Workload)
	var points [][2]float64
	most, end := bound*aboveCurve, 0.0
	for _, p := range a.Curve {
		v := 1e3 * of(p)
		if !finite(v) || bound > 0 && of(p) > bound*aboveCurve && len(points) >= leastPoints {
			continue
		}
		points, end, most = append(points, [2]float64{p.QPS, v}), math.Max(end, p.QPS), math.Max(most, of(p))
	}
	if len(points) < leastPoints {
		return ""
	}
	return twice("capacity", name+" over the load", wideChart, func(f *frame) {
		f.mostX = 1.02 * end
		f.scaleY(1e3*most, brief)
		f.text("axis", 4, 14, "start", name+", ms")
		f.along("requests a second")
		f.path("step", points)
		if bound > 0 {
			f.across("bound", 1e3*bound)
			f.label("warn", f.left+6, f.y(1e3*bound)-6, "start", "bound "+duration(bound))
		}
		if v := of(a.Point); a.Point.QPS > 0 && a.Point.QPS <= f.mostX && finite(v) && 1e3*v <= f.mostY {
			f.dot("chosen", a.Point.QPS, 1e3*v, 5)
			f.label("accent", f.x(a.Point.QPS)-10, f.y(1e3*v)-8, "end", rate(a.Point.QPS)+", "+duration(v))
		}
	})
}

// along names the level axis and writes its numbers.
func (f *frame) along(words string) {
	f.text("axis", f.width-f.right, f.base()+34, "end", words)
	step := tick(f.mostX)
	for v := step; v <= f.mostX; v += step {
		f.label("axis", f.x(v), f.base()+18, "middle", brief(v))
	}
}

// forecastPage lays a forecast out.
func forecastPage(p *advice.Forecast, o Options) htmlDocument {
	d := htmlDocument{Title: "Forecast", Heading: forecastTitle(p)}
	for _, part := range forecastParts(p) {
		d.say(part.label, part.texts)
	}
	d.say("Cost", forecastCost(p, o))
	if len(p.Horizon) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Expected demand", Drawing: forecastDrawing(p), Table: htmlColumns(forecastColumns(p, mostShown), unchosen), Long: true})
	}
	return closed(d, p.Warnings, nil)
}

// forecastDrawing draws the expected demand with its range, against what today's deployment carries.
func forecastDrawing(p *advice.Forecast) template.HTML {
	if len(p.Horizon) < leastPoints {
		return ""
	}
	days := func(x advice.DemandPoint) float64 { return x.Time.Sub(p.Now).Hours() / 24 }
	var low, mid, high [][2]float64
	most := p.Capacity.Mid
	for _, x := range p.Horizon {
		low, mid, high = append(low, [2]float64{days(x), x.Low}), append(mid, [2]float64{days(x), x.Mid}), append(high, [2]float64{days(x), x.High})
		most = math.Max(most, x.High)
	}
	if !finite(most) {
		return ""
	}
	return twice("demand", "Expected demand with its range", wideChart, func(f *frame) {
		f.mostX = days(p.Horizon[len(p.Horizon)-1])
		f.scaleY(most, brief)
		f.text("axis", 4, 14, "start", "requests a second")
		if day := 24 * 3600.0; f.mostX*day > 2*unit.Month {
			f.months(p.Now, day)
		} else {
			f.along("days from now")
		}
		f.path("median", low)
		f.path("median", high)
		f.path("step", mid)
		if p.Capacity.Mid > 0 {
			f.across("bound", p.Capacity.Mid)
			f.label("warn", f.left+6, f.y(p.Capacity.Mid)-6, "start", fmt.Sprintf("capacity of today %s/s", brief(p.Capacity.Mid)))
		}
	})
}

// whatIfPage lays out what flips a choice, or how it goes along one input.
func whatIfPage(w *advice.WhatIf, o Options) htmlDocument {
	d := htmlDocument{Title: "What if", Lines: distinct([]string{unfinished(w)})}
	d.say("Costs", quoted(pricedPlans(w)...).notes(o))
	if w.Sweep != nil {
		d.Heading = sweepTitle(w)
		d.Sections = []htmlSection{{Title: "Along the input", Table: htmlColumns(sweepColumns(w), unchosen), Long: true}}
		for _, c := range w.Sweep.Changes {
			d.Sections[0].Items = append(d.Sections[0].Items, crossed(w.Sweep.Of, c))
		}
		return d
	}
	d.Heading = flipsTitle(w)
	for _, part := range flipParts(w, math.MaxInt) {
		s := htmlSection{Title: part.heading, Long: true}
		if len(part.columns) == 0 || len(part.columns[0].cells) == 0 {
			s.Lead = part.otherwise
		} else {
			s.Table = blocks(htmlColumns(part.columns, unchosen), 1)
		}
		d.Sections = append(d.Sections, s)
	}
	if len(w.Unmoved) > 0 {
		d.Sections = append(d.Sections, htmlSection{Lead: "Without effect: " + line(unmoved(w)) + "."})
	}
	return d
}

// checkPage lays a check out: findings, what was not judged, and what a change does.
func checkPage(c *advice.Check, o Options) htmlDocument {
	d := htmlDocument{Title: "Capacity check", Kick: "Capacity check: " + string(c.Outcome), Heading: checkVerdict(c), Lines: distinct([]string{checkCounts(c), checkCost(c)})}
	d.say("Costs", checkQuotes(c).notes(o))
	if c.Comparison != nil {
		columns := changes(c.Comparison, mostRows)
		s := htmlSection{Title: "Against " + line(c.Comparison.Base), Lead: comparedFindings(c.Comparison)}
		if len(columns[0].cells) > 0 {
			s.Table = htmlColumns(columns, unchosen)
		}
		d.Sections = append(d.Sections, s)
	}
	var severity, where, what, do []string
	for _, f := range located(c) {
		severity, where = append(severity, f.Severity.String()), append(where, line(spot(f.Place)))
		what, do = append(what, line(f.Title)+" ["+line(f.Rule)+"]: "+sentence(f.Message)), append(do, sentence(f.Remedy))
	}
	if len(what) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Findings", Long: true, Table: blocks(htmlColumns([]column{{head: "severity", cells: severity}, {head: "where", cells: where}, {head: "what", cells: what}, {head: "do", cells: do}}, unchosen), 3)})
	}
	if all := unjudged(c); len(all) > 0 {
		s := htmlSection{Title: "Not judged", Long: true}
		for _, p := range all {
			s.Items = append(s.Items, line(spot(unjudgedPlace(p)))+": "+strings.TrimPrefix(unjudgedWords(p), "Not judged: "))
		}
		d.Sections = append(d.Sections, s)
	}
	return closed(d, checkNotes(c), nil)
}
