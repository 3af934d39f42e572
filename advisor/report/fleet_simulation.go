package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/advice"
)

// fleetSimulationFormats is the one ordered list of formats of a simulated fleet.
var fleetSimulationFormats = []format[advice.FleetSimulation]{
	{"table", fleetSimulationTable},
	{"json", asJSON(newFleetSimulation)},
	{"yaml", asYAML(newFleetSimulation)},
}

// FleetSimulationFormats lists the names of the formats of a simulated fleet, the default first.
func FleetSimulationFormats() []string { return formatNames(fleetSimulationFormats) }

// WriteFleetSimulation renders f in the named format, as Write does advice.
func WriteFleetSimulation(w io.Writer, name string, f *advice.FleetSimulation, o Options) error {
	return write(w, "simulated fleet", fleetSimulationFormats, name, f, o)
}

type fleetSimulationDoc struct {
	Schema   string                `json:"schema"`
	Name     string                `json:"name"`
	Holds    bool                  `json:"holds"`
	Services []simulatedServiceDoc `json:"services"`
	Dropped  []string              `json:"dropped"`
}

type simulatedServiceDoc struct {
	Name     string   `json:"name"`
	Asked    *string  `json:"requests_served"` // null for all
	Replicas int      `json:"replicas"`
	Lost     int      `json:"lost_replicas"`
	Machine  string   `json:"machine"`
	Promised bool     `json:"promises_to_survive"`
	Verdict  *string  `json:"verdict"` // null where it was not simulated
	Requests *float64 `json:"requests"`
	P99MS    *float64 `json:"p99_ms"`
	Attained *float64 `json:"slo_attainment"`
	Reason   *string  `json:"reason"` // why it does not hold, or why it was not simulated
}

func newFleetSimulation(f *advice.FleetSimulation) fleetSimulationDoc {
	return fleetSimulationDoc{
		Schema: "urn:scaleadvise:fleet-simulation:v1", Name: clean(f.Name), Holds: f.Holds, Dropped: each(f.Without, clean),
		Services: each(f.Services, func(s advice.SimulatedService) simulatedServiceDoc {
			doc := simulatedServiceDoc{Name: clean(s.Name), Replicas: s.Replicas, Lost: s.Lost, Machine: clean(s.Machine), Promised: s.Promised}
			if s.Requests != "" {
				asked := clean(s.Requests)
				doc.Asked = &asked
			}
			if s.Reason != "" {
				reason := clean(s.Reason)
				doc.Reason = &reason
			}
			if r := s.Result; r != nil {
				verdict := string(r.Verdict)
				if why := strings.Join(each(r.Reasons, line), "; "); why != "" {
					doc.Reason = &why
				}
				doc.Verdict, doc.Requests, doc.P99MS, doc.Attained = &verdict, number(float64(r.Requests)), number(r.P99*1000), number(r.Attainment.Value)
			}
			return doc
		}),
	}
}

// fleetSimulationTable writes one line a service.
func fleetSimulationTable(out *bytes.Buffer, f *advice.FleetSimulation, o Options) error {
	s := newScreen(out, o)
	s.paragraph("", fleetSimulationTitle(f), bold)
	s.paragraph("  ", "Requests arrive at the planned peak for an hour; after ten minutes the machine with most replicas of the service is lost and does not come back.", plain)
	s.blank()
	columns := []column{{head: "service"}, {head: "runs on", wraps: true, whole: true}, {head: "lost", right: true}, {head: "requests", right: true, drop: 2}, {head: "p99", right: true}, {head: "within bounds", right: true, drop: 1}, {head: "verdict"}}
	for _, one := range f.Services {
		row := []string{line(one.Name), line(simulatedWords(one)), count(one.Lost) + " of " + count(one.Replicas), none, none, none, line(one.Reason)}
		if r := one.Result; r != nil {
			row[3], row[4], row[5], row[6] = count(int(r.Requests)), duration(r.P99), percent(r.Attainment.Value), simulatedVerdict(one)
			if one.Lost >= one.Replicas {
				row[2] = "none"
			}
		}
		for c := range columns {
			columns[c].cells = append(columns[c].cells, row[c])
		}
	}
	columns[6].most = wishRoom
	if err := s.grid(columns); err != nil {
		return err
	}
	for _, one := range f.Services {
		if r := one.Result; r != nil && len(r.Reasons) > 0 {
			s.blank()
			s.paragraph("", line(one.Name)+" "+string(r.Verdict)+": "+strings.Join(each(r.Reasons, line), "; ")+".", plain)
		}
	}
	return nil
}

// simulatedVerdict is what came out.
func simulatedVerdict(s advice.SimulatedService) string {
	text := string(s.Result.Verdict)
	switch {
	case s.Lost >= s.Replicas:
		text += "; its only machine is not lost here"
	case !s.Promised:
		text += " (not promised)"
	}
	return text
}

// simulatedWords names what was simulated.
func simulatedWords(s advice.SimulatedService) string {
	if s.Requests == "" {
		return s.Runs
	}
	return s.Runs + " for " + s.Requests
}

func fleetSimulationTitle(f *advice.FleetSimulation) string {
	failed := []string{}
	for _, s := range f.Services {
		if s.Result == nil || s.Promised && s.Result.Verdict != "holds" {
			failed = append(failed, line(s.Name))
		}
	}
	switch {
	case len(f.Without) > 0:
		return fmt.Sprintf("The plan leaves out %s.", strings.Join(each(f.Without, line), ", "))
	case len(failed) == 0:
		return "Every service that promises to survive the loss of a machine does so in its busiest hour."
	}
	return fmt.Sprintf("Not certified with a machine lost in the busiest hour: %s.", strings.Join(failed, ", "))
}
