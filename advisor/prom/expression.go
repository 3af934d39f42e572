package prom

import (
	"fmt"
	"strings"
	"time"
)

// reading is a metric chosen from a profile, with all it takes to write its queries.
type reading struct {
	quantity Quantity
	metric   Metric
	selector Selector // of the run, as far as the profile's series have the labels
	own      Selector // of the metric
	native   bool     // a native histogram
	told     bool     // read from a file, which no query was asked of
}

// scale turns the metric's unit into the quantity's base unit.
func (r reading) scale() float64 {
	if factor, ok := r.quantity.Units[r.metric.Unit]; ok {
		return factor
	}
	return 1
}

func (r reading) of(metric string) string { return r.selector.over(metric, r.own) }

func (r reading) rateOf(metric string, window time.Duration) string {
	return fmt.Sprintf("sum(rate(%s[%s]))", r.of(metric), promDuration(window))
}

// rate is how often what the metric counts happens, per second.
func (r reading) rate(window time.Duration) string {
	m := r.metric
	switch {
	case r.told:
		return r.inFile()
	case m.Histogram != "" && r.native:
		return "histogram_count(" + r.rateOf(m.Histogram, window) + ")"
	case m.Histogram != "":
		return r.rateOf(m.Histogram+"_count", window)
	case m.Counter != "":
		return r.rateOf(m.Counter, window)
	}
	return r.mean(window)
}

// mean is the mean of the quantity over a window.
func (r reading) mean(window time.Duration) string {
	m, w := r.metric, promDuration(window)
	switch {
	case r.told:
		return r.inFile()
	case m.Query != "":
		return strings.NewReplacer("$selector", r.selector.String(), "$window", w).Replace(m.Query)
	case m.Histogram != "" && r.native:
		all := r.rateOf(m.Histogram, window)
		return "histogram_sum(" + all + ") / histogram_count(" + all + ")"
	case m.Histogram != "":
		return r.rateOf(m.Histogram+"_sum", window) + " / " + r.rateOf(m.Histogram+"_count", window)
	case m.Per != "":
		return r.rateOf(m.Counter, window) + " / " + r.rateOf(m.Per, window)
	case m.Counter != "":
		return r.rateOf(m.Counter, window)
	case m.Across == "count":
		return fmt.Sprintf("count(present_over_time(%s[%s]))", r.of(m.Gauge), w)
	}
	return fmt.Sprintf("%s(avg_over_time(%s[%s]))", r.across(), r.of(m.Gauge), w)
}

func (r reading) across() string {
	if r.metric.Across == "" {
		return "sum"
	}
	return r.metric.Across
}

// spread is the distribution of a histogram over a window.
func (r reading) spread(window time.Duration) string {
	if r.told {
		return r.inFile()
	}
	if r.native {
		return r.rateOf(r.metric.Histogram, window)
	}
	return fmt.Sprintf("sum by (le) (rate(%s[%s]))", r.of(r.metric.Histogram+"_bucket"), promDuration(window))
}

// words are what a label says, with the number of series that say it.
func (r reading) words(window time.Duration) string {
	if r.told {
		return "label " + r.metric.Label + " of " + r.inFile()
	}
	name := r.seriesName()
	return fmt.Sprintf("count by (%s) (present_over_time(%s[%s]))", r.metric.Label, r.of(name), promDuration(window))
}

// inFile names what was read in a file.
func (r reading) inFile() string {
	if r.metric.Per != "" {
		return r.of(r.metric.Counter) + " / " + r.of(r.metric.Per)
	}
	return r.of(r.metric.name())
}

// scrapes is how many samples the most scraped of the metric's series has in a window.
func (r reading) scrapes(window time.Duration) string {
	return fmt.Sprintf("max(count_over_time(%s[%s]))", r.of(r.seriesName()), promDuration(window))
}

// seriesName is the name of a series that stands for the metric.
func (r reading) seriesName() string {
	if r.metric.Histogram != "" && !r.native {
		return r.metric.Histogram + "_count"
	}
	return r.metric.name()
}
