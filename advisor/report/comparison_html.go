package report

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"strings"

	"scaleadvise/advisor/advice"
)

// comparisonDocument lays a comparison out as a page: which costs least, the plans, what differs.
func comparisonDocument(c *advice.SideBySide, o Options) htmlDocument {
	d := htmlDocument{Title: "Plans compared", Heading: comparisonSentence(c)}
	if byLetter(c) {
		for i, p := range c.Plans {
			d.Lines = append(d.Lines, sideName(c, i)+": "+line(p.Name))
		}
	}
	d.say("Costs", sideQuotes(c).notes(o))
	d.Sections = []htmlSection{{Title: "Plans", Table: htmlColumns(beside(c), unchosen)}}
	if len(c.Differences) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "What differs", Lead: "Traits that are not the same in all plans.", Table: htmlColumns(differing(c), unchosen)})
	}
	if texts := assumedBy(c); len(texts) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Assumed", Items: texts})
	}
	return d
}

// ComparisonTables renders the tables of c alone, without headings that a page would have to fit in.
func ComparisonTables(c *advice.SideBySide) (template.HTML, error) {
	d := comparisonDocument(c, Options{})
	d.Heading = ""
	t, err := htmlPages()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.ExecuteTemplate(&out, "tables", d)
	return template.HTML(out.String()), err
}

// Against says in a sentence how a plan differs from another: cost, free share, capacity.
func Against(before, after *advice.Advice) string {
	if !after.Feasible || !before.Feasible {
		switch {
		case before.Feasible:
			return "the pinned plan holds, this one does not"
		case after.Feasible:
			return "this plan holds, the pinned one does not"
		}
		return "neither plan holds"
	}
	b, a, horizon := before.Plan, after.Plan, cmp.Or(then(after), then(before))
	var parts []string
	switch change := a.CostPerMonth - b.CostPerMonth; {
	case !a.Priced || !b.Priced:
		parts = append(parts, "no price is known of one of them")
	case math.Abs(change) < 0.5:
		parts = append(parts, "the same cost")
	case change < 0:
		parts = append(parts, money(-change)+" USD/month less"+horizon)
	default:
		parts = append(parts, money(change)+" USD/month more"+horizon)
	}
	if b.CapacityQPS > 0 && a.CapacityQPS > 0 {
		parts = append(parts, fmt.Sprintf("%s free at the peak instead of %s", percent(1-a.Utilization), percent(1-b.Utilization)))
	}
	return strings.Join(parts, ", ") + "; " + compact(a) + " instead of " + compact(b)
}
