package intake

import (
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// purpose is what a command asks of a case, with the traits that do not bear on it.
type purpose struct {
	says   string
	traits []string
	unless func(w *workload.Workload) []string // traits that do bear on it here
}

// stored are the traits of data at rest, of the plans that may be bought, and of how much is kept free.
var (
	stored  = []string{"data_size", "data_growth", "retention", "job_window", "job_rate"}
	offered = []string{"max_replicas", "max_gpu", "allow_gpu", "owned", "quota", "stay", "headroom", "allow_optimization", "objective", "compare_api"}
	elastic = []string{"cold_start", "autoscale", "day_shape", "zones", "replica_availability"}
	priced  = []string{"cloud", "region", "pricing", "price", "discount", "lead_time", "grid_intensity"}
)

var purposes = map[string]purpose{
	"capacity": {"capacity says what the hardware sustains", slices.Concat(stored, offered, elastic, priced, []string{"availability", "horizon", "request_size", "host_time"}),
		func(w *workload.Workload) []string {
			if w.Budget > 0 { // what money pays for depends on prices, and on what may be bought
				return slices.Concat(offered, elastic, priced, []string{"availability"})
			}
			return []string{"max_gpu", "allow_gpu"}
		}},
	"forecast": {"forecast tells the demand, and until when today's deployment carries it", slices.Concat(stored, offered, elastic, priced, []string{"budget", "request_size"}),
		func(*workload.Workload) []string { return []string{"replica_availability"} }},
	"simulate": {"simulate runs the replicas that were given", slices.Concat(stored, offered, []string{"budget", "zones", "replica_availability", "horizon", "lead_time", "grid_intensity"}),
		func(w *workload.Workload) []string {
			if !workload.Given(w, "replicas") { // then the plan that advise recommends is run
				return slices.Concat(stored, offered, []string{"budget", "zones", "replica_availability", "horizon", "lead_time", "grid_intensity"})
			}
			return []string{"max_gpu", "allow_gpu"}
		}},
}

// Unused returns a note that names the traits of the command line that have no effect on what a
// command tells; none where all have.
func (c *Case) Unused(command string) []string {
	p, ok := purposes[command]
	if !ok {
		return nil
	}
	matters := p.unless(c.Workload)
	var flags []string
	for _, t := range c.Workload.Traits {
		if t.Value.Origin.Kind == origin.Flag && slices.Contains(p.traits, t.Spec.Name) && !slices.Contains(matters, t.Spec.Name) {
			flags = append(flags, "--"+t.Spec.Flag)
		}
	}
	switch len(flags) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("%s has no effect here: %s", flags[0], p.says)}
	}
	return []string{fmt.Sprintf("%s have no effect here: %s", strings.Join(flags, ", "), p.says)}
}
