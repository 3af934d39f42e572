package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/advice"
)

// affordedDoc is what a budget pays for on one kind of accelerator.
type affordedDoc struct {
	Accelerator            *string  `json:"accelerator"`
	AcceleratorsPerReplica int      `json:"accelerators_per_replica"`
	Cloud                  *string  `json:"cloud"`
	Region                 *string  `json:"region"`
	Machine                *string  `json:"machine"`
	Machines               int      `json:"machines"`
	Replicas               int      `json:"replicas"`
	Precision              *string  `json:"precision"`
	Runtime                *string  `json:"runtime"`
	Optimizations          []string `json:"optimizations"`
	CapacityQPS            *float64 `json:"capacity_qps"`
	LowQPS                 *float64 `json:"low_qps"`
	HighQPS                *float64 `json:"high_qps"`
	LoadQPS                *float64 `json:"load_qps"`     // the load that a plan carries, with confidence, headroom and losses included
	LoadNowQPS             *float64 `json:"load_now_qps"` // the load of today that grows to load_qps
	Users                  *float64 `json:"users"`        // users whose peak load is load_now_qps
	P99MS                  *float64 `json:"p99_ms"`       // at load_qps
	Basis                  *string  `json:"basis"`
	USDPerMonth            *float64 `json:"usd_per_month"`
	AsOf                   *string  `json:"prices_as_of"`
}

func newAfforded(a advice.Afforded) affordedDoc {
	e := a.Plan
	d := affordedDoc{
		Accelerator: optional(e.Accelerator), AcceleratorsPerReplica: e.PerReplica, Cloud: optional(e.Cloud), Region: optional(e.Region),
		Machine: optional(e.InstanceType), Machines: e.Instances, Replicas: e.Replicas, Precision: optional(e.Precision), Runtime: optional(e.Runtime),
		Optimizations: cleanAll(e.Optimizations), CapacityQPS: number(e.CapacityQPS), LowQPS: number(e.LowQPS), HighQPS: number(e.HighQPS),
		LoadQPS: number(a.LoadQPS), LoadNowQPS: number(a.NowQPS), Users: known(a.Users), P99MS: millis(e.P99), Basis: optional(e.Basis), AsOf: dayOf(e.AsOf),
	}
	if e.Priced {
		d.USDPerMonth = number(e.CostPerMonth)
	}
	return d
}

// affordTitle is what the money pays for, in one sentence.
func affordTitle(a *advice.Capacity) string {
	sum := grouped(a.Budget, 0) + " USD/month"
	if len(a.ByHardware) == 0 {
		return sum + " buys no plan that holds: " + excused(a.Excuse) + "."
	}
	best := a.ByHardware[0]
	s := sum + " pays for " + sustained(a) + capacityBound(a) + " at most: " + fleet(best.Plan) + form(best.Plan) + "."
	if a.Asked {
		asked, most, holds, exceeds := rate(a.Point.QPS), rate(twoDigits(mostOf(a).LoadQPS)), "holds", "is too much"
		if a.Users > 0 { // in the words of the question
			asked, most = grouped(a.Users, 0)+" users", grouped(twoDigits(mostOf(a).Users), 0)+" users"
			holds, exceeds = "hold", "are too many"
		}
		if a.Verdict == advice.Holds {
			return asked + " " + holds + " within " + sum + ": it pays for up to " + most + "."
		}
		return asked + " " + exceeds + " for " + sum + ", which pays for " + most + " at most."
	}
	return s
}

// mostOf is the row that may take the most load.
func mostOf(a *advice.Capacity) advice.Afforded {
	best := a.ByHardware[0]
	for _, r := range a.ByHardware {
		if r.LoadQPS > best.LoadQPS {
			best = r
		}
	}
	return best
}

// countOn says what a plan may count on, in the words in which the load was given.
func countOn(a *advice.Capacity) string {
	if len(a.ByHardware) == 0 {
		return ""
	}
	best := mostOf(a)
	load := rate(twoDigits(best.NowQPS))
	s := "Count on " + load
	if best.Users > 0 {
		s = "Count on " + grouped(twoDigits(best.Users), 0) + " users, " + load + " at their peak"
	}
	if best.Plan.Accelerator != a.ByHardware[0].Plan.Accelerator {
		s += ", on " + fleet(best.Plan) + form(best.Plan)
	}
	if a.Growth > 1 {
		s += " today, grown to " + rate(twoDigits(best.LoadQPS)) + " at the horizon"
	}
	var kept []string
	if best.Plan.LowQPS < best.Plan.HighQPS {
		kept = append(kept, "its range")
	}
	if best.Plan.LossesRequired > 0 {
		kept = append(kept, "the loss of "+count(best.Plan.LossesRequired)+" of "+count(best.Plan.Replicas))
	}
	s += fmt.Sprintf(": %.0f %% free at the peak", 100*(1-best.LoadQPS/best.Plan.CapacityQPS))
	if len(kept) > 0 {
		s += ", " + enumerated(kept) + " included"
	}
	return s + "."
}

// twoDigits rounds down: more is not promised.
func twoDigits(v float64) float64 {
	if !(v > 0) {
		return 0
	}
	step := math.Pow(10, math.Floor(math.Log10(v))-1)
	return math.Floor(v/step+1e-9) * step
}

// mostAfforded is how many rows a screen has room for.
const mostAfforded = 8

