package prom

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"scaleadvise/advisor/unit"
)

// between are the lowest and the highest of a quantile that servers tell of themselves: that of all lies there.
type between struct{ low, high float64 }

// summaryOf is the quantiles of a summary over a window, of the server where they are lowest or highest.
func (r reading) summaryOf(across string, window time.Duration) string {
	if r.told {
		return r.inFile()
	}
	return fmt.Sprintf("%s by (quantile) (avg_over_time(%s[%s]))", across, r.selector.with(r.own).over(r.metric.Histogram, Selector{{"quantile", "!=", ""}}), promDuration(window))
}

// alone settles that latencies of which there are neither buckets nor a count are summaries, where their series
// name quantiles: native histograms look the same by their names.
func (o *observer) alone(ctx context.Context) error {
	for _, name := range slow {
		r, ok := o.read[name]
		if !ok || !r.native {
			continue
		}
		of := slices.Concat(r.selector, r.own, Selector{{"quantile", "!=", ""}})
		known, err := o.existing(ctx, []string{of.among([]string{r.metric.Histogram})})
		if err != nil {
			return refusal(err)
		}
		if known[r.metric.Histogram] {
			r.native, r.summary = false, true
			o.read[name] = r
		}
	}
	return nil
}

// quantilesOf are the questions of a summary's quantiles: no distribution stands behind them, and those of
// several servers make none of all.
func (o *observer) quantilesOf(name string, at Span) (all []*question) {
	r := o.read[name]
	for _, across := range []string{"min", "max"} {
		all = append(all, &question{purpose: r.quantity.Doc + ", quantiles in the busiest hour, " + across + " of the servers", expr: r.summaryOf(across, coarse), span: at,
			samples: o.quantile(name)})
	}
	return all
}

// quantile takes quantiles of servers in.
func (o *observer) quantile(name string) func([]Sample) {
	scale := o.read[name].scale()
	return func(found []Sample) {
		for _, s := range found {
			p, err := strconv.ParseFloat(s.Labels["quantile"], 64)
			if err != nil || math.IsNaN(s.Value) {
				continue
			}
			if o.quantiles[name] == nil {
				o.quantiles[name] = map[float64]between{}
			}
			b, v := o.quantiles[name][p], s.Value*scale
			if b == (between{}) {
				b = between{v, v}
			}
			o.quantiles[name][p] = between{math.Min(b.low, v), math.Max(b.high, v)}
		}
	}
}

// tellQuantiles tells the quantiles of a summary, as those of the slowest server.
func (o *observer) tellQuantiles(name string) {
	r, when := o.read[name], "in the busiest hour"
	if o.file != "" {
		when = "now"
	}
	for _, p := range []float64{0.5, 0.9, 0.95, 0.99} {
		if b, ok := o.quantiles[name][p]; ok {
			o.fact(Fact{
				Name: fmt.Sprintf("%s_p%g", name, 100*p), Title: fmt.Sprintf("p%g of %s, of the slowest server %s", 100*p, r.quantity.Doc, when),
				Value: b.high, AtLeast: b.low, AtMost: b.high, Kind: unit.Duration, Query: r.summaryOf("max", coarse),
			})
		}
	}
}
