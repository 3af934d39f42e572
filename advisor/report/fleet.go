package report

import (
	"io"

	"scaleadvise/advisor/advice"
)

// fleetFormats is the one ordered list of formats of a fleet.
var fleetFormats = []format[advice.Fleet]{
	{"table", fleetTable},
	{"json", asJSON(newFleet)},
	{"yaml", asYAML(newFleet)},
	{"markdown", fleetMarkdown},
	{"csv", fleetCSV},
	{"html", asDocument(fleetDocument)},
}

// FleetFormats lists the names of the formats of a fleet, the default first.
func FleetFormats() []string { return formatNames(fleetFormats) }

// WriteFleet renders f in the named format, as Write does advice.
func WriteFleet(w io.Writer, name string, f *advice.Fleet, o Options) error {
	return write(w, "fleet", fleetFormats, name, f, o)
}

const fleetSchema = "urn:scaleadvise:fleet:v1"

type fleetDoc struct {
	Schema   string   `json:"schema"`
	Name     string   `json:"name"`
	Feasible bool     `json:"feasible"`
	Cost     *float64 `json:"cost_usd_per_month"`
	pricedDoc
	Separate *float64          `json:"separate_usd_per_month"` // null where not all services find a place on machines of their own
	Bound    *float64          `json:"lower_bound_usd_per_month"`
	Gap      *float64          `json:"gap"`
	Proved   bool              `json:"proved"`
	Cloud    string            `json:"cloud"`
	Services []fleetServiceDoc `json:"services"`
	Machines []fleetMachineDoc `json:"machines"`
	Limits   []fleetLimitDoc   `json:"limits"`
	Dropped  []string          `json:"dropped"`
	Changes  []fleetChangeDoc  `json:"changes"`  // each makes every service fit
	Looser   []fleetChangeDoc  `json:"ask_less"` // so does each of these weaker promises of services without a place
	Outgrown *outgrownDoc      `json:"outgrown"`
	Idle     []string          `json:"idle"`
	Warnings []string          `json:"warnings"`
	Assumed  []string          `json:"assumptions"`
	stamped
}

// stamp notes the run, and the age of the prices by its clock.
func (d *fleetDoc) stamp(r *Run) {
	d.stamped.stamp(r)
	d.Warnings = append(d.Warnings, d.aged(r)...)
}

// fleetQuotes are the dates of the prices of all machines.
func fleetQuotes(f *advice.Fleet) quotes {
	var q quotes
	for _, s := range f.Services {
		for _, p := range s.Plans {
			if p.USDPerHour > 0 {
				q.add(p.AsOf)
			}
		}
	}
	return q
}

type fleetServiceDoc struct {
	Name       string         `json:"name"`
	Priority   int            `json:"priority"`
	Feasible   bool           `json:"feasible"`
	Share      *float64       `json:"share_of_demand"`
	DemandQPS  *float64       `json:"demand_qps"`
	Plans      []fleetPlanDoc `json:"plans"`
	Cost       *float64       `json:"cost_usd_per_month"`
	Alone      *float64       `json:"separate_usd_per_month"`
	HoldsUntil *string        `json:"holds_until"`
	Losses     int            `json:"required_machine_losses"`
	Excuse     *string        `json:"excuse"`
	Today      *fleetTodayDoc `json:"today"`              // null where no deployment is declared
	Coarser    []string       `json:"may_change_answers"` // optimizations of the plans
}

type fleetTodayDoc struct {
	planDoc
	Holds  bool    `json:"holds"`
	Excuse *string `json:"excuse"`
}

type fleetPlanDoc struct {
	planDoc
	Share    *float64 `json:"share_of_demand"`
	Requests *string  `json:"requests"` // null for all
	MostOn   int      `json:"most_replicas_on_one_machine"`
}

type fleetMachineDoc struct {
	Machine     string         `json:"machine"`
	Cloud       string         `json:"cloud"`
	Accelerator string         `json:"accelerator"`
	Cards       *float64       `json:"accelerators"`
	Count       int            `json:"count"`
	Owned       bool           `json:"owned"`
	Each        *float64       `json:"usd_per_month_each"`
	Used        *float64       `json:"used_share"`
	Hosts       []fleetHostDoc `json:"hosts"`
}

type fleetHostDoc struct {
	Used     *float64         `json:"used_share"`
	Zone     *int             `json:"zone"` // null where zones do not matter
	Services []fleetPlacedDoc `json:"services"`
}

type fleetPlacedDoc struct {
	Name     string   `json:"name"`
	Replicas int      `json:"replicas"`
	Cards    *float64 `json:"accelerators"`
}

type fleetLimitDoc struct {
	Limit string   `json:"limit"`
	Used  *float64 `json:"used"`
	Of    *float64 `json:"of"`
	Unit  string   `json:"unit"`
	Saves *float64 `json:"saves_per_unit_usd"` // null where it was not computed
}

