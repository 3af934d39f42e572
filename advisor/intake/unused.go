package intake

import (
	"slices"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
)

// purpose is what a command asks of a case, and the traits that do not bear on it.
type purpose struct {
	says   string
	unused func(w *workload.Workload) []string
}

// The traits of data at rest, of the plans that may be bought, of replicas that come and go, and of
// what follows a purchase.
var (
	stored  = []string{"data_size", "data_growth", "retention", "job_window", "job_rate"}
	offered = []string{"max_replicas", "owned", "quota", "stay", "headroom", "allow_optimization", "objective", "compare_api", "disaggregate"}
	elastic = []string{"cold_start", "autoscale", "day_shape"}
	after   = []string{"lead_time", "grid_intensity"}
)

// spread is the trait that says over how many zones replicas stand, where there are not several.
func spread(w *workload.Workload) []string {
	if w.Replicas >= 2 {
		return nil
	}
	return []string{"zones"}
}

var purposes = map[string]purpose{
	"capacity": {"capacity says what the hardware sustains", func(w *workload.Workload) []string {
		unused := slices.Concat(stored, []string{"horizon", "request_size", "measured_latency", "measured_percentile"})
		if w.Budget > 0 { // what money pays for depends on prices, and on what may be bought
			return unused
		}
		return slices.Concat(unused, offered, elastic, spread(w), after, []string{"availability", "replica_availability"})
	}},
	"forecast": {"forecast tells demand and data, and until when today's deployment holds", func(w *workload.Workload) []string {
		return slices.Concat(offered, elastic, spread(w), after, []string{"max_gpu", "allow_gpu", "budget", "request_size"})
	}},
	"simulate": {"simulate runs the replicas that were given", func(w *workload.Workload) []string {
		if !workload.Given(w, "replicas") { // then the plan that advise recommends is run
			return nil
		}
		return slices.Concat(stored, offered, spread(w), []string{"budget", "replica_availability", "horizon", "lead_time", "grid_intensity"})
	}},
}

// Unused returns a note that names the traits of the command line that have no effect on a command's answer;
// none where all have.
func (c *Case) Unused(command string) []string {
	p, ok := purposes[command]
	if !ok {
		return nil
	}
	unused := p.unused(c.Workload)
	var flags []string
	for _, t := range c.Workload.Traits {
		if t.Value.Origin.Kind == origin.Flag && slices.Contains(unused, t.Spec.Name) {
			flags = append(flags, "--"+t.Spec.Flag)
		}
	}
	if len(flags) == 0 {
		return nil
	}
	return []string{workload.Ineffective(flags, " here: "+p.says)}
}
