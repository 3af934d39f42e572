package prom

import (
	"fmt"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Against compares the observed percentiles with the bounds of a workload: a prediction that today's
// deployment holds is worth little where it was observed not to. A percentile counts as beyond a bound only
// where its whole histogram bucket is.
func (o *Observation) Against(w *workload.Workload) []string {
	var beyond []string
	for _, b := range []struct {
		seen              string
		bound, percentile float64
	}{
		{"latency", w.Latency, w.Percentile},
		{"ttft", w.LLM.TTFT, w.LLM.Percentile},
		{"tpot", w.LLM.TPOT, w.LLM.Percentile},
	} {
		if b.bound <= 0 || w.Assumed("p99") && b.seen == "latency" {
			continue
		}
		if f, ok := o.factNamed(fmt.Sprintf("%s_p%g", b.seen, 100*b.percentile)); ok && f.AtLeast >= b.bound {
			beyond = append(beyond, fmt.Sprintf("the metrics show %s or more for the %s, beyond the bound of %s: today's deployment did not keep it, whatever is predicted (%s)",
				unit.Format(unit.Duration, f.AtLeast), f.Title, unit.Format(unit.Duration, b.bound), f.Query))
		}
	}
	return beyond
}

func (o *Observation) factNamed(name string) (Fact, bool) {
	for _, f := range o.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}