// affordedColumns are the rows side by side.
func affordedColumns(a *advice.Capacity, rows []advice.Afforded) []column {
	var plan, clouds, rented, carries, ranges, load, users, tail, basis []string
	var usd []float64
	for _, r := range rows {
		e := r.Plan
		middle, within := carried(e)
		plan = append(plan, fleet(e)+form(e))
		clouds, rented = append(clouds, orNone(line(e.Cloud))), append(rented, line(fmt.Sprintf("%s × %s", count(e.Instances), e.InstanceType)))
		usd, basis = append(usd, e.CostPerMonth), append(basis, orNone(line(e.Basis)))
		carries, ranges, load = append(carries, middle), append(ranges, within), append(load, rate(twoDigits(r.NowQPS)))
		users = append(users, grouped(twoDigits(r.Users), 0))
		tail = append(tail, orNone(latency(e, a.Workload)))
	}
	columns := []column{
		{head: "plan", cells: plan, most: mostPlan}, {head: "USD/month", cells: figures(usd, 1, ""), right: true, unit: true},
		{head: "carries", cells: carries, right: true}, {head: rangeHead, cells: ranges, drop: 5},
		{head: "count on", cells: load, right: true},
	}
	if a.ByHardware[0].Users > 0 {
		columns = append(columns, column{head: "users", cells: users, right: true})
	}
	return append(columns, column{head: "cloud", cells: clouds}, column{head: "machines", cells: rented, drop: 1}, column{head: "latency", cells: tail, right: true, drop: 3}, column{head: "basis", cells: basis, drop: 4})
}

// affordedShown are the rows of a screen: the first, and that of today's hardware.
func affordedShown(a *advice.Capacity, all bool) (rows []advice.Afforded, left int) {
	if all || len(a.ByHardware) <= mostAfforded+1 {
		return a.ByHardware, 0
	}
	rows = append(rows, a.ByHardware[:mostAfforded]...)
	for _, r := range a.ByHardware[mostAfforded:] {
		if r.Runs {
			rows = append(rows, r)
		}
	}
	return rows, len(a.ByHardware) - len(rows)
}

// affordTable writes one screen about a budget.
func affordTable(s *screen, a *advice.Capacity) error {
	s.paragraph("", affordTitle(a), verdictStyle(a.Verdict))
	if text := countOn(a); text != "" {
		s.paragraph("  ", text, plain)
	}
	s.blank()
	s.labelled("Service", capacityWorkload(a))
	rows, left := affordedShown(a, s.o.Explain)
	if len(rows) > 0 {
		s.blank()
		columns, _ := fit(s.sign(affordedColumns(a, rows)), s.width-2)
		text, err := lines(columns)
		if err != nil {
			return err
		}
		for _, row := range text {
			s.put("  "+row, plain)
		}
		if left > 0 {
			s.put("  ("+count(left)+" more carry less: --explain)", faint)
		}
	}
	s.labelled("Prices", affordPrices(rows, s.o))
	s.closing(a)
	return nil
}

// affordPrices says where and of when the prices of some rows are, and what they leave out.
func affordPrices(rows []advice.Afforded, o Options) []string {
	var places, lists []string
	for _, r := range rows {
		e := r.Plan
		place := line(strings.Join([]string{e.Cloud, e.Region, o.dated(e.AsOf)}, " "))
		if !slices.Contains(places, place) && e.Rented > 0 {
			places = append(places, place)
		}
		if list := listed(e.Hosting); !slices.Contains(lists, list) {
			lists = append(lists, list)
		}
	}
	if len(places) == 0 {
		return nil
	}
	return append(places, strings.Join(lists, ", "), withoutLine())
}

// affordMarkdown writes the rows as a table.
func affordMarkdown(m markdown, a *advice.Capacity, o Options) {
	if len(a.ByHardware) == 0 {
		return
	}
	m.printf("\n%s\n\n### By hardware\n\n", escape(countOn(a)))
	m.table(affordedColumns(a, a.ByHardware), func(int) bool { return false })
	m.printf("\nPrices: %s\n", escape(strings.Join(affordPrices(a.ByHardware, o), " · ")))
}

// affordFields are the columns of the CSV of a budget.
var affordFields = []struct {
	name string
	of   func(affordedDoc) string
}{
	{"accelerator", func(d affordedDoc) string { return said(d.Accelerator) }},
	{"accelerators_per_replica", func(d affordedDoc) string { return strconv.Itoa(d.AcceleratorsPerReplica) }},
	{"cloud", func(d affordedDoc) string { return said(d.Cloud) }},
	{"machine", func(d affordedDoc) string { return said(d.Machine) }},
	{"machines", func(d affordedDoc) string { return strconv.Itoa(d.Machines) }},
	{"replicas", func(d affordedDoc) string { return strconv.Itoa(d.Replicas) }},
	{"precision", func(d affordedDoc) string { return said(d.Precision) }},
	{"runtime", func(d affordedDoc) string { return said(d.Runtime) }},
	{"capacity_qps", func(d affordedDoc) string { return raw(d.CapacityQPS) }},
	{"load_qps", func(d affordedDoc) string { return raw(d.LoadQPS) }},
	{"users", func(d affordedDoc) string { return raw(d.Users) }},
	{"usd_per_month", func(d affordedDoc) string { return raw(d.USDPerMonth) }},
	{"prices_as_of", func(d affordedDoc) string { return said(d.AsOf) }},
	{"not_included", func(affordedDoc) string { return withoutCell }},
}

// affordCSV writes one kind of hardware a row.
func affordCSV(out *bytes.Buffer, a *advice.Capacity) error {
	w := csv.NewWriter(out)
	row := make([]string, len(affordFields))
	for i, f := range affordFields {
		row[i] = f.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, d := range each(a.ByHardware, newAfforded) {
		for i, f := range affordFields {
			row[i] = f.of(d)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// said is a word, or nothing where there is none.
func said(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
