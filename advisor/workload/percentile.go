package workload

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"scaleadvise/advisor/unit"
)

// Percentile is a percentile of what runs today as it was measured, s: a histogram tells the bucket in which it lies.
type Percentile struct {
	Of        string  // "latency", "ttft", "tpot"
	At        float64 // 0.99
	Low, High float64 // s, within which it lies; High is infinite where it may be any more
}

// percentileOf are the traits of the bounds on what has measured percentiles, and what each is called.
var percentileOf = map[string]struct{ trait, name string }{
	"latency": {"p99", "latency"}, "ttft": {"ttft", "time to the first token"}, "tpot": {"tpot", "time per output token"},
}

// String writes a percentile as the trait measured_percentile takes it.
func (p Percentile) String() string {
	text := func(s float64) string { return strconv.FormatFloat(1e3*s, 'g', 6, 64) + "ms" }
	name := p.Of + ":p" + strconv.FormatFloat(100*p.At, 'g', 6, 64) + ":" + text(p.Low)
	switch {
	case math.IsInf(p.High, 1):
		return name + "+"
	case p.High > p.Low:
		return name + ".." + text(p.High)
	}
	return name
}

// parsePercentile reads WHAT:pNN:TIME, where the time may be LOW..HIGH, or LOW+ for that or more.
func parsePercentile(s string) (Percentile, error) {
	parts := strings.SplitN(s, ":", 3)
	if len(parts) != 3 || percentileOf[parts[0]].trait == "" {
		return Percentile{}, fmt.Errorf("%q: expected latency, ttft or tpot, a percentile and a time, such as ttft:p99:500ms", s)
	}
	at, err := strconv.ParseFloat(strings.TrimPrefix(parts[1], "p"), 64)
	if err != nil || !(at > 0 && at < 100) {
		return Percentile{}, fmt.Errorf("%q: %q is no percentile; write p99", s, parts[1])
	}
	text, more := strings.CutSuffix(parts[2], "+")
	t, err := unit.Parse(unit.Duration, text)
	if err != nil {
		return Percentile{}, err
	}
	p := Percentile{Of: parts[0], At: at / 100, Low: t.Low, High: t.High}
	if more {
		p.High = math.Inf(1)
	}
	return p, nil
}

// bounds are those that were given on what has measured percentiles, s, with the percentile that each is about.
func (w *Workload) bounds() map[string][2]float64 {
	all := map[string][2]float64{}
	for of, b := range map[string][2]float64{"latency": {w.Latency, w.Percentile}, "ttft": {w.LLM.TTFT, w.LLM.Percentile}, "tpot": {w.LLM.TPOT, w.LLM.Percentile}} {
		if b[0] > 0 && !w.Assumed(percentileOf[of].trait) {
			all[of] = b
		}
	}
	return all
}

// exceeded are the measured percentiles that lie beyond the bounds. One of a lower percentile says the same of a higher.
func (w *Workload) exceeded(measured []string) (all []Exceeded) {
	bounds := w.bounds()
	for _, text := range measured {
		p, _ := parsePercentile(text) // it was read once before
		if b, ok := bounds[p.Of]; ok && p.At <= b[1] && p.Low >= b[0] {
			all = append(all, Exceeded{
				What: fmt.Sprintf("the p%g of %s", 100*p.At, percentileOf[p.Of].name), Seen: p.Low, Bound: b[0], AtLeast: p.High > p.Low, Trait: percentileOf[p.Of].trait,
			})
		}
	}
	return all
}

// SawPercentiles notes percentiles that were measured, with where they come from, in place of those that a plan states.
func (w *Workload) SawPercentiles(all []Percentile, v Value) {
	if len(all) == 0 {
		return
	}
	for _, p := range all {
		v.Words = append(v.Words, p.String())
	}
	v.Text = strings.Join(v.Words, ",")
	const name = "measured_percentile"
	for i, t := range w.Traits {
		if t.Spec.Name == name {
			w.Traits[i].Value = v
			return
		}
	}
	spec, _ := Lookup(name)
	w.Traits = append(w.Traits, Resolved{Spec: spec, Value: v})
}
