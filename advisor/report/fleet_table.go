package report

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/unit"
)

// fleetTable writes one screen for a person: what it costs, what each service runs on, how the
// machines are filled, and why.
func fleetTable(out *bytes.Buffer, f *advice.Fleet, o Options) error {
	s := newScreen(out, o)
	p := bold
	if !f.Feasible {
		p = red
	}
	s.paragraph("", fleetTitle(f), p)
	for _, text := range fleetMoney(f) {
		if text != "" {
			s.paragraph("  ", text, plain)
		}
	}
	s.blank()
	if err := s.grid(fleetServices(f)); err != nil {
		return err
	}
	if len(f.Machines) > 0 {
		s.blank()
		s.fleetMachines(f)
	}
	if lines := fleetWhy(f, o); len(lines) > 0 {
		s.blank()
		before := ""
		for _, l := range lines {
			label := l[0]
			if label == before && (label == "To fit" || label == "Or less" || label == "Today") {
				label = ""
			}
			s.paragraph(pad(label, margin), l[1], plain)
			before = l[0]
		}
	}
	return nil
}

// fleetTitle says in one line whether all services fit, on what.
func fleetTitle(f *advice.Fleet) string {
	n, machines, owned := len(f.Services), 0, 0
	for _, m := range f.Machines {
		machines += m.Count
		if m.Owned {
			owned += m.Count
		}
	}
	on := numbered(machines, "machine", "machines")
	switch {
	case owned == machines && owned > 0:
		on = strings.Replace(on, " machine", " owned machine", 1)
	case owned > 0:
		on += fmt.Sprintf(" (%s owned)", count(owned))
	}
	without := dropped(f)
	if len(without) == 0 {
		return fmt.Sprintf("%s on %s: %s.", sentenceCount(n), on, unit.Format(unit.Money, math.Round(f.Cost)))
	}
	return fmt.Sprintf("%s not fit: %s. %s on %s: %s.", ofThem(len(without), n), strings.Join(without, ", "),
		numbered(n-len(without), "service", "services"), on, unit.Format(unit.Money, math.Round(f.Cost)))
}

func sentenceCount(n int) string {
	switch n {
	case 1:
		return "The service fits"
	case 2:
		return "Both services fit"
	}
	return fmt.Sprintf("All %s services fit", count(n))
}

func ofThem(without, n int) string {
	if without == 1 {
		return fmt.Sprintf("1 of %s services does", count(n))
	}
	return fmt.Sprintf("%s of %s services do", count(without), count(n))
}

// fleetMoney are the sentences about money, "" for one that does not apply.
func fleetMoney(f *advice.Fleet) []string {
	return []string{fleetBefore(f), fleetCost(f), fleetBound(f)}
}

// fleetCost compares the cost with that of separate plans.
func fleetCost(f *advice.Fleet) string {
	switch {
	case !f.Separate.Known:
		if f.Feasible {
			return "Planned one after the other they would not all fit: " + line(f.Separate.Why) + "."
		}
		return ""
	case !f.Feasible:
		return ""
	case len(f.Services) == 1:
		return ""
	case f.Separate.USD-f.Cost < 0.5:
		return "Planned one after the other, each on machines of its own, they cost the same."
	}
	return fmt.Sprintf("Planned one after the other, each on machines of its own, %s: sharing saves %s (%s).",
		unit.Format(unit.Money, math.Round(f.Separate.USD)), unit.Format(unit.Money, math.Round(f.Separate.USD-f.Cost)), percent(1-f.Cost/f.Separate.USD))
}

// fleetBound says how good the plan is proved to be.
func fleetBound(f *advice.Fleet) string {
	switch {
	case f.Cost == 0:
		return ""
	case f.Proved:
		return "No plan with the same options costs less."
	}
	return fmt.Sprintf("No plan with the same options costs less than %s (gap %s).", unit.Format(unit.Money, math.Floor(f.Bound)), percent(f.Gap))
}

// letters name services in the pictures of machines.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func serviceLetter(service int) string {
	if service < len(letters) {
		return letters[service : service+1]
	}
	return "#"
}

