package prom

import (
	"fmt"

	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/workload"
)

// Beyond returns the observed percentiles that a workload bounds, and those beyond the bounds, and says so in words: a prediction that
// today's deployment holds is worth little where it was observed not to. A percentile counts as beyond a bound only
// where its whole histogram bucket is.
func (o *Observation) Beyond(w *workload.Workload) (seen []workload.Percentile, beyond []workload.Exceeded, told []string) {
	for _, b := range []struct {
		seen, trait       string
		bound, percentile float64
	}{
		{"latency", "p99", w.Latency, w.Percentile},
		{"ttft", "ttft", w.LLM.TTFT, w.LLM.Percentile},
		{"tpot", "tpot", w.LLM.TPOT, w.LLM.Percentile},
	} {
		if b.bound <= 0 || w.Assumed(b.trait) {
			continue
		}
		f, ok := o.factNamed(fmt.Sprintf("%s_p%g", b.seen, 100*b.percentile))
		if ok && f.AtMost > 0 {
			seen = append(seen, workload.Percentile{Of: b.seen, At: b.percentile, Low: f.AtLeast, High: f.AtMost})
		}
		if ok && f.AtLeast >= b.bound {
			beyond = append(beyond, workload.Exceeded{What: "the " + f.Title + ",", Seen: f.AtLeast, Bound: b.bound, AtLeast: true, Trait: b.trait})
			told = append(told, fmt.Sprintf("the metrics show %s or more for the %s, beyond the bound of %s: today's deployment did not keep it, whatever is predicted (%s)",
				unit.Format(unit.Duration, f.AtLeast), f.Title, unit.Format(unit.Duration, b.bound), f.Query))
		}
	}
	return seen, beyond, told
}

func (o *Observation) factNamed(name string) (Fact, bool) {
	for _, f := range o.Facts {
		if f.Name == name {
			return f, true
		}
	}
	return Fact{}, false
}
