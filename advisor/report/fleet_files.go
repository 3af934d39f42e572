package report

import (
	"bytes"
	"encoding/csv"
	"strconv"

	"scaleadvise/advisor/advice"
)

// fleetColumns are the columns of the CSV: one row a service and plan.
var fleetColumns = []fleetColumn{
	{"service", func(s fleetServiceDoc, _ fleetPlanDoc) string { return s.Name }},
	{"priority", func(s fleetServiceDoc, _ fleetPlanDoc) string { return strconv.Itoa(s.Priority) }},
	{"feasible", func(s fleetServiceDoc, _ fleetPlanDoc) string { return strconv.FormatBool(s.Feasible) }},
	{"share_of_demand", func(s fleetServiceDoc, p fleetPlanDoc) string {
		if p.Share != nil {
			return raw(p.Share)
		}
		return raw(s.Share)
	}},
	{"demand_qps", func(s fleetServiceDoc, _ fleetPlanDoc) string { return raw(s.DemandQPS) }},
	{"requests", func(_ fleetServiceDoc, p fleetPlanDoc) string { return given(p.Requests) }},
	{"accelerator", func(_ fleetServiceDoc, p fleetPlanDoc) string { return p.Accelerator }},
	{"accelerators_per_replica", func(_ fleetServiceDoc, p fleetPlanDoc) string { return whole(p.AcceleratorsPerReplica) }},
	{"replicas", func(_ fleetServiceDoc, p fleetPlanDoc) string { return whole(p.Replicas) }},
	{"most_replicas_on_one_machine", func(_ fleetServiceDoc, p fleetPlanDoc) string { return whole(p.MostOn) }},
	{"precision", func(_ fleetServiceDoc, p fleetPlanDoc) string { return p.Precision }},
	{"runtime", func(_ fleetServiceDoc, p fleetPlanDoc) string { return given(p.Runtime) }},
	{"cloud", func(_ fleetServiceDoc, p fleetPlanDoc) string { return p.Cloud }},
	{"instance_type", func(_ fleetServiceDoc, p fleetPlanDoc) string { return p.InstanceType }},
	{"capacity_qps", func(_ fleetServiceDoc, p fleetPlanDoc) string { return raw(p.CapacityQPS) }},
	{"utilization", func(_ fleetServiceDoc, p fleetPlanDoc) string { return raw(p.Utilization) }},
	{"cost_usd_per_month", func(s fleetServiceDoc, _ fleetPlanDoc) string { return raw(s.Cost) }},
	{"separate_usd_per_month", func(s fleetServiceDoc, _ fleetPlanDoc) string { return raw(s.Alone) }},
	{"holds_until", func(s fleetServiceDoc, _ fleetPlanDoc) string { return given(s.HoldsUntil) }},
	{"excuse", func(s fleetServiceDoc, _ fleetPlanDoc) string { return given(s.Excuse) }},
	{"price_as_of", func(_ fleetServiceDoc, p fleetPlanDoc) string { return given(p.PriceAsOf) }},
	{"not_included", func(fleetServiceDoc, fleetPlanDoc) string { return withoutCell }},
}

// fleetColumn is one column of the CSV of a fleet.
type fleetColumn struct {
	name string
	of   func(fleetServiceDoc, fleetPlanDoc) string
}

// fleetCSV writes what services run on, one kind of replica a row. An unknown value is empty.
func fleetCSV(out *bytes.Buffer, f *advice.Fleet, _ Options) error {
	w := csv.NewWriter(out)
	row := make([]string, len(fleetColumns))
	for i, c := range fleetColumns {
		row[i] = c.name
	}
	if err := w.Write(row); err != nil {
		return err
	}
	for _, s := range each(f.Services, newFleetService) {
		plans := s.Plans
		if len(plans) == 0 {
			plans = []fleetPlanDoc{{}}
		}
		for _, p := range plans {
			for i, c := range fleetColumns {
				row[i] = cell(c.of(s, p))
			}
			if err := w.Write(row); err != nil {
				return err
			}
		}
	}
	w.Flush()
	return w.Error()
}

// fleetMarkdown writes a page for a repository or a comment.
func fleetMarkdown(out *bytes.Buffer, f *advice.Fleet, o Options) error {
	m := markdown{out}
	name := line(f.Name)
	if name == "" {
		name = "Fleet"
	}
	m.printf("## %s\n\n**%s**\n\n", escape(name), escape(fleetTitle(f)))
	for _, text := range fleetMoney(f) {
		if text != "" {
			m.printf("%s\n\n", escape(text))
		}
	}
	never := func(int) bool { return false }
	m.table(fleetServices(f), never)
	m.printf("\n### Machines\n\n")
	m.table(fleetHosts(f), never)
	if why := fleetWhy(f, o); len(why) > 0 {
		m.printf("\n")
		for _, l := range why {
			m.printf("- %s: %s\n", l[0], escape(l[1]))
		}
	}
	return nil
}