// fleetServices are the columns of the services: a row each, of those that run on several kinds of
// hardware one a kind.
func fleetServices(f *advice.Fleet) []column {
	all := []column{
		{head: ""}, {head: "service", most: 24}, {head: "runs on", wraps: true, whole: true}, {head: "machine", drop: 3, most: 22}, {head: "load", right: true, drop: 2}, {head: "free", right: true, drop: 4},
		{head: "USD/month", right: true}, {head: "alone", right: true, drop: 1}, {head: "holds until", drop: 5},
	}
	grows := false
	for i, s := range f.Services {
		grows = grows || !s.HoldsUntil.IsZero()
		for _, row := range serviceRows(i, s) {
			for c := range all {
				all[c].cells = append(all[c].cells, row[c])
			}
		}
	}
	if !grows {
		all = all[:len(all)-1]
	}
	return all
}

// serviceRows are the rows of one service.
func serviceRows(i int, s advice.FleetService) [][]string {
	until, alone, usd := none, none, none
	if !s.HoldsUntil.IsZero() {
		until = s.HoldsUntil.Format(time.DateOnly)
	}
	if s.Alone > 0 {
		alone = money(math.Round(s.Alone))
	}
	if !s.Feasible {
		on := whyWithout(s)
		if s.Share > 0 {
			on += fmt.Sprintf("; what is free carries %s of it", percent(s.Share))
		}
		return [][]string{{serviceLetter(i), line(s.Name), on, "", rate(s.DemandQPS), none, usd, alone, until}}
	}
	usd = money(math.Round(s.Cost))
	var rows [][]string
	for n, p := range s.Plans {
		free, load := none, s.DemandQPS
		if p.CapacityQPS > 0 {
			free = percent(math.Max(0, 1-p.Utilization))
		}
		if len(s.Plans) > 1 {
			load *= p.Share
		}
		row := []string{serviceLetter(i), line(s.Name), planWords(p), line(p.InstanceType), rate(load), free, usd, alone, until}
		if n > 0 {
			row[0], row[1], row[6], row[7], row[8] = "", "", "", "", ""
		}
		rows = append(rows, row)
	}
	return rows
}

// goesWithout reports for each row of the services whether its service goes without.
func goesWithout(f *advice.Fleet) func(row int) bool {
	var rows []bool
	for _, s := range f.Services {
		rows = append(rows, !s.Feasible)
		for range max(len(s.Plans), 1) - 1 {
			rows = append(rows, false)
		}
	}
	return func(row int) bool { return rows[row] }
}

// mostPictures bounds the machines of a kind that are drawn.
const mostPictures = 12

// fleetMachines draws the machines with what stands on them.
func (s *screen) fleetMachines(f *advice.Fleet) {
	s.put("Machines", plain)
	for _, m := range f.Machines {
		s.paragraph("  ", machineTitle(m), plain)
		groups := alikeHosts(m)
		for i, g := range groups {
			if i == mostPictures {
				s.put(fmt.Sprintf("      %s more", count(len(groups)-i)), plain)
				break
			}
			times := ""
			if g.times > 1 {
				times = count(g.times) + " × "
			}
			prefix := fmt.Sprintf("  %s[%s] ", pad2(times, 6), picture(m, g.host))
			s.paragraph(prefix, onHost(g.host), plain)
		}
	}
}

// pad2 fills text from the left up to n columns.
func pad2(text string, n int) string { return strings.Repeat(" ", max(n-width(text), 0)) + text }

func machineTitle(m advice.FleetMachine) string {
	text := fmt.Sprintf("%s × %s", count(m.Count), line(m.Machine))
	if m.Accelerator != "" && !strings.HasPrefix(m.Machine, "owned") {
		text += fmt.Sprintf(" (%s × %s)", cardsText(m.Cards), line(m.Accelerator))
	}
	if m.Owned && !strings.HasPrefix(m.Machine, "owned") {
		text += ", owned"
	}
	if m.USD > 0 {
		text += fmt.Sprintf(", %s each", unit.Format(unit.Money, math.Round(m.USD)))
	}
	return text + fmt.Sprintf(", %s used", percent(m.Used))
}

