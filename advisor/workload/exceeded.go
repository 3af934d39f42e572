package workload

import "fmt"

// Exceeded is a time that was measured of what runs today beyond its bound.
type Exceeded struct {
	What        string  // "a request", "the p99 of time to the first token"
	Seen, Bound float64 // s
	AtLeast     bool    // it may be more
	Mean        bool    // of all requests, at the mean load
	Trait       string  // of the bound
	Made        string  // what the bound is made of; "" where it was given
}

// surePercentile is the percentile from which on a bound is broken where the mean exceeds it: few requests that take
// very long may lift a mean above a low percentile.
const surePercentile = 0.9

// Beyond returns what was measured beyond its bound: the mean latency, and the percentiles that metrics show.
func (w *Workload) Beyond() []Exceeded {
	mean := Exceeded{What: "a request", Seen: w.SeenLatency, Mean: true, Trait: "p99"}
	if l := w.LLM; l.TTFT > 0 && l.TPOT > 0 && l.Output.Mid >= 1 && l.Percentile >= surePercentile {
		mean.Bound, mean.Trait = l.TTFT+l.TPOT*(l.Output.Mid-1), "tpot"
		mean.Made = fmt.Sprintf("%s to the first token and %s for each of the others", duration(l.TTFT), duration(l.TPOT))
	}
	if w.Latency > 0 && w.Percentile >= surePercentile && !(mean.Bound > 0 && mean.Bound < w.Latency) {
		mean.Bound, mean.Trait, mean.Made = w.Latency, "p99", ""
	}
	if mean.Bound > 0 && mean.Seen > mean.Bound {
		return append([]Exceeded{mean}, w.SeenBeyond...)
	}
	return w.SeenBeyond
}