type fleetChangeDoc struct {
	Change string   `json:"change"`
	Cost   *float64 `json:"cost_usd_per_month"`
}

type outgrownDoc struct {
	Service string   `json:"service"`
	Date    *string  `json:"date"`
	Fits    bool     `json:"fits_in_what_is_free"`
	Machine *string  `json:"next_machine"`
	Cost    *float64 `json:"cost_usd_per_month"`
}

func newFleet(f *advice.Fleet) fleetDoc {
	doc := fleetDoc{
		Schema: fleetSchema, Name: clean(f.Name), Feasible: f.Feasible, Cost: number(f.Cost), pricedDoc: newPriced(fleetQuotes(f)), Bound: number(f.Bound), Gap: number(f.Gap), Proved: f.Proved,
		Cloud: clean(f.Cloud), Services: each(f.Services, newFleetService), Machines: each(f.Machines, newFleetMachine), Dropped: dropped(f),
		Limits: each(f.Limits, func(l advice.FleetLimit) fleetLimitDoc {
			out := fleetLimitDoc{Limit: clean(l.Limit), Used: number(l.Used), Of: number(l.Of), Unit: clean(l.Unit)}
			if l.Known {
				out.Saves = number(l.Saves)
			}
			return out
		}),
		Looser:   each(f.Looser, func(c advice.FleetChange) fleetChangeDoc { return fleetChangeDoc{clean(c.Text), number(c.USD)} }),
		Changes:  each(f.Changes, func(c advice.FleetChange) fleetChangeDoc { return fleetChangeDoc{clean(c.Text), number(c.USD)} }),
		Idle:     each(f.Idle, clean),
		Warnings: each(f.Warnings, clean),
		Assumed:  each(f.Assumed, clean),
	}
	if f.Separate.Known {
		doc.Separate = number(f.Separate.USD)
	}
	if g := f.Outgrown; g != nil {
		doc.Outgrown = &outgrownDoc{Service: clean(g.Service), Date: date(g.Date), Fits: g.Fits}
		if !g.Fits {
			next := clean(g.Next)
			doc.Outgrown.Machine, doc.Outgrown.Cost = &next, number(g.USD)
		}
	}
	return doc
}

// dropped are the services that go without.
func dropped(f *advice.Fleet) []string {
	out := []string{}
	for _, s := range f.Services {
		if !s.Feasible {
			out = append(out, clean(s.Name))
		}
	}
	return out
}

func newFleetService(s advice.FleetService) fleetServiceDoc {
	doc := fleetServiceDoc{
		Name: clean(s.Name), Priority: s.Priority, Feasible: s.Feasible, Share: number(s.Share), DemandQPS: number(s.DemandQPS), Cost: number(s.Cost),
		HoldsUntil: date(s.HoldsUntil), Losses: s.Losses, Coarser: each(s.Coarser, clean),
		Plans: each(s.Plans, func(p advice.FleetPlan) fleetPlanDoc {
			one := fleetPlanDoc{planDoc: newPlan(p.Evaluation, true), Share: number(p.Share), MostOn: p.MostOn}
			if p.Requests != "" {
				text := clean(p.Requests)
				one.Requests = &text
			}
			return one
		}),
	}
	if s.Alone > 0 {
		doc.Alone = number(s.Alone)
	}
	if t := s.Today; t != nil {
		doc.Today = &fleetTodayDoc{planDoc: newPlan(t.Evaluation, true), Holds: t.Holds}
		if why := clean(t.Why); !t.Holds {
			doc.Today.Excuse = &why
		}
	}
	if text := whyWithout(s); text != "" {
		doc.Excuse = &text
	}
	return doc
}

func whyWithout(s advice.FleetService) string {
	if s.Feasible {
		return ""
	}
	return clean(s.Reason)
}

func newFleetMachine(m advice.FleetMachine) fleetMachineDoc {
	return fleetMachineDoc{
		Machine: clean(m.Machine), Cloud: clean(m.Cloud), Accelerator: clean(m.Accelerator), Cards: number(m.Cards), Count: m.Count, Owned: m.Owned, Each: number(m.USD), Used: number(m.Used),
		Hosts: each(m.Hosts, func(h advice.FleetHost) fleetHostDoc {
			doc := fleetHostDoc{Used: number(h.Used), Services: each(h.Placed, func(p advice.FleetPlaced) fleetPlacedDoc {
				return fleetPlacedDoc{clean(p.Name), p.Replicas, number(p.Cards)}
			})}
			if h.Zone > 0 {
				zone := h.Zone
				doc.Zone = &zone
			}
			return doc
		}),
	}
}

// planWords names what a service runs on.
func planWords(p advice.FleetPlan) string {
	text := compact(p.Evaluation)
	if p.Requests != "" {
		text += " for " + line(p.Requests)
	}
	return text
}