// cardsText is a number of accelerators, or the part of one that a machine has.
func cardsText(n float64) string {
	if n > 0 && n < 1 {
		return "1/" + grouped(1/n, 0)
	}
	return grouped(n, 0)
}

// hosts of a kind that hold the same.
type alikeHost struct {
	host  advice.FleetHost
	times int
}

func alikeHosts(m advice.FleetMachine) []alikeHost {
	at := map[string]int{}
	var out []alikeHost
	for _, h := range m.Hosts {
		key := onHost(h)
		if i, ok := at[key]; ok {
			out[i].times++
			continue
		}
		at[key] = len(out)
		out = append(out, alikeHost{h, 1})
	}
	return out
}

func onHost(h advice.FleetHost) string {
	text := strings.Join(each(h.Placed, func(p advice.FleetPlaced) string { return fmt.Sprintf("%s × %s", count(p.Replicas), line(p.Name)) }), ", ")
	if h.Zone > 0 {
		text += fmt.Sprintf(" (zone %d)", h.Zone)
	}
	return text
}

// fewChanges bounds the changes that are shown, the cheapest first.
const fewChanges = 3

// fleetWhy are the reasons: labels and texts.
func fleetWhy(f *advice.Fleet, o Options) [][2]string {
	var out [][2]string
	add := func(label, text string) { out = append(out, [2]string{label, text}) }
	out = append(out, fleetToday(f)...)
	for _, l := range f.Limits {
		if text := limitText(l); text != "" {
			add("Limit", text)
		}
	}
	if !f.Feasible {
		for _, c := range f.Changes[:min(len(f.Changes), fewChanges)] {
			add("To fit", fmt.Sprintf("%s: all services fit for %s", line(c.Text), unit.Format(unit.Money, math.Round(c.USD))))
		}
		for _, c := range f.Looser {
			add("Or less", fmt.Sprintf("%s: all services fit for %s", line(c.Text), unit.Format(unit.Money, math.Round(c.USD))))
		}
	}
	if g := f.Outgrown; g != nil {
		text := fmt.Sprintf("%s needs one more replica by %s", line(g.Service), g.Date.Format(time.DateOnly))
		switch {
		case g.Fits:
			text += "; the free capacity holds it"
		case g.USD > 0:
			text += fmt.Sprintf("; the next machine is 1 × %s, %s", line(g.Next), unit.Format(unit.Money, math.Round(g.USD)))
		default:
			text += "; the next machine is 1 × " + line(g.Next)
		}
		add("Grows", text)
	}
	if len(f.Idle) > 0 {
		add("Idle", strings.Join(each(f.Idle, line), ", ")+" of the pool: nothing needs it")
	}
	if f.Prices != "" {
		add("Prices", joined(append([]string{line(f.Prices)}, fleetQuotes(f).notes(o)...)))
	}
	for _, a := range f.Assumed {
		add("Assumed", line(a))
	}
	for _, w := range f.Warnings {
		add("Note", line(w))
	}
	return out
}

// limitText says how much of a limit is used and what one more of it saves.
func limitText(l advice.FleetLimit) string {
	if l.Unit == "USD/month" {
		text := fmt.Sprintf("budget: %s of %s", money(math.Round(l.Used)), unit.Format(unit.Money, l.Of))
		switch {
		case l.Binds > l.Of:
			return text + fmt.Sprintf("; all services need %s", money(math.Ceil(l.Binds)))
		case l.Binds > 0 && l.Exact:
			return text + fmt.Sprintf("; it binds below %s", money(math.Round(l.Binds)))
		}
		return text
	}
	text := fmt.Sprintf("%s: %s of %s in use", line(l.Limit), grouped(l.Used, 0), grouped(l.Of, 0))
	switch {
	case l.Known && l.Saves >= 0.5 && l.About:
		return text + fmt.Sprintf("; one more saves about %s", unit.Format(unit.Money, math.Round(l.Saves)))
	case l.Known && l.Saves >= 0.5:
		return text + fmt.Sprintf("; one more saves %s", unit.Format(unit.Money, math.Round(l.Saves)))
	case l.Known && l.Used >= l.Of && l.Of > 0:
		return text + "; one more saves nothing"
	}
	return text
}
