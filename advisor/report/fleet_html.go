package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"scaleadvise/advisor/advice"
)

// fleetDocument lays a fleet out as a page: whether it fits and for how much, the services, the
// machines with what stands on them, and why.
func fleetDocument(f *advice.Fleet, o Options) htmlDocument {
	d := htmlDocument{Title: "Fleet", Kick: line(f.Name), Heading: fleetTitle(f)}
	if f.Name != "" {
		d.Title = line(f.Name)
	}
	if f.Prices != "" {
		d.Strip = append(d.Strip, line(f.Prices))
	}
	for _, text := range fleetMoney(f) {
		if text != "" {
			d.Lines = append(d.Lines, text)
		}
	}
	d.Sections = append(d.Sections,
		htmlSection{Title: "Services", Table: blocks(htmlColumns(costFirst(fleetServices(f)), goesWithout(f)), 3), Long: true},
		htmlSection{Title: "Machines", Lead: "A letter is an accelerator, or a part of the machine, that a service has; a dot is free.", Table: blocks(htmlColumns(fleetHosts(f), unchosen), 1), Long: true})
	var items []string
	for _, l := range fleetWhy(f, o) {
		items = append(items, l[0]+": "+l[1])
	}
	if len(items) > 0 {
		d.Sections = append(d.Sections, htmlSection{Title: "Limits and growth", Items: items})
	}
	return d
}

// costFirst puts what a service costs behind what it runs on, so that a phone shows it.
func costFirst(all []column) []column {
	const runsOn, cost = 2, 6
	out := append(slices.Clone(all[:runsOn+1]), all[cost])
	return append(append(out, all[runsOn+1:cost]...), all[cost+1:]...)
}

// fleetHosts are the columns of the machines, those that hold the same in one row.
func fleetHosts(f *advice.Fleet) []column {
	all := []column{{head: "machine"}, {head: "count", right: true}, {head: "filling", picture: true}, {head: "each holds"}, {head: "USD/month each", right: true}, {head: "used", right: true}, {head: "owned"}}
	some := false
	for _, k := range f.Machines {
		owned := ""
		if k.Owned {
			owned, some = "yes", true
		}
		for _, g := range alikeHosts(k) {
			row := []string{fmt.Sprintf("%s (%s × %s)", line(k.Machine), cardsText(k.Cards), line(k.Accelerator)), count(g.times), picture(k, g.host), strings.ReplaceAll(onHost(g.host), " × ", "\u00a0×\u00a0"),
				money(math.Round(k.USD)), percent(g.host.Used), owned}
			for c := range all {
				all[c].cells = append(all[c].cells, row[c])
			}
		}
	}
	if !some {
		all = all[:len(all)-1]
	}
	return all
}
