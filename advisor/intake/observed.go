package intake

import (
	"fmt"
	"strings"

	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/workload"
)

// unobserved says what a reader should know of what was read: warnings, and the traits that
// neither the metrics nor another layer tell.
func unobserved(o *prom.Observation, w *workload.Workload) []string {
	if o == nil {
		return nil
	}
	var notes, names []string
	for _, warning := range o.Warnings {
		notes = append(notes, o.Source+": "+warning)
	}
	given := map[string]bool{}
	for _, t := range w.Traits {
		given[t.Spec.Name] = !t.Assumed()
	}
	for _, u := range o.Unknown {
		if !given[u.Trait] {
			names = append(names, u.Trait)
		}
	}
	if len(names) > 0 {
		notes = append(notes, fmt.Sprintf("%s: not in the metrics: %s (scaleadvise observe says why, and how to give them)", o.Source, strings.Join(names, ", ")))
	}
	return notes
}
